//! `/me`: who calls, and what they may do.

use std::sync::Arc;

use app::guard::{Actor, Via, Viewer};
use app::views::Role;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::May;
use super::shapes::RoleName;
use crate::state::Server;

pub(super) fn routes() -> OpenApiRouter<Arc<Server>> {
    OpenApiRouter::new().routes(routes!(me))
}

/// Who calls.
#[derive(Serialize, ToSchema)]
struct Me {
    /// The token's name; null for a browser's session.
    token: Option<String>,
    /// The token's scope; null for a browser's session.
    scope: Option<&'static str>,
    /// What counts now: the less of the token's scope and its maker's role.
    role: RoleName,
    /// Every role whose doors are open.
    may: Vec<RoleName>,
    /// Null for a token made on the command line.
    person: Option<PersonRef>,
}

#[derive(Serialize, ToSchema)]
struct PersonRef {
    id: String,
    name: String,
}

/// Say who calls, and what they may do
#[utoipa::path(
    get, path = "/me", tag = "me", security(("token" = ["read"])), responses((status = 200, body = Me))
)]
async fn me(May(viewer): May<Viewer>, Extension(actor): Extension<Actor>) -> Json<Me> {
    let person = viewer.person();
    let (token, scope) = match &actor.via {
        Via::Token { name, scope } => (Some(name.clone()), Some(*scope)),
        Via::Browser => (None, None),
    };
    Json(Me {
        token,
        scope,
        role: person.role.into(),
        may: Role::ALL.into_iter().filter(|role| *role <= person.role).map(RoleName::from).collect(),
        person: (!person.id.is_empty())
            .then(|| PersonRef { id: person.id.clone(), name: person.name.clone() }),
    })
}
