//! `/sources`: what sends events.

use std::sync::Arc;

use app::configuration::views::SourceDetails;
use app::guard::{Publisher, Viewer};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, At, Body, May, Seen, etag, stale};
use super::page::{Page, Window};
use super::shapes::{Deleted, Kind};
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(deleted))
        .routes(routes!(one, change, delete))
        .routes(routes!(restore))
        .routes(routes!(renew_key))
}

/// A website or back end that sends events.
#[derive(Serialize, ToSchema)]
pub(super) struct Source {
    id: String,
    name: String,
    kind: Kind,
    /// Origins whose browsers may send without the key.
    origins: Vec<String>,
    /// Lets its holder write events and nothing else; a website shows it to every visitor.
    write_key: String,
    /// Until when the key before that one goes on working.
    old_key_ends_at: Option<i64>,
    created_at: i64,
    /// Also the entity tag.
    revision: i64,
}

impl From<SourceDetails> for Source {
    fn from(source: SourceDetails) -> Self {
        let SourceDetails { id, name, kind, origins, write_key, old_key_ends_at, created_at, revision } =
            source;
        Self { id, name, kind: kind.into(), origins, write_key, old_key_ends_at, created_at, revision }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSource {
    name: String,
    kind: Kind,
    /// Such as `https://www.shop.example`; a website has at least one.
    #[serde(default)]
    origins: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceChange {
    name: String,
    #[serde(default)]
    origins: Vec<String>,
}

/// List the sources
#[utoipa::path(
    get, path = "/sources", tag = "sources", params(Window), security(("token" = ["read"])),
    responses((status = 200, body = Page<Source>))
)]
async fn list(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Source>>, Problem> {
    let sources = server.backend.source_list(&viewer).await?;
    Ok(Json(Page::of(sources, |source| &source.id, &window).map(Source::from)))
}

/// Create a source
#[utoipa::path(
    post, path = "/sources", tag = "sources", request_body = NewSource, security(("token" = ["publish"])),
    responses((status = 201, body = Source))
)]
async fn create(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    Body(new): Body<NewSource>,
) -> Result<Response, Problem> {
    let origins = new.origins.join(" ");
    let backend = &server.backend;
    let source = backend.add_source(&publisher, &new.name, new.kind.into(), &origins).await?;
    Ok((StatusCode::CREATED, etag(source.revision), Json(Source::from(source))).into_response())
}

/// List the deleted sources that can be restored
#[utoipa::path(
    get, path = "/sources/deleted", tag = "sources", params(Window), security(("token" = ["read"])),
    responses((status = 200, body = Page<Deleted>))
)]
async fn deleted(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Deleted>>, Problem> {
    let deleted = server.backend.deleted_sources(&viewer).await?;
    Ok(Json(Page::of(deleted, |item| &item.id, &window).map(Deleted::from)))
}

/// Read a source
#[utoipa::path(
    get, path = "/sources/{id}", tag = "sources", params(("id" = String, Path)), security(("token" = ["read"])),
    responses((status = 200, body = Source))
)]
async fn one(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let source = server.backend.source_details(&viewer, &id).await?;
    Ok((etag(source.revision), Json(Source::from(source))).into_response())
}

/// Change a source's name and origins
#[utoipa::path(
    put, path = "/sources/{id}", tag = "sources", params(("id" = String, Path), ("if-match" = String, Header)),
    request_body = SourceChange, security(("token" = ["publish"])), responses((status = 204))
)]
async fn change(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Seen(revision): Seen,
    Body(change): Body<SourceChange>,
) -> Result<StatusCode, Problem> {
    let origins = change.origins.join(" ");
    let change = server.backend.change_source(&publisher, &id, Some(revision), &change.name, &origins);
    change.await.map_err(stale)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a source
///
/// Its keys and origins stop working at once. It can be restored for as long as the settings say.
#[utoipa::path(
    delete, path = "/sources/{id}", tag = "sources", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 204))
)]
async fn delete(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.delete_source(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted source
#[utoipa::path(
    post, path = "/sources/{id}/restore", tag = "sources", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 204))
)]
async fn restore(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.restore_source(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a source a new write key
///
/// The old key goes on working for the time that the settings say; a key older than that stops now.
#[utoipa::path(
    post, path = "/sources/{id}/key", tag = "sources", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 200, body = Source))
)]
async fn renew_key(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let source = server.backend.renew_key(&publisher, &id).await?;
    Ok((etag(source.revision), Json(Source::from(source))).into_response())
}
