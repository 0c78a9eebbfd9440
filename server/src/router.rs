//! The routing table, to be read in a minute.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use app::{App, plain_shell, shell};
use axum::Extension;
use axum::Router;
use axum::extract::{Query, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use leptos::config::LeptosOptions;
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context,
    render_app_to_stream_with_context,
};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::Session;

use crate::admin::browser::{self, Known};
use crate::admin::{api, export, forms};
use crate::site::Site;
use crate::state::Server;
use crate::{debug, health, ingest};

/// Bytes of a form or server function call; the largest is a tag's configuration.
const FORM_MAX: usize = 256 * 1024;

/// Everything this process answers.
pub fn router(server: &Arc<Server>, request_timeout: Duration) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, request_timeout);
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(Arc::clone(server));
    let assets = server.site.map(Site::routes).unwrap_or_default();
    Router::new()
        .merge(ingest::router(Arc::clone(&server.ingest)).layer(timeout))
        .merge(health)
        .merge(assets)
        .nest("/api/v1", programs(server, timeout))
        .merge(people(server, timeout))
        .layer(CatchPanicLayer::new())
}

/// The pages' addresses, found once: a page that begins to load its data while Leptos looks for them anywhere in
/// the process, as it did for each server of the tests, waits for ever (leptos-rs/leptos#4773).
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// What programs with a token use.
fn programs(server: &Arc<Server>, timeout: TimeoutLayer) -> Router {
    api::router(server).layer(timeout).layer(from_fn_with_state(Arc::clone(server), browser::harden))
}

/// What people at a browser use: pages, server functions, and the live stream, which outlives any timeout.
fn people(server: &Arc<Server>, timeout: TimeoutLayer) -> Router {
    let options = LeptosOptions::builder().output_name("app").build();
    let names = server.site.map(|site| site.names()).unwrap_or_default();
    let plain_page = {
        let names = names.clone();
        move || plain_shell(names.clone())
    };
    let page = move || shell(names.clone());
    let context = {
        let server = Arc::clone(server);
        move || browser::provide(&server)
    };
    let plain = get(render_app_async_with_context(context.clone(), plain_page));
    let not_found = render_app_to_stream_with_context(context.clone(), page.clone());
    let pages = Router::new()
        .leptos_routes_with_context(&options, ROUTES.clone(), context, page)
        .route("/sign-in/code", plain.clone())
        .route("/invite", plain.clone())
        .route("/settings/{*page}", plain)
        .fallback(not_found)
        .layer(timeout)
        .with_state(options);
    let streams = Router::new()
        .route("/ui/live/stream", get(live_stream))
        .route("/settings/audit.csv", get(export::csv))
        .route("/settings/audit.ndjson", get(export::ndjson))
        .with_state(Arc::clone(server));
    pages
        .merge(streams)
        .layer(from_fn(|request, next| forms::keep_typed(FORM_MAX, request, next)))
        .layer(RequestBodyLimitLayer::new(FORM_MAX))
        .layer(from_fn(browser::refuse_foreign))
        .layer(from_fn_with_state(Arc::clone(server), browser::identify))
        .layer(server.sessions.layer(!server.plain_http))
        .layer(from_fn_with_state(Arc::clone(server), browser::harden))
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

/// The rows published after `Last-Event-ID` (which a browser sends when it reconnects by itself) or `after`.
async fn live_stream(
    State(server): State<Arc<Server>>,
    Extension(known): Extension<Known>,
    session: Session,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Response {
    if known.0.is_none() {
        return (StatusCode::UNAUTHORIZED, "Sign in to watch.").into_response();
    }
    let Ok(seat) = Arc::clone(&server.watchers).try_acquire_owned() else {
        let text = "As many browsers watch as this server allows (setting live.watchers_max).";
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "30")], text).into_response();
    };
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let (stopping, ended) = (server.lifecycle.stopping(), server.sessions.clone().ended(session));
    let until = async move {
        tokio::select! { () = stopping => {}, () = ended => {} }
        drop(seat);
    };
    debug::stream::stream(&server.hub, Arc::clone(&server.clock), last.or(query.after.as_deref()), until)
}
