//! Moving tags between installations.

use std::collections::HashMap;

use app::configuration::views::*;
use app::error::UiError;
use app::guard::Editor;
use app::people::act::Act;
use serde_json::json;
use tag::config::{Problem, TagConfig, check};

use super::{Result, ServerBackend, broken, checked_name};
use crate::admin::trace::NOTHING;
use crate::store::rows::{Saved, TagRecord};

const FORMAT: &str = "sidetag";
const VERSION: u32 = 1;

/// Tags in one import.
const TAGS_MAX: usize = 1000;

pub(super) async fn export(backend: &ServerBackend, tag_id: Option<&str>) -> Result<Export> {
    let mut tags = backend.store.tags().await.map_err(broken)?;
    if let Some(id) = tag_id {
        tags.retain(|tag| tag.id == id);
        if tags.is_empty() {
            return Err(UiError::NotFound);
        }
    }
    let sources = backend.store.sources().await.map_err(broken)?;
    let named = |id: &String| tags.iter().any(|tag| tag.draft.sources.contains(id));
    let sources = sources
        .into_iter()
        .filter(|source| named(&source.id))
        .map(|source| ExportedSource { id: source.id, name: source.name })
        .collect();
    let exported = |tag: TagRecord| ExportedTag {
        id: Some(tag.id),
        name: tag.name,
        // A configuration is made of text keys and plain values: writing it cannot fail.
        config: serde_json::to_value(tag.draft).unwrap_or_default(),
    };
    Ok(Export {
        format: FORMAT.into(),
        version: VERSION,
        tags: tags.into_iter().map(exported).collect(),
        sources,
    })
}

pub(super) async fn import(
    backend: &ServerBackend,
    editor: &Editor,
    export: Export,
    keep_both: bool,
) -> Result<Imported> {
    let editions = read(&export)?;
    let here = backend.store.tags().await.map_err(broken)?;
    let here: HashMap<&str, &TagRecord> = here.iter().map(|tag| (tag.id.as_str(), tag)).collect();
    let sources = Sources::new(backend, &export).await?;
    let (mut create, mut save, mut items) = (vec![], vec![], vec![]);
    for (id, mut edition) in editions {
        let unknown_sources = sources.translate(&mut edition.config);
        let known = id.as_deref().filter(|_| !keep_both).and_then(|id| here.get(id).copied());
        let before = known.map(|tag| Edition { name: tag.name.clone(), config: tag.draft.clone() });
        let record = as_record(backend, editor, known, &edition);
        let deed = match &before {
            None => ImportDeed::Created,
            Some(before) if *before == edition => ImportDeed::Unchanged,
            Some(_) => ImportDeed::Replaced,
        };
        items.push(ImportedTag {
            id: record.id.clone(),
            deed,
            before,
            problems: check(&edition.config).tag.err().unwrap_or_default(),
            after: edition,
            unknown_sources,
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
        Saved::Done(()) => Ok(Imported { items }),
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

/// Every tag of the document, or all that is wrong with it.
fn read(export: &Export) -> Result<Vec<(Option<String>, Edition)>> {
    if export.format != FORMAT {
        return Err(UiError::field("format", "This is no export of Sidetag."));
    }
    if export.version != VERSION {
        let message = "A newer Sidetag made this export. Bring this one up to date, then import again.";
        return Err(UiError::field("version", message));
    }
    if export.tags.len() > TAGS_MAX {
        return Err(UiError::field("tags", format!("At most {TAGS_MAX} tags can be imported at once.")));
    }
    let (mut editions, mut problems) = (vec![], vec![]);
    for (index, tag) in export.tags.iter().enumerate() {
        let repeated = tag.id.is_some() && export.tags[..index].iter().any(|earlier| earlier.id == tag.id);
        if repeated {
            let message = "This tag is in the export twice. Remove one of the two.".to_owned();
            problems.push(Problem { path: format!("tags.{index}.id"), message });
        }
        let name = checked_name(&tag.name);
        let config: std::result::Result<TagConfig, _> = serde_json::from_value(tag.config.clone());
        match (name, config) {
            (Ok(name), Ok(config)) => editions.push((tag.id.clone(), Edition { name, config })),
            (name, config) => {
                if let Err(error) = name {
                    let message = error.to_string();
                    problems.push(Problem { path: format!("tags.{index}.name"), message });
                }
                if let Err(error) = config {
                    let message = format!("This configuration cannot be read: {error}.");
                    problems.push(Problem { path: format!("tags.{index}.config"), message });
                }
            }
        }
    }
    if problems.is_empty() { Ok(editions) } else { Err(UiError::Invalid(problems)) }
}

/// Which source here is meant by one of there.
struct Sources {
    /// By their id here.
    here: HashMap<String, String>,
    /// From the id there to the id here, found by name.
    by_name: HashMap<String, String>,
}

impl Sources {
    async fn new(backend: &ServerBackend, export: &Export) -> Result<Self> {
        let sources = backend.store.sources().await.map_err(broken)?;
        let namesakes = |there: &ExportedSource| {
            let mut found = sources.iter().filter(|source| source.name == there.name);
            // Of two with one name, neither is surely meant.
            found.next().filter(|_| found.next().is_none()).map(|here| (there.id.clone(), here.id.clone()))
        };
        let by_name = export.sources.iter().filter_map(namesakes).collect();
        Ok(Self { by_name, here: sources.into_iter().map(|source| (source.id, source.name)).collect() })
    }

    /// Puts ids of here in place of those of there. What is unknown stays, for a tag without any source would
    /// take the events of all; it is returned.
    fn translate(&self, config: &mut TagConfig) -> Vec<String> {
        let mut unknown = vec![];
        for id in &mut config.sources {
            if self.here.contains_key(id) {
                continue;
            }
            match self.by_name.get(id) {
                Some(here) => id.clone_from(here),
                None => unknown.push(id.clone()),
            }
        }
        unknown
    }
}
