//! The common event model: one flat JSON object per event, with the key names GA4 and server-side GTM use.

use std::borrow::Cow;

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
        self.field("event_name").and_then(Value::as_str).unwrap_or_default()
    }

    /// The value of a key, dots and all.
    pub fn field(&self, key: &str) -> Option<&Value> {
        find(&self.0, key)
    }

    /// The value at a dotted path, such as `user_data.email_address` or `items.0.item_id`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let (key, mut rest) = split(path);
        let mut value = self.field(key)?;
        while let Some(path) = rest {
            let (key, after) = split(path);
            value = match value {
                Value::Object(map) => find(map, key)?,
                Value::Array(list) => list.get(key.parse::<usize>().ok()?)?,
                _ => return None,
            };
            rest = after;
        }
        Some(value)
    }

    /// The value at a path as text, when it is a non-empty string or a number.
    ///
    /// Clients disagree on kinds: gtag sends a numeric `transaction_id` as a number and a `value` that the
    /// site wrote as text as a string.
    pub fn text(&self, path: &str) -> Option<String> {
        self.look_up_text(path).map(Cow::into_owned)
    }

    /// The same without a copy, where the value is text.
    pub(crate) fn look_up_text(&self, path: &str) -> Option<Cow<'_, str>> {
        match self.get(path)? {
            Value::String(text) if !text.is_empty() => Some(text.into()),
            Value::Number(number) => Some(number.to_string().into()),
            _ => None,
        }
    }

    /// When it happened, in Unix milliseconds, if the client said so (`timestamp_micros`).
    pub fn time_ms(&self) -> Option<i64> {
        self.get("timestamp_micros")?.as_i64().map(|micros| micros / 1000)
    }
}

/// The first key of a path, and the others. Keys are so short that `split_once` is too slow in getting started.
fn split(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'.') {
        Some(dot) => (path.get(..dot).unwrap_or_default(), path.get(dot + 1..)),
        None => (path, None),
    }
}

/// Up to so many keys, comparing all of them is faster than hashing one.
const FEW: usize = 24;

/// What [`Map::get`] finds, sooner: events, items and people have few keys.
pub(crate) fn find<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    match object.len() {
        0..=FEW => object.iter().find(|(known, _)| *known == key).map(|(_, value)| value),
        _ => object.get(key),
    }
}

/// What [`Map::get_mut`] finds.
pub(crate) fn find_mut<'a>(object: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Value> {
    match object.len() {
        0..=FEW => object.iter_mut().find(|(known, _)| *known == key).map(|(_, value)| value),
        _ => object.get_mut(key),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn few_keys_and_many_are_found_alike() {
        for count in [0, 1, FEW, FEW + 1, 100] {
            let mut object: Map<String, Value> =
                (0..count).map(|key| (key.to_string(), key.into())).collect();
            for key in ["0", "1", "23", "24", "25", "99", ""] {
                assert_eq!(find(&object, key), object.get(key), "{key} of {count}");
                assert_eq!(find_mut(&mut object, key).cloned(), object.get(key).cloned(), "{key} of {count}");
            }
        }
    }

    #[test]
    fn a_path_leads_through_objects_and_lists() {
        let event = json!({"a": {"b": [{"c": 1}], "": {"": 2}}, "a.b": 3, "": 4});
        let event: Event = serde_json::from_value(event).unwrap();
        for (path, value) in [
            ("a.b.0.c", Some(json!(1))),
            ("a..", Some(json!(2))),
            ("", Some(json!(4))),
            ("a.b.1", None),
            ("a.b.c", None),
            ("a.b.0.c.d", None),
            ("é.a", None),
            (".", None),
        ] {
            assert_eq!(event.get(path), value.as_ref(), "{path}");
        }
        assert_eq!(event.field("a.b"), Some(&json!(3)));
    }
}
