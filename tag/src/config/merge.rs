//! Two edits of one configuration become one: for two tabs, or two people.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalog::{self, Field, Kind};
use super::{TagConfig, path, wording};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// With everything that only one side changed, and *mine* where both did.
    pub config: TagConfig,
    /// Settings that both sides changed, each in another way. `set` with a side's value takes that side.
    pub conflicts: Vec<Conflict>,
}

/// A setting, or a group of them that hangs on one mode (`trigger`), that both sides changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    pub path: String,
    pub label: String,
    pub base: Side,
    pub mine: Side,
    pub theirs: Side,
}

/// A value and its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// `null` when nothing is set.
    pub value: Value,
    pub words: String,
}

/// Merges what two sides made of `base`.
pub fn merge(base: &TagConfig, mine: &TagConfig, theirs: &TagConfig) -> Merged {
    let sides = [base, mine, theirs].map(path::json);
    let [base_json, mine_json, theirs_json] = &sides;
    let mut merged = theirs_json.clone();
    let mut conflicts = vec![];
    for field in catalog::fields() {
        let Some(unit) = unit(field, &sides) else { continue };
        let values = [base_json, mine_json, theirs_json].map(|side| path::at(side, unit));
        let [base, mine, theirs] = values;
        if mine == theirs || mine == base {
            continue;
        }
        path::put(&mut merged, unit, mine.cloned().unwrap_or_default());
        if theirs != base {
            let [base, mine, theirs] = values.map(|value| Side {
                value: value.cloned().unwrap_or_default(),
                words: words(field, unit, value),
            });
            let label = if unit == field.path {
                Some(field.label)
            } else {
                field.section().map(|section| section.label)
            };
            conflicts.push(Conflict {
                path: unit.to_owned(),
                label: label.unwrap_or_default().to_owned(),
                base,
                mine,
                theirs,
            });
        }
    }
    // Each part comes from a configuration, and so does what they make together.
    Merged { config: path::config(&merged).unwrap_or_else(|| mine.clone()), conflicts }
}

/// What is taken from one side as a whole: the setting, or the group that hangs on it where the sides are in
/// different modes. `None` when another setting stands for this one.
fn unit(field: &Field, sides: &[Value; 3]) -> Option<&'static str> {
    let Some((group, mode)) = path::mode(field) else { return Some(field.path) };
    let modes = sides.each_ref().map(|side| match path::at(side, mode) {
        Some(Value::Object(_)) => Some(&Value::Null),
        other => other,
    });
    let same = modes.windows(2).all(|pair| matches!(pair, [one, other] if one == other));
    match (same, field.path == mode) {
        (false, true) => Some(group),
        (false, false) => None,
        // A part that all sides have consists of its fields.
        (true, _) => (!matches!(field.kind, Kind::Part)).then_some(field.path),
    }
}

/// A value in words; a list element by element.
fn words(field: &Field, unit: &'static str, value: Option<&Value>) -> String {
    let Some(value) = value else { return field.unset.to_owned() };
    if unit != field.path {
        let parts = catalog::fields().filter(|part| catalog::is_within(part.path, unit));
        let parts = parts.filter_map(|part| {
            let inner = path::at(value, part.path.strip_prefix(unit)?.strip_prefix('.')?)?;
            Some(words(part, part.path, Some(inner)))
        });
        return parts.collect::<Vec<_>>().join("; ");
    }
    let list = |each: &dyn Fn(&Value) -> String| {
        let all: Vec<String> = value.as_array().into_iter().flatten().map(each).collect();
        if all.is_empty() { field.unset.to_owned() } else { all.join(", ") }
    };
    match field.kind {
        Kind::Lines(_) | Kind::Sources => list(&|text| wording::text(text.as_str().unwrap_or_default())),
        Kind::Attributes(_) => list(&|row| {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            let value = row.get("value").map(|value| wording::expression(value, name)).unwrap_or_default();
            format!("{}: {value}", wording::text(name))
        }),
        Kind::Conditions => list(&wording::group),
        _ => wording::value(field, Some(value)).into_owned(),
    }
}

#[cfg(test)]
mod tests;
