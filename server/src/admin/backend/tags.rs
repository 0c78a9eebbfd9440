//! Tags: the list, drafts, and what is live.

use std::collections::HashMap;

use app::configuration::views::{Held, Mark, TagDetails};
use app::error::UiError;
use app::guard::Editor;
use app::people::act::Act;
use app::views::{LiveVersion, TagItem, TagView};
use serde_json::json;
use tag::config::{TagConfig, check, summary};
use tag::outcome::Outcome;

use super::{DAY_MS, Result, ServerBackend, broken, checked_name, sources, total, unsigned, versions};
use crate::store::rows::TagRecord;

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
    config: Option<TagConfig>,
) -> Result<TagDetails> {
    let now = backend.clock.now_ms();
    let tag = TagRecord {
        id: backend.ids.id(now),
        name: checked_name(name)?,
        draft: match config {
            Some(config) => config,
            None => TagConfig {
                region: backend.store.settings().await.map_err(broken)?.0.region,
                ..TagConfig::default()
            },
        },
        revision: 1,
        created_at: now,
        edited_at: now,
        edited_by: editor.person().name.clone(),
        live: None,
        paused: None,
    };
    let store = backend.noting(editor.actor(), Act::TagCreated, (&tag.id, &tag.name), json!({}));
    store.create_tag(&tag).await.map_err(broken)?;
    Ok(view(tag, None))
}

/// All tags, by name.
pub(super) async fn all(backend: &ServerBackend) -> Result<Vec<TagDetails>> {
    let tags = backend.store.tags().await.map_err(broken)?;
    Ok(tags.into_iter().map(|tag| view(tag, None)).collect())
}

pub(super) async fn details(backend: &ServerBackend, id: &str) -> Result<TagDetails> {
    let tag = record(backend, id).await?;
    let held = backend.store.held(id).await.map_err(broken)?;
    let (settings, _) = backend.store.settings().await.map_err(broken)?;
    let held = Held {
        deliveries: unsigned(held.deliveries),
        oldest: held.oldest,
        lapses_at: held.oldest.map(|at| at + i64::from(settings.events_days) * DAY_MS),
    };
    Ok(view(tag, Some(held)))
}

fn view(tag: TagRecord, held: Option<Held>) -> TagDetails {
    TagDetails {
        summary: summary(&tag.draft),
        changed: changed(&tag),
        live: tag.live.map(|live| versions::of(live, true)),
        id: tag.id,
        name: tag.name,
        created_at: tag.created_at,
        revision: tag.revision,
        edited: Mark { at: tag.edited_at, by: tag.edited_by },
        paused: tag.paused.map(|mark| Mark { at: mark.at, by: mark.by }),
        held,
    }
}

pub(super) async fn record(backend: &ServerBackend, id: &str) -> Result<TagRecord> {
    backend.store.tag(id).await.map_err(broken)?.ok_or(UiError::NotFound)
}

fn changed(tag: &TagRecord) -> bool {
    tag.live.as_ref().is_none_or(|live| live.config != tag.draft || live.tag_name != tag.name)
}
