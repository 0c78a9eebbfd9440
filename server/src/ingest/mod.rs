//! From an HTTP request to events on disk.
//!
//! [`handler`] asks who sends ([`source`]), how fast ([`limits`]) and reads the body ([`body`]); the tag crate
//! recognises the format; [`accept`] runs the tags; [`writer`] stores; [`reply`] answers. A caller is told
//! "accepted" only after the commit, and never hears of a delivery that failed.

mod accept;
pub mod body;
pub mod client_ip;
mod cors;
mod handler;
pub mod limits;
pub mod reply;
mod snippet;
pub mod source;
pub(crate) mod take;
pub mod writer;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use http::StatusCode;
use tag::amazon::Endpoints;

pub use client_ip::Trust;
pub use limits::Limits;
pub use take::{TestError, accept_test};
pub use writer::{Writer, WriterTask};

use crate::clock::Clock;
use crate::deliver::Waiters;
use crate::ids::Ids;
use crate::published::Published;
use limits::Pace;

/// Everything that accepting an event needs.
pub struct Ingest {
    pub published: Arc<Published>,
    pub writer: Writer,
    pub waiters: Arc<Waiters>,
    pub endpoints: Endpoints,
    pub trust: Trust,
    pub limits: Limits,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    sources: Pace,
    browsers: Pace,
}

/// What [`Ingest`] is made of.
pub struct Parts {
    pub published: Arc<Published>,
    pub writer: Writer,
    pub waiters: Arc<Waiters>,
    pub endpoints: Endpoints,
    pub trust: Trust,
    pub limits: Limits,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
}

impl Ingest {
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { published, writer, waiters, endpoints, trust, limits, clock, ids } = parts;
        let (sources, browsers) = (Pace::new(limits.source), Pace::new(limits.browser));
        Arc::new(Self { published, writer, waiters, endpoints, trust, limits, clock, ids, sources, browsers })
    }
}

/// The routes that senders use. Serve it with connection info (`SocketAddr`), which the client's address is
/// taken from; without it no address is known.
pub fn router(ingest: Arc<Ingest>) -> Router {
    // Axum takes a HEAD for a GET: whoever only looks would be counted.
    let hits = get(handler::hit)
        .post(handler::hit)
        .options(handler::preflight)
        .head(async || StatusCode::METHOD_NOT_ALLOWED);
    Router::new()
        .route("/events", post(handler::events).options(handler::preflight))
        .route("/g/collect", hits)
        .route("/s.js", get(snippet::script))
        .with_state(ingest)
}
