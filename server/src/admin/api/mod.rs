//! The JSON API, version 1: what programs with a token use, and pages of the interface with their session. Each
//! resource has a file of its own; each handler proves what its caller may do with the same types as the
//! interface, and asks the same backend.

mod audit;
mod drafts;
mod events;
mod extract;
mod invites;
mod me;
mod openapi;
mod page;
pub mod problem;
mod settings;
mod shapes;
mod sources;
mod tags;
pub mod token;
mod tokens;
mod transfer;
mod users;
mod versions;

use std::sync::Arc;

use app::guard::Actor;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use problem::Problem;

use super::browser;
use crate::state::Server;

/// Bytes of a body; the largest is a tag's configuration.
const BODY_MAX: usize = 256 * 1024;

/// How the caller reached this server, for links.
#[derive(Clone)]
struct PublicUrl(String);

/// Every route below `/api/v1`: behind authentication, but for the description.
pub fn router(server: &Arc<Server>) -> Router {
    let (routes, document) = parts();
    let document = Arc::new(document);
    let routes: Router<Arc<Server>> = routes
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(Arc::clone(server), authenticate));
    let description = get(async move || Json(document.as_ref().clone()));
    Router::new()
        .route("/openapi.json", description)
        .merge(routes)
        .layer(server.sessions.layer(!server.plain_http))
        .with_state(Arc::clone(server))
}

/// The description of the API.
pub fn document() -> OpenApi {
    parts().1
}

/// The routes and their description, which are made together so that neither has what the other lacks.
fn parts() -> (Router<Arc<Server>>, OpenApi) {
    let (routes, document) = OpenApiRouter::with_openapi(openapi::base())
        .merge(me::routes())
        .merge(sources::routes())
        .merge(tags::routes())
        .merge(drafts::routes())
        .merge(versions::routes())
        .merge(transfer::routes())
        .merge(users::routes())
        .merge(invites::routes())
        .merge(tokens::routes())
        .merge(audit::routes())
        .merge(settings::routes())
        .merge(events::routes())
        .split_for_parts();
    (routes, openapi::complete(document))
}

/// Finds out who calls, and gives the handlers its [`Actor`]: whose token it is, else whose session. A session
/// counts for changes only when the request comes from a page of this site.
async fn authenticate(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let rehearses = match rehearses(parts.uri.query().unwrap_or_default()) {
        Ok(rehearses) => rehearses,
        Err(problem) => return problem.into_response(),
    };
    let actor = if parts.headers.contains_key(AUTHORIZATION) {
        token::actor(&server, &parts).await
    } else {
        browser::actor(&server, &parts).await
    };
    match actor {
        Ok(actor) => {
            parts.extensions.insert(Actor { rehearses, ..actor });
            parts.extensions.insert(PublicUrl(server.public_url(&parts.headers)));
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if rehearses {
                let name = HeaderName::from_static("dry-run");
                response.headers_mut().insert(name, HeaderValue::from_static("1"));
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whether the request asks only what would happen. What cannot be understood is refused, for to change something
/// then could be a surprise.
fn rehearses(query: &str) -> Result<bool, Problem> {
    let mut asked = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "dry_run");
    match (asked.next().as_ref().map(|(_, value)| value.as_ref()), asked.next()) {
        (None | Some("0"), None) => Ok(false),
        (Some("1"), None) => Ok(true),
        _ => Err(Problem::bad_request("dry_run is 0 or 1.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_that_cannot_be_understood_changes_nothing() {
        for (query, expected) in
            [("", Some(false)), ("a=1&dry_run=1", Some(true)), ("dry_run=0", Some(false))]
        {
            assert_eq!(rehearses(query).ok(), expected, "{query}");
        }
        for odd in ["dry_run", "dry_run=yes", "dry_run=1&dry_run=0", "dry_run=true"] {
            assert!(rehearses(odd).is_err(), "{odd}");
        }
    }
}
