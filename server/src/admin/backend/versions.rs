//! Versions: reading, comparing, publishing, rolling back.

use app::configuration::views::*;
use app::error::UiError;
use app::guard::Publisher;
use app::people::act::Act;
use serde_json::json;
use tag::config::{check, diff_with};

use super::confirm::confirm;
use super::tags::record;
use super::{Result, ServerBackend, broken};
use crate::store::rows::{self, Publishing, RollingBack, Saved, TagRecord, Version};

/// Characters of a note.
const NOTE_MAX: usize = 2000;

pub(super) async fn page(
    backend: &ServerBackend,
    id: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<VersionsPage> {
    record(backend, id).await?;
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut versions = backend.store.versions(id, before, asked).await.map_err(broken)?;
    let more = versions.len() > limit;
    versions.truncate(limit);
    Ok(VersionsPage { versions: versions.into_iter().map(item).collect(), more })
}

pub(super) async fn one(backend: &ServerBackend, id: &str, number: i64) -> Result<VersionView> {
    let tag = record(backend, id).await?;
    let version = backend.store.version(id, number).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    let live = tag.live.is_some_and(|live| live.number == number);
    Ok(VersionView { config: version.config.clone(), item: of(version, live) })
}

pub(super) async fn compare(backend: &ServerBackend, id: &str, from: Which, to: Which) -> Result<Comparison> {
    let tag = record(backend, id).await?;
    let from = edition(backend, &tag, from).await?;
    let to = edition(backend, &tag, to).await?;
    let sources = backend.store.sources().await.map_err(broken)?;
    let name = |id: &str| sources.iter().find(|source| source.id == id).map(|source| source.name.clone());
    Ok(Comparison { changes: diff_with(&from.config, &to.config, &name), same: from == to, from, to })
}

async fn edition(backend: &ServerBackend, tag: &TagRecord, which: Which) -> Result<Edition> {
    let version = match which {
        Which::Draft => return Ok(Edition { name: tag.name.clone(), config: tag.draft.clone() }),
        Which::Live => tag.live.clone(),
        Which::Version(number) => backend.store.version(&tag.id, number).await.map_err(broken)?,
    };
    let version = version.ok_or(UiError::NotFound)?;
    Ok(Edition { name: version.tag_name, config: version.config })
}

pub(super) async fn publish(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
    revision: i64,
    release: Release<'_>,
) -> Result<VersionItem> {
    let tag = record(backend, id).await?;
    if tag.revision != revision {
        return Err(UiError::Conflict { by: tag.edited_by });
    }
    check(&tag.draft).tag.map_err(UiError::Invalid)?;
    let live = tag.live.as_ref().map(|live| &live.config);
    confirm(&tag.name, live, &tag.draft, release.confirmed_name)?;
    let note = checked_note(release.note)?;
    let now = backend.clock.now_ms();
    let publishing = Publishing {
        tag_id: id,
        revision,
        live: release.live,
        version_id: &backend.ids.id(now),
        note,
        by: &publisher.person().name,
        now,
    };
    let details = json!({ "version": publishing.version_id, "draft": revision, "note": note });
    let store = backend.noting(publisher.actor(), Act::Published, (id, &tag.name), details);
    let version = done(store.publish(publishing).await.map_err(broken)?)?;
    went_live(backend, version).await
}

pub(super) async fn roll_back(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
    number: i64,
    release: Release<'_>,
) -> Result<VersionItem> {
    let tag = record(backend, id).await?;
    let old = backend.store.version(id, number).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    // What was right then may be wrong for a newer Sidetag, and would not run.
    check(&old.config).tag.map_err(UiError::Invalid)?;
    let live = tag.live.as_ref().map(|live| &live.config);
    confirm(&tag.name, live, &old.config, release.confirmed_name)?;
    let note = checked_note(release.note)?;
    let now = backend.clock.now_ms();
    let rolling_back = RollingBack {
        tag_id: id,
        number,
        live: release.live,
        version_id: &backend.ids.id(now),
        note,
        by: &publisher.person().name,
        now,
    };
    let details = json!({ "version": rolling_back.version_id, "to": number, "note": note });
    let store = backend.noting(publisher.actor(), Act::RolledBack, (id, &tag.name), details);
    let version = done(store.roll_back(rolling_back).await.map_err(broken)?)?;
    went_live(backend, version).await
}

async fn went_live(backend: &ServerBackend, version: Version) -> Result<VersionItem> {
    backend.reload().await?;
    tracing::info!(tag.id = version.tag_id, version.number, "a version of a tag is published");
    Ok(of(version, true))
}

fn done(saved: Saved<Version>) -> Result<Version> {
    match saved {
        Saved::Done(version) => Ok(version),
        Saved::Conflict(clash) => {
            let by = clash.theirs.live.map(|live| live.published_by).unwrap_or(clash.theirs.edited_by);
            Err(UiError::Conflict { by })
        }
        Saved::NotFound => Err(UiError::NotFound),
    }
}

fn checked_note(note: &str) -> Result<&str> {
    let note = note.trim();
    if note.chars().count() > NOTE_MAX {
        return Err(UiError::field("note", format!("At most {NOTE_MAX} characters fit.")));
    }
    Ok(note)
}

pub(super) fn of(version: Version, live: bool) -> VersionItem {
    VersionItem {
        number: version.number,
        name: version.tag_name,
        published: Mark { at: version.published_at, by: version.published_by },
        note: version.note,
        content_hash: Some(version.content_hash),
        copy_of: version.copy_of,
        live,
    }
}

fn item(item: rows::VersionItem) -> VersionItem {
    VersionItem {
        number: item.number,
        name: item.tag_name,
        published: Mark { at: item.published_at, by: item.published_by },
        note: item.note,
        content_hash: item.content_hash,
        copy_of: item.copy_of,
        live: item.live,
    }
}
