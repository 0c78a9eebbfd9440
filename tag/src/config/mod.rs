//! What a marketer can configure, and the checked [`Tag`] that comes of it.
//!
//! [`TagConfig`] is the editable form: stable JSON, stored in drafts and versions, and any of its fields may
//! be wrong while somebody types. [`check`] turns it into a [`Tag`] or returns *all* that is wrong at once.

pub mod attributes;
pub mod catalog;
pub mod consent;
pub mod cookies;
pub mod exchange;
pub mod expression;
pub mod logs;
pub mod matching;
pub mod name;
pub mod path;
pub mod presets;
pub mod trigger;

mod check;
mod diff;
mod merge;
mod reader;
mod report;
mod summary;
mod wording;

pub use attributes::Attributes;
pub use check::check;
pub use consent::Consent;
pub use cookies::{ArefSource, CookieSync, Cookies, Measurement, Pruning};
pub use diff::{Change, How, Weight, diff, diff_with, needs_typed_name};
pub use expression::Expression;
pub use logs::{BigQuery, Console, Logs};
pub use matching::{MatchId, Matching};
pub use merge::{Conflict, Merged, Side, merge};
pub use name::{EventName, Unmapped};
pub use path::{get, set};
pub use summary::{summary, summary_of_changes, summary_with};
pub use trigger::Trigger;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::value::Compiled;

/// The editable configuration of one tag.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct TagConfig {
    /// Amazon tag IDs; each event goes to every one of them. At least one, no two alike.
    #[serde(default)]
    pub tag_ids: Vec<String>,
    /// Which of Amazon's hosts receives the events. Default: North America.
    #[serde(default)]
    pub region: Region,
    /// Which events the tag runs for. Default: all.
    #[serde(default)]
    pub trigger: Trigger,
    /// How the event's name becomes Amazon's. Default: inherit.
    #[serde(default)]
    pub event_name: EventName,
    /// What the event tells Amazon besides its name. Default: what Amazon's own GA4 map takes from an event.
    #[serde(default)]
    pub attributes: Attributes,
    /// The advertiser's own id of a customer. Default: the event's `user_id`.
    #[serde(default)]
    pub match_id: MatchId,
    /// Advanced matching with hashed e-mail and phone. Default: off.
    #[serde(default)]
    pub matching: Matching,
    /// When the tag may run, and which consent it passes on. Default: run always, pass on what arrives.
    #[serde(default)]
    pub consent: Consent,
    /// Amazon's measurement tokens (`aref`). Default: kept in a cookie.
    #[serde(default)]
    pub measurement: Measurement,
    /// Where the tag's cookies belong. Default: the site's registrable domain, not readable by scripts.
    #[serde(default)]
    pub cookies: Cookies,
    /// What follows when Amazon answers with a redirect for its own cookie. Default: auto.
    #[serde(default)]
    pub cookie_sync: CookieSync,
    /// Answer the caller before Amazon has answered. Default: off.
    #[serde(default)]
    pub optimistic: bool,
    /// What is logged outside Sidetag. Default: nothing.
    #[serde(default)]
    pub logs: Logs,
    /// Ids of the sources whose events this tag takes; empty means every source.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl Serialize for TagConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for TagConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(reader::Reader(Value::deserialize(deserializer)?)).map_err(de::Error::custom)
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

/// Finds the name of a source by its id, which is all that a configuration holds.
pub type SourceNames<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A configuration that passed [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub(crate) tag_ids: Vec<String>,
    pub(crate) region: Region,
    pub(crate) trigger: crate::trigger::Trigger,
    pub(crate) event_name: EventName,
    pub(crate) attributes: Attributes<Compiled>,
    pub(crate) match_id: MatchId<Compiled>,
    pub(crate) matching: Matching<Compiled>,
    pub(crate) consent: Consent<Compiled>,
    pub(crate) measurement: Measurement,
    pub(crate) cookies: Cookies,
    pub(crate) cookie_sync: CookieSync,
    pub(crate) optimistic: bool,
    pub(crate) logs: Logs,
    pub(crate) sources: Vec<String>,
}

impl Tag {
    /// Whether the caller is answered before Amazon has answered.
    pub fn optimistic(&self) -> bool {
        self.optimistic
    }

    /// What it logs outside Sidetag.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }
}

/// Something wrong, or merely odd, in a [`TagConfig`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field, such as `tag_ids.1` or `event_name.name`.
    pub path: String,
    /// What is wrong, in a marketer's words.
    pub message: String,
    /// What to do about it; empty when the message says it.
    #[serde(default)]
    pub remedy: String,
}

impl Problem {
    /// Both as one text.
    pub fn text(&self) -> String {
        let Self { message, remedy, .. } = self;
        if remedy.is_empty() { message.clone() } else { format!("{message} {remedy}") }
    }
}

/// The result of [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The tag, or everything that is wrong.
    pub tag: Result<Tag, Vec<Problem>>,
    /// Odd, but no obstacle.
    pub warnings: Vec<Problem>,
}
