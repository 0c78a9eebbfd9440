//! What administrators set for everybody.

use serde::{Deserialize, Serialize};
use tag::config::Region;

/// What is not stored has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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

impl Default for Settings {
    fn default() -> Self {
        Self { events_days: 30, deleted_days: 30, key_overlap_hours: 168, region: Region::default() }
    }
}

/// What a retention run took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub events: u64,
    /// Deliveries among them that were held and never sent.
    pub held: u64,
}
