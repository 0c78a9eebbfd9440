//! Everything a process holds, built once, in the order of dependence.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use app::backend::Backend;
use http::HeaderMap;
use http::header::HOST;
use tokio::sync::{Notify, Semaphore};

use crate::admin::backend::ServerBackend;
use crate::admin::password::{PasswordError, Passwords};
use crate::admin::retention;
use crate::admin::session::Sessions;
use crate::admin::throttle::Throttle;
use crate::clock::Clock;
use crate::config::Config;
use crate::debug::Hub;
use crate::deliver::{Attempts, Reaper, Retention, Tokens, Transport, Waiters, Worker};
use crate::ids::Ids;
use crate::ingest::{self, Ingest, Writer};
use crate::lifecycle::Lifecycle;
use crate::published::Published;
use crate::seal::Seal;
use crate::site::Site;
use crate::store::{Store, StoreError};

/// Milliseconds between looks at whether another process changed the configuration.
const CONFIGURATION_POLL_MS: i64 = 1000;
/// Milliseconds between deletions of sessions that are over.
const SESSIONS_POLL_MS: i64 = 10 * 60 * 1000;

/// What the handlers share.
pub struct Server {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub ingest: Arc<Ingest>,
    pub hub: Arc<Hub>,
    /// One permit a browser that may watch the live stream.
    pub watchers: Arc<Semaphore>,
    pub sessions: Sessions,
    pub backend: Arc<dyn Backend>,
    pub site: Option<Site>,
    pub lifecycle: Lifecycle,
    /// As configured, without a slash at its end; empty when it follows the request.
    pub public_url: String,
    pub plain_http: bool,
}

/// The parts of the world, which tests replace.
pub struct World {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub transport: Arc<dyn Transport>,
    pub site: Option<Site>,
    pub seal: Seal,
}

#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    #[error("cannot read the configuration from the database")]
    Published(#[source] StoreError),
    #[error("cannot prepare sign-in")]
    Passwords(#[from] PasswordError),
}

impl Server {
    /// Puts the parts together and starts the tasks that live as long as the process, but for the delivery
    /// worker, which is returned so that a test can step it.
    pub async fn assemble(
        config: &Config,
        world: World,
        lifecycle: Lifecycle,
        mock_amazon: bool,
    ) -> Result<(Arc<Self>, Worker), AssembleError> {
        let World { store, clock, ids, transport, site, seal } = world;
        let hub = Hub::new(ids.id(clock.now_ms()), config.live.ring_rows);
        let waiters = Arc::<Waiters>::default();
        let wake = Arc::<Notify>::default();
        let published = Published::load(Arc::clone(&store)).await.map_err(AssembleError::Published)?;

        let limits = config.ingest.limits.clone();
        let (writer, writing) =
            Writer::new(Arc::clone(&store), Arc::clone(&hub), Arc::clone(&wake), limits.queue_events);
        lifecycle.spawn("writer", writing.run(lifecycle.drained_token()));
        lifecycle.spawn(
            "configuration",
            Arc::clone(&published).watch(Arc::clone(&clock), CONFIGURATION_POLL_MS, lifecycle.token()),
        );
        let resumed = Arc::<Notify>::default();
        let reaper = Reaper {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock),
            resumed: Arc::clone(&resumed),
            wake: Arc::clone(&wake),
        };
        lifecycle.spawn("reaper", reaper.run(lifecycle.token()));
        let old = Retention { store: Arc::clone(&store), clock: Arc::clone(&clock) };
        lifecycle.spawn("retention", old.run(lifecycle.token()));
        let sessions =
            Sessions::new(Arc::clone(&store), Arc::clone(&clock), config.accounts.clone(), seal.clone());
        lifecycle.spawn("sessions", sessions.clone().sweep(SESSIONS_POLL_MS, lifecycle.token()));

        lifecycle.spawn(
            "audit",
            retention::run(Arc::clone(&store), Arc::clone(&clock), config.audit.keep_days, lifecycle.token()),
        );

        let ingest = Ingest::new(ingest::Parts {
            published: Arc::clone(&published),
            writer,
            waiters: Arc::clone(&waiters),
            endpoints: config.amazon.clone(),
            trust: config.ingest.trust.clone(),
            limits,
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let accounts = config.accounts.clone();
        let break_ms = i64::try_from(accounts.break_seconds).unwrap_or(i64::MAX / 1000) * 1000;
        let backend = ServerBackend {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            published,
            ingest: Arc::clone(&ingest),
            hub: Arc::clone(&hub),
            resumed,
            sessions: sessions.clone(),
            seal,
            passwords: Passwords::new(accounts.hashes_at_once, accounts.hashes_waiting)?,
            throttle: Mutex::new(Throttle::new(accounts.free_tries, break_ms)),
            settings: accounts,
            mock_amazon,
        };
        let token_timeout_ms = config.deliver.token_timeout_ms;
        let attempts = Attempts {
            tokens: Tokens::new(Arc::clone(&transport), Arc::clone(&clock), token_timeout_ms),
            transport,
            endpoints: config.amazon.clone(),
            waiters: Arc::clone(&waiters),
            clock: Arc::clone(&clock),
        };
        let worker = Worker {
            store: Arc::clone(&store),
            attempts: Arc::new(attempts),
            hub: Arc::clone(&hub),
            waiters,
            wake,
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            settings: config.deliver,
        };
        let server = Self {
            store,
            clock,
            ids,
            ingest,
            hub,
            watchers: Arc::new(Semaphore::new(config.live.watchers_max)),
            sessions,
            backend: Arc::new(backend),
            site,
            lifecycle,
            public_url: config.server.public_url.trim_end_matches('/').to_owned(),
            plain_http: config.plain_http(),
        };
        Ok((Arc::new(server), worker))
    }

    /// How the caller reached this server: as configured, else as its Host header says.
    pub fn public_url(&self, headers: &HeaderMap) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.clone();
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        format!("{}://{host}", if self.plain_http { "http" } else { "https" })
    }

    /// The caller's address, through trusted proxies.
    pub fn client_ip(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        peer.map(|peer| self.ingest.trust.client_ip(peer.ip(), headers))
    }
}
