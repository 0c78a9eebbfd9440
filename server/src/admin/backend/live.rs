//! The live list and its details.

use app::configuration::views::{EventFilter, EventsPage};
use app::error::UiError;
use app::views::{LivePage, RunView};
use tag::outcome::Outcome;

use super::{Result, ServerBackend, broken, sources, unsigned};
use crate::debug::view;
use crate::store::rows::RunFilter;

/// Rows of one page of the live list.
const PAGE: i64 = 100;

pub(super) async fn page(
    backend: &ServerBackend,
    outcome: Option<Outcome>,
    before: Option<&str>,
) -> Result<LivePage> {
    // The stream's place is read before the rows: a row that comes in between is then seen twice and
    // replaced in place, never missed.
    let stream_id = backend.hub.newest();
    let filter =
        RunFilter { outcome, before: before.map(str::to_owned), limit: PAGE + 1, ..RunFilter::default() };
    let mut rows = backend.store.runs(&filter).await.map_err(broken)?;
    let more = unsigned(PAGE) < u64::try_from(rows.len()).unwrap_or(u64::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let all_sources = backend.store.sources().await.map_err(broken)?;
    Ok(LivePage {
        rows: rows.into_iter().map(view::row).collect(),
        more,
        stream_id,
        histogram: backend.lately().await?,
        now: backend.clock.now_ms(),
        sources: all_sources.into_iter().map(sources::choice).collect(),
        published_tags: backend.published_tags(),
    })
}

/// Milliseconds that a page of newer rows keeps back: rows are stored together, and not in the order of their ids.
const SETTLED_MS: i64 = 2000;

/// A page of rows for a program that reads along. What it read up to, it will never see anything older than.
pub(super) async fn events(backend: &ServerBackend, filter: EventFilter) -> Result<EventsPage> {
    let EventFilter { outcome, source_id, tag_id, before, after, limit } = filter;
    let until = after.is_some().then(|| backend.clock.now_ms() - SETTLED_MS);
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let filter = RunFilter { outcome, source_id, tag_id, before, after, until, limit: asked };
    let mut rows = backend.store.runs(&filter).await.map_err(broken)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(EventsPage { rows: rows.into_iter().map(view::row).collect(), more })
}

pub(super) async fn run(backend: &ServerBackend, id: &str) -> Result<RunView> {
    let detail = backend.store.run(id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
    Ok(view::run(detail))
}
