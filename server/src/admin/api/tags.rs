//! `/tags`: what happens to events. Drafts and versions have files of their own.

use std::sync::Arc;

use app::configuration::views as config;
use app::guard::{Editor, Publisher, Viewer};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tag::config::TagConfig;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, At, Body, May, etag};
use super::page::{Page, Window};
use super::shapes::{Deleted, Mark};
use super::versions::Version;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(deleted))
        .routes(routes!(one, delete))
        .routes(routes!(restore))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

/// A tag and where it stands.
#[derive(Serialize, ToSchema)]
struct Tag {
    id: String,
    name: String,
    /// The draft in a sentence.
    summary: String,
    created_at: i64,
    /// The draft's revision, also the entity tag.
    revision: i64,
    edited: Mark,
    /// What runs; null until the first version is published.
    live: Option<Version>,
    /// The draft differs from what runs.
    changed: bool,
    /// Since when its deliveries are held.
    paused: Option<Mark>,
    /// What waits for it to go on. Null in lists.
    held: Option<Held>,
}

/// What is held while a tag is paused.
#[derive(Serialize, ToSchema)]
struct Held {
    deliveries: u64,
    /// When the oldest of their events was accepted.
    oldest: Option<i64>,
    /// When that event is deleted because it is old, and what is held of it lapses.
    lapses_at: Option<i64>,
}

impl From<config::TagDetails> for Tag {
    fn from(tag: config::TagDetails) -> Self {
        Self {
            id: tag.id,
            name: tag.name,
            summary: tag.summary,
            created_at: tag.created_at,
            revision: tag.revision,
            edited: tag.edited.into(),
            live: tag.live.map(Version::from),
            changed: tag.changed,
            paused: tag.paused.map(Mark::from),
            held: tag.held.map(|held| {
                let config::Held { deliveries, oldest, lapses_at } = held;
                Held { deliveries, oldest, lapses_at }
            }),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTag {
    name: String,
    /// Left out: an empty one, for the region that the settings name.
    #[schema(value_type = Option<Object>)]
    config: Option<TagConfig>,
}

/// List the tags
#[utoipa::path(
    get, path = "/tags", tag = "tags", params(Window), security(("token" = ["read"])),
    responses((status = 200, body = Page<Tag>))
)]
async fn list(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Tag>>, Problem> {
    let tags = server.backend.tag_list(&viewer).await?;
    Ok(Json(Page::of(tags, |tag| &tag.id, &window).map(Tag::from)))
}

/// Create a tag with a draft, which does not run yet
#[utoipa::path(
    post, path = "/tags", tag = "tags", request_body = NewTag, security(("token" = ["write"])),
    responses((status = 201, body = Tag))
)]
async fn create(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    Body(new): Body<NewTag>,
) -> Result<Response, Problem> {
    let tag = server.backend.add_tag(&editor, &new.name, new.config).await?;
    Ok((StatusCode::CREATED, etag(tag.revision), Json(Tag::from(tag))).into_response())
}

/// List the deleted tags that can be restored
#[utoipa::path(
    get, path = "/tags/deleted", tag = "tags", params(Window), security(("token" = ["read"])),
    responses((status = 200, body = Page<Deleted>))
)]
async fn deleted(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Deleted>>, Problem> {
    let deleted = server.backend.deleted_tags(&viewer).await?;
    Ok(Json(Page::of(deleted, |item| &item.id, &window).map(Deleted::from)))
}

/// Read a tag
#[utoipa::path(
    get, path = "/tags/{id}", tag = "tags", params(("id" = String, Path)), security(("token" = ["read"])),
    responses((status = 200, body = Tag))
)]
async fn one(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let tag = server.backend.tag_details(&viewer, &id).await?;
    Ok((etag(tag.revision), Json(Tag::from(tag))).into_response())
}

/// Delete a tag
///
/// It stops at once. What was accepted for it is held, and goes out when the tag is restored; once it can no
/// longer be restored, that is cancelled.
#[utoipa::path(
    delete, path = "/tags/{id}", tag = "tags", params(("id" = String, Path)), security(("token" = ["publish"])),
    responses((status = 204))
)]
async fn delete(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.delete_tag(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted tag, as it was
#[utoipa::path(
    post, path = "/tags/{id}/restore", tag = "tags", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 204))
)]
async fn restore(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.restore_tag(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pause a tag: events are accepted, and their deliveries held
#[utoipa::path(
    post, path = "/tags/{id}/pause", tag = "tags", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 204))
)]
async fn pause(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.pause_tag(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Resume a paused tag: what is held goes out, the oldest first
#[utoipa::path(
    post, path = "/tags/{id}/resume", tag = "tags", params(("id" = String, Path)),
    security(("token" = ["publish"])), responses((status = 204))
)]
async fn resume(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.resume_tag(&publisher, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
