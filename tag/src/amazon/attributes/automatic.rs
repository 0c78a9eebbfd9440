//! What an event brings along by itself. Amazon's browser template 4.0 has the same map.

use std::borrow::Cow;

use serde_json::Value;

use super::{Found, Given};
use crate::amazon::js;
use crate::config::attributes::{Automatic, Currency};
use crate::event::{Event, find};
use crate::reason::Reason;

pub(super) fn take<'a>(config: &Automatic, event: &'a Event, purchase: bool, found: &mut Found<'a>) {
    let get = |key: &str| event.field(key).filter(|value| is_set(value));
    if config.dedupe_id {
        // The same id from a browser tag makes the two one conversion.
        let id = |key| Some((key, get(key).filter(|value| js::truthy(value))?));
        if let Some((key, id)) = id("event_id").or_else(|| id("transaction_id")) {
            found.take("clientDedupeId", id, key, "attributes.automatic.dedupe_id");
        }
    }
    match (config.currency, get("currency")) {
        (Currency::Off, _) | (_, None) => {}
        (Currency::Purchases, Some(_)) if !purchase => found.note(Reason::PurchaseOnly, "currency"),
        (Currency::Purchases | Currency::All, Some(currency)) => {
            found.take("currencyCode", currency, "currency", "attributes.automatic.currency");
        }
    }
    if let Some(value) = get("value").filter(|_| config.value) {
        found.take("value", value, "value", "attributes.automatic.value");
    }
    let units_sold = config.units_sold && purchase;
    if !(units_sold || config.brand || config.category || config.product_id) {
        return;
    }
    let items = match get("items") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(_) => return found.note(Reason::ValueIgnored, "items"),
        None => return,
    };
    if units_sold && let Some(units) = units(items, found) {
        found.set(Given {
            name: "unitsSold".into(),
            value: Cow::Owned(units.into()),
            origin: "Quantities of items".into(),
            field: "attributes.automatic.units_sold".into(),
            by_hand: false,
            made: false,
        });
    }
    let Some(Value::Object(first)) = items.first() else { return };
    for (on, name, key, origin, field) in [
        (config.brand, "brand", "item_brand", "items.0.item_brand", "attributes.automatic.brand"),
        (
            config.category,
            "category",
            "item_category",
            "items.0.item_category",
            "attributes.automatic.category",
        ),
        (config.product_id, "productId", "item_id", "items.0.item_id", "attributes.automatic.product_id"),
    ] {
        if let Some(value) = find(first, key).filter(|value| on && is_set(value)) {
            found.take(name, value, origin, field);
        }
    }
}

impl<'a> Found<'a> {
    fn take(&mut self, name: &'static str, value: &'a Value, origin: &'static str, field: &'static str) {
        let (name, origin, field) = (name.into(), origin.into(), field.into());
        let value = Cow::Borrowed(value);
        self.set(Given { name, value, origin, field, by_hand: false, made: false });
    }
}

fn is_set(value: &Value) -> bool {
    !matches!(value, Value::Null) && value.as_str() != Some("")
}

/// The sum of the quantities, a missing one counting 1. A sum of zero is left out, and so is one that is
/// larger than Amazon's 32 bits: Amazon then takes it for 1.
fn units(items: &[Value], found: &mut Found<'_>) -> Option<i64> {
    let mut sum = 0.0;
    for (index, item) in items.iter().enumerate() {
        let Value::Object(item) = item else { continue };
        match find(item, "quantity").filter(|value| is_set(value)) {
            None => sum += 1.0,
            Some(quantity) => match js::number_of(quantity) {
                Some(quantity) => sum += quantity,
                None => found.note(Reason::ValueIgnored, format!("items.{index}.quantity")),
            },
        }
    }
    (1.0..=f64::from(i32::MAX)).contains(&sum).then_some(sum as i64)
}
