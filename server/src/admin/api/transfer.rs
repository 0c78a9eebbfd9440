//! `/export` and `/import`: moving tags between installations.

use std::sync::Arc;

use app::configuration::views as config;
use app::guard::{Editor, Viewer};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, Body, May};
use super::shapes::{Change, Edition, FieldProblem, changes, problems};
use crate::state::Server;

/// Bytes of an import; a little more than the tag crate takes, which then says so in better words.
const IMPORT_MAX: usize = 8 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    let import = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(IMPORT_MAX));
    OpenApiRouter::new().routes(routes!(export)).merge(import)
}

/// What an import did, or would do.
#[derive(Serialize, ToSchema)]
struct Imported {
    tags: Vec<ImportedTag>,
    /// About the file itself.
    remarks: Vec<Remark>,
}

#[derive(Serialize, ToSchema)]
struct ImportedTag {
    id: String,
    deed: Deed,
    /// The draft before; null for a new tag.
    before: Option<Edition>,
    after: Edition,
    /// What became of the draft, in words.
    changes: Vec<Change>,
    /// What keeps the new draft from being published.
    problems: Vec<FieldProblem>,
    /// What was left out, or wants a look.
    remarks: Vec<Remark>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Created,
    Replaced,
    Unchanged,
}

/// Something about an import that a person should know.
#[derive(Serialize, ToSchema)]
struct Remark {
    /// Where in the file, or in Tag Manager.
    subject: String,
    text: String,
}

fn remarks(remarks: Vec<tag::gtm::Remark>) -> Vec<Remark> {
    remarks.into_iter().map(|tag::gtm::Remark { subject, text }| Remark { subject, text }).collect()
}

impl From<config::ImportedTag> for ImportedTag {
    fn from(tag: config::ImportedTag) -> Self {
        Self {
            id: tag.id,
            deed: match tag.deed {
                config::ImportDeed::Created => Deed::Created,
                config::ImportDeed::Replaced => Deed::Replaced,
                config::ImportDeed::Unchanged => Deed::Unchanged,
            },
            before: tag.before.map(Edition::from),
            after: tag.after.into(),
            changes: changes(tag.changes),
            problems: problems(tag.problems),
            remarks: remarks(tag.remarks),
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// A tag's id; without it, all tags.
    tag: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct How {
    /// What becomes of a tag that is here already, by its name: its draft is replaced, or a second tag is made.
    #[param(inline)]
    known: Option<Known>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Known {
    Replace,
    KeepBoth,
}

/// Export the drafts of all tags, or of one
///
/// The file holds no secrets, and sources by their names.
#[utoipa::path(
    get, path = "/export", tag = "transfer", params(Which), security(("token" = ["read"])),
    responses((status = 200, body = Object, content_type = "application/json"))
)]
async fn export(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let file = server.backend.export(&viewer, which.tag.as_deref()).await?;
    let name = "attachment; filename=\"sidetag.json\"";
    Ok(([(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, name)], file).into_response())
}

/// Import tags into drafts, all or none
///
/// The body is an export of Sidetag, or a container exported from Google Tag Manager. Nothing that runs changes.
/// `dry_run=1` tells what would become of each tag.
#[utoipa::path(
    post, path = "/import", tag = "transfer", params(How), request_body(content = Object),
    security(("token" = ["write"])), responses((status = 200, body = Imported))
)]
async fn import(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    Asked(how): Asked<How>,
    Body(file): Body<serde_json::Value>,
) -> Result<Json<Imported>, Problem> {
    let keep_both = matches!(how.known, Some(Known::KeepBoth));
    let imported = server.backend.import(&editor, &file.to_string(), keep_both).await?;
    Ok(Json(Imported {
        tags: imported.tags.into_iter().map(ImportedTag::from).collect(),
        remarks: remarks(imported.remarks),
    }))
}
