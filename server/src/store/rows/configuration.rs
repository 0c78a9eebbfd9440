//! Sources, tags, their drafts and versions.

use serde::Deserialize;
use tag::config::TagConfig;

/// A website or back end that sends events.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub id: String,
    pub name: String,
    pub kind: SourceKind,
    /// Lets its holder write events and nothing else; browsers show it to every visitor. Unique.
    pub write_key: String,
    /// The key before that one, while it still works.
    pub old_key: Option<OldKey>,
    /// Origins (`https://www.shop.example`) whose browsers may send without the key. No two sources share one.
    pub origins: Vec<String>,
    pub created_at: i64,
    /// Counts its changes.
    pub revision: i64,
}

/// A write key that has a successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldKey {
    pub key: String,
    /// From this time on it opens nothing.
    pub ends_at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Website,
    Server,
}

impl SourceKind {
    /// The stable name, as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Server => "server",
        }
    }
}

/// A tag with its draft and, once published, its live version.
#[derive(Clone, Debug, PartialEq)]
pub struct TagRecord {
    pub id: String,
    pub name: String,
    pub draft: TagConfig,
    /// Counts the draft's saves; a save must name the revision it started from.
    pub revision: i64,
    pub created_at: i64,
    pub edited_at: i64,
    /// The user's name at that time.
    pub edited_by: String,
    pub live: Option<Version>,
    /// Since when its deliveries are held.
    pub paused: Option<Mark>,
}

/// When something was done, and the name of who did it at that time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: i64,
    pub by: String,
}

/// A published, immutable configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub id: String,
    pub tag_id: String,
    /// 1, 2, 3 … within the tag.
    pub number: i64,
    /// The tag's name when it was published.
    pub tag_name: String,
    pub config: TagConfig,
    pub published_at: i64,
    pub published_by: String,
    /// Why, in its author's words; may be empty.
    pub note: String,
    /// SHA-256 of the configuration's canonical JSON, in hexadecimal.
    pub content_hash: String,
    /// The version whose content this one brought back.
    pub copy_of: Option<i64>,
}

/// A version in the list, without its configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionItem {
    pub number: i64,
    pub tag_name: String,
    pub published_at: i64,
    pub published_by: String,
    pub note: String,
    /// Absent in versions from before there were hashes.
    pub content_hash: Option<String>,
    pub copy_of: Option<i64>,
    pub live: bool,
}

/// What a publish makes of a draft.
#[derive(Clone, Debug)]
pub struct Publishing<'a> {
    pub tag_id: &'a str,
    /// The draft's, as its author saw it.
    pub revision: i64,
    /// The version that was live when its author looked; `None` does not ask.
    pub live: Option<i64>,
    pub version_id: &'a str,
    pub note: &'a str,
    pub by: &'a str,
    pub now: i64,
}

/// Which version's content comes back.
#[derive(Clone, Debug)]
pub struct RollingBack<'a> {
    pub tag_id: &'a str,
    pub number: i64,
    /// The version that was live when its author looked; `None` does not ask.
    pub live: Option<i64>,
    pub version_id: &'a str,
    pub note: &'a str,
    pub by: &'a str,
    pub now: i64,
}

/// How a save or a publish ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved<T> {
    Done(T),
    /// Somebody saved or published in between.
    Conflict(Box<Clash>),
    NotFound,
}

/// Two edits of one draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// What stands now.
    pub theirs: TagRecord,
    /// What both started from, when it is still known.
    pub base: Option<Draft>,
}

/// Name and configuration, as edited together.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub name: String,
    pub config: TagConfig,
}

/// A tag or source that is deleted and can be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    pub id: String,
    pub name: String,
    pub deleted: Mark,
}

/// How a change ended that names the revision it started from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    Done,
    /// Somebody changed it in between.
    Conflict,
    NotFound,
}

/// What waits for a tag to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub deliveries: i64,
    /// When the oldest of their events was accepted.
    pub oldest: Option<i64>,
}
