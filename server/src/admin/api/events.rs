//! `/events`: what came in and what became of it, read only. Sending events is another matter, at `/events`
//! without this API's prefix.

use std::sync::Arc;

use app::configuration::views::EventFilter;
use app::guard::Viewer;
use app::views::{LiveRow, RunView};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use tag::outcome::Outcome;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, At, May};
use super::page::{Page, size};
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// One event with one tag.
#[derive(Serialize, ToSchema)]
struct Event {
    /// Sorts by time of receipt.
    id: String,
    /// The same for all tags that took the event.
    event_id: String,
    at: i64,
    /// The source's name.
    source: String,
    /// The sender's name for it.
    event_in: String,
    /// Amazon's name for it.
    event_out: Option<String>,
    tag_id: Option<String>,
    /// As it was when the version was published.
    tag: Option<String>,
    version: Option<i64>,
    /// `pending`, `retrying`, `held`, `delivered`, `skipped`, `refused`, `given_up` or `cancelled`.
    outcome: &'static str,
    /// Why, as a stable code.
    reason: Option<&'static str>,
    value: Option<String>,
    currency: Option<String>,
    http_status: Option<u16>,
    latency_ms: Option<u64>,
    attempts: u64,
    /// When the next try is planned.
    next_at: Option<i64>,
    /// Sent from the interface to try things out.
    test: bool,
}

impl From<LiveRow> for Event {
    fn from(row: LiveRow) -> Self {
        let (tag_id, tag) = row.tag.map(|tag| (tag.id, tag.name)).unzip();
        Self {
            id: row.id,
            event_id: row.event_id,
            at: row.at,
            source: row.source,
            event_in: row.event_in,
            event_out: row.event_out,
            tag_id,
            tag,
            version: row.version,
            outcome: row.outcome.name(),
            reason: row.reason.map(tag::reason::Reason::code),
            value: row.value,
            currency: row.currency,
            http_status: row.http_status,
            latency_ms: row.latency_ms,
            attempts: row.attempts,
            next_at: row.next_at,
            test: row.test,
        }
    }
}

/// One event with one tag, and everything that happened. Personal values are masked.
#[derive(Serialize, ToSchema)]
struct WholeEvent {
    event: Event,
    /// What happened, in order.
    #[schema(value_type = Vec<Object>)]
    steps: Vec<tag::trace::Step>,
    /// What goes to Amazon, with each try and its answer.
    #[schema(value_type = Vec<Object>)]
    requests: Vec<app::views::RequestView>,
    /// The incoming request.
    #[schema(value_type = Object)]
    incoming: serde_json::Value,
    /// The event in the common names.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

impl From<RunView> for WholeEvent {
    fn from(run: RunView) -> Self {
        let RunView { row, steps, requests, incoming, data } = run;
        Self { event: row.into(), steps, requests, incoming, data }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `pending`, `retrying`, `held`, `delivered`, `skipped`, `refused`, `given_up` or `cancelled`.
    outcome: Option<String>,
    /// A source's id.
    source: Option<String>,
    /// A tag's id.
    tag: Option<String>,
    /// Older than this event, newest first.
    before: Option<String>,
    /// Newer than this event, oldest first, for reading along. The last two seconds are kept back, so that none
    /// is missed.
    after: Option<String>,
    /// Items of a page, at most 200; 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// List events
///
/// Newest first, and `next` is then the `before` of the next page. With `after`, oldest first, and `next` is the
/// next `after`; it is there even on the last page, to be asked again later.
#[utoipa::path(
    get, path = "/events", tag = "events", params(Filter), security(("token" = ["read"])),
    responses((status = 200, body = Page<Event>))
)]
async fn list(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Page<Event>>, Problem> {
    let Filter { outcome, source, tag, before, after, limit } = filter;
    if before.is_some() && after.is_some() {
        return Err(Problem::bad_request("Give before or after, not both."));
    }
    let outcome = match outcome {
        None => None,
        Some(name) => Some(
            Outcome::named(&name)
                .ok_or_else(|| Problem::bad_request("outcome is none of those that there are."))?,
        ),
    };
    let follows = after.clone();
    let filter = EventFilter { outcome, source_id: source, tag_id: tag, before, after, limit: size(limit) };
    let page = server.backend.events(&viewer, filter).await?;
    let last = page.rows.last().map(|row| row.id.clone());
    let next = if follows.is_some() { last.or(follows) } else { last.filter(|_| page.more) };
    Ok(Json(Page { items: page.rows.into_iter().map(Event::from).collect(), next }))
}

/// Read an event with everything that happened
#[utoipa::path(
    get, path = "/events/{id}", tag = "events", params(("id" = String, Path)), security(("token" = ["read"])),
    responses((status = 200, body = WholeEvent))
)]
async fn one(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<Json<WholeEvent>, Problem> {
    Ok(Json(server.backend.run(&viewer, &id).await?.into()))
}
