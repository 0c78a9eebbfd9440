//! Tags: the list, drafts, and what is live.

use std::collections::HashMap;

use app::error::UiError;
use app::guard::{Editor, Publisher};
use app::people::act::Act;
use app::views::{LiveVersion, TagItem, TagView};
use serde_json::json;
use tag::config::{TagConfig, check, summary};
use tag::outcome::Outcome;

use super::{DAY_MS, Result, ServerBackend, broken, checked_name, sources, total};
use crate::store::rows::{Saved, TagRecord};

pub(super) async fn list(backend: &ServerBackend) -> Result<Vec<TagItem>> {
    let traffic = backend.store.traffic_by_tag(backend.clock.now_ms() - DAY_MS).await.map_err(broken)?;
    let sources = backend.store.sources().await.map_err(broken)?;
    let names: HashMap<&str, &str> = sources.iter().map(|s| (s.id.as_str(), s.name.as_str())).collect();
    let tags = backend.store.tags().await.map_err(broken)?;
    let items = tags.into_iter().map(|tag| TagItem {
        summary: summary(&tag.draft),
        version: tag.live.as_ref().map(|live| live.number),
        changed: changed(&tag),
        sources: tag
            .draft
            .sources
            .iter()
            .filter_map(|id| names.get(id.as_str()))
            .map(|n| (*n).to_owned())
            .collect(),
        region: tag.draft.region.label().to_owned(),
        delivered: total(&traffic, &tag.id, |outcome| outcome == Outcome::Delivered),
        skipped: total(&traffic, &tag.id, |outcome| outcome == Outcome::Skipped),
        retrying: total(&traffic, &tag.id, |outcome| !outcome.is_final()),
        failed: total(&traffic, &tag.id, |o| matches!(o, Outcome::Refused | Outcome::GivenUp)),
        id: tag.id,
        name: tag.name,
        edited_at: tag.edited_at,
        edited_by: tag.edited_by,
    });
    Ok(items.collect())
}

pub(super) async fn one(backend: &ServerBackend, id: &str) -> Result<TagView> {
    let tag = record(backend, id).await?;
    let sources = backend.store.sources().await.map_err(broken)?;
    let checked = check(&tag.draft);
    Ok(TagView {
        summary: summary(&tag.draft),
        changed: changed(&tag),
        warnings: checked.warnings,
        problems: checked.tag.err().unwrap_or_default(),
        sources: sources.into_iter().map(sources::choice).collect(),
        live: tag.live.map(|live| LiveVersion {
            number: live.number,
            name: live.tag_name,
            config: live.config,
            published_at: live.published_at,
            published_by: live.published_by,
        }),
        id: tag.id,
        name: tag.name,
        config: tag.draft,
        revision: tag.revision,
        edited_at: tag.edited_at,
        edited_by: tag.edited_by,
    })
}

pub(super) async fn create(
    backend: &ServerBackend,
    editor: &Editor,
    name: &str,
    config: TagConfig,
) -> Result<String> {
    let now = backend.clock.now_ms();
    let tag = TagRecord {
        id: backend.ids.id(now),
        name: checked_name(name)?,
        draft: config,
        revision: 1,
        created_at: now,
        edited_at: now,
        edited_by: editor.person().name.clone(),
        live: None,
    };
    let store = backend.noting(editor.actor(), Act::TagCreated, (&tag.id, &tag.name), json!({}));
    store.create_tag(&tag).await.map_err(broken)?;
    Ok(tag.id)
}

pub(super) async fn save(
    backend: &ServerBackend,
    editor: &Editor,
    id: &str,
    revision: i64,
    name: &str,
    config: TagConfig,
) -> Result<i64> {
    let name = checked_name(name)?;
    let (by, now) = (&editor.person().name, backend.clock.now_ms());
    let store = backend.noting(editor.actor(), Act::DraftSaved, (id, &name), json!({ "from": revision }));
    let saved = store.save_draft(id, revision, &name, &config, by, now).await.map_err(broken)?;
    done(saved).map(|tag| tag.revision)
}

pub(super) async fn publish(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
    revision: i64,
) -> Result<i64> {
    let tag = record(backend, id).await?;
    check(&tag.draft).tag.map_err(UiError::Invalid)?;
    let now = backend.clock.now_ms();
    let (version_id, by) = (backend.ids.id(now), &publisher.person().name);
    let details = json!({ "version": version_id, "draft": revision });
    let store = backend.noting(publisher.actor(), Act::Published, (id, &tag.name), details);
    let saved = store.publish(id, revision, &version_id, by, now).await.map_err(broken)?;
    let version = done(saved)?;
    backend.reload().await?;
    tracing::info!(tag.id, version.number, "tag published");
    Ok(version.number)
}

async fn record(backend: &ServerBackend, id: &str) -> Result<TagRecord> {
    backend.store.tag(id).await.map_err(broken)?.ok_or(UiError::NotFound)
}

fn changed(tag: &TagRecord) -> bool {
    tag.live.as_ref().is_none_or(|live| live.config != tag.draft || live.tag_name != tag.name)
}

fn done<T>(saved: Saved<T>) -> Result<T> {
    match saved {
        Saved::Done(value) => Ok(value),
        Saved::Conflict(current) => Err(UiError::Conflict { by: current.edited_by }),
        Saved::NotFound => Err(UiError::NotFound),
    }
}
