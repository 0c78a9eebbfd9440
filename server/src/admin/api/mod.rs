//! The JSON API, version 1: what programs with a token use. It knows no cookies, so no page of another site can
//! call it in somebody's name. Each resource has a file of its own; each handler proves what its caller may do
//! with the same types as the interface, and asks the same backend.

mod me;
pub mod problem;
pub mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use problem::Problem;

use crate::state::Server;

/// Every route below `/api/v1`, behind authentication.
pub fn router(server: &Arc<Server>) -> Router {
    Router::new()
        .route("/me", get(me::me))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(server), authenticate))
        .with_state(Arc::clone(server))
}

/// Finds out which token calls, and gives the handlers its [`app::guard::Actor`].
async fn authenticate(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match token::actor(&server, &parts).await {
        Ok(actor) => {
            parts.extensions.insert(actor);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}
