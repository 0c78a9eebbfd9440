//! Drafts: reading, saving, renaming, discarding.

use app::configuration::views::{DraftClash, DraftView, Edition, Mark, SavedDraft};
use app::error::UiError;
use app::guard::Editor;
use app::people::act::Act;
use serde_json::json;
use tag::config::check;

use super::tags::record;
use super::{MINUTE_MS, Result, ServerBackend, broken, checked_name};
use crate::store::Store;
use crate::store::rows::{Clash, Saved, TagRecord};

/// Saves of one person that follow each other this closely are one edit, and leave one trace.
const EDIT_MS: i64 = 10 * MINUTE_MS;

pub(super) async fn one(backend: &ServerBackend, id: &str) -> Result<DraftView> {
    Ok(view(record(backend, id).await?))
}

pub(super) fn view(tag: TagRecord) -> DraftView {
    let checked = check(&tag.draft);
    DraftView {
        edition: Edition { name: tag.name, config: tag.draft },
        revision: tag.revision,
        edited: Mark { at: tag.edited_at, by: tag.edited_by },
        problems: checked.tag.err().unwrap_or_default(),
        warnings: checked.warnings,
    }
}

pub(super) async fn save(
    backend: &ServerBackend,
    editor: &Editor,
    id: &str,
    revision: i64,
    edition: Edition,
) -> Result<SavedDraft> {
    let edition = Edition { name: checked_name(&edition.name)?, ..edition };
    let tag = record(backend, id).await?;
    let (by, now) = (&editor.person().name, backend.clock.now_ms());
    let goes_on = tag.edited_by == *by && now - tag.edited_at < EDIT_MS;
    let store = if goes_on {
        backend.changing(editor.actor())
    } else {
        let details = json!({ "from": revision });
        backend.noting(editor.actor(), Act::DraftSaved, (id, &edition.name), details)
    };
    put(&*store, id, revision, edition, by, now).await
}

pub(super) async fn rename(
    backend: &ServerBackend,
    editor: &Editor,
    id: &str,
    revision: i64,
    name: &str,
) -> Result<SavedDraft> {
    let tag = record(backend, id).await?;
    let edition = Edition { name: checked_name(name)?, config: tag.draft };
    let (by, now) = (&editor.person().name, backend.clock.now_ms());
    let details = json!({ "before": tag.name });
    let store = backend.noting(editor.actor(), Act::DraftSaved, (id, &edition.name), details);
    put(&*store, id, revision, edition, by, now).await
}

pub(super) async fn discard(
    backend: &ServerBackend,
    editor: &Editor,
    id: &str,
    revision: i64,
) -> Result<i64> {
    let tag = record(backend, id).await?;
    let Some(live) = tag.live else {
        let message = "There is nothing live to go back to. Delete the tag instead.";
        return Err(UiError::field("", message));
    };
    let edition = Edition { name: live.tag_name, config: live.config };
    let details = json!({ "version": live.number });
    let store = backend.noting(editor.actor(), Act::DraftDiscarded, (id, &tag.name), details);
    let (by, now) = (&editor.person().name, backend.clock.now_ms());
    saved(put(&*store, id, revision, edition, by, now).await?)
}

pub(super) async fn restore(
    backend: &ServerBackend,
    editor: &Editor,
    id: &str,
    revision: i64,
    number: i64,
) -> Result<i64> {
    let version = backend.store.version(id, number).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    let edition = Edition { name: version.tag_name, config: version.config };
    let details = json!({ "version": number });
    let store = backend.noting(editor.actor(), Act::RestoredAsDraft, (id, &edition.name), details);
    let (by, now) = (&editor.person().name, backend.clock.now_ms());
    saved(put(&*store, id, revision, edition, by, now).await?)
}

async fn put(
    store: &dyn Store,
    id: &str,
    revision: i64,
    edition: Edition,
    by: &str,
    now: i64,
) -> Result<SavedDraft> {
    let Edition { name, config } = &edition;
    Ok(match store.save_draft(id, revision, name, config, by, now).await.map_err(broken)? {
        Saved::Done(tag) => SavedDraft::Saved(tag.revision),
        Saved::Conflict(clash) => {
            let Clash { theirs, base } = *clash;
            let base = base.map(|base| Edition { name: base.name, config: base.config });
            SavedDraft::Clash(Box::new(DraftClash { mine: edition, theirs: view(theirs), base }))
        }
        Saved::NotFound => return Err(UiError::NotFound),
    })
}

/// For changes whose author typed nothing that could be lost.
pub(super) fn saved(saved: SavedDraft) -> Result<i64> {
    match saved {
        SavedDraft::Saved(revision) => Ok(revision),
        SavedDraft::Clash(clash) => Err(UiError::Conflict { by: clash.theirs.edited.by }),
    }
}
