//! `/export` and `/import`: moving tags between installations.

use std::sync::Arc;

use app::configuration::views as config;
use app::guard::{Editor, Viewer};
use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, Body, May};
use super::shapes::{Edition, FieldProblem, problems};
use crate::state::Server;

/// Bytes of an import; a thousand tags have about three million.
const IMPORT_MAX: usize = 8 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    let import = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(IMPORT_MAX));
    OpenApiRouter::new().routes(routes!(export)).merge(import)
}

/// Tags as they leave one installation for another. Holds no secrets.
#[derive(Serialize, Deserialize, ToSchema)]
struct Export {
    /// Always `sidetag`.
    format: String,
    /// 1.
    version: u32,
    tags: Vec<ExportedTag>,
    /// The sources that the tags name, so that they can be found again by name.
    #[serde(default)]
    sources: Vec<ExportedSource>,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct ExportedTag {
    /// Left out: always a new tag.
    #[serde(default)]
    id: Option<String>,
    name: String,
    /// The tag's configuration.
    #[schema(value_type = Object)]
    config: serde_json::Value,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct ExportedSource {
    id: String,
    name: String,
}

impl From<config::Export> for Export {
    fn from(export: config::Export) -> Self {
        let tag = |config::ExportedTag { id, name, config }| ExportedTag { id, name, config };
        let source = |config::ExportedSource { id, name }| ExportedSource { id, name };
        Self {
            format: export.format,
            version: export.version,
            tags: export.tags.into_iter().map(tag).collect(),
            sources: export.sources.into_iter().map(source).collect(),
        }
    }
}

impl From<Export> for config::Export {
    fn from(export: Export) -> Self {
        let tag = |ExportedTag { id, name, config }| config::ExportedTag { id, name, config };
        let source = |ExportedSource { id, name }| config::ExportedSource { id, name };
        Self {
            format: export.format,
            version: export.version,
            tags: export.tags.into_iter().map(tag).collect(),
            sources: export.sources.into_iter().map(source).collect(),
        }
    }
}

/// What an import did, or would do.
#[derive(Serialize, ToSchema)]
struct Imported {
    items: Vec<ImportedTag>,
}

#[derive(Serialize, ToSchema)]
struct ImportedTag {
    id: String,
    deed: Deed,
    /// The draft before; null for a new tag.
    before: Option<Edition>,
    after: Edition,
    /// What keeps the new draft from being published.
    problems: Vec<FieldProblem>,
    /// Sources it names that are not here: none of their events will come.
    unknown_sources: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Created,
    Replaced,
    Unchanged,
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
            problems: problems(tag.problems),
            unknown_sources: tag.unknown_sources,
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
    /// What becomes of a tag that is here already, by its id: its draft is replaced, or a second tag is made.
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
#[utoipa::path(
    get, path = "/export", tag = "transfer", params(Which), security(("token" = ["read"])),
    responses((status = 200, body = Export))
)]
async fn export(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    Asked(which): Asked<Which>,
) -> Result<Json<Export>, Problem> {
    Ok(Json(server.backend.export(&viewer, which.tag.as_deref()).await?.into()))
}

/// Import tags into drafts, all or none
///
/// Nothing that runs changes. `dry_run=1` tells what would become of each tag.
#[utoipa::path(
    post, path = "/import", tag = "transfer", params(How), request_body = Export,
    security(("token" = ["write"])), responses((status = 200, body = Imported))
)]
async fn import(
    May(editor): May<Editor>,
    State(server): State<Arc<Server>>,
    Asked(how): Asked<How>,
    Body(export): Body<Export>,
) -> Result<Json<Imported>, Problem> {
    let keep_both = matches!(how.known, Some(Known::KeepBoth));
    let imported = server.backend.import(&editor, export.into(), keep_both).await?;
    Ok(Json(Imported { items: imported.items.into_iter().map(ImportedTag::from).collect() }))
}
