//! Everything a process holds, built once in the order of dependence.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use app::backend::Backend;
use http::HeaderMap;
use http::header::HOST;

use crate::admin::backend::ServerBackend;
use crate::admin::password::Passwords;
use crate::admin::session::Sessions;
use crate::admin::throttle::Throttle;
use crate::clock::Clock;
use crate::config::Config;
use crate::debug::Hub;
use crate::ids::Ids;
use crate::ingest::Ingest;
use crate::lifecycle::Lifecycle;
use crate::published::Published;
use crate::site::Site;
use crate::store::Store;

/// What the handlers share.
pub struct Server {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub published: Arc<Published>,
    pub ingest: Arc<Ingest>,
    pub hub: Arc<Hub>,
    pub sessions: Sessions,
    pub backend: Arc<dyn Backend>,
    pub site: Option<Site>,
    pub lifecycle: Lifecycle,
    /// As configured, without a slash at its end; empty when it follows the request.
    pub public_url: String,
    pub secure_cookies: bool,
}
