//! Pausing, deleting, and undoing both.

use app::configuration::views::{DeletedItem, Mark};
use app::error::UiError;
use app::guard::Publisher;
use app::people::act::Act;
use serde_json::json;

use super::sources::origin_taken;
use super::tags::record;
use super::{DAY_MS, Result, ServerBackend, broken};
use crate::store::rows::Deleted;

pub(super) async fn pause(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let tag = record(backend, id).await?;
    let store = backend.noting(publisher.actor(), Act::TagPaused, (id, &tag.name), json!({}));
    let by = &publisher.person().name;
    store.pause_tag(id, by, backend.clock.now_ms()).await.map_err(broken)?;
    backend.reload().await
}

pub(super) async fn resume(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let tag = record(backend, id).await?;
    let store = backend.noting(publisher.actor(), Act::TagResumed, (id, &tag.name), json!({}));
    store.resume_tag(id).await.map_err(broken)?;
    runs_again(backend).await
}

pub(super) async fn delete_tag(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let tag = record(backend, id).await?;
    let store = backend.noting(publisher.actor(), Act::TagDeleted, (id, &tag.name), json!({}));
    let by = &publisher.person().name;
    store.delete_tag(id, by, backend.clock.now_ms()).await.map_err(broken)?;
    backend.reload().await
}

pub(super) async fn restore_tag(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let since = restorable_since(backend).await?;
    let deleted = backend.store.deleted_tags(since).await.map_err(broken)?;
    let Some(tag) = deleted.into_iter().find(|tag| tag.id == id) else {
        return record(backend, id).await.map(drop);
    };
    let store = backend.noting(publisher.actor(), Act::TagRestored, (id, &tag.name), json!({}));
    store.restore_tag(id, since).await.map_err(broken)?;
    runs_again(backend).await
}

pub(super) async fn deleted_tags(backend: &ServerBackend) -> Result<Vec<DeletedItem>> {
    let since = restorable_since(backend).await?;
    let deleted = backend.store.deleted_tags(since).await.map_err(broken)?;
    Ok(items(backend, deleted, since))
}

pub(super) async fn delete_source(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let source = backend.store.source(id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    let store = backend.noting(publisher.actor(), Act::SourceDeleted, (id, &source.name), json!({}));
    let by = &publisher.person().name;
    store.delete_source(id, by, backend.clock.now_ms()).await.map_err(broken)?;
    backend.reload().await
}

pub(super) async fn restore_source(backend: &ServerBackend, publisher: &Publisher, id: &str) -> Result<()> {
    let since = restorable_since(backend).await?;
    let deleted = backend.store.deleted_sources(since).await.map_err(broken)?;
    let Some(source) = deleted.into_iter().find(|source| source.id == id) else {
        return backend.store.source(id).await.map_err(broken)?.map(drop).ok_or(UiError::NotFound);
    };
    let store = backend.noting(publisher.actor(), Act::SourceRestored, (id, &source.name), json!({}));
    store.restore_source(id, since).await.map_err(origin_taken)?;
    backend.reload().await
}

pub(super) async fn deleted_sources(backend: &ServerBackend) -> Result<Vec<DeletedItem>> {
    let since = restorable_since(backend).await?;
    let deleted = backend.store.deleted_sources(since).await.map_err(broken)?;
    Ok(items(backend, deleted, since))
}

/// What was held goes out now, and not with the next look for it.
async fn runs_again(backend: &ServerBackend) -> Result<()> {
    backend.reload().await?;
    backend.resumed.notify_one();
    Ok(())
}

/// What was deleted before is gone for good.
async fn restorable_since(backend: &ServerBackend) -> Result<i64> {
    let (settings, _) = backend.store.settings().await.map_err(broken)?;
    Ok(backend.clock.now_ms() - i64::from(settings.deleted_days) * DAY_MS)
}

fn items(backend: &ServerBackend, deleted: Vec<Deleted>, since: i64) -> Vec<DeletedItem> {
    let period = backend.clock.now_ms() - since;
    let item = |Deleted { id, name, deleted }: Deleted| DeletedItem {
        id,
        name,
        restorable_until: deleted.at + period,
        deleted: Mark { at: deleted.at, by: deleted.by },
    };
    deleted.into_iter().map(item).collect()
}
