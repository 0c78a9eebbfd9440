//! What crosses the port: never stored rows. Times are Unix milliseconds.

use serde::{Deserialize, Serialize};
use tag::config::{Change, Problem, Region, TagConfig};
use tag::gtm::Remark;
use tag::outcome::Outcome;

use crate::views::{LiveRow, SourceKind};

/// When something was done, and the name of who did it at that time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: i64,
    pub by: String,
}

/// A tag with where it stands, without its configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TagDetails {
    pub id: String,
    pub name: String,
    /// One plain sentence about the draft.
    pub summary: String,
    pub created_at: i64,
    /// The draft's.
    pub revision: i64,
    pub edited: Mark,
    pub live: Option<VersionItem>,
    /// The draft differs from the live version.
    pub changed: bool,
    pub paused: Option<Mark>,
    /// What waits for the tag to go on. Counted for one tag, not in lists.
    pub held: Option<Held>,
}

/// What is held while a tag is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub deliveries: u64,
    /// When the oldest of their events was accepted.
    pub oldest: Option<i64>,
    /// When that event is deleted because it is old, and what is held of it lapses.
    pub lapses_at: Option<i64>,
}

/// Name and configuration, as edited together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub name: String,
    pub config: TagConfig,
}

/// A draft as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    pub edition: Edition,
    /// A save names the revision it started from.
    pub revision: i64,
    pub edited: Mark,
    /// What still keeps it from being published.
    pub problems: Vec<Problem>,
    /// Odd, but no obstacle.
    pub warnings: Vec<Problem>,
}

/// How a save ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SavedDraft {
    /// At this revision.
    Saved(i64),
    /// Nothing was changed, for somebody else saved in between.
    Clash(Box<DraftClash>),
}

/// Two edits that began at the same draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftClash {
    pub mine: Edition,
    pub theirs: DraftView,
    /// What both began with, when it is still known: for about a day.
    pub base: Option<Edition>,
}

/// A version in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionItem {
    pub number: i64,
    /// The tag's name at that time.
    pub name: String,
    pub published: Mark,
    /// Why, in its author's words; may be empty.
    pub note: String,
    /// SHA-256 of the configuration; equal exactly when the content is. Absent in very old versions.
    pub content_hash: Option<String>,
    /// The version whose content this one brought back.
    pub copy_of: Option<i64>,
    pub live: bool,
}

/// Versions, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionsPage {
    pub versions: Vec<VersionItem>,
    /// There are older ones.
    pub more: bool,
}

/// A version with its configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionView {
    pub item: VersionItem,
    pub config: TagConfig,
}

/// What can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    Draft,
    /// What runs now.
    Live,
    Version(i64),
}

impl Which {
    /// `draft`, `live`, or a version's number.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "draft" => Some(Self::Draft),
            "live" => Some(Self::Live),
            number => number.parse().ok().map(Self::Version),
        }
    }
}

/// Two states of a tag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub from: Edition,
    pub to: Edition,
    /// What changes between the two configurations, in words.
    pub changes: Vec<Change>,
    pub same: bool,
}

/// What is asked for with a publish or a roll-back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release<'a> {
    /// The number of the version that was live when its author looked; `None` does not ask.
    pub live: Option<i64>,
    /// Why; may be empty.
    pub note: &'a str,
    /// The tag's name as its author typed it, to confirm a change that could do harm.
    pub confirmed_name: Option<&'a str>,
}

/// A source with what only those who manage it need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceDetails {
    pub id: String,
    pub name: String,
    pub kind: SourceKind,
    pub origins: Vec<String>,
    pub write_key: String,
    /// Until when the key before that one goes on working.
    pub old_key_ends_at: Option<i64>,
    pub created_at: i64,
    pub revision: i64,
}

/// Something deleted that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedItem {
    pub id: String,
    pub name: String,
    pub deleted: Mark,
    pub restorable_until: i64,
}

/// What administrators set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Days for which events and all that belongs to them are kept.
    pub events_days: u32,
    /// Days for which a deleted tag or source can be restored.
    pub deleted_days: u32,
    /// Hours for which an old write key goes on working beside its successor.
    pub key_overlap_hours: u32,
    /// Where new tags send to.
    pub region: Region,
}

/// The settings, and what is fixed in the server's own file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    pub settings: Settings,
    pub revision: i64,
    pub limits: Vec<Limit>,
}

/// A limit, to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// As in the server's file, such as `ingest.limits.events`.
    pub name: String,
    pub value: u64,
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    pub tags: Vec<ImportedTag>,
    /// About the file itself.
    pub remarks: Vec<Remark>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedTag {
    pub id: String,
    pub deed: ImportDeed,
    /// The draft before; `None` for a new tag.
    pub before: Option<Edition>,
    pub after: Edition,
    /// What became of the draft, in words.
    pub changes: Vec<Change>,
    /// What keeps the new draft from being published.
    pub problems: Vec<Problem>,
    /// What was left out, or wants a look.
    pub remarks: Vec<Remark>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportDeed {
    Created,
    /// The draft of the tag of that name was replaced.
    Replaced,
    /// It is as it was.
    Unchanged,
}

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub outcome: Option<Outcome>,
    pub source_id: Option<String>,
    pub tag_id: Option<String>,
    /// Older than this row, newest first.
    pub before: Option<String>,
    /// Newer than this row, oldest first.
    pub after: Option<String>,
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventsPage {
    pub rows: Vec<LiveRow>,
    pub more: bool,
}
