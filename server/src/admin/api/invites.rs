//! `/invites`: links that each make one user.

use std::sync::Arc;

use app::guard::Admin;
use app::people::views::{InviteView, NewInvite};
use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Asked, At, Body, May};
use super::page::{Page, Window};
use super::shapes::RoleName;
use super::{Problem, PublicUrl};
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(renew)).routes(routes!(revoke))
}

/// An invitation that nobody has accepted yet.
#[derive(Serialize, ToSchema)]
struct Invite {
    id: String,
    email: String,
    role: RoleName,
    /// Their name at that time.
    invited_by: String,
    expires_at: i64,
}

impl From<InviteView> for Invite {
    fn from(invite: InviteView) -> Self {
        let InviteView { id, email, role, invited_by, expires_at } = invite;
        Self { id, email, role: role.into(), invited_by, expires_at }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Invitation {
    email: String,
    role: RoleName,
}

/// A link, shown this once.
#[derive(Serialize, ToSchema)]
struct InviteLink {
    email: String,
    /// Whoever opens it chooses a name and a password.
    url: String,
    expires_at: i64,
}

impl InviteLink {
    fn new(invite: NewInvite, public_url: &str) -> Self {
        let NewInvite { email, token, expires_at } = invite;
        Self { email, url: format!("{public_url}/invite?token={token}"), expires_at }
    }
}

/// List the invitations
#[utoipa::path(
    get, path = "/invites", tag = "users", params(Window), security(("token" = ["admin"])),
    responses((status = 200, body = Page<Invite>))
)]
async fn list(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Asked(window): Asked<Window>,
) -> Result<Json<Page<Invite>>, Problem> {
    let invites = server.backend.people(&admin).await?.invites;
    Ok(Json(Page::of(invites, |invite| &invite.id, &window).map(Invite::from)))
}

/// Invite somebody
#[utoipa::path(
    post, path = "/invites", tag = "users", request_body = Invitation, security(("token" = ["admin"])),
    responses((status = 201, body = InviteLink))
)]
async fn create(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Extension(PublicUrl(url)): Extension<PublicUrl>,
    Body(invitation): Body<Invitation>,
) -> Result<(StatusCode, Json<InviteLink>), Problem> {
    let invite = server.backend.invite(&admin, &invitation.email, invitation.role.into()).await?;
    Ok((StatusCode::CREATED, Json(InviteLink::new(invite, &url))))
}

/// Make a new link for an invitation; the old one ends
#[utoipa::path(
    post, path = "/invites/{id}/renew", tag = "users", params(("id" = String, Path)),
    security(("token" = ["admin"])), responses((status = 200, body = InviteLink))
)]
async fn renew(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    Extension(PublicUrl(url)): Extension<PublicUrl>,
    At(id): At<String>,
) -> Result<Json<InviteLink>, Problem> {
    let invite = server.backend.renew_invite(&admin, &id).await?;
    Ok(Json(InviteLink::new(invite, &url)))
}

/// Take an invitation back
#[utoipa::path(
    delete, path = "/invites/{id}", tag = "users", params(("id" = String, Path)),
    security(("token" = ["admin"])), responses((status = 204))
)]
async fn revoke(
    May(admin): May<Admin>,
    State(server): State<Arc<Server>>,
    At(id): At<String>,
) -> Result<StatusCode, Problem> {
    server.backend.revoke_invite(&admin, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
