//! `/tags/{id}/versions`: what was published, comparing, publishing, rolling back.

use std::sync::Arc;

use app::configuration::views as config;
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
use super::extract::{Asked, At, Body, May, Seen, stale};
use super::page::{Page, Window, size};
use super::shapes::{Change, Edition, Mark, changes};
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(compare))
        .routes(routes!(publish))
        .routes(routes!(roll_back))
}

/// A published configuration, which never changes.
#[derive(Serialize, ToSchema)]
pub(super) struct Version {
    number: i64,
    /// The tag's name at that time.
    name: String,
    published: Mark,
    /// Why, in its author's words.
    note: String,
    /// SHA-256 of the configuration: equal exactly when the content is.
    content_hash: Option<String>,
    /// The version whose content this one brought back.
    copy_of: Option<i64>,
    live: bool,
}

impl From<config::VersionItem> for Version {
    fn from(version: config::VersionItem) -> Self {
        let config::VersionItem { number, name, published, note, content_hash, copy_of, live } = version;
        Self { number, name, published: published.into(), note, content_hash, copy_of, live }
    }
}

/// A version with what it holds.
#[derive(Serialize, ToSchema)]
struct WholeVersion {
    #[serde(flatten)]
    version: Version,
    /// The tag's configuration.
    #[schema(value_type = Object)]
    config: tag::config::TagConfig,
}

/// Two states of a tag.
#[derive(Serialize, ToSchema)]
struct Comparison {
    from: Edition,
    to: Edition,
    /// What changes between the two configurations, in words.
    changes: Vec<Change>,
    same: bool,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Sides {
    /// `live`, `draft`, or a version's number.
    from: String,
    /// `live`, `draft`, or a version's number.
    to: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Release {
    /// The number of the version that was live when you looked. Left out: whatever is.
    live: Option<i64>,
    /// Why, for whoever reads the history.
    #[serde(default)]
    note: String,
    /// The tag's name, when the answer asked for it.
    confirmed_name: Option<String>,
}

impl Release {
    fn view(&self) -> config::Release<'_> {
        config::Release { live: self.live, note: &self.note, confirmed_name: self.confirmed_name.as_deref() }
    }
}

/// List a tag's versions, newest first
#[utoipa::path(
    get, path = "/tags/{id}/versions", tag = "versions", params(("id" = String, Path), Window),
    security(("token" = ["read"])), responses((status = 200, body = Page<Version>))
)]
async fn list(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Version>>, Problem> {
    let before = match window.after.as_deref().map(str::parse) {
        None => None,
        Some(Ok(number)) => Some(number),
        Some(Err(_)) => return Err(Problem::bad_request("after must be the next of the page before.")),
    };
    let page = server.backend.versions(&viewer, &id, before, size(window.limit)).await?;
    let next = page.versions.last().filter(|_| page.more).map(|last| last.number.to_string());
    Ok(Json(Page { items: page.versions.into_iter().map(Version::from).collect(), next }))
}

/// Read a version
#[utoipa::path(
    get, path = "/tags/{id}/versions/{number}", tag = "versions",
    params(("id" = String, Path), ("number" = i64, Path)), security(("token" = ["read"])),
    responses((status = 200, body = WholeVersion))
)]
async fn one(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At((id, number)): At<(String, i64)>,
) -> Result<Json<WholeVersion>, Problem> {
    let version = server.backend.version(&viewer, &id, number).await?;
    Ok(Json(WholeVersion { version: version.item.into(), config: version.config }))
}

/// Compare two states of a tag
#[utoipa::path(
    get, path = "/tags/{id}/compare", tag = "versions", params(("id" = String, Path), Sides),
    security(("token" = ["read"])), responses((status = 200, body = Comparison))
)]
async fn compare(
    May(viewer): May<Viewer>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Asked(sides): Asked<Sides>,
) -> Result<Json<Comparison>, Problem> {
    let which = |name: &str| {
        let message = "from and to are live, draft, or a version's number.";
        config::Which::named(name).ok_or_else(|| Problem::bad_request(message))
    };
    let (from, to) = (which(&sides.from)?, which(&sides.to)?);
    let compared = server.backend.compare(&viewer, &id, from, to).await?;
    let config::Comparison { from, to, changes: changed, same } = compared;
    Ok(Json(Comparison { from: from.into(), to: to.into(), changes: changes(changed), same }))
}

/// Publish the draft
///
/// `If-Match` names the draft's revision. A draft with problems is refused; a change that could do harm asks for
/// `confirmed_name`.
#[utoipa::path(
    post, path = "/tags/{id}/publish", tag = "versions",
    params(("id" = String, Path), ("if-match" = String, Header)), request_body = Release,
    security(("token" = ["publish"])), responses((status = 201, body = Version))
)]
async fn publish(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Seen(revision): Seen,
    Body(release): Body<Release>,
) -> Result<Response, Problem> {
    let published = server.backend.publish(&publisher, &id, revision, release.view()).await.map_err(stale)?;
    Ok((StatusCode::CREATED, Json(Version::from(published))).into_response())
}

/// Roll back: publish an earlier version's content once more
///
/// A draft without changes of its own follows.
#[utoipa::path(
    post, path = "/tags/{id}/versions/{number}/roll-back", tag = "versions",
    params(("id" = String, Path), ("number" = i64, Path)), request_body = Release,
    security(("token" = ["publish"])), responses((status = 201, body = Version))
)]
async fn roll_back(
    May(publisher): May<Publisher>,
    State(server): State<Arc<Server>>,
    At((id, number)): At<(String, i64)>,
    Body(release): Body<Release>,
) -> Result<Response, Problem> {
    let published = server.backend.roll_back(&publisher, &id, number, release.view()).await?;
    Ok((StatusCode::CREATED, Json(Version::from(published))).into_response())
}
