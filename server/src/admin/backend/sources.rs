//! Sources, and the test event.

use app::error::UiError;
use app::guard::Publisher;
use app::people::act::Act;
use app::views::{Sample, SourceChoice, SourceKind, SourceView, SourcesPage, TagLink};
use serde_json::json;

use super::{DAY_MS, Result, ServerBackend, broken, checked_name, total};
use crate::admin::{origins, samples};
use crate::ingest::{TestError, accept_test};
use crate::store::{StoreError, rows};

pub(super) async fn list(backend: &ServerBackend, public_url: &str) -> Result<SourcesPage> {
    let traffic = backend.store.traffic_by_source(backend.clock.now_ms() - DAY_MS).await.map_err(broken)?;
    let published = backend.published.snapshot();
    let sources = backend.store.sources().await.map_err(broken)?;
    let sources = sources
        .into_iter()
        .map(|source| SourceView {
            events_24h: total(&traffic, &source.id, |_| true),
            last_event_at: traffic.iter().filter(|row| row.id == source.id).map(|row| row.last_at).max(),
            feeds: published
                .tags()
                .of_source(&source.id)
                .map(|published| TagLink {
                    id: published.version.tag_id.clone(),
                    name: published.version.tag_name.clone(),
                })
                .collect(),
            id: source.id,
            name: source.name,
            kind: match source.kind {
                rows::SourceKind::Website => SourceKind::Website,
                rows::SourceKind::Server => SourceKind::Server,
            },
            write_key: source.write_key,
            origins: source.origins,
            created_at: source.created_at,
        })
        .collect();
    Ok(SourcesPage { sources, public_url: public_url.to_owned() })
}

pub(super) async fn create(
    backend: &ServerBackend,
    publisher: &Publisher,
    name: &str,
    kind: SourceKind,
    origins: &str,
) -> Result<String> {
    let name = checked_name(name)?;
    let origins = origins::parse(origins)?;
    let (kind, prefix) = match kind {
        SourceKind::Website if origins.is_empty() => {
            let message = "Say which site sends the events, such as https://www.shop.example.";
            return Err(UiError::field("origins", message));
        }
        SourceKind::Website => (rows::SourceKind::Website, "web"),
        SourceKind::Server => (rows::SourceKind::Server, "srv"),
    };
    let now = backend.clock.now_ms();
    let write_key = format!("{prefix}_{}", backend.ids.secret(18));
    let source = rows::Source { id: backend.ids.id(now), name, kind, write_key, origins, created_at: now };
    let details = json!({ "origins": source.origins });
    let store = backend.noting(publisher.actor(), Act::SourceCreated, (&source.id, &source.name), details);
    store.create_source(&source).await.map_err(origin_taken)?;
    backend.reload().await?;
    Ok(source.id)
}

pub(super) async fn update(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
    name: &str,
    origins: &str,
) -> Result<()> {
    let name = checked_name(name)?;
    let origins = origins::parse(origins)?;
    let details = json!({ "origins": origins });
    let store = backend.noting(publisher.actor(), Act::SourceChanged, (id, &name), details);
    if !store.update_source(id, &name, &origins).await.map_err(origin_taken)? {
        return Err(UiError::NotFound);
    }
    backend.reload().await
}

pub(super) async fn send_test_event(
    backend: &ServerBackend,
    publisher: &Publisher,
    source_id: &str,
    sample: Sample,
) -> Result<String> {
    let source = backend.store.source(source_id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    let details = json!({ "sample": sample.name() });
    let entry = backend.entry(publisher.actor(), Act::TestEventSent, (source_id, &source.name), details);
    let event = samples::event(sample, &backend.ids.secret(9));
    let run = accept_test(&backend.ingest, source_id, &event).await.map_err(|error| match error {
        TestError::NoSource(_) => UiError::NotFound,
        error => {
            tracing::error!(%error, "test event not accepted");
            UiError::Unavailable
        }
    })?;
    backend.store.note(&entry).await.map_err(broken)?;
    Ok(run)
}

/// A source as others name it.
pub(super) fn choice(source: rows::Source) -> SourceChoice {
    SourceChoice { id: source.id, name: source.name }
}

fn origin_taken(error: StoreError) -> UiError {
    match error {
        StoreError::OriginTaken { origin, source_name } => {
            let message =
                format!("{origin} belongs to the source “{source_name}”. One site feeds one source.");
            UiError::field("origins", message)
        }
        error => broken(error),
    }
}
