//! What a marketer can configure, and the checked [`Tag`] that comes of it.
//!
//! [`TagConfig`] is the editable form: stable JSON, stored in drafts and versions, and any of its fields may
//! be wrong while somebody types. [`check`] turns it into a [`Tag`] or returns *all* that is wrong at once.

mod check;
mod summary;

pub use check::check;
pub use summary::summary;

use serde::{Deserialize, Serialize};

/// The editable configuration of one tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagConfig {
    /// Amazon tag IDs; each event goes to every one of them. At least one, no two alike.
    #[serde(default)]
    pub tag_ids: Vec<String>,
    /// Which of Amazon's hosts receives the events. Default: North America.
    #[serde(default)]
    pub region: Region,
    /// How the event's name becomes Amazon's. Default: inherit.
    #[serde(default)]
    pub event_name: EventName,
    /// Answer the caller before Amazon has answered. Default: off.
    #[serde(default)]
    pub optimistic: bool,
    /// Ids of the sources whose events this tag takes; empty means every source.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl Default for TagConfig {
    fn default() -> Self {
        Self {
            tag_ids: vec![],
            region: Region::default(),
            event_name: EventName::Inherit { unmapped: Unmapped::Send },
            optimistic: false,
            sources: vec![],
        }
    }
}

/// Amazon's three collection hosts. Amazon's own pages offer only the first two; Japan and Australia belong
/// to North America for tags (unlike for the Events API).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    #[default]
    Na,
    Eu,
    Fe,
}

impl Region {
    /// The region's name in a form or a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Na => "North America",
            Self::Eu => "Europe",
            Self::Fe => "Far East",
        }
    }
}

/// How the event's name becomes Amazon's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredName", into = "StoredName")]
pub enum EventName {
    /// Every event is sent under one of Amazon's eleven names.
    Standard { name: String },
    /// The GA4 name is translated; names without a translation follow `unmapped`.
    Inherit { unmapped: Unmapped },
    /// Every event is sent under a name of the marketer's own.
    Custom { name: String },
}

impl Default for EventName {
    fn default() -> Self {
        Self::Inherit { unmapped: Unmapped::default() }
    }
}

/// An [`EventName`] as JSON: `{"mode": "inherit", "unmapped": "skip"}`, `{"mode": "custom", "name": "Trial"}`.
/// By hand, because serde's own tagged enums make the browser part 5 KB larger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredName {
    mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unmapped: Option<Unmapped>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Standard,
    Inherit,
    Custom,
}

impl TryFrom<StoredName> for EventName {
    type Error = &'static str;

    fn try_from(stored: StoredName) -> Result<Self, Self::Error> {
        match stored {
            StoredName { mode: Mode::Standard, name: Some(name), unmapped: None } => Ok(Self::Standard { name }),
            StoredName { mode: Mode::Custom, name: Some(name), unmapped: None } => Ok(Self::Custom { name }),
            StoredName { mode: Mode::Inherit, name: None, unmapped } => {
                Ok(Self::Inherit { unmapped: unmapped.unwrap_or_default() })
            }
            StoredName { mode: Mode::Inherit, .. } => Err("the mode inherit takes no name"),
            StoredName { .. } => Err("the modes standard and custom take a name and nothing else"),
        }
    }
}

impl From<EventName> for StoredName {
    fn from(event_name: EventName) -> Self {
        match event_name {
            EventName::Standard { name } => Self { mode: Mode::Standard, name: Some(name), unmapped: None },
            EventName::Inherit { unmapped } => Self { mode: Mode::Inherit, name: None, unmapped: Some(unmapped) },
            EventName::Custom { name } => Self { mode: Mode::Custom, name: Some(name), unmapped: None },
        }
    }
}

/// What happens to a GA4 name that Amazon has no name for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmapped {
    /// Send it under its own name; Amazon files it as a custom event.
    #[default]
    Send,
    /// Do not send it, and say so in the trace.
    Skip,
}

/// A configuration that passed [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub(crate) tag_ids: Vec<String>,
    pub(crate) region: Region,
    pub(crate) event_name: EventName,
    pub(crate) optimistic: bool,
    pub(crate) sources: Vec<String>,
}

impl Tag {
    /// Whether the caller is answered before Amazon has answered.
    pub fn optimistic(&self) -> bool {
        self.optimistic
    }

    /// Whether this tag takes events from the source.
    pub fn takes(&self, source_id: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|id| id == source_id)
    }
}

/// Something wrong, or merely odd, in a [`TagConfig`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field, such as `tag_ids.1` or `event_name.name`.
    pub path: String,
    /// What is wrong and what to do, in a marketer's words.
    pub message: String,
}

/// The result of [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The tag, or everything that is wrong.
    pub tag: Result<Tag, Vec<Problem>>,
    /// Odd, but no obstacle.
    pub warnings: Vec<Problem>,
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn the_json_of_a_configuration_is_stable() {
        for (event_name, stored) in [
            (EventName::Standard { name: "Lead".into() }, json!({ "mode": "standard", "name": "Lead" })),
            (EventName::Inherit { unmapped: Unmapped::Skip }, json!({ "mode": "inherit", "unmapped": "skip" })),
            (EventName::Custom { name: String::new() }, json!({ "mode": "custom", "name": "" })),
        ] {
            assert_eq!(to_value(&event_name).unwrap(), stored);
            assert_eq!(from_value::<EventName>(stored).unwrap(), event_name);
        }
        let short = from_value::<EventName>(json!({ "mode": "inherit" })).unwrap();
        assert_eq!(short, EventName::Inherit { unmapped: Unmapped::Send });
    }

    #[test]
    fn what_does_not_belong_to_the_mode_is_refused() {
        for wrong in [
            json!({ "mode": "standard" }),
            json!({ "mode": "standard", "name": "Lead", "unmapped": "skip" }),
            json!({ "mode": "inherit", "name": "Lead" }),
            json!({ "mode": "other", "name": "Lead" }),
            json!({ "mode": "custom", "name": "x", "extra": 1 }),
        ] {
            assert!(from_value::<EventName>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
