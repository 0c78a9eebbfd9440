//! Values of settings in words, as a person may see them: short, and without anything personal.

use std::borrow::Cow;

use serde_json::Value;

use super::catalog::{Field, Kind};
use super::trigger::Condition;
use crate::amazon::js;
use crate::{privacy, words};

/// Longer values are cut, in characters.
const LENGTH_LIMIT: usize = 80;

/// Settings whose fixed values name a person.
const PERSONAL: [&str; 4] = ["matching.email", "matching.phone", "match_id.value", "consent.ip.value"];

/// The value of a setting.
pub(super) fn value(field: &Field, value: Option<&Value>) -> Cow<'static, str> {
    let Some(value) = value else { return field.unset.into() };
    match (&field.kind, value) {
        (Kind::Switch, value) => if *value == Value::Bool(true) { "on" } else { "off" }.into(),
        (Kind::Part, _) => "on".into(),
        (Kind::Choice(choices), value) => match choices.iter().find(|choice| *value == choice.value) {
            Some(choice) => choice.label.into(),
            None => js::text(value).into_owned().into(),
        },
        (Kind::Number { .. }, value) => {
            value.as_i64().map(crate::cookie::duration).unwrap_or_default().into()
        }
        (Kind::Value, value) => expression(value, field.path).into(),
        (Kind::Lines(_) | Kind::Sources | Kind::Attributes(_) | Kind::Conditions, value) => {
            match value.as_array().map_or(0, Vec::len) {
                0 => field.unset.into(),
                count => count.to_string().into(),
            }
        }
        (Kind::Name(_), value) if value.as_str() == Some("") => field.unset.into(),
        (Kind::Text | Kind::Name(_), value) => text(&js::text(value)).into(),
    }
}

/// A constant or a template; `name` says what the constant is.
pub(super) fn expression(value: &Value, name: &str) -> String {
    if let Some(template) = value.get("template").and_then(Value::as_str) {
        return text(template.trim());
    }
    let constant = js::text(value.get("constant").unwrap_or(&Value::Null));
    if PERSONAL.contains(&name) && !constant.is_empty() {
        return privacy::hidden(&constant);
    }
    text(&privacy::shown(name, &constant))
}

/// A text as it may be shown.
pub(super) fn text(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    let masked = privacy::mask_text(text);
    match masked.char_indices().nth(LENGTH_LIMIT) {
        Some((end, _)) => format!("{}…", masked.get(..end).unwrap_or_default().trim_end()),
        None => masked.into_owned(),
    }
}

/// A condition, such as `value is more than 10`.
pub(super) fn condition(value: &Value) -> String {
    let condition =
        serde_json::to_vec(value).ok().and_then(|text| serde_json::from_slice::<Condition>(&text).ok());
    condition.map(|condition| text(&condition.told())).unwrap_or_default()
}

/// Conditions that must all hold.
pub(super) fn group(value: &Value) -> String {
    let conditions: Vec<String> = value.as_array().into_iter().flatten().map(condition).collect();
    match conditions.as_slice() {
        [] => "no condition".to_owned(),
        conditions => words::list(&conditions.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}
