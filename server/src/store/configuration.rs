//! The store's roles that concern what is configured.

use async_trait::async_trait;
use tag::config::TagConfig;

use super::Result;
use super::rows::*;

/// Sources, tags and their drafts. What is deleted is not there, but for [`Stopping`].
#[async_trait]
pub trait Configuration {
    /// By name.
    async fn sources(&self) -> Result<Vec<Source>>;
    async fn source(&self, id: &str) -> Result<Option<Source>>;
    /// Origins are kept in lower case and once each. [`StoreError::OriginTaken`](super::StoreError::OriginTaken)
    /// when another source has one.
    async fn create_source(&self, source: &Source) -> Result<()>;
    /// Changes name and origins, as [`create_source`](Self::create_source) would set them, if the source is
    /// still at `revision`; without one, whatever it is at.
    async fn update_source(
        &self,
        id: &str,
        revision: Option<i64>,
        name: &str,
        origins: &[String],
    ) -> Result<Edited>;
    /// Gives the source a new key. The current one goes on working until `old_ends_at`, any earlier one ends now.
    async fn renew_key(&self, id: &str, key: &str, old_ends_at: i64) -> Result<bool>;

    /// By name, with their live versions.
    async fn tags(&self) -> Result<Vec<TagRecord>>;
    async fn tag(&self, id: &str) -> Result<Option<TagRecord>>;
    /// `live` and `paused` are not stored: only publishing makes a tag live, and only pausing pauses it.
    async fn create_tag(&self, tag: &TagRecord) -> Result<()>;
    /// Saves name and draft if the stored revision is still `revision`, or if they are what is stored already.
    async fn save_draft(
        &self,
        id: &str,
        revision: i64,
        name: &str,
        draft: &TagConfig,
        by: &str,
        now: i64,
    ) -> Result<Saved<TagRecord>>;
    /// Creates some tags and saves the drafts of others, all or none. What is to be saved names the revision
    /// that its tag must still be at.
    async fn import(&self, create: &[TagRecord], save: &[TagRecord]) -> Result<Saved<()>>;
    /// The live version of each tag.
    async fn published(&self) -> Result<Vec<Version>>;
    /// Grows with every change to sources and published tags, so that each process knows when to reload.
    async fn configuration_revision(&self) -> Result<i64>;
}

/// What was published, and publishing.
#[async_trait]
pub trait Versions {
    /// Newest first, those with numbers below `before`.
    async fn versions(&self, tag_id: &str, before: Option<i64>, limit: i64) -> Result<Vec<VersionItem>>;
    async fn version(&self, tag_id: &str, number: i64) -> Result<Option<Version>>;
    /// Makes the draft of exactly that revision the live version with the next number.
    async fn publish(&self, publishing: Publishing<'_>) -> Result<Saved<Version>>;
    /// Publishes the content of an earlier version once more, under the next number. A draft that held no
    /// changes of its own follows.
    async fn roll_back(&self, rolling_back: RollingBack<'_>) -> Result<Saved<Version>>;
}

/// Pausing and deleting, and undoing it. `by` is a name. Each says whether there was something to do.
#[async_trait]
pub trait Stopping {
    /// From now on nothing is sent for the tag; what would be is held.
    async fn pause_tag(&self, id: &str, by: &str, now: i64) -> Result<bool>;
    /// What was held goes out once [`Deliveries::release`](super::Deliveries::release) finds it.
    async fn resume_tag(&self, id: &str) -> Result<bool>;
    /// Takes the tag out of use and out of every list. What was accepted for it is held.
    async fn delete_tag(&self, id: &str, by: &str, now: i64) -> Result<bool>;
    /// Brings back a tag deleted at or after `since`, as it was.
    async fn restore_tag(&self, id: &str, since: i64) -> Result<bool>;
    /// Those that can be restored, the latest deleted first.
    async fn deleted_tags(&self, since: i64) -> Result<Vec<Deleted>>;

    /// Its keys and origins open nothing any more; others may take its origins.
    async fn delete_source(&self, id: &str, by: &str, now: i64) -> Result<bool>;
    /// [`StoreError::OriginTaken`](super::StoreError::OriginTaken) when another source has one of its origins
    /// by now.
    async fn restore_source(&self, id: &str, since: i64) -> Result<bool>;
    async fn deleted_sources(&self, since: i64) -> Result<Vec<Deleted>>;
}
