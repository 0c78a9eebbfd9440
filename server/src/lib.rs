//! Sidetag's server.
//!
//! # The path of an event
//!
//! 1. **HTTP.** [`http`] accepts the connection, [`router`] finds the handler, and [`ingest`] applies the
//!    limits of its route: how large, how often, how long. The source is the one whose write key or origin
//!    the request carries. Method, path, query, chosen headers, address and body become a plain value,
//!    [`tag::clients::Request`].
//! 2. **Client.** [`tag::clients::claim`] finds the format and reads the events. Each event has its own
//!    verdict; a request without any readable event is refused with a code and a path, and leaves no trace.
//! 3. **Tag run.** Of the tags in [`published::Published`], an index finds those that may run for the event. For
//!    each, [`tag::run::run`] returns what to send, cookies for the answer, and the steps that led there; it may
//!    look at the request's headers, cookies and query, and at where sites begin ([`sites`]). An event that no
//!    tag runs for gets one outcome that says so. Up to here nothing was stored and the event is plain text in
//!    memory.
//! 4. **Accept.** Events, runs, deliveries and traces, with personal values masked by [`tag::privacy`], go to
//!    the writer, which commits all waiting requests in one transaction ([`store::Intake::accept`]). Where a
//!    masked request could not be sent, the exact one lies beside it until the delivery has ended. Accepted means
//!    on disk.
//! 5. **Answer.** If all the tags that ran are *optimistic*, the caller is answered now. Otherwise the answer
//!    waits for the first try of its deliveries, though not longer than `ingest.limits.wait_ms`. It carries the
//!    tags' cookies and, for gtag.js, the pixels to load; a try hands them over through [`deliver::Waiters`] as
//!    long as somebody waits. What becomes of a delivery later is never the caller's error.
//! 6. **Deliver.** A [`deliver`] worker claims due deliveries under a lease. A try asks Amazon for a token first
//!    when the request wants one, shared with whoever needs the same; sends the event; reads the reply
//!    ([`tag::amazon::reply::read`]); and follows a redirect for Amazon's cookie, hands it to the browser or
//!    leaves it. Only the event's own reply decides how the worker settles: delivered, refused, given up, or
//!    another try later. A settlement whose lease has passed to somebody else changes nothing. A
//!    delivery whose tag is paused or deleted is held instead, until the tag is back.
//! 7. **Watch.** Each new or changed run goes to the [`debug::Hub`], and from there to every open live page.
//!    The store stays the truth: whoever missed something asks it.
//!
//! Where a tag asks for it, requests and replies are also logged outside ([`logs`]).
//!
//! [`admin`] is the way in for people and programs: sign-in, sessions, tokens, the backend of the pages in the
//! `app` crate, and the API.

pub mod admin;
pub mod cli;
pub mod clock;
pub mod config;
pub mod debug;
pub mod deliver;
pub mod demo;
pub mod health;
pub mod http;
pub mod ids;
pub mod ingest;
pub mod lifecycle;
pub mod logs;
pub mod mock_amazon;
pub mod published;
pub mod router;
pub mod seal;
pub mod site;
pub mod sites;
pub mod state;
pub mod store;
pub mod telemetry;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::deliver::HttpTransport;
use crate::demo::Demo;
use crate::ids::{Ids, SystemIds};
use crate::lifecycle::Lifecycle;
use crate::mock_amazon::MockAmazon;
use crate::seal::Seal;
use crate::site::Site;
use crate::state::{Server, World};

/// Any free port of this machine.
const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// `sidetag serve`: runs until a signal, or until a part that must live has died.
pub async fn serve(arguments: &cli::Serve) -> anyhow::Result<()> {
    let mut config =
        Config::load(arguments.settings.config.as_deref(), &arguments.overrides(), arguments.demo)?;
    telemetry::log(&config.log)?;
    let site = Site::embedded().context(
        "this binary was built without its browser part; build it with `cargo xtask build`, or start it with \
         `cargo xtask run`",
    )?;
    let lifecycle = Lifecycle::default();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mock = if arguments.demo {
        let mock = MockAmazon::new(Arc::clone(&clock));
        let url = serve_mock(&mock, LOOPBACK, &lifecycle).await?;
        config.amazon = MockAmazon::endpoints(&url);
        Some(mock)
    } else {
        None
    };
    let ids: Arc<dyn Ids> = Arc::new(SystemIds::default());
    let store = store::open(&config.database.url).await?;
    let world = World {
        store,
        clock,
        seal: Seal::load(&config.secret, Arc::clone(&ids))?,
        ids,
        transport: Arc::new(HttpTransport::new(config.deliver.timeout_ms)?),
        site: Some(site),
    };
    run(&config, world, lifecycle, mock).await
}

/// `sidetag token create`: prints a new token. A server that runs on the database goes on.
pub async fn create_token(arguments: &cli::CreateToken) -> anyhow::Result<()> {
    let settings = &arguments.settings;
    let config = Config::load(settings.config.as_deref(), &settings.overrides(), false)?;
    let store = store::open_beside(&config.database.url).await?;
    let token = admin::command::create_token(&*store, &SystemClock, &SystemIds::default(), arguments).await?;
    store.close().await;
    eprintln!("This is the token; it is shown only now:");
    println!("{token}");
    Ok(())
}

/// `sidetag mock-amazon`: runs until a signal.
pub async fn mock_amazon(address: SocketAddr) -> anyhow::Result<()> {
    let lifecycle = Lifecycle::default();
    let url = serve_mock(&MockAmazon::new(Arc::new(SystemClock)), address, &lifecycle).await?;
    println!("A mock of Amazon answers at {url}; open it to see what it received");
    lifecycle::signal().await;
    lifecycle.stop();
    lifecycle.finished(Duration::from_secs(1)).await;
    Ok(())
}

async fn run(
    config: &Config,
    world: World,
    lifecycle: Lifecycle,
    mock: Option<Arc<MockAmazon>>,
) -> anyhow::Result<()> {
    let (store, clock, ids) = (Arc::clone(&world.store), Arc::clone(&world.clock), Arc::clone(&world.ids));
    let listener = listen(config.server.listen).await?;
    if store.exclusive() {
        // What the last process was sending when it ended is sent again, without waiting for its leases.
        let freed = store.free_all().await?;
        tracing::info!(deliveries = freed, "taken over from the last run");
    }
    let (server, worker) = Server::assemble(config, world, lifecycle.clone(), mock.is_some()).await?;
    lifecycle.spawn("worker", worker.run(lifecycle.token()));
    if let Some(mock) = mock {
        demonstrate(&server, &*ids, mock).await?;
    }
    if !config.metrics.listen.is_empty() {
        serve_metrics(&config.metrics.listen, &lifecycle).await?;
    }

    let url = match server.public_url.as_str() {
        "" => format!("http://{}", listener.local_addr()?),
        public_url => public_url.to_owned(),
    };
    let timeout = Duration::from_secs(config.server.request_timeout_seconds);
    let grace = Duration::from_secs(config.server.shutdown_grace_seconds);
    let limits = http::Limits {
        header_timeout: Duration::from_secs(config.server.header_timeout_seconds),
        max_connections: config.server.max_connections,
        grace,
    };
    let serving = http::serve(listener, router::router(&server, timeout), limits, lifecycle.clone());
    let served = lifecycle.clone();
    lifecycle.spawn("http", async move {
        serving.await;
        served.drained();
    });
    println!("Sidetag is ready at {url}");
    let minutes = config.accounts.setup_link_minutes;
    if let Some(token) = admin::setup::new_token(&*store, &*clock, &*ids, minutes).await? {
        println!("Create the first administrator; this link works once, for {minutes} minutes:");
        println!("  {url}/setup?token={token}");
    }
    if !config.plain_http() && !server.public_url.starts_with("https:") {
        tracing::warn!(
            "browsers cannot sign in over plain http from elsewhere: set server.public_url to the https address"
        );
    }

    let asked = tokio::select! {
        () = lifecycle::signal() => true,
        () = lifecycle.stopping() => false,
    };
    tracing::info!("stopping");
    lifecycle.stop();
    let finished = lifecycle.finished(grace + Duration::from_secs(1)).await;
    store.close().await;
    anyhow::ensure!(asked, "a part of Sidetag ended early; the log says which");
    if !finished {
        tracing::warn!("some work did not finish in time; it goes on at the next start");
    }
    Ok(())
}

/// Starts made-up traffic, unless the database holds somebody's own sources.
async fn demonstrate(server: &Server, ids: &dyn Ids, mock: Arc<MockAmazon>) -> anyhow::Result<()> {
    let published = &server.ingest.published;
    match Demo::prepare(&*server.store, published, &*server.clock, ids).await? {
        Some(demo) => {
            let task = demo.run(Arc::clone(&server.ingest), mock, server.lifecycle.token());
            server.lifecycle.spawn("demo", task);
        }
        None => tracing::warn!("this database has sources of its own, so no made-up events are sent"),
    }
    Ok(())
}

/// Serves the mock; returns its address.
async fn serve_mock(
    mock: &Arc<MockAmazon>,
    address: SocketAddr,
    lifecycle: &Lifecycle,
) -> anyhow::Result<String> {
    let listener = listen(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let (router, stopping) = (Arc::clone(mock).router(), lifecycle.stopping());
    lifecycle.spawn("mock of Amazon", async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopping).await {
            tracing::error!(%error, "the mock of Amazon no longer answers");
        }
    });
    Ok(url)
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}; if another program uses it, choose another with --listen")
    })
}

/// Prometheus reads the numbers at an address of their own, which is not for the public.
async fn serve_metrics(listen_on: &str, lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let address: SocketAddr = listen_on
        .parse()
        .with_context(|| format!("metrics.listen ({listen_on}) is not an address with a port"))?;
    let numbers = telemetry::collect()?;
    let router = axum::Router::new()
        .route("/metrics", axum::routing::get(move || std::future::ready(numbers.render())));
    let listener = listen(address).await?;
    tracing::info!(address = %listener.local_addr()?, "metrics at /metrics");
    let stopping = lifecycle.stopping();
    lifecycle.spawn("metrics", async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopping).await {
            tracing::error!(%error, "metrics are no longer served");
        }
    });
    Ok(())
}
