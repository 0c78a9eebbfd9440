//! Sources, and the test event.

use app::configuration::views::SourceDetails;
use app::error::UiError;
use app::guard::Publisher;
use app::people::act::Act;
use app::views::{Sample, SourceChoice, SourceKind, SourceView, SourcesPage, TagLink};
use serde_json::json;

use super::{DAY_MS, HOUR_MS, Result, ServerBackend, broken, checked_name, total};
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
            kind: kind_of(&source),
            id: source.id,
            name: source.name,
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
) -> Result<SourceDetails> {
    let name = checked_name(name)?;
    let origins = origins::parse(origins)?;
    let kind = match kind {
        SourceKind::Website if origins.is_empty() => {
            let message = "Say which site sends the events, such as https://www.shop.example.";
            return Err(UiError::field("origins", message));
        }
        SourceKind::Website => rows::SourceKind::Website,
        SourceKind::Server => rows::SourceKind::Server,
    };
    let now = backend.clock.now_ms();
    let write_key = new_key(backend, kind);
    let source = rows::Source {
        id: backend.ids.id(now),
        name,
        kind,
        write_key,
        old_key: None,
        origins,
        created_at: now,
        revision: 1,
    };
    let details = json!({ "origins": source.origins });
    let store = backend.noting(publisher.actor(), Act::SourceCreated, (&source.id, &source.name), details);
    store.create_source(&source).await.map_err(origin_taken)?;
    backend.reload().await?;
    Ok(detailed(source, now))
}

pub(super) async fn update(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
    revision: Option<i64>,
    name: &str,
    origins: &str,
) -> Result<()> {
    let name = checked_name(name)?;
    let origins = origins::parse(origins)?;
    let details = json!({ "origins": origins });
    let store = backend.noting(publisher.actor(), Act::SourceChanged, (id, &name), details);
    match store.update_source(id, revision, &name, &origins).await.map_err(origin_taken)? {
        rows::Edited::Done => backend.reload().await,
        rows::Edited::Conflict => Err(UiError::Conflict { by: "Somebody else".into() }),
        rows::Edited::NotFound => Err(UiError::NotFound),
    }
}

pub(super) async fn all(backend: &ServerBackend) -> Result<Vec<SourceDetails>> {
    let now = backend.clock.now_ms();
    let sources = backend.store.sources().await.map_err(broken)?;
    Ok(sources.into_iter().map(|source| detailed(source, now)).collect())
}

pub(super) async fn details(backend: &ServerBackend, id: &str) -> Result<SourceDetails> {
    let source = backend.store.source(id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    Ok(detailed(source, backend.clock.now_ms()))
}

fn detailed(source: rows::Source, now: i64) -> SourceDetails {
    SourceDetails {
        kind: kind_of(&source),
        old_key_ends_at: source.old_key.map(|old| old.ends_at).filter(|end| *end > now),
        id: source.id,
        name: source.name,
        origins: source.origins,
        write_key: source.write_key,
        created_at: source.created_at,
        revision: source.revision,
    }
}

pub(super) async fn renew_key(
    backend: &ServerBackend,
    publisher: &Publisher,
    id: &str,
) -> Result<SourceDetails> {
    let source = backend.store.source(id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    let (settings, _) = backend.store.settings().await.map_err(broken)?;
    let key = new_key(backend, source.kind);
    let old_ends_at = backend.clock.now_ms() + i64::from(settings.key_overlap_hours) * HOUR_MS;
    let details = json!({ "old_key_ends_at": old_ends_at });
    let store = backend.noting(publisher.actor(), Act::KeyRenewed, (id, &source.name), details);
    if !store.renew_key(id, &key, old_ends_at).await.map_err(broken)? {
        return Err(UiError::NotFound);
    }
    backend.reload().await?;
    let renewed = rows::Source {
        old_key: Some(rows::OldKey { key: source.write_key, ends_at: old_ends_at }),
        write_key: key,
        revision: source.revision + 1,
        ..source
    };
    Ok(detailed(renewed, backend.clock.now_ms()))
}

/// Tells by its beginning where it is used.
fn new_key(backend: &ServerBackend, kind: rows::SourceKind) -> String {
    let prefix = match kind {
        rows::SourceKind::Website => "web",
        rows::SourceKind::Server => "srv",
    };
    format!("{prefix}_{}", backend.ids.secret(18))
}

fn kind_of(source: &rows::Source) -> SourceKind {
    match source.kind {
        rows::SourceKind::Website => SourceKind::Website,
        rows::SourceKind::Server => SourceKind::Server,
    }
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

pub(super) fn origin_taken(error: StoreError) -> UiError {
    match error {
        StoreError::OriginTaken { origin, source_name } => {
            let message =
                format!("{origin} belongs to the source “{source_name}”. One site feeds one source.");
            UiError::field("origins", message)
        }
        error => broken(error),
    }
}
