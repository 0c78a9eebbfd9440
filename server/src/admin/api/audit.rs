//! `/audit`: who did what.

use std::sync::Arc;

use app::guard::Admin;
use app::people::act::Area;
use app::people::views::{Trace, TraceFilter};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, May};
use super::page::Page;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One line of the audit log.
#[derive(Serialize, ToSchema)]
struct Entry {
    id: String,
    at: i64,
    /// Their name at that time.
    person: String,
    /// Through what: browser, token, command, server.
    via: String,
    /// The stable name, such as `people.invited`.
    act: String,
    /// What it was done to.
    subject: String,
    /// Where the request came from.
    address: String,
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

impl From<Trace> for Entry {
    fn from(trace: Trace) -> Self {
        let Trace { id, at, person, via, act, subject, address, details } = trace;
        Self { id, at, person, via, act, subject, address, details }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// A user's id.
    person: Option<String>,
    /// Such as `people` or `tags`.
    area: Option<String>,
    /// From then on, in Unix milliseconds.
    since: Option<i64>,
    /// Up to but not at then.
    until: Option<i64>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Read the audit log, newest first
#[utoipa::path(
    get, path = "/audit", tag = "audit", params(Filter), security(("token" = ["admin"])),
    responses((status = 200, body = Page<Entry>))
)]
async fn list(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Page<Entry>>, Problem> {
    let Filter { person, area, since, until, after } = filter;
    let area = match area {
        None => None,
        Some(name) => Some(
            Area::named(&name)
                .ok_or_else(|| Problem::bad_request("area is the first part of an act's name."))?,
        ),
    };
    let filter = TraceFilter { person_id: person, area, since, until, before: after };
    let page = server.backend.traces(&admin, &filter).await?;
    let next = page.traces.last().filter(|_| page.more).map(|last| last.id.clone());
    Ok(Json(Page { items: page.traces.into_iter().map(Entry::from).collect(), next }))
}
