//! The part of the port that concerns what is configured. Whoever changes something leaves a trace in the same
//! transaction; whoever only rehearses changes nothing and leaves none.

use async_trait::async_trait;
use tag::config::TagConfig;

use super::views::*;
use crate::error::UiError;
use crate::guard::{Admin, Editor, Publisher, Viewer};
use crate::views::SourceKind;

type Result<T> = std::result::Result<T, UiError>;

#[async_trait]
pub trait Configuration: Send + Sync {
    // Drafts.

    async fn tag_list(&self, viewer: &Viewer) -> Result<Vec<TagDetails>>;
    async fn tag_details(&self, viewer: &Viewer, id: &str) -> Result<TagDetails>;
    /// Creates a tag with a draft; without one, with an empty one for the region that the settings name.
    async fn add_tag(&self, editor: &Editor, name: &str, config: Option<TagConfig>) -> Result<TagDetails>;
    async fn draft(&self, viewer: &Viewer, id: &str) -> Result<DraftView>;
    /// Saves the draft if it still is at `revision`, or if nothing would change.
    async fn save_draft(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        edition: Edition,
    ) -> Result<SavedDraft>;
    async fn rename_tag(&self, editor: &Editor, id: &str, revision: i64, name: &str) -> Result<SavedDraft>;
    /// Back to what is live. Returns the new revision.
    async fn discard_draft(&self, editor: &Editor, id: &str, revision: i64) -> Result<i64>;
    /// Takes an earlier version's content as the draft. Returns the new revision.
    async fn restore_as_draft(&self, editor: &Editor, id: &str, revision: i64, number: i64) -> Result<i64>;

    // Versions.

    /// Those with numbers below `before`.
    async fn versions(
        &self,
        viewer: &Viewer,
        id: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<VersionsPage>;
    async fn version(&self, viewer: &Viewer, id: &str, number: i64) -> Result<VersionView>;
    async fn compare(&self, viewer: &Viewer, id: &str, from: Which, to: Which) -> Result<Comparison>;
    /// Makes the draft at `revision` live.
    async fn publish(
        &self,
        publisher: &Publisher,
        id: &str,
        revision: i64,
        release: Release<'_>,
    ) -> Result<VersionItem>;
    /// Makes an earlier version's content live, as a new version. A draft without changes of its own follows.
    async fn roll_back(
        &self,
        publisher: &Publisher,
        id: &str,
        number: i64,
        release: Release<'_>,
    ) -> Result<VersionItem>;

    // Stopping. Each is done once: a repeat finds it done.

    async fn pause_tag(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn resume_tag(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn delete_tag(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn restore_tag(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn deleted_tags(&self, viewer: &Viewer) -> Result<Vec<DeletedItem>>;

    // Sources.

    async fn source_list(&self, viewer: &Viewer) -> Result<Vec<SourceDetails>>;
    async fn source_details(&self, viewer: &Viewer, id: &str) -> Result<SourceDetails>;
    async fn add_source(
        &self,
        publisher: &Publisher,
        name: &str,
        kind: SourceKind,
        origins: &str,
    ) -> Result<SourceDetails>;
    /// If the source is still at `revision`; without one, whatever it is at.
    async fn change_source(
        &self,
        publisher: &Publisher,
        id: &str,
        revision: Option<i64>,
        name: &str,
        origins: &str,
    ) -> Result<()>;
    /// The keys stop working at once.
    async fn delete_source(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn restore_source(&self, publisher: &Publisher, id: &str) -> Result<()>;
    async fn deleted_sources(&self, viewer: &Viewer) -> Result<Vec<DeletedItem>>;
    /// Gives the source a new write key; the old one goes on working for the settings' overlap.
    async fn renew_key(&self, publisher: &Publisher, id: &str) -> Result<SourceDetails>;

    // Settings.

    async fn settings(&self, viewer: &Viewer) -> Result<SettingsView>;
    /// Returns the new revision.
    async fn save_settings(&self, admin: &Admin, revision: i64, settings: Settings) -> Result<i64>;

    // Moving tags between installations.

    /// All tags' drafts, or one tag's, as a file without secrets.
    async fn export(&self, viewer: &Viewer, tag_id: Option<&str>) -> Result<String>;
    /// From our own file or a container of Tag Manager, into drafts, all or none. A tag that is here already, by
    /// its name, has its draft replaced, unless `keep_both`.
    async fn import(&self, editor: &Editor, file: &str, keep_both: bool) -> Result<Imported>;

    // Events.

    async fn events(&self, viewer: &Viewer, filter: EventFilter) -> Result<EventsPage>;
}
