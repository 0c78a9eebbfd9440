//! The routing table, to be read in a minute.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::{App, SiteNames, shell};
use axum::Router;
use axum::extract::{ConnectInfo, Query, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::Session;

use crate::admin::browser::{self, Known};
use crate::state::Server;
use crate::{debug, health, ingest};

/// Bytes of a form or server function call; the largest is a tag's configuration.
const FORM_MAX: usize = 256 * 1024;

/// Everything this process answers.
pub fn router(server: &Arc<Server>, request_timeout: Duration) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, request_timeout);
    Router::new()
        .merge(ingest::routes(Arc::clone(&server.ingest)).layer(timeout))
        .merge(assets(server))
        .merge(interface(server).layer(timeout).merge(stream(server)).layer(server.session_layer()))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(Arc::clone(server))
        .layer(CatchPanicLayer::new())
}

/// Pages and server functions.
fn interface(server: &Arc<Server>) -> Router<Arc<Server>> {
    let options = LeptosOptions::builder().output_name("app").build();
    let names = server.site.as_ref().map(|site| site.names());
    let app = { let names = names.clone(); move || shell(names.clone()) };
    let context = { let server = Arc::clone(server); move || browser::provide(&server) };
    let fallback = leptos_axum::render_app_to_stream_with_context(context.clone(), app.clone());
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, app)
        .fallback(fallback)
        .with_state(options)
        .layer(RequestBodyLimitLayer::new(FORM_MAX))
        .layer(from_fn(browser::refuse_foreign))
        .layer(from_fn_with_state(Arc::clone(server), browser::identify))
        .layer(from_fn_with_state(Arc::clone(server), browser::harden))
}

/// The live stream, which outlives any timeout.
fn stream(server: &Arc<Server>) -> Router<Arc<Server>> {
    Router::new()
        .route("/ui/live/stream", get(live_stream))
        .layer(from_fn_with_state(Arc::clone(server), browser::identify))
        .layer(from_fn_with_state(Arc::clone(server), browser::harden))
}
