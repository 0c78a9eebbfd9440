//! Moving tags between installations. What a file holds is the tag crate's matter; here it meets what is stored.

use std::collections::HashMap;

use app::configuration::views::*;
use app::error::UiError;
use app::guard::Editor;
use app::people::act::Act;
use serde_json::json;
use tag::config::exchange::{self, ExportedTag, Limits};
use tag::config::{check, diff_with};

use super::{Result, ServerBackend, broken, checked_name};
use crate::admin::trace::NOTHING;
use crate::store::rows::{Saved, Source, TagRecord};

pub(super) async fn export(backend: &ServerBackend, tag_id: Option<&str>) -> Result<String> {
    let mut tags = backend.store.tags().await.map_err(broken)?;
    if let Some(id) = tag_id {
        tags.retain(|tag| tag.id == id);
        if tags.is_empty() {
            return Err(UiError::NotFound);
        }
    }
    let sources = backend.store.sources().await.map_err(broken)?;
    let name = |id: &str| name_of(&sources, id);
    let tag = |tag: &TagRecord| ExportedTag::new(&tag.name, &tag.draft, None, &name);
    Ok(exchange::export(&tags.iter().map(tag).collect::<Vec<_>>()))
}

pub(super) async fn import(
    backend: &ServerBackend,
    editor: &Editor,
    file: &str,
    keep_both: bool,
) -> Result<Imported> {
    let found = exchange::import(file, Limits::default()).map_err(UiError::Invalid)?;
    let here = backend.store.tags().await.map_err(broken)?;
    let sources = backend.store.sources().await.map_err(broken)?;
    let mut known = Namesakes::new(if keep_both { &[] } else { &here });
    let (mut create, mut save, mut tags) = (vec![], vec![], vec![]);
    for mut tag in found.tags {
        tag.find_sources(|name| id_of(&sources, name));
        let name = if tag.name.trim().is_empty() { "Imported tag" } else { &tag.name };
        let after = Edition { name: checked_name(name)?, config: tag.config };
        let record = known.take(&after.name);
        let before = record.map(|tag| Edition { name: tag.name.clone(), config: tag.draft.clone() });
        let deed = match &before {
            None => ImportDeed::Created,
            Some(before) if *before == after => ImportDeed::Unchanged,
            Some(_) => ImportDeed::Replaced,
        };
        let names = |id: &str| name_of(&sources, id);
        let record = as_record(backend, editor, record, &after);
        tags.push(ImportedTag {
            id: record.id.clone(),
            deed,
            changes: before.as_ref().map(|b| diff_with(&b.config, &after.config, &names)).unwrap_or_default(),
            before,
            problems: check(&after.config).tag.err().unwrap_or_default(),
            after,
            remarks: tag.remarks,
        });
        match deed {
            ImportDeed::Created => create.push(record),
            ImportDeed::Replaced => save.push(record),
            ImportDeed::Unchanged => {}
        }
    }
    let details = json!({ "created": create.len(), "replaced": save.len() });
    let store = backend.noting(editor.actor(), Act::Imported, NOTHING, details);
    match store.import(&create, &save).await.map_err(broken)? {
        Saved::Done(()) => Ok(Imported { tags, remarks: found.remarks }),
        Saved::Conflict(clash) => Err(UiError::Conflict { by: clash.theirs.edited_by }),
        Saved::NotFound => Err(UiError::Conflict { by: "Somebody".into() }),
    }
}

fn as_record(
    backend: &ServerBackend,
    editor: &Editor,
    known: Option<&TagRecord>,
    edition: &Edition,
) -> TagRecord {
    let now = backend.clock.now_ms();
    TagRecord {
        id: known.map_or_else(|| backend.ids.id(now), |tag| tag.id.clone()),
        name: edition.name.clone(),
        draft: edition.config.clone(),
        revision: known.map_or(1, |tag| tag.revision),
        created_at: now,
        edited_at: now,
        edited_by: editor.person().name.clone(),
        live: None,
        paused: None,
    }
}

/// The tags that are here already, each to be replaced once at most. Of several with one name, none is surely
/// meant.
struct Namesakes<'a>(HashMap<&'a str, Option<&'a TagRecord>>);

impl<'a> Namesakes<'a> {
    fn new(tags: &'a [TagRecord]) -> Self {
        let mut known = HashMap::new();
        for tag in tags {
            known.entry(tag.name.as_str()).and_modify(|only| *only = None).or_insert(Some(tag));
        }
        Self(known)
    }

    fn take(&mut self, name: &str) -> Option<&'a TagRecord> {
        self.0.remove(name).flatten()
    }
}

fn name_of(sources: &[Source], id: &str) -> Option<String> {
    sources.iter().find(|source| source.id == id).map(|source| source.name.clone())
}

/// Of two sources with one name, neither is surely meant.
fn id_of(sources: &[Source], name: &str) -> Option<String> {
    let mut found = sources.iter().filter(|source| source.name == name);
    let only = found.next()?;
    found.next().is_none().then(|| only.id.clone())
}
