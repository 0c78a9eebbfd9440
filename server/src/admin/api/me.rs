//! `GET /api/v1/me`: whose token this is and what it may do.

use app::guard::{Actor, Via};
use app::views::Role;
use axum::{Extension, Json};
use serde::Serialize;

use super::Problem;
use crate::admin::backend::role_name;

#[derive(Serialize)]
pub(super) struct Me {
    token: String,
    scope: &'static str,
    /// What it may do now: the less of its scope and its maker's role.
    role: &'static str,
    /// Every role whose doors are open to it.
    may: Vec<&'static str>,
    /// Null for a token made on the command line.
    person: Option<PersonRef>,
}

#[derive(Serialize)]
struct PersonRef {
    id: String,
    name: String,
}

pub(super) async fn me(Extension(actor): Extension<Actor>) -> Result<Json<Me>, Problem> {
    let viewer = actor.viewer()?;
    let person = viewer.person();
    let (token, scope) = match &actor.via {
        Via::Token { name, scope } => (name.clone(), *scope),
        Via::Browser => return Err(Problem::signed_out()),
    };
    Ok(Json(Me {
        token,
        scope,
        role: role_name(person.role),
        may: Role::ALL.into_iter().filter(|role| *role <= person.role).map(role_name).collect(),
        person: (!person.id.is_empty())
            .then(|| PersonRef { id: person.id.clone(), name: person.name.clone() }),
    }))
}
