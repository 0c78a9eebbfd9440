//! What changes between two configurations, in words: for the publish dialog, the list of versions and the
//! audit log.

mod consent;
mod lists;
mod purchases;
mod sample;
mod weight;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalog::{self, Field, Kind};
use super::{SourceNames, TagConfig, path, wording};
pub use weight::{Weight, needs_typed_name};

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The setting, or the element of a list in the configuration that holds it. Several changes can share one.
    pub path: String,
    /// The section's label.
    pub section: String,
    /// The setting's label, or the name of an attribute.
    pub label: String,
    pub how: How,
    /// In words, such as `off`, `not set` or `{{ event.user_id }}`.
    pub before: String,
    pub after: String,
    /// The change by itself: `Region changed from “Europe” to “North America”.`
    pub sentence: String,
    /// What follows from it; empty where the sentence says enough.
    pub consequence: String,
    pub weight: Weight,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Added,
    Changed,
    Removed,
}

/// The changes in the order of the form. None when both mean the same.
pub fn diff(old: &TagConfig, new: &TagConfig) -> Vec<Change> {
    diff_with(old, new, &|_| None)
}

/// The same with names for sources.
pub fn diff_with(old: &TagConfig, new: &TagConfig, sources: SourceNames<'_>) -> Vec<Change> {
    let (from, to) = (path::json(old), path::json(new));
    let standard = path::json(&TagConfig::default());
    let mut changes = vec![];
    for field in catalog::fields() {
        let (before, after) = (path::at(&from, field.path), path::at(&to, field.path));
        // What changed inside a part is told by its fields.
        let inside = matches!(field.kind, Kind::Part) && before.is_some() && after.is_some();
        if before == after || inside {
            continue;
        }
        // It comes or goes with the mode, which is a change of its own.
        let empty = |value: &Value| *value == "" || Some(value) == path::at(&standard, field.path);
        let goes = field.off(&to).is_some();
        let comes = field.off(&from).is_some() && after.is_some_and(empty);
        if path::is_of_mode(field) && (goes || comes) {
            continue;
        }
        match field.kind {
            Kind::Lines(item) => lists::texts(field, item, [before, after], &wording::text, &mut changes),
            Kind::Sources => {
                let name = |id: &str| wording::text(&sources(id).unwrap_or_else(|| id.to_owned()));
                lists::texts(field, "source", [before, after], &name, &mut changes);
            }
            Kind::Attributes(_) => lists::attributes(field, [before, after], &mut changes),
            Kind::Conditions => lists::conditions(field, [before, after], &mut changes),
            _ => changes.push(single(field, before, after)),
        }
    }
    weight::weigh(&mut changes, old, new);
    changes
}

fn single(field: &Field, before: Option<&Value>, after: Option<&Value>) -> Change {
    let label = field.label;
    let words = [before, after].map(|value| wording::value(field, value).into_owned());
    let [from, to] = words.each_ref().map(|words| match field.kind {
        Kind::Choice(_) | Kind::Text | Kind::Name(_) => format!("“{words}”"),
        _ => words.clone(),
    });
    let sentence = match (&field.kind, before, after) {
        (Kind::Switch | Kind::Part, ..) => format!("{label} is now {to}."),
        (_, None, _) => format!("{label} is now {to}."),
        (_, _, None) => format!("{label} is no longer set; it was {from}."),
        _ => format!("{label} changed from {from} to {to}."),
    };
    let consequence = match &field.kind {
        Kind::Choice(choices) => choices
            .iter()
            .find(|choice| after.is_some_and(|after| *after == choice.value))
            .map(|choice| choice.help),
        _ => None,
    };
    let how = match (before, after) {
        (None, _) => How::Added,
        (_, None) => How::Removed,
        _ => How::Changed,
    };
    let [before, after] = words;
    Change { how, before, after, sentence, ..Change::of(field, consequence.unwrap_or_default()) }
}

impl Change {
    fn of(field: &Field, consequence: &str) -> Self {
        Self {
            path: field.path.to_owned(),
            section: field.section().map(|section| section.label.to_owned()).unwrap_or_default(),
            label: field.label.to_owned(),
            how: How::Changed,
            before: field.unset.to_owned(),
            after: field.unset.to_owned(),
            sentence: String::new(),
            consequence: consequence.to_owned(),
            weight: Weight::Plain,
        }
    }
}

#[cfg(test)]
mod tests;
