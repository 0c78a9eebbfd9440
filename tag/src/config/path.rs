//! Settings by their path, through the configuration's JSON: `tag_ids.1`, `matching.token_seconds`.

use serde_json::{Map, Value};

use super::catalog::{self, Field, Kind};
use super::{Problem, TagConfig};

/// A configuration as JSON. By way of text, which the browser part can do anyway.
pub fn json(config: &TagConfig) -> Value {
    // It holds nothing that JSON could not.
    let text = serde_json::to_vec(config).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The configuration that JSON describes, if it is one.
pub(super) fn config(json: &Value) -> Option<TagConfig> {
    serde_json::from_slice(&serde_json::to_vec(json).ok()?).ok()
}

/// The value of a setting, or of a part of one; `None` when it is not set.
pub fn get(config: &TagConfig, path: &str) -> Option<Value> {
    at(&json(config), path).cloned()
}

/// Sets it; `null` takes it away or back to its default. A list takes one more element at its end.
///
/// What belongs to another mode goes with the mode: after `trigger.on` is set to `all`, there are no names.
///
/// # Errors
/// When there is no such setting, when it does not exist in this mode, or when the value does not fit. The
/// configuration is then as it was.
pub fn set(config: &mut TagConfig, path: &str, value: Value) -> Result<(), Problem> {
    let problem = |message: &str, remedy: String| {
        Err(Problem { path: path.to_owned(), message: message.to_owned(), remedy })
    };
    let nothing = || problem("There is no such setting.", "Check how its name is written.".to_owned());
    let Some(field) = catalog::of(path) else { return nothing() };
    let mut json = json(config);
    let group = mode(field).filter(|(_, mode)| *mode == path);
    let absent = !value.is_null() && is_of_mode(field) && catalog::is_within(path, field.path);
    if let Some(needs) = field.off(&json).filter(|_| absent) {
        let first = catalog::of(needs.path).map(|field| field.label).unwrap_or_default();
        return problem(needs.reason, format!("Change “{first}” first."));
    }
    // Without its mode, a group is what it is by default.
    let place = group.filter(|_| value.is_null()).map_or(path, |(group, _)| group);
    if put(&mut json, place, value).is_none() {
        return nothing();
    }
    if let Some((_, mode)) = group {
        follow(&mut json, mode);
    }
    match self::config(&json) {
        Some(changed) => {
            *config = changed;
            Ok(())
        }
        None => problem("This does not fit here.", remedy(field)),
    }
}

/// Groups of settings, and the one among them that decides which of the others exist.
const MODES: [(&str, &str); 3] =
    [("trigger", "trigger.on"), ("event_name", "event_name.mode"), ("logs.bigquery", "logs.bigquery")];

/// The group that a setting belongs to, and the setting that decides about it.
pub(super) fn mode(field: &Field) -> Option<(&'static str, &'static str)> {
    MODES.into_iter().find(|(group, _)| catalog::is_within(field.path, group))
}

/// Whether it exists in some modes only.
pub(super) fn is_of_mode(field: &Field) -> bool {
    mode(field).is_some_and(|(_, mode)| mode != field.path)
}

/// Takes away what does not exist in the new mode, and adds what must.
fn follow(json: &mut Value, mode: &str) {
    let fields = || catalog::fields().filter(|field| field.needs.iter().any(|needs| needs.path == mode));
    let off: Vec<&Field> = fields().filter(|field| field.off(json).is_some()).collect();
    for field in off {
        put(json, field.path, Value::Null);
    }
    for field in fields().filter(|field| matches!(field.kind, Kind::Name(_))) {
        if field.off(json).is_none() && at(json, field.path).is_none() {
            put(json, field.path, "".into());
        }
    }
}

/// The value at a path.
pub(super) fn at<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(json, |value, key| match value {
        Value::Object(object) => object.get(key),
        Value::Array(list) => list.get(index(key)?),
        _ => None,
    })
}

/// Puts a value there, or takes away what is there for `null`. `None` when nothing can be there.
pub(super) fn put(json: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parents, last) = path.rsplit_once('.').map_or((None, path), |(parents, last)| (Some(parents), last));
    let keys = || parents.into_iter().flat_map(|parents| parents.split('.'));
    let mut holder = json;
    for (key, next) in keys().zip(keys().skip(1).chain([last])) {
        holder = match holder {
            Value::Object(object) => {
                if !object.contains_key(key) {
                    let empty = match index(next) {
                        _ if value.is_null() => return Some(()),
                        // An empty list is not stored, so that there may be none to add to.
                        Some(_) => Value::Array(vec![]),
                        None => Value::Object(Map::new()),
                    };
                    object.insert(key.to_owned(), empty);
                }
                object.get_mut(key)?
            }
            Value::Array(list) => list.get_mut(index(key)?)?,
            _ => return None,
        };
    }
    match holder {
        Value::Object(object) if value.is_null() => {
            object.remove(last);
        }
        Value::Object(object) => {
            object.insert(last.to_owned(), value);
        }
        Value::Array(list) => {
            let index = index(last).filter(|index| *index <= list.len())?;
            match (index < list.len(), value) {
                (true, Value::Null) => drop(list.remove(index)),
                (true, value) => *list.get_mut(index)? = value,
                (false, Value::Null) => return None,
                (false, value) => list.push(value),
            }
        }
        _ => return None,
    }
    Some(())
}

fn index(key: &str) -> Option<usize> {
    key.parse().ok()
}

/// What would fit, for whoever writes JSON.
fn remedy(field: &Field) -> String {
    match &field.kind {
        Kind::Switch => "Use true or false.".to_owned(),
        Kind::Text | Kind::Name(_) => "Use a text.".to_owned(),
        Kind::Lines(_) | Kind::Sources => "Use a list of texts.".to_owned(),
        Kind::Number { min, max, .. } => format!("Use a whole number from {min} to {max}."),
        Kind::Choice(choices) => {
            let values: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
            format!("Use one of {}.", values.join(", "))
        }
        Kind::Value => r#"Use {"constant": …} or {"template": "…"}."#.to_owned(),
        Kind::Attributes(_) => r#"Use a list of {"name": "…", "value": …}."#.to_owned(),
        Kind::Conditions => {
            r#"Use a list of lists of {"field": "…", "operator": "…", "value": "…"}."#.to_owned()
        }
        Kind::Part => "Use an object, or null to switch it off.".to_owned(),
    }
}

#[cfg(test)]
mod tests;
