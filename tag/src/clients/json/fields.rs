//! The keys of an event that have a rule, and the form each is brought into. All other keys pass.
//!
//! `null` and empty text count as absent: back ends send them for whatever they do not know.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::super::decimal::decimal;
use super::super::hash;
use super::super::{Fault, FaultCode};
use super::time;

/// What is wrong with a value, without the place.
pub(super) type Wrong = (FaultCode, String);
type Rule = fn(&Value) -> Result<Value, Wrong>;

const NAME_LENGTH: usize = 64;
const EVENT_ID_LENGTH: usize = 128;
const ITEMS: usize = 200;

/// Brings an event into its common form. Returns everything that is wrong with it, in a fixed order.
pub(super) fn check(event: &mut Map<String, Value>, received_at_ms: i64) -> Vec<Fault> {
    let mut faults = vec![];
    if absent(event.get("event_name")) {
        faults.push(Fault::new(FaultCode::Required, "/event_name", "event_name is required"));
    } else {
        apply(event, "", "event_name", name, &mut faults);
    }
    apply(event, "", "event_id", event_id, &mut faults);
    for key in ["transaction_id", "user_id", "client_id"] {
        apply(event, "", key, id, &mut faults);
    }
    time::check(event, received_at_ms, &mut faults);
    if absent(event.get("currency")) && !absent(event.get("value")) {
        faults.push(Fault::new(FaultCode::Required, "/currency", "currency is required with value"));
    }
    apply(event, "", "currency", currency, &mut faults);
    apply(event, "", "value", amount, &mut faults);
    apply(event, "", "page_location", web_address, &mut faults);
    apply(event, "", "page_referrer", web_address, &mut faults);
    apply(event, "", "ip_override", ip, &mut faults);
    items(event, &mut faults);
    user_data(event, &mut faults);
    consent(event, "consent_state", |_| true, flag, &mut faults);
    consent(event, "amazon_consent", |key| matches!(key, "ad_storage" | "user_data"), word, &mut faults);
    if let Some(location) = object(event, "", "event_location", &mut faults) {
        apply(location, "/event_location", "country", country, &mut faults);
    }
    faults
}

pub(super) fn absent(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// Reads a key by its rule. An absent one is removed, a wrong one stays as it is.
pub(super) fn apply(
    object: &mut Map<String, Value>,
    parent: &str,
    key: &str,
    rule: Rule,
    faults: &mut Vec<Fault>,
) {
    if absent(object.get(key)) {
        object.shift_remove(key);
    } else if let Some(value) = object.get_mut(key) {
        replace(value, &pointer(parent, key), rule, faults);
    }
}

fn replace(value: &mut Value, path: &str, rule: Rule, faults: &mut Vec<Fault>) {
    match rule(value) {
        Ok(read) => *value = read,
        Err((code, message)) => faults.push(Fault::new(code, path, message)),
    }
}

/// The object at a key, if there is one. Anything else there is a fault.
fn object<'a>(
    event: &'a mut Map<String, Value>,
    parent: &str,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<&'a mut Map<String, Value>> {
    if absent(event.get(key)) {
        event.shift_remove(key);
        return None;
    }
    let object = event.get_mut(key)?.as_object_mut();
    if object.is_none() {
        faults.push(Fault::new(FaultCode::NotAnObject, pointer(parent, key), "object expected"));
    }
    object
}

/// A place inside the event (RFC 6901).
fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn invalid<T>(message: &str) -> Result<T, Wrong> {
    Err((FaultCode::Invalid, message.to_owned()))
}

fn name(value: &Value) -> Result<Value, Wrong> {
    let Value::String(name) = value else { return invalid("text expected") };
    if name.chars().count() > NAME_LENGTH {
        return Err((FaultCode::OutOfRange, format!("at most {NAME_LENGTH} characters")));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || "_.- ".contains(c);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(known) {
        return invalid("must start with a letter and hold only letters, digits, spaces and _ . -");
    }
    Ok(value.clone())
}

/// Text or a number, as text. A number too long to be exact has lost digits already.
fn id(value: &Value) -> Result<Value, Wrong> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Number(number) if number.as_f64().is_some_and(|n| number.is_f64() && n.abs() > 1e15) => {
            invalid("too long for a number; send it as text")
        }
        Value::Number(number) => Ok(number.to_string().into()),
        _ => invalid("text or a number expected"),
    }
}

fn event_id(value: &Value) -> Result<Value, Wrong> {
    let id = id(value)?;
    if id.as_str().is_some_and(|id| id.chars().count() > EVENT_ID_LENGTH) {
        return Err((FaultCode::OutOfRange, format!("at most {EVENT_ID_LENGTH} characters")));
    }
    Ok(id)
}

fn currency(value: &Value) -> Result<Value, Wrong> {
    match letters(value, 3) {
        Some(code) => Ok(code.into()),
        None => invalid("three-letter ISO 4217 code expected"),
    }
}

fn country(value: &Value) -> Result<Value, Wrong> {
    match letters(value, 2).as_deref() {
        Some("UK") => Ok("GB".into()),
        Some(code) => Ok(code.into()),
        None => invalid("two-letter ISO 3166 code expected"),
    }
}

fn letters(value: &Value, count: usize) -> Option<String> {
    let text = value.as_str()?;
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

fn amount(value: &Value) -> Result<Value, Wrong> {
    let number = match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => decimal(text.trim()),
        _ => None,
    };
    match number {
        None => invalid("number expected"),
        Some(number) if number.as_f64().is_some_and(|amount| amount < 0.0) => {
            Err((FaultCode::OutOfRange, "must be zero or more".to_owned()))
        }
        Some(number) => Ok(number.into()),
    }
}

/// An absolute address with a host. Finer checks are left to those who open it.
fn web_address(value: &Value) -> Result<Value, Wrong> {
    let text = value.as_str().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if http && !host.is_empty() && !host.contains(odd) {
        Ok(value.clone())
    } else {
        invalid("absolute http or https address expected")
    }
}

fn ip(value: &Value) -> Result<Value, Wrong> {
    match value.as_str().map(str::parse::<IpAddr>) {
        Some(Ok(_)) => Ok(value.clone()),
        _ => invalid("IPv4 or IPv6 address expected"),
    }
}

fn items(event: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    if absent(event.get("items")) {
        event.shift_remove("items");
        return;
    }
    let Some(Value::Array(items)) = event.get("items") else {
        faults.push(Fault::new(FaultCode::Invalid, "/items", "array of items expected"));
        return;
    };
    if items.len() > ITEMS {
        faults.push(Fault::new(FaultCode::TooLarge, "/items", format!("at most {ITEMS} items")));
        return;
    }
    for (index, item) in items.iter().enumerate() {
        let path = format!("/items/{index}");
        if !item.is_object() {
            faults.push(Fault::new(FaultCode::NotAnObject, path, "object expected"));
        } else if absent(item.get("item_id")) && absent(item.get("item_name")) {
            faults.push(Fault::new(FaultCode::Required, path, "item_id or item_name is required"));
        }
    }
}

fn user_data(event: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    let Some(user_data) = object(event, "", "user_data", faults) else { return };
    identities(user_data, "/user_data", faults);
    match user_data.get_mut("address") {
        Some(Value::Object(address)) => identities(address, "/user_data/address", faults),
        Some(Value::Array(addresses)) => {
            for (index, address) in addresses.iter_mut().enumerate() {
                let path = format!("/user_data/address/{index}");
                match address {
                    Value::Object(address) => identities(address, &path, faults),
                    _ => faults.push(Fault::new(FaultCode::NotAnObject, path, "object expected")),
                }
            }
        }
        None | Some(Value::Null) => {}
        Some(_) => faults.push(Fault::new(FaultCode::NotAnObject, "/user_data/address", "object expected")),
    }
}

/// E-mail addresses and hashes, each one or a list.
fn identities(object: &mut Map<String, Value>, parent: &str, faults: &mut Vec<Fault>) {
    for (key, value) in object.iter_mut() {
        let rule: Rule = match key.as_str() {
            "email_address" | "email" => email,
            key if key.starts_with("sha256_") => sha256,
            _ => continue,
        };
        let path = pointer(parent, key);
        match value {
            Value::Array(values) => {
                for (index, value) in values.iter_mut().enumerate() {
                    replace(value, &format!("{path}/{index}"), rule, faults);
                }
            }
            _ => replace(value, &path, rule, faults),
        }
    }
}

fn email(value: &Value) -> Result<Value, Wrong> {
    match value {
        _ if absent(Some(value)) => Ok(value.clone()),
        Value::String(text) if text.contains('@') => Ok(value.clone()),
        _ => invalid("e-mail address with @ expected"),
    }
}

fn sha256(value: &Value) -> Result<Value, Wrong> {
    match value.as_str().map(hash::to_hex) {
        _ if absent(Some(value)) => Ok(value.clone()),
        Some(Some(hex)) => Ok(hex.into()),
        _ => invalid("SHA-256 hash as 64 hex digits or 43 base64url characters expected"),
    }
}

fn consent(
    event: &mut Map<String, Value>,
    key: &str,
    has_rule: fn(&str) -> bool,
    rule: Rule,
    faults: &mut Vec<Fault>,
) {
    let Some(consent) = object(event, "", key, faults) else { return };
    let parent = pointer("", key);
    let names: Vec<String> = consent.keys().filter(|name| has_rule(name)).cloned().collect();
    for name in names {
        apply(consent, &parent, &name, rule, faults);
    }
}

fn flag(value: &Value) -> Result<Value, Wrong> {
    let word = match value {
        Value::String(text) => text.to_ascii_lowercase(),
        other => other.to_string(),
    };
    match word.as_str() {
        "granted" | "true" | "yes" | "1" => Ok(json!(true)),
        "denied" | "false" | "no" | "0" => Ok(json!(false)),
        _ => invalid("granted or denied expected"),
    }
}

fn word(value: &Value) -> Result<Value, Wrong> {
    match value.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("granted" | "denied") => Ok(value.clone()),
        _ => invalid("granted or denied expected"),
    }
}
