//! Several changes in one sentence: `Consent is now needed to run; two attributes added.`

use crate::config::catalog::{self, Field, Kind};
use crate::config::diff::{Change, How, Weight};
use crate::words;

/// More than this are counted.
const SHOWN: usize = 3;

/// The changes in one sentence, the heaviest first.
pub fn summary_of_changes(changes: &[Change]) -> String {
    let of_weight = |weight| changes.iter().filter(move |change| change.weight == weight);
    let sorted: Vec<&Change> = Weight::ALL.into_iter().flat_map(of_weight).collect();
    // What is said, and of how many changes.
    let mut said: Vec<(String, usize)> = vec![];
    let mut counted: Vec<(&str, How)> = vec![];
    for change in &sorted {
        let field = catalog::of(&change.path);
        match field.and_then(item) {
            None => said.push((single(field, change), 1)),
            Some(item) if !counted.contains(&(item, change.how)) => {
                counted.push((item, change.how));
                let same = |other: &&&Change| {
                    other.how == change.how && catalog::of(&other.path).and_then(self::item) == Some(item)
                };
                let count = sorted.iter().filter(same).count();
                let ending = if count == 1 { "" } else { "s" };
                said.push((format!("{} {item}{ending} {}", words::cardinal(count), verb(change.how)), count));
            }
            Some(_) => {}
        }
    }
    let rest: usize = said.iter().skip(SHOWN).map(|(_, count)| count).sum();
    let mut parts: Vec<String> = said.into_iter().take(SHOWN).map(|(text, _)| text).collect();
    match rest {
        0 => {}
        1 => parts.push("one more change".to_owned()),
        rest => parts.push(format!("{} more changes", words::cardinal(rest))),
    }
    if parts.is_empty() {
        return "Nothing changed.".to_owned();
    }
    format!("{}.", super::upper(&parts.join("; ")))
}

/// What an element of a list is called.
fn item(field: &Field) -> Option<&'static str> {
    match field.kind {
        Kind::Lines(item) => Some(item),
        Kind::Sources => Some("source"),
        Kind::Attributes(_) => Some("attribute"),
        Kind::Conditions if field.path == "trigger.except" => Some("exception"),
        Kind::Conditions => Some("condition"),
        _ => None,
    }
}

fn verb(how: How) -> &'static str {
    match how {
        How::Added => "added",
        How::Changed => "changed",
        How::Removed => "removed",
    }
}

fn single(field: Option<&Field>, change: &Change) -> String {
    let Change { path, label, before, after, .. } = change;
    let choice = matches!(field, Some(Field { kind: Kind::Choice(_), .. }));
    match path.as_str() {
        "consent.gate" if after == "None" => "consent is no longer needed to run".to_owned(),
        "consent.gate" if before == "None" => "consent is now needed to run".to_owned(),
        "region" => format!("the region is now {after}"),
        _ if choice => format!("“{label}” is now “{after}”"),
        _ => format!("{} is now {after}", lower(label)),
    }
}

/// Small at the beginning, unless it is a name or an abbreviation: `BigQuery`, `TCF`, `E-mail`.
fn lower(label: &str) -> String {
    let word = label.split(' ').next().unwrap_or_default();
    let mut characters = label.chars();
    match characters.next() {
        Some(first) if word.chars().skip(1).all(char::is_lowercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => label.to_owned(),
    }
}
