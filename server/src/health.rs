//! Whether the process lives, and whether it can do its work.

use std::sync::Arc;

use axum::extract::State;
use http::StatusCode;

use crate::state::Server;

/// 200 as long as the process answers: a failing database is no reason to kill it.
pub async fn live() -> &'static str {
    "live\n"
}

/// 200 when it takes events; 503 while it stops, or while the database does not answer.
pub async fn ready(State(server): State<Arc<Server>>) -> (StatusCode, &'static str) {
    if server.lifecycle.token().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match server.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
