//! `/tags/{id}/draft`: what is edited, and never runs.

use std::sync::Arc;

use app::configuration::views as config;
use app::guard::{Editor, Viewer};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{At, Body, May, Seen, etag, stale};
use super::shapes::{Edition, FieldProblem, Mark, problems};
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(read, save, discard)).routes(routes!(restore))
}

/// A tag's draft.
#[derive(Serialize, ToSchema)]
struct Draft {
    name: String,
    /// The tag's configuration.
    #[schema(value_type = Object)]
    config: tag::config::TagConfig,
    /// Also the entity tag.
    revision: i64,
    edited: Mark,
    /// What still keeps it from being published.
    problems: Vec<FieldProblem>,
    /// Odd, but no obstacle.
    warnings: Vec<FieldProblem>,
}

impl From<config::DraftView> for Draft {
    fn from(draft: config::DraftView) -> Self {
        Self {
            name: draft.edition.name,
            config: draft.edition.config,
            revision: draft.revision,
            edited: draft.edited.into(),
            problems: problems(draft.problems),
            warnings: problems(draft.warnings),
        }
    }
}

/// Where a draft stands now.
#[derive(Serialize, ToSchema)]
struct Revision {
    /// Also the entity tag.
    revision: i64,
}

/// Two edits that began at the same draft. Nothing was saved.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftClash {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    /// As it was sent.
    mine: Edition,
    /// As it is stored.
    theirs: Draft,
    /// What both began with, when it is still known: for about a day.
    base: Option<Edition>,
}

impl DraftClash {
    fn new(clash: config::DraftClash) -> Self {
        Self {
            kind: "urn:sidetag:problem:stale",
            title: "Changed in the meantime",
            status: 412,
            detail: format!(
                "{} saved this draft in the meantime. Merge the two, then save again.",
                clash.theirs.edited.by
            ),
            mine: clash.mine.into(),
            theirs: clash.theirs.into(),
            base: clash.base.map(Edition::from),
        }
    }
}

/// Read a draft
#[utoipa::path(
    get, path = "/tags/{id}/draft", tag = "drafts", params(("id" = String, Path)),
    security(("token" = ["read"])), responses((status = 200, body = Draft))
)]
async fn read(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<Response, Problem> {
    let draft = server.backend.draft(&viewer, &id).await?;
    Ok((etag(draft.revision), Json(Draft::from(draft))).into_response())
}

/// Save a draft
///
/// `If-Match` names the revision that the edit began with. A draft may have problems; a version may not.
#[utoipa::path(
    put, path = "/tags/{id}/draft", tag = "drafts",
    params(("id" = String, Path), ("if-match" = String, Header)), request_body = Edition,
    security(("token" = ["write"])),
    responses(
        (status = 200, body = Revision),
        (status = 412, body = DraftClash, content_type = "application/problem+json")
    )
)]
async fn save(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Seen(revision): Seen,
    Body(edition): Body<Edition>,
) -> Result<Response, Problem> {
    match server.backend.save_draft(&editor, &id, revision, edition.into()).await? {
        config::SavedDraft::Saved(revision) => Ok(at(revision)),
        config::SavedDraft::Clash(clash) => {
            let kind = [(http::header::CONTENT_TYPE, "application/problem+json")];
            Ok((StatusCode::PRECONDITION_FAILED, kind, Json(DraftClash::new(*clash))).into_response())
        }
    }
}

/// Discard a draft: it is again what runs
#[utoipa::path(
    delete, path = "/tags/{id}/draft", tag = "drafts",
    params(("id" = String, Path), ("if-match" = String, Header)), security(("token" = ["write"])),
    responses((status = 200, body = Revision))
)]
async fn discard(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Seen(revision): Seen,
) -> Result<Response, Problem> {
    Ok(at(server.backend.discard_draft(&editor, &id, revision).await.map_err(stale)?))
}

/// Take an earlier version's content as the draft
#[utoipa::path(
    post, path = "/tags/{id}/versions/{number}/restore-as-draft", tag = "drafts",
    params(("id" = String, Path), ("number" = i64, Path), ("if-match" = String, Header)),
    security(("token" = ["write"])), responses((status = 200, body = Revision))
)]
async fn restore(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    At((id, number)): At<(String, i64)>,
    Seen(revision): Seen,
) -> Result<Response, Problem> {
    let restored = server.backend.restore_as_draft(&editor, &id, revision, number).await.map_err(stale)?;
    Ok(at(restored))
}

fn at(revision: i64) -> Response {
    (etag(revision), Json(Revision { revision })).into_response()
}
