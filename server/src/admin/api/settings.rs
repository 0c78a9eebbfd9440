//! `/settings`: what administrators set for everybody.

use std::sync::Arc;

use app::configuration::views as config;
use app::guard::{Admin, Viewer};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Body, May, Seen, etag, stale};
use super::shapes::RegionName;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(read, save))
}

/// The settings.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Days for which events and all that belongs to them are kept.
    #[schema(minimum = 7, maximum = 730)]
    events_days: u32,
    /// Days for which a deleted tag or source can be restored.
    #[schema(minimum = 1, maximum = 365)]
    deleted_days: u32,
    /// Hours for which an old write key goes on working beside its successor.
    #[schema(minimum = 0, maximum = 2160)]
    key_overlap_hours: u32,
    /// Where new tags send to.
    region: RegionName,
}

/// The settings, and the limits of the server's own file.
#[derive(Serialize, ToSchema)]
struct SettingsAndLimits {
    settings: Settings,
    /// Also the entity tag.
    revision: i64,
    limits: Vec<Limit>,
}

/// A limit that only the server's own file changes.
#[derive(Serialize, ToSchema)]
struct Limit {
    /// As in that file, such as `ingest.limits.events`.
    name: String,
    value: u64,
}

/// Where the settings stand now.
#[derive(Serialize, ToSchema)]
struct SettingsRevision {
    revision: i64,
}

/// Read the settings
#[utoipa::path(
    get, path = "/settings", tag = "settings", security(("token" = ["read"])),
    responses((status = 200, body = SettingsAndLimits))
)]
async fn read(May(viewer): May<Viewer>, State(server): State<Arc<Server>>) -> Result<Response, Problem> {
    let config::SettingsView { settings, revision, limits } = server.backend.settings(&viewer).await?;
    let config::Settings { events_days, deleted_days, key_overlap_hours, region } = settings;
    let settings = Settings { events_days, deleted_days, key_overlap_hours, region: region.into() };
    let limits = limits.into_iter().map(|config::Limit { name, value }| Limit { name, value }).collect();
    Ok((etag(revision), Json(SettingsAndLimits { settings, revision, limits })).into_response())
}

/// Change the settings
#[utoipa::path(
    put, path = "/settings", tag = "settings", params(("if-match" = String, Header)), request_body = Settings,
    security(("token" = ["admin"])), responses((status = 200, body = SettingsRevision))
)]
async fn save(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Seen(revision): Seen,
    Body(settings): Body<Settings>,
) -> Result<Response, Problem> {
    let Settings { events_days, deleted_days, key_overlap_hours, region } = settings;
    let settings = config::Settings { events_days, deleted_days, key_overlap_hours, region: region.into() };
    let revision = server.backend.save_settings(&admin, revision, settings).await.map_err(stale)?;
    Ok((etag(revision), Json(SettingsRevision { revision })).into_response())
}
