//! The attributes that every event brings along by itself.

use serde_json::Value;

use super::{js, names};
use crate::event::Event;
use crate::run::Param;

/// `clientDedupeId`, `currencyCode` and `value`, as far as the event has them.
pub(crate) struct Automatic {
    pub(crate) params: Vec<Param>,
    /// The event has a currency, but is no purchase: Amazon documents it for purchases only.
    pub(crate) currency_left_out: bool,
}

pub(crate) fn automatic(event: &Event, amazon_name: &str) -> Automatic {
    let mut params = vec![];
    // The same id from a browser tag makes the two one conversion.
    let id = ["event_id", "transaction_id"].into_iter().find_map(|key| Some((key, id(event.get(key)?)?)));
    if let Some((key, id)) = id {
        params.push(Param::new("clientDedupeId", id, key));
    }
    let currency = event.get("currency").and_then(text);
    let purchase = amazon_name == names::PURCHASE;
    let currency_left_out = currency.is_some() && !purchase;
    if let Some(currency) = currency.filter(|_| purchase) {
        params.push(Param::new("currencyCode", currency, "currency"));
    }
    if let Some(value) = event.get("value").and_then(text) {
        params.push(Param::new("value", value, "value"));
    }
    Automatic { params, currency_left_out }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        value => Some(js::text(value)),
    }
}

/// A zero or a `false` is what some sites send for "no order".
fn id(value: &Value) -> Option<String> {
    let none = value.as_f64() == Some(0.0) || *value == Value::Bool(false);
    if none { None } else { text(value) }
}
