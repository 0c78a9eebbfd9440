//! The part of the port that concerns what is configured: each method in a line, its work in the subject's file.

use app::configuration::port::Configuration;
use app::configuration::views::*;
use app::guard::{Admin, Editor, Publisher, Viewer};
use app::views::SourceKind;
use async_trait::async_trait;
use tag::config::TagConfig;

use super::{Result, ServerBackend, drafts, live, preferences, sources, stopping, tags, transfer, versions};

#[async_trait]
impl Configuration for ServerBackend {
    async fn tag_list(&self, _: &Viewer) -> Result<Vec<TagDetails>> {
        tags::all(self).await
    }

    async fn tag_details(&self, _: &Viewer, id: &str) -> Result<TagDetails> {
        tags::details(self, id).await
    }

    async fn add_tag(&self, editor: &Editor, name: &str, config: Option<TagConfig>) -> Result<TagDetails> {
        tags::create(self, editor, name, config).await
    }

    async fn draft(&self, _: &Viewer, id: &str) -> Result<DraftView> {
        drafts::one(self, id).await
    }

    async fn save_draft(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        edition: Edition,
    ) -> Result<SavedDraft> {
        drafts::save(self, editor, id, revision, edition).await
    }

    async fn rename_tag(&self, editor: &Editor, id: &str, revision: i64, name: &str) -> Result<SavedDraft> {
        drafts::rename(self, editor, id, revision, name).await
    }

    async fn discard_draft(&self, editor: &Editor, id: &str, revision: i64) -> Result<i64> {
        drafts::discard(self, editor, id, revision).await
    }

    async fn restore_as_draft(&self, editor: &Editor, id: &str, revision: i64, number: i64) -> Result<i64> {
        drafts::restore(self, editor, id, revision, number).await
    }

    async fn versions(
        &self,
        _: &Viewer,
        id: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<VersionsPage> {
        versions::page(self, id, before, limit).await
    }

    async fn version(&self, _: &Viewer, id: &str, number: i64) -> Result<VersionView> {
        versions::one(self, id, number).await
    }

    async fn compare(&self, _: &Viewer, id: &str, from: Which, to: Which) -> Result<Comparison> {
        versions::compare(self, id, from, to).await
    }

    async fn publish(
        &self,
        publisher: &Publisher,
        id: &str,
        revision: i64,
        release: Release<'_>,
    ) -> Result<VersionItem> {
        versions::publish(self, publisher, id, revision, release).await
    }

    async fn roll_back(
        &self,
        publisher: &Publisher,
        id: &str,
        number: i64,
        release: Release<'_>,
    ) -> Result<VersionItem> {
        versions::roll_back(self, publisher, id, number, release).await
    }

    async fn pause_tag(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::pause(self, publisher, id).await
    }

    async fn resume_tag(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::resume(self, publisher, id).await
    }

    async fn delete_tag(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::delete_tag(self, publisher, id).await
    }

    async fn restore_tag(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::restore_tag(self, publisher, id).await
    }

    async fn deleted_tags(&self, _: &Viewer) -> Result<Vec<DeletedItem>> {
        stopping::deleted_tags(self).await
    }

    async fn source_list(&self, _: &Viewer) -> Result<Vec<SourceDetails>> {
        sources::all(self).await
    }

    async fn source_details(&self, _: &Viewer, id: &str) -> Result<SourceDetails> {
        sources::details(self, id).await
    }

    async fn add_source(
        &self,
        publisher: &Publisher,
        name: &str,
        kind: SourceKind,
        origins: &str,
    ) -> Result<SourceDetails> {
        sources::create(self, publisher, name, kind, origins).await
    }

    async fn change_source(
        &self,
        publisher: &Publisher,
        id: &str,
        revision: Option<i64>,
        name: &str,
        origins: &str,
    ) -> Result<()> {
        sources::update(self, publisher, id, revision, name, origins).await
    }

    async fn delete_source(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::delete_source(self, publisher, id).await
    }

    async fn restore_source(&self, publisher: &Publisher, id: &str) -> Result<()> {
        stopping::restore_source(self, publisher, id).await
    }

    async fn deleted_sources(&self, _: &Viewer) -> Result<Vec<DeletedItem>> {
        stopping::deleted_sources(self).await
    }

    async fn renew_key(&self, publisher: &Publisher, id: &str) -> Result<SourceDetails> {
        sources::renew_key(self, publisher, id).await
    }

    async fn settings(&self, _: &Viewer) -> Result<SettingsView> {
        preferences::all(self).await
    }

    async fn save_settings(&self, admin: &Admin, revision: i64, settings: Settings) -> Result<i64> {
        preferences::save(self, admin, revision, settings).await
    }

    async fn export(&self, _: &Viewer, tag_id: Option<&str>) -> Result<String> {
        transfer::export(self, tag_id).await
    }

    async fn import(&self, editor: &Editor, file: &str, keep_both: bool) -> Result<Imported> {
        transfer::import(self, editor, file, keep_both).await
    }

    async fn events(&self, _: &Viewer, filter: EventFilter) -> Result<EventsPage> {
        live::events(self, filter).await
    }
}
