//! User data: flattened by gtag into `ep.user_data.<path>`, or hashed in one parameter, `em`.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::clients::hash;

/// Deeper paths are left out. gtag itself goes to four.
const DEPTH: usize = 8;

/// Google's own limit on `em`.
const HASHED_LIMIT: usize = 20_000;

/// Puts a value at a dotted path inside `user_data`.
pub(super) fn nest(event: &mut Map<String, Value>, path: &str, value: Value) {
    let keys: Vec<&str> = path.split('.').collect();
    let Some((last, parents)) = keys.split_last() else { return };
    if keys.len() > DEPTH || keys.iter().any(|key| key.is_empty()) {
        return;
    }
    let mut object = object_at(event, "user_data");
    for key in parents {
        object = object_at(object, key);
    }
    object.insert((*last).to_owned(), value);
}

/// The object at a key, in place of whatever else is there.
fn object_at<'a>(parent: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let entry = parent.entry(key).or_insert(Value::Null);
    if !entry.is_object() {
        *entry = Value::Object(Map::new());
    }
    #[expect(clippy::expect_used, reason = "made an object just above")]
    entry.as_object_mut().expect("an object")
}

/// Turns the objects of `user_data` whose keys are all numbers into lists. Gaps close, so that a large
/// number in a path costs nothing.
pub(super) fn open_lists(event: &mut Map<String, Value>) {
    if let Some(user_data) = event.get_mut("user_data").and_then(Value::as_object_mut) {
        user_data.values_mut().for_each(open_list);
    }
}

fn open_list(value: &mut Value) {
    let Value::Object(object) = value else { return };
    object.values_mut().for_each(open_list);
    let numbered: Option<BTreeMap<u32, &Value>> =
        object.iter().map(|(key, value)| Some((key.parse().ok()?, value))).collect();
    if let Some(numbered) = numbered.filter(|numbered| !numbered.is_empty()) {
        *value = numbered.into_values().cloned().collect();
    }
}

/// Adds what `em` holds: `tv.1~em.<hash>~pn.<hash>~fn0.<hash>~co0.de…`. Whatever came in plain stays.
pub(super) fn add_hashed(event: &mut Map<String, Value>, em: &str) {
    let hashed = decode(em);
    if hashed.is_empty() {
        return;
    }
    let user_data = object_at(event, "user_data");
    for (key, value) in hashed {
        user_data.entry(key).or_insert(value);
    }
}

fn decode(em: &str) -> Map<String, Value> {
    // gtag encodes the finished string once on its own.
    let em = percent_decode_str(em).decode_utf8_lossy();
    let entries: Vec<(&str, &str)> = em.split('~').filter_map(|entry| entry.split_once('.')).collect();
    let versions: Vec<&str> =
        entries.iter().filter(|(key, _)| *key == "tv").map(|(_, value)| *value).collect();
    let mut user_data = Map::new();
    if em.len() > HASHED_LIMIT || versions != ["1"] {
        return user_data;
    }

    let (mut emails, mut phones) = (vec![], vec![]);
    let mut addresses: BTreeMap<Option<u32>, Map<String, Value>> = BTreeMap::new();
    for (key, value) in entries.into_iter().filter(|(_, value)| !is_error(value)) {
        let (kind, index) = key.split_at(key.find(|c: char| c.is_ascii_digit()).unwrap_or(key.len()));
        match kind {
            "em" => emails.extend(hash::to_hex(value).map(Value::from)),
            "pn" => phones.extend(hash::to_hex(value).map(Value::from)),
            _ => {
                let part =
                    address_part(kind, value).filter(|_| index.is_empty() || index.parse::<u32>().is_ok());
                if let Some((name, value)) = part {
                    addresses.entry(index.parse().ok()).or_default().insert(name.to_owned(), value.into());
                }
            }
        }
    }
    let addresses = addresses.into_values().map(Value::Object).collect();
    for (key, values) in
        [("sha256_email_address", emails), ("sha256_phone_number", phones), ("address", addresses)]
    {
        if let Some(value) = one_or_list(values) {
            user_data.insert(key.to_owned(), value);
        }
    }
    user_data
}

/// `e0`, `e3`: the browser could not or must not hash the value.
fn is_error(value: &str) -> bool {
    let digits = value.strip_prefix('e').unwrap_or_default();
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn address_part(kind: &str, value: &str) -> Option<(&'static str, String)> {
    let (name, hashed) = match kind {
        "fn" => ("sha256_first_name", true),
        "ln" => ("sha256_last_name", true),
        "sa" => ("sha256_street", true),
        "ct" => ("city", false),
        "rg" => ("region", false),
        "pc" => ("postal_code", false),
        "co" => ("country", false),
        _ => return None,
    };
    let value = if hashed { hash::to_hex(value)? } else { value.to_owned() };
    Some((name, value))
}

/// Nothing, the only one, or all of them as a list.
fn one_or_list(mut values: Vec<Value>) -> Option<Value> {
    match values.len() {
        0 => None,
        1 => values.pop(),
        _ => Some(values.into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(pairs: &[(&str, &str)]) -> Value {
        let mut event = Map::new();
        for (path, value) in pairs {
            nest(&mut event, path, (*value).into());
        }
        open_lists(&mut event);
        event.remove("user_data").unwrap_or_default()
    }

    #[test]
    fn numbers_open_lists_and_gaps_close() {
        let pairs = [("address.9.city", "Bonn"), ("address.0.city", "Ulm"), ("email_address", "a@b.example")];
        let expected =
            json!({"address": [{"city": "Ulm"}, {"city": "Bonn"}], "email_address": "a@b.example"});
        assert_eq!(nested(&pairs), expected);
        assert_eq!(
            nested(&[("address.0", "x"), ("address.city", "y")])["address"],
            json!({"0": "x", "city": "y"})
        );
    }

    #[test]
    fn hostile_paths_are_harmless() {
        assert_eq!(nested(&[("a.b.c.d.e.f.g.h.i", "x"), ("a..b", "x"), ("", "x")]), Value::Null);
        assert_eq!(nested(&[("a", "x"), ("a.4294967295", "y")]), json!({"a": ["y"]}));
    }

    #[test]
    fn em_needs_its_version_once_and_skips_errors() {
        let hash = "huC55WwXzE0SOH4ZSbhQU_vnO8POWhGIcTqdMAzGEz0";
        for em in
            [format!("em.{hash}"), format!("tv.1~tv.1~em.{hash}"), format!("tv.2~em.{hash}"), "tv.1".into()]
        {
            assert_eq!(decode(&em), Map::new(), "{em}");
        }
        assert_eq!(decode("tv.1~em.e0~pn.short~fn0.e2~zz.1"), Map::new());
        let two = decode(&format!("tv.1~em.{hash}~em%2E{hash}~ct.bonn~ct1.ulm"));
        assert_eq!(two["sha256_email_address"].as_array().map(Vec::len), Some(2));
        assert_eq!(two["address"], json!([{"city": "bonn"}, {"city": "ulm"}]));
    }
}
