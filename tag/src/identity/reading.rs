//! What a value of the event is worth as an e-mail address or phone number.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::amazon::js;
use crate::clients::hash;
use crate::reason::Reason;

/// The hash of nothing at all, which some senders make of an empty field.
const OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Lists in lists, and how much of each is looked at: enough for every sender that is meant well.
const DEPTH: u8 = 3;
const BREADTH: usize = 16;

pub(super) enum Reading {
    /// There is nothing here.
    Nothing,
    /// There is something, but no address or number.
    Unusable,
    Usable(Found),
}

/// Holds a plain address or number, so it must not leave [`super`], and cannot be printed.
pub(super) struct Found {
    pub(super) sha256: String,
    /// What was hashed; `None` when the sender had done it.
    pub(super) plain: Option<String>,
    /// Why it may not be what it looks like.
    pub(super) doubt: Option<Reason>,
}

/// A hash that the sender made, in hex or base64url.
pub(super) fn given(text: &str) -> Option<Reading> {
    // Shorter is none of the two, and nearly every text is.
    let sha256 = if text.len() < 43 { None } else { hash::to_hex(text) }?;
    if sha256 == OF_NOTHING {
        return Some(Reading::Unusable);
    }
    Some(Reading::Usable(Found { sha256, plain: None, doubt: None }))
}

/// A finished address or number.
pub(super) fn hashed(plain: String, doubt: Option<Reason>) -> Reading {
    Reading::Usable(Found { sha256: sha256(&plain), plain: Some(plain), doubt })
}

/// Any text, as Stape's template hashes it: trimmed and in lower case, unless it is a hash (looked for before
/// it is trimmed) or the name of nothing in JavaScript.
pub(super) fn as_template(text: &str) -> Reading {
    if matches!(text, "null" | "undefined") {
        return Reading::Unusable;
    }
    if hash::is_hex(text) {
        return Reading::Usable(Found { sha256: text.to_ascii_lowercase(), plain: None, doubt: None });
    }
    match trim(text) {
        "" => Reading::Nothing,
        text => hashed(text.to_lowercase(), None),
    }
}

/// Without the white space around it, as JavaScript understands that.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace() && c != '\u{85}')
}

/// Lower-case hex.
pub(crate) fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
        }
    }
    hex
}

/// The first usable text in a value: itself, or one inside a list or object.
pub(super) fn first(value: &Value, read: &dyn Fn(&str) -> Reading) -> Reading {
    first_within(value, read, DEPTH)
}

fn first_within(value: &Value, read: &dyn Fn(&str) -> Reading, depth: u8) -> Reading {
    let inside = |values: &mut dyn Iterator<Item = &Value>| {
        let mut worst = Reading::Nothing;
        for (index, value) in values.enumerate() {
            // There is more, but it is not looked at.
            if depth == 0 || index == BREADTH {
                return Reading::Unusable;
            }
            match first_within(value, read, depth - 1) {
                Reading::Nothing => {}
                Reading::Unusable => worst = Reading::Unusable,
                found @ Reading::Usable(_) => return found,
            }
        }
        worst
    };
    match value {
        Value::String(text) => read(text),
        Value::Array(list) => inside(&mut list.iter()),
        Value::Object(object) => inside(&mut object.values()),
        // A number that JSON could not keep exactly is no phone either: it has lost digits.
        Value::Number(number) if number.as_u64().is_some() => read(&js::text(value)),
        other => {
            if js::truthy(other) {
                Reading::Unusable
            } else {
                Reading::Nothing
            }
        }
    }
}

/// As Stape's template takes it from the event: any number as its text, and of a list the first, whatever it
/// is. Only where there is no first one, which ends the template's search for nothing, what else is inside.
pub(super) fn as_template_takes(value: &Value, read: &dyn Fn(&str) -> Reading) -> Reading {
    let inner = match value {
        Value::Array(list) => list.first(),
        Value::Object(object) => object.get("0"),
        Value::Number(_) => return read(&js::text(value)),
        _ => return first(value, read),
    };
    match inner.map(|inner| first(inner, read)) {
        // Blank, which the template hashes.
        Some(Reading::Nothing) if inner.is_some_and(js::truthy) => first(value, read),
        Some(Reading::Nothing) => Reading::Unusable,
        Some(reading) => reading,
        None => first(value, read),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sha256_is_lower_case_hex() {
        assert_eq!(sha256(""), OF_NOTHING);
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn values_are_searched_but_not_for_ever() {
        let read = |text: &str| match text {
            "" => Reading::Nothing,
            "no" => Reading::Unusable,
            text => hashed(text.to_owned(), None),
        };
        let plain = |reading| match reading {
            Reading::Usable(found) => found.plain.unwrap_or_default(),
            Reading::Unusable => "unusable".to_owned(),
            Reading::Nothing => "nothing".to_owned(),
        };
        for (value, expected) in [
            (json!("a"), "a"),
            (json!(["", "no", "a", "b"]), "a"),
            (json!({"work": {"main": ["a"]}}), "a"),
            (json!([[[["a"]]]]), "unusable"),
            (json!(["no", ""]), "unusable"),
            (json!([]), "nothing"),
            (json!(null), "nothing"),
            (json!(false), "nothing"),
            (json!(true), "unusable"),
            (json!(4_915_112_345_678_i64), "4915112345678"),
            (json!(-5), "unusable"),
            (json!(1.5), "unusable"),
        ] {
            assert_eq!(plain(first(&value, &read)), expected, "{value}");
        }
        for (value, expected) in [
            (json!(["a", "b"]), "a"),
            (json!({"0": "a", "1": "b"}), "a"),
            (json!(["", "b"]), "unusable"),
            (json!([[], "b"]), "b"),
            (json!({"work": "a"}), "a"),
            (json!([]), "nothing"),
        ] {
            assert_eq!(plain(as_template_takes(&value, &read)), expected, "{value}");
        }
    }
}
