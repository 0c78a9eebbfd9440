//! The common event model: one flat JSON object per event, with the key names GA4 and server-side GTM use.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One event. Holds plain e-mail addresses and phones, so it lives in memory only: what is stored goes
/// through [`crate::privacy`] first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Event(pub Map<String, Value>);

impl Event {
    /// GA4's name of the event; empty when a client let one through without it.
    pub fn name(&self) -> &str {
        self.0.get("event_name").and_then(Value::as_str).unwrap_or_default()
    }

    /// The value at a dotted path, such as `user_data.email_address` or `items.0.item_id`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let mut value = self.0.get(parts.next()?)?;
        for part in parts {
            value = match value {
                Value::Object(map) => map.get(part)?,
                Value::Array(list) => list.get(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// The value at a path as text, when it is a non-empty string or a number.
    ///
    /// Clients disagree on kinds: gtag sends a numeric `transaction_id` as a number and a `value` that the
    /// site wrote as text as a string.
    pub fn text(&self, path: &str) -> Option<String> {
        match self.get(path)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// When it happened, in Unix milliseconds, if the client said so (`timestamp_micros`).
    pub fn time_ms(&self) -> Option<i64> {
        self.get("timestamp_micros")?.as_i64().map(|micros| micros / 1000)
    }
}
