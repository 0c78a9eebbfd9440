//! What may be kept of an event and its request: shapes in place of personal data.
//!
//! Two nets, one behind the other. Keys that are known to be personal lose their value whatever it is; in all
//! other text, e-mail addresses and phone numbers are found by their form. SHA-256 hashes stay. Nothing here
//! can be undone.

mod keys;
mod outgoing;
mod request;
mod shape;
mod text;

pub use outgoing::outgoing;
pub use request::{IncomingRequest, request_view};
pub(crate) use text::mask_name;
pub use text::mask_text;

use serde_json::{Map, Value};

use crate::amazon::js;
use crate::event::Event;

/// The shape of a value that is an e-mail address, a phone number or another name of a person.
pub(crate) fn shape(value: &str) -> String {
    shape::of(keys::Kind::Personal, value)
}

/// An event as it may be stored and shown.
pub fn redact(event: &Event) -> Value {
    redact_object(&event.0, &mut vec![])
}

/// The text of an event's value at a dotted path, as it may be shown.
pub(crate) fn shown(path: &str, text: &str) -> String {
    match keys::parameter_kind(path) {
        Some(kind) => shape::of(kind, text),
        None => mask_text(text).into_owned(),
    }
}

/// A text of which only the length may be shown.
pub(crate) fn hidden(text: &str) -> String {
    shape::of(keys::Kind::Opaque, text)
}

/// A JSON document as text. What is no JSON is masked as text.
pub(crate) fn document(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => redact_value(&value, &mut vec![]).to_string(),
        Err(_) => mask_text(text).into_owned(),
    }
}

/// What a template made of an event, as it may be shown: what the event says of the person is masked in whatever
/// form it has, also where nothing in the text gives it away.
pub(crate) fn mask_made(text: &str, event: &Event) -> String {
    let mut masked = mask_text(text).into_owned();
    for (key, value) in &event.0 {
        mask_person(value, &mut vec![key], &mut masked);
    }
    masked
}

fn mask_person<'a>(value: &'a Value, path: &mut Vec<&'a str>, masked: &mut String) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                path.push(key);
                mask_person(value, path, masked);
                path.pop();
            }
        }
        Value::Array(list) => list.iter().for_each(|value| mask_person(value, path, masked)),
        Value::String(_) | Value::Number(_) => {
            let Some(kind) = keys::kind(path) else { return };
            let text = js::text(value);
            // Shorter ones are part of too much else.
            if text.len() >= 4 && masked.contains(text.as_ref()) {
                *masked = masked.replace(text.as_ref(), &shape::of(kind, &text));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn redact_object<'a>(object: &'a Map<String, Value>, path: &mut Vec<&'a str>) -> Value {
    let mut redacted = Map::new();
    for (key, value) in object {
        path.push(key);
        redacted.insert(mask_text(key).into_owned(), redact_value(value, path));
        path.pop();
    }
    Value::Object(redacted)
}

/// A value whose keys from the top are `path`.
fn redact_value<'a>(value: &'a Value, path: &mut Vec<&'a str>) -> Value {
    match value {
        Value::Object(object) => redact_object(object, path),
        Value::Array(list) => list.iter().map(|value| redact_value(value, path)).collect(),
        Value::String(text) => match keys::kind(path) {
            Some(kind) => shape::of(kind, text).into(),
            None => mask_text(text).into(),
        },
        Value::Number(number) => match keys::kind(path) {
            Some(kind) => shape::of(kind, &number.to_string()).into(),
            None => value.clone(),
        },
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_keeps_what_explains_it_and_no_person() {
        let hash = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d";
        let event = json!({
            "event_name": "purchase", "value": 72.4, "ip_override": "203.0.113.24", "user_id": "jane@example.com",
            "page_location": "https://shop.example/?u=jane%40example.com&first_name=Jane",
            "x-ga-em": "tv.1~em.abc~pc0.10115", "phone": 4_915_112_345_678_i64,
            "user_data": {
                "email_address": ["Jane.Doe@example.com", null], "sha256_email_address": hash,
                "address": {"first_name": "Jane", "postal_code": "10115", "country": "DE"},
                "_tag_metadata": {"email_address": {"mode": "m"}}, "loyal": true,
            },
            "items": [{"item_name": "Mug for jane@example.com", "name": "Mug"}],
        });
        let Value::Object(fields) = event else { return };
        assert_eq!(
            redact(&Event(fields)),
            json!({
                "event_name": "purchase", "value": 72.4, "ip_override": "203.0.113.0", "user_id": "j***@e***.com",
                "page_location": "https://shop.example/?u=j***@e***.com&first_name=J***",
                "x-ga-em": "*** (21 characters)", "phone": "49151*****78",
                "user_data": {
                    "email_address": ["J***@e***.com", null], "sha256_email_address": hash,
                    "address": {"first_name": "J***", "postal_code": "1***", "country": "DE"},
                    "_tag_metadata": {"email_address": {"mode": "m"}}, "loyal": true,
                },
                "items": [{"item_name": "Mug for j***@e***.com", "name": "Mug"}],
            })
        );
    }
}
