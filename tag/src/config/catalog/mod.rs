//! Every setting of a tag once, as data: what it is called, what it means, and when it does nothing.
//!
//! The editor draws it, the API documents it, and differences and audit entries take their words from it.
//! What is wrong with a value is none of its business; [`super::check`] says that.

mod attributes;
mod basics;
mod consent;
mod mending;
mod needs;
mod person;
mod transport;

use std::borrow::Cow;

pub use mending::mends;
pub use needs::Needs;

/// The sections of the form, in their order.
pub static SECTIONS: [Section; 11] = [
    basics::BASICS,
    basics::TRIGGER,
    basics::EVENT_NAME,
    attributes::ATTRIBUTES,
    person::MATCH_ID,
    person::MATCHING,
    consent::CONSENT,
    transport::MEASUREMENT,
    transport::COOKIES,
    transport::DELIVERY,
    transport::LOGGING,
];

/// A part of the form.
#[derive(Debug)]
pub struct Section {
    /// Its place in an address, such as `advanced-matching`.
    pub anchor: &'static str,
    pub label: &'static str,
    /// One sentence under its title.
    pub lead: &'static str,
    pub fields: &'static [Field],
}

/// One setting.
#[derive(Debug)]
pub struct Field {
    /// Where it is in the configuration's JSON: `matching.token_seconds`.
    pub path: &'static str,
    /// The deep link, which never changes: `advanced-matching.token-ttl`. Begins with its section's.
    pub anchor: &'static str,
    pub label: &'static str,
    /// One or two short sentences.
    pub help: &'static str,
    /// Something that could stand here; empty where the choices say enough.
    pub example: &'static str,
    /// What it means that nothing is set.
    pub unset: &'static str,
    pub kind: Kind,
    /// Needed by few; the form folds it away.
    pub advanced: bool,
    /// Without any of these it does nothing; the form then disables it and says why.
    pub needs: &'static [Needs],
}

/// What a setting holds, which decides how it is edited.
#[derive(Debug)]
pub enum Kind {
    Text,
    /// Texts, one to a line, each called so: `tag ID`.
    Lines(&'static str),
    /// Ids of sources.
    Sources,
    Switch,
    Number {
        min: u32,
        max: u32,
        unit: &'static str,
    },
    Choice(&'static [Choice]),
    /// A constant or a template.
    Value,
    /// Rows of a name and a [`Kind::Value`]. Names are one of these, or free where there are none.
    Attributes(&'static [&'static str]),
    /// Groups of conditions.
    Conditions,
    /// One of these names, or in the mode `custom` free text.
    Name(&'static [&'static str]),
    /// Off without a value; on with an object, of which the fields after this one are parts.
    Part,
}

/// One of several values.
#[derive(Debug)]
pub struct Choice {
    /// As the JSON has it.
    pub value: &'static str,
    pub label: &'static str,
    /// What follows from it, in one sentence.
    pub help: &'static str,
}

/// All settings, in the order of the form.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    SECTIONS.iter().flat_map(|section| section.fields)
}

/// The setting that a path leads to or into (`tag_ids.1`), else the first one under it (`consent`).
pub fn of(path: &str) -> Option<&'static Field> {
    let within = |field: &&Field| is_within(path, field.path);
    // `logs.bigquery` holds other fields, so the longest counts.
    let longest = fields().filter(within).max_by_key(|field| field.path.len());
    longest.or_else(|| fields().find(|field| is_within(field.path, path)))
}

/// Whether `path` is `parent` or lies in it.
pub(super) fn is_within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Field {
    /// The section it stands in.
    pub fn section(&self) -> Option<&'static Section> {
        SECTIONS.iter().find(|section| is_within(self.anchor, section.anchor))
    }

    /// Its default, in words.
    pub fn default_words(&self) -> Cow<'static, str> {
        let new = super::path::json(&super::TagConfig::default());
        super::wording::value(self, super::path::at(&new, self.path))
    }

    const fn new(
        path: &'static str,
        anchor: &'static str,
        label: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self { path, anchor, label, help, example: "", unset: "not set", kind, advanced: false, needs: &[] }
    }

    const fn like(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    const fn unset(self, unset: &'static str) -> Self {
        Self { unset, ..self }
    }

    const fn advanced(self) -> Self {
        Self { advanced: true, ..self }
    }

    const fn needs(self, needs: &'static [Needs]) -> Self {
        Self { needs, ..self }
    }
}

impl Choice {
    const fn new(value: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { value, label, help }
    }
}

#[cfg(test)]
mod tests;
