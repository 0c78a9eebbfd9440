//! `/users`: who can sign in.

use std::sync::Arc;

use app::guard::Admin;
use app::people::views::Member;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Problem;
use super::extract::{Asked, At, Body, May};
use super::page::{Page, Window};
use super::shapes::RoleName;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(set_role))
        .routes(routes!(set_access))
        .routes(routes!(sign_out))
        .routes(routes!(reset_two_step))
}

/// Somebody who can sign in.
#[derive(Serialize, ToSchema)]
struct User {
    id: String,
    name: String,
    email: String,
    role: RoleName,
    /// They are shut out.
    disabled: bool,
    /// Signing in asks them for a code too.
    two_step: bool,
    created_at: i64,
    /// When a session of theirs that is still open was last used.
    last_seen_at: Option<i64>,
}

impl From<Member> for User {
    fn from(member: Member) -> Self {
        let Member { person, disabled, two_step, since, last_seen } = member;
        Self {
            id: person.id,
            name: person.name,
            email: person.email,
            role: person.role.into(),
            disabled,
            two_step,
            created_at: since,
            last_seen_at: last_seen,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: RoleName,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Access {
    /// Whether they may sign in.
    enabled: bool,
}

/// List the users
#[utoipa::path(
    get, path = "/users", tag = "users", params(Window), security(("token" = ["admin"])),
    responses((status = 200, body = Page<User>))
)]
async fn list(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<User>>, Problem> {
    let people = server.backend.people(&admin).await?.people;
    Ok(Json(Page::of(people, |member| &member.person.id, &window).map(User::from)))
}

/// Change a user's role, which ends their sessions
#[utoipa::path(
    put, path = "/users/{id}/role", tag = "users", params(("id" = String, Path)), request_body = NewRole,
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn set_role(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Body(new): Body<NewRole>,
) -> Result<StatusCode, Problem> {
    server.backend.set_role(&admin, &id, new.role.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shut a user out or let them in again
#[utoipa::path(
    put, path = "/users/{id}/access", tag = "users", params(("id" = String, Path)), request_body = Access,
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn set_access(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
    Body(access): Body<Access>,
) -> Result<StatusCode, Problem> {
    server.backend.set_enabled(&admin, &id, access.enabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all sessions of a user
#[utoipa::path(
    post, path = "/users/{id}/sign-out", tag = "users", params(("id" = String, Path)),
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn sign_out(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.sign_out_person(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turn off the two-step sign-in of a user who has lost both the app and the recovery codes
#[utoipa::path(
    delete, path = "/users/{id}/two-step", tag = "users", params(("id" = String, Path)),
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn reset_two_step(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.reset_two_step(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
