//! Reads a file: our own export, the configuration of one tag, or a container of Tag Manager.

use serde_json::Value;

use super::VERSION;
use crate::config::catalog::{self, Kind};
use crate::config::{Problem, TagConfig, path};
use crate::gtm::{self, Remark};

/// How much may be imported at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Tags in it.
    pub tags: usize,
}

impl Default for Limits {
    /// 5 MB and 1,000 tags.
    fn default() -> Self {
        Self { bytes: 5_000_000, tags: 1000 }
    }
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub tags: Vec<ImportedTag>,
    /// About the file itself.
    pub remarks: Vec<Remark>,
}

/// A tag out of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedTag {
    /// Empty when the file does not say it.
    pub name: String,
    /// Its `sources` are names until [`find_sources`](Self::find_sources).
    pub config: TagConfig,
    pub note: Option<String>,
    /// What was left out, or wants a look.
    pub remarks: Vec<Remark>,
}

/// Reads a file.
///
/// # Errors
/// When it is too large, is nothing that can be imported, or holds values that do not fit: all of them at
/// once, with their paths in the file. Settings that are not known are left out with a remark.
pub fn import(text: &str, limits: Limits) -> Result<Import, Vec<Problem>> {
    if text.len() > limits.bytes {
        let size = |bytes: usize| format!("{} MB", bytes.div_ceil(100_000) as f64 / 10.0);
        let message =
            format!("This file has {}; at most {} can be imported.", size(text.len()), size(limits.bytes));
        return Err(problem("limits.bytes", &message, "Export fewer tags at a time."));
    }
    let text = text.trim_start_matches('\u{feff}');
    let file: Value = serde_json::from_str(text).map_err(|error| {
        let message = format!("This is no JSON file: line {} cannot be read.", error.line());
        problem("", &message, OTHERS)
    })?;
    let import = if file.get("sidetag").is_some() {
        ours(&file)?
    } else if ["containerVersion", "container", "tag"].iter().any(|key| file.get(key).is_some()) {
        container(&file)?
    } else if file.as_object().is_some_and(|object| object.keys().any(|key| knows(key))) {
        let (config, remarks) = config(&file, "")?;
        Import { tags: vec![ImportedTag { config, remarks, ..ImportedTag::default() }], remarks: vec![] }
    } else {
        return Err(problem("", "This is a file of another kind.", OTHERS));
    };
    match import.tags.len() {
        0 => Err(problem("tags", "There is no Amazon tag in this file.", OTHERS)),
        count if count > limits.tags => {
            let message = format!("This file has {count} tags; at most {} can be imported.", limits.tags);
            Err(problem("limits.tags", &message, "Export fewer tags at a time."))
        }
        _ => Ok(import),
    }
}

const OTHERS: &str = "Choose an export of Sidetag, or of Google Tag Manager (Admin, then Export container).";

fn problem(path: &str, message: &str, remedy: &str) -> Vec<Problem> {
    vec![Problem { path: path.to_owned(), message: message.to_owned(), remedy: remedy.to_owned() }]
}

fn container(file: &Value) -> Result<Import, Vec<Problem>> {
    let found = gtm::container(file).map_err(|_| problem("", "This is a file of another kind.", OTHERS))?;
    let tag = |gtm::Imported { name, config, remarks }| ImportedTag { name, config, note: None, remarks };
    Ok(Import { tags: found.into_iter().map(tag).collect(), remarks: vec![] })
}

fn ours(file: &Value) -> Result<Import, Vec<Problem>> {
    if file.get("sidetag").and_then(Value::as_u64) != Some(VERSION) {
        let message = "This file comes from another version of Sidetag.";
        return Err(problem("sidetag", message, "Update Sidetag, or export the tags once more."));
    }
    let Some(list) = file.get("tags").and_then(Value::as_array) else {
        return Err(problem("tags", "The list of tags is missing.", OTHERS));
    };
    let (mut tags, mut problems) = (vec![], vec![]);
    for (index, entry) in list.iter().enumerate() {
        let at = format!("tags.{index}.");
        let text = |key| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        match config(entry.get("config").unwrap_or(&Value::Null), &format!("{at}config.")) {
            Ok((config, mut remarks)) => {
                remarks.extend(unknown(entry, &["name", "config", "note"], &at));
                tags.push(ImportedTag {
                    name: text("name").unwrap_or_default(),
                    config,
                    note: text("note"),
                    remarks,
                });
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(Import { tags, remarks: unknown(file, &["sidetag", "tags"], "").collect() })
    } else {
        Err(problems)
    }
}

/// Remarks about keys that nobody knows.
fn unknown<'a>(object: &'a Value, known: &'a [&str], at: &'a str) -> impl Iterator<Item = Remark> + 'a {
    let keys = object.as_object().into_iter().flat_map(|object| object.keys());
    keys.filter(|key| !known.contains(&key.as_str())).map(move |key| left_out(&format!("{at}{key}")))
}

fn left_out(path: &str) -> Remark {
    Remark { subject: path.to_owned(), text: "Sidetag does not know this, so it is left out".to_owned() }
}

/// A configuration without what nobody knows. `at` is where it is in the file, with a dot.
fn config(json: &Value, at: &str) -> Result<(TagConfig, Vec<Remark>), Vec<Problem>> {
    if !json.is_object() {
        let message = "The configuration of the tag is missing.";
        return Err(problem(at.trim_end_matches('.'), message, "Export the tag once more."));
    }
    let mut json = json.clone();
    let mut odd = vec![];
    strip(&mut json, "", &mut odd);
    if let Some(config) = path::config(&json) {
        return Ok((config, odd.iter().map(|path| left_out(&format!("{at}{path}"))).collect()));
    }
    // One by one, to find out what does not fit.
    let mut config = TagConfig::default();
    let mut problems = vec![];
    for field in catalog::fields() {
        let Some(value) = path::at(&json, field.path) else { continue };
        if let Err(mut problem) = path::set(&mut config, field.path, value.clone()) {
            problem.path = format!("{at}{}", problem.path);
            problems.push(problem);
        }
    }
    if problems.is_empty() {
        let message = "This is no configuration of a tag.";
        problems = problem(at.trim_end_matches('.'), message, "Export the tag once more.");
    }
    Err(problems)
}

fn knows(path: &str) -> bool {
    catalog::of(path).is_some_and(|field| catalog::is_within(field.path, path))
}

/// Takes out what nobody knows, and lists it.
fn strip(json: &mut Value, at: &str, odd: &mut Vec<String>) {
    let Value::Object(object) = json else { return };
    object.retain(|key, value| {
        let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        let known = knows(&path);
        match catalog::fields().find(|field| field.path == path).map(|field| &field.kind) {
            _ if !known => odd.push(path),
            None | Some(Kind::Part) => strip(value, &path, odd),
            Some(Kind::Attributes(_)) => rows(value, &path, &["name", "value"], odd),
            Some(Kind::Conditions) => {
                for (index, group) in value.as_array_mut().into_iter().flatten().enumerate() {
                    let keys = ["field", "operator", "value", "not", "ignore_case"];
                    rows(group, &format!("{path}.{index}"), &keys, odd);
                }
            }
            Some(_) => {}
        }
        known
    });
}

fn rows(list: &mut Value, at: &str, known: &[&str], odd: &mut Vec<String>) {
    for (index, row) in list.as_array_mut().into_iter().flatten().enumerate() {
        let Value::Object(row) = row else { continue };
        row.retain(|key, _| {
            let is_known = known.contains(&key.as_str());
            if !is_known {
                odd.push(format!("{at}.{index}.{key}"));
            }
            is_known
        });
    }
}
