//! The keys of an event that have a rule, and the form each is brought into. All other keys pass.
//!
//! `null` and empty text count as absent: back ends send them for whatever they do not know.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::super::decimal::decimal;
use super::super::hash;
use super::super::{Fault, FaultCode};
use super::time;
use crate::event::{find, find_mut};

/// What is wrong with a value, without the place.
pub(super) type Wrong = (FaultCode, String);
/// Brings a value into its form, or leaves it as it is and says what is wrong.
type Rule = fn(&mut Value) -> Result<(), Wrong>;

const NAME_LENGTH: usize = 64;
const EVENT_ID_LENGTH: usize = 128;
const ITEMS: usize = 200;

/// Brings an event into its common form. Returns everything that is wrong with it, in a fixed order.
pub(super) fn check(event: &mut Map<String, Value>, received_at_ms: i64) -> Vec<Fault> {
    let mut faults = vec![];
    if absent(find(event, "event_name")) {
        faults.push(Fault::new(FaultCode::Required, "/event_name", "event_name is required"));
    } else {
        apply(event, "", "event_name", name, &mut faults);
    }
    apply(event, "", "event_id", event_id, &mut faults);
    for key in ["transaction_id", "user_id", "client_id"] {
        apply(event, "", key, id, &mut faults);
    }
    time::check(event, received_at_ms, &mut faults);
    if absent(find(event, "currency")) && !absent(find(event, "value")) {
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
    match find_mut(object, key) {
        None => {}
        Some(value) if absent(Some(value)) => drop(object.shift_remove(key)),
        Some(value) => read(value, || pointer(parent, key), rule, faults),
    }
}

fn read(value: &mut Value, path: impl Fn() -> String, rule: Rule, faults: &mut Vec<Fault>) {
    if let Err((code, message)) = rule(value) {
        faults.push(Fault::new(code, path(), message));
    }
}

/// The object at a key, if there is one. Anything else there is a fault.
fn object<'a>(
    event: &'a mut Map<String, Value>,
    parent: &str,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<&'a mut Map<String, Value>> {
    if absent(Some(find(event, key)?)) {
        event.shift_remove(key);
        return None;
    }
    let object = find_mut(event, key)?.as_object_mut();
    if object.is_none() {
        faults.push(Fault::new(FaultCode::NotAnObject, pointer(parent, key), "object expected"));
    }
    object
}

/// A place inside the event (RFC 6901).
fn pointer(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn set(value: &mut Value, to: impl Into<Value>) -> Result<(), Wrong> {
    *value = to.into();
    Ok(())
}

fn invalid(message: &str) -> Result<(), Wrong> {
    Err((FaultCode::Invalid, message.to_owned()))
}

fn name(value: &mut Value) -> Result<(), Wrong> {
    let Value::String(name) = value else { return invalid("text expected") };
    if name.chars().count() > NAME_LENGTH {
        return Err((FaultCode::OutOfRange, format!("at most {NAME_LENGTH} characters")));
    }
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ' ');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(known) {
        return invalid("must start with a letter and hold only letters, digits, spaces and _ . -");
    }
    Ok(())
}

/// Text or a number, as text. A number too long to be exact has lost digits already.
fn id(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::String(_) => Ok(()),
        Value::Number(number) if number.as_f64().is_some_and(|n| number.is_f64() && n.abs() > 1e15) => {
            invalid("too long for a number; send it as text")
        }
        Value::Number(number) => {
            *value = number.to_string().into();
            Ok(())
        }
        _ => invalid("text or a number expected"),
    }
}

fn event_id(value: &mut Value) -> Result<(), Wrong> {
    id(value)?;
    if value.as_str().is_some_and(|id| id.chars().count() > EVENT_ID_LENGTH) {
        return Err((FaultCode::OutOfRange, format!("at most {EVENT_ID_LENGTH} characters")));
    }
    Ok(())
}

fn currency(value: &mut Value) -> Result<(), Wrong> {
    match letters(value, 3) {
        Some(code) => set(value, code),
        None => invalid("three-letter ISO 4217 code expected"),
    }
}

fn country(value: &mut Value) -> Result<(), Wrong> {
    match letters(value, 2).as_deref() {
        Some("UK") => set(value, "GB"),
        Some(code) => set(value, code),
        None => invalid("two-letter ISO 3166 code expected"),
    }
}

fn letters(value: &Value, count: usize) -> Option<String> {
    let text = value.as_str()?;
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| text.to_ascii_uppercase())
}

fn amount(value: &mut Value) -> Result<(), Wrong> {
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
        Some(number) => set(value, number),
    }
}

/// An absolute address with a host. Finer checks are left to those who open it.
fn web_address(value: &mut Value) -> Result<(), Wrong> {
    let text = value.as_str().unwrap_or_default();
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if http && !host.is_empty() && !host.contains(odd) {
        Ok(())
    } else {
        invalid("absolute http or https address expected")
    }
}

fn ip(value: &mut Value) -> Result<(), Wrong> {
    match value.as_str().map(str::parse::<IpAddr>) {
        Some(Ok(_)) => Ok(()),
        _ => invalid("IPv4 or IPv6 address expected"),
    }
}

fn items(event: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    let items = match find(event, "items") {
        None => return,
        Some(Value::Array(items)) => items,
        Some(value) if absent(Some(value)) => return drop(event.shift_remove("items")),
        Some(_) => {
            faults.push(Fault::new(FaultCode::Invalid, "/items", "array of items expected"));
            return;
        }
    };
    if items.len() > ITEMS {
        faults.push(Fault::new(FaultCode::TooLarge, "/items", format!("at most {ITEMS} items")));
        return;
    }
    for (index, item) in items.iter().enumerate() {
        let mut fault = |code, message| faults.push(Fault::new(code, format!("/items/{index}"), message));
        match item {
            Value::Object(item) if absent(find(item, "item_id")) && absent(find(item, "item_name")) => {
                fault(FaultCode::Required, "item_id or item_name is required");
            }
            Value::Object(_) => {}
            _ => fault(FaultCode::NotAnObject, "object expected"),
        }
    }
}

fn user_data(event: &mut Map<String, Value>, faults: &mut Vec<Fault>) {
    let Some(user_data) = object(event, "", "user_data", faults) else { return };
    identities(user_data, "/user_data", faults);
    match find_mut(user_data, "address") {
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
        let path = || pointer(parent, key);
        match value {
            Value::Array(values) => {
                for (index, value) in values.iter_mut().enumerate() {
                    read(value, || format!("{}/{index}", path()), rule, faults);
                }
            }
            _ => read(value, path, rule, faults),
        }
    }
}

fn email(value: &mut Value) -> Result<(), Wrong> {
    match value {
        Value::String(text) if text.contains('@') => Ok(()),
        value if absent(Some(value)) => Ok(()),
        _ => invalid("e-mail address with @ expected"),
    }
}

fn sha256(value: &mut Value) -> Result<(), Wrong> {
    match value.as_str().map(hash::to_hex) {
        Some(Some(hex)) => set(value, hex),
        _ if absent(Some(value)) => Ok(()),
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

fn flag(value: &mut Value) -> Result<(), Wrong> {
    let word = match *value {
        Value::String(ref text) => text.to_ascii_lowercase(),
        ref other => other.to_string(),
    };
    match word.as_str() {
        "granted" | "true" | "yes" | "1" => set(value, true),
        "denied" | "false" | "no" | "0" => set(value, false),
        _ => invalid("granted or denied expected"),
    }
}

fn word(value: &mut Value) -> Result<(), Wrong> {
    match value.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("granted" | "denied") => Ok(()),
        _ => invalid("granted or denied expected"),
    }
}
