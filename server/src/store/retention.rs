//! The store's roles that concern how long things are kept, and what else is set for everybody.

use async_trait::async_trait;

use super::Result;
use super::rows::*;

/// What administrators set.
#[async_trait]
pub trait Preferences {
    /// With their revision.
    async fn settings(&self) -> Result<(Settings, i64)>;
    /// Returns the new revision; `None` when they are no longer at `revision`.
    async fn save_settings(&self, revision: i64, settings: &Settings) -> Result<Option<i64>>;
}

/// Letting go of what is old, a little at a time, so that nobody waits long for the database.
#[async_trait]
pub trait Retention {
    /// Deletes up to `limit` events from before `before` with all that belongs to them, the oldest first. An
    /// event with a delivery on its way stays until that has ended; one whose deliveries are held goes.
    async fn forget_events(&self, before: i64, limit: i64) -> Result<Forgotten>;
    /// Deletes up to `limit` keys of events that are over at `now`; returns how many.
    async fn forget_keys(&self, now: i64, limit: i64) -> Result<u64>;
    /// Deletes tags and sources that were deleted before `before` and that no event refers to; returns how many.
    async fn forget_deleted(&self, before: i64) -> Result<u64>;
}
