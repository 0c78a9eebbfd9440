//! The path of an event as it runs in production: the real router on a socket, the real SQLite store, the
//! real worker, stepped by hand on a clock that a test owns.

use std::net::SocketAddr;
use std::sync::Arc;

use app::views::LiveRow;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use server::clock::ManualClock;
use server::debug::Hub;
use server::debug::hub::{Heard, Watcher};
use server::deliver::worker::Settings;
use server::deliver::{Attempts, HttpTransport, Tokens, Transport, Waiters, Worker};
use server::ids::{Ids, SeededIds};
use server::ingest::{Ingest, Limits, Parts, Trust, Writer, WriterTask, router};
use server::published::Published;
use server::store::rows::{Publishing, RunDetail, RunFilter, RunRow, Source, SourceKind, TagRecord};
use server::store::{self, Store};
use tag::amazon::Endpoints;
use tag::config::consent::Country;
use tag::config::{Consent, Expression, Matching, TagConfig};
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::trace::{Step, StepId};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::amazon::Amazon;

/// When every test begins: 2026-09-14T08:26:40.123Z.
pub const NOW: i64 = 1_789_380_000_123;

/// The write key of the source "Shop", whose pages are at [`ORIGIN`].
pub const KEY: &str = "wk_shop";
pub const ORIGIN: &str = "https://www.shop.example";
pub const TAG_ID: &str = "11111111-2222-4333-8444-555555555555";

/// What a test starts from.
pub struct Given {
    /// Whether there is the source "Shop".
    pub sources: bool,
    pub tags: Vec<TagConfig>,
    pub limits: Limits,
    pub trust: Trust,
    pub settings: Settings,
    /// Other than those of the stand-in.
    pub endpoints: Option<Endpoints>,
    pub hub_rows: usize,
    /// The writer's task does not run until [`App::start_writer`].
    pub writer_waits: bool,
}

impl Default for Given {
    fn default() -> Self {
        let proxies = ["127.0.0.0/8", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        Self {
            sources: true,
            tags: vec![tag()],
            limits: Limits::default(),
            trust: Trust { trusted_proxies: proxies.to_vec(), ..Trust::default() },
            settings: Settings::default(),
            endpoints: None,
            hub_rows: 1000,
            writer_waits: false,
        }
    }
}

/// A tag that inherits names, for North America, whose callers do not wait.
pub fn tag() -> TagConfig {
    TagConfig { tag_ids: vec![TAG_ID.into()], optimistic: true, ..TagConfig::default() }
}

/// A tag whose callers wait, with two tag IDs and advanced matching, for a visitor in the US.
pub fn matching() -> TagConfig {
    let us = Country { value: Some(Expression::Constant("US".into())), ..Country::default() };
    TagConfig {
        tag_ids: vec!["id-a".into(), "id-b".into()],
        matching: Matching { enabled: true, ..Matching::default() },
        consent: Consent { country: us, ..Consent::default() },
        ..TagConfig::default()
    }
}

pub struct App {
    pub base: String,
    pub store: Arc<dyn Store>,
    pub published: Arc<Published>,
    pub ingest: Arc<Ingest>,
    pub hub: Arc<Hub>,
    pub clock: Arc<ManualClock>,
    pub amazon: Arc<Amazon>,
    pub http: reqwest::Client,
    pub wake: Arc<Notify>,
    pub waiters: Arc<Waiters>,
    pub settings: Settings,
    attempts: Arc<Attempts>,
    directory: Arc<TempDir>,
    stop: CancellationToken,
    waiting_writer: Option<WriterTask>,
    writer: Option<JoinHandle<()>>,
}

impl App {
    /// With one source and one published tag.
    pub async fn start() -> Self {
        Self::given(Given::default()).await
    }

    pub async fn given(given: Given) -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(ManualClock::new(NOW));
        let amazon = Arc::new(Amazon::start(clock.clone()).await);
        let store = store::open(&url(&directory)).await.unwrap();
        if given.sources {
            store.create_source(&source("source-1", "Shop", KEY, &[ORIGIN])).await.unwrap();
        }
        for (index, config) in given.tags.iter().enumerate() {
            publish(&*store, index, config).await;
        }
        Self::assemble(given, directory, clock, amazon, store).await
    }

    /// The same database, clock and Amazon with a new process in front.
    pub async fn restart(self, given: Given) -> Self {
        let (directory, clock, amazon) =
            (Arc::clone(&self.directory), Arc::clone(&self.clock), Arc::clone(&self.amazon));
        self.end().await;
        let store = store::open(&url(&directory)).await.unwrap();
        store.free_all().await.unwrap();
        Self::assemble(given, directory, clock, amazon, store).await
    }

    /// Where the database's files are; they go with the last who holds this.
    pub fn directory(&self) -> Arc<TempDir> {
        Arc::clone(&self.directory)
    }

    /// Lets go of the database, as the end of the process would.
    pub async fn end(mut self) {
        self.stop.cancel();
        if let Some(writer) = self.writer.take() {
            writer.await.unwrap();
        }
        self.store.close().await;
    }

    async fn assemble(
        given: Given,
        directory: Arc<TempDir>,
        clock: Arc<ManualClock>,
        amazon: Arc<Amazon>,
        store: Arc<dyn Store>,
    ) -> Self {
        let published = Published::load(Arc::clone(&store)).await.unwrap();
        let hub = Hub::new("boot".into(), given.hub_rows);
        let wake = Arc::new(Notify::new());
        let waiters = Arc::new(Waiters::default());
        let stop = CancellationToken::new();
        let (writer, task) =
            Writer::new(Arc::clone(&store), Arc::clone(&hub), Arc::clone(&wake), given.limits.queue_events);
        let ids = Arc::new(SeededIds::new(1));
        let endpoints = given.endpoints.unwrap_or_else(|| amazon.endpoints());
        let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(given.settings.timeout_ms).unwrap());
        let attempts = Attempts {
            tokens: Tokens::new(Arc::clone(&transport), clock.clone(), given.settings.token_timeout_ms),
            transport,
            endpoints: endpoints.clone(),
            waiters: Arc::clone(&waiters),
            clock: clock.clone(),
        };
        let ingest = Ingest::new(Parts {
            published: Arc::clone(&published),
            writer,
            waiters: Arc::clone(&waiters),
            endpoints,
            trust: given.trust,
            limits: given.limits,
            clock: clock.clone(),
            ids,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service = router(Arc::clone(&ingest)).into_make_service_with_connect_info::<SocketAddr>();
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stopped).await });
        let mut app = Self {
            base,
            store,
            published,
            ingest,
            hub,
            clock,
            amazon,
            http: client(),
            wake,
            waiters,
            settings: given.settings,
            attempts: Arc::new(attempts),
            directory,
            waiting_writer: Some(task),
            writer: None,
            stop,
        };
        if !given.writer_waits {
            app.start_writer();
        }
        app
    }

    pub fn start_writer(&mut self) {
        let task = self.waiting_writer.take().unwrap();
        self.writer = Some(tokio::spawn(task.run(self.stop.clone())));
    }

    pub fn worker(&self) -> Worker {
        Worker {
            store: Arc::clone(&self.store),
            attempts: Arc::clone(&self.attempts),
            hub: Arc::clone(&self.hub),
            waiters: Arc::clone(&self.waiters),
            wake: Arc::clone(&self.wake),
            clock: self.clock.clone(),
            ids: Arc::new(EvenJitter(SeededIds::new(2))),
            settings: self.settings,
        }
    }

    /// One round of the worker; how many deliveries it tried.
    pub async fn step(&self) -> usize {
        self.worker().step().await.unwrap()
    }

    /// `POST /events` with the source's key.
    pub fn events(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.http.post(format!("{}/events", self.base)).bearer_auth(KEY).body(body)
    }

    /// Sends events and expects that each is accepted.
    pub async fn accept(&self, events: Value) -> Value {
        let response = self.events(events.to_string()).send().await.unwrap();
        assert_eq!(response.status(), 200);
        json(response).await
    }

    /// A hit of gtag.js on the page `https://www.shop.example/`, which can load pixels.
    pub fn hit(&self, name: &str) -> RequestBuilder {
        let query = "v=2&tid=G-1&cid=1.2&richsstsse&dl=https%3A%2F%2Fwww.shop.example%2F&ep.event_id=e-1";
        self.http.get(format!("{}/g/collect?{query}&en={name}", self.base)).header("origin", ORIGIN)
    }

    /// Sends while the worker works and no time passes, until there is an answer.
    pub async fn answer(&self, request: RequestBuilder) -> Response {
        let caller = tokio::spawn(request.send());
        while !caller.is_finished() {
            self.step().await;
            tokio::task::yield_now().await;
        }
        caller.await.unwrap().unwrap()
    }

    /// Newest first.
    pub async fn runs(&self) -> Vec<RunRow> {
        self.store.runs(&RunFilter { limit: 10_000, ..RunFilter::default() }).await.unwrap()
    }

    /// The only run there is.
    pub async fn the_run(&self) -> RunDetail {
        let runs = self.runs().await;
        assert_eq!(runs.len(), 1, "{runs:?}");
        self.store.run(&runs[0].id).await.unwrap().unwrap()
    }

    /// Outcomes of all runs, oldest first.
    pub async fn outcomes(&self) -> Vec<Outcome> {
        self.runs().await.into_iter().rev().map(|run| run.outcome).collect()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The next rows that a watcher hears of.
pub async fn rows(watcher: &mut Watcher) -> Vec<LiveRow> {
    match watcher.next().await {
        Heard::Rows(rows) => rows.iter().map(|entry| entry.row.clone()).collect(),
        Heard::Resync { id } => panic!("rows were missed; the stream goes on from {id}"),
    }
}

/// The values of the `Set-Cookie` headers.
pub fn cookies(response: &Response) -> Vec<String> {
    let cookies = response.headers().get_all("set-cookie").iter();
    cookies.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
}

/// The steps of all tries of a run, in the order of its deliveries.
pub fn tried(run: &RunDetail) -> Vec<&Step> {
    let attempts = run.deliveries.iter().flat_map(|delivery| &delivery.attempts);
    attempts.flat_map(|attempt| &attempt.steps).collect()
}

/// The reason of the only step of that kind.
pub fn reason_of(steps: &[&Step], id: StepId) -> Option<Reason> {
    let found: Vec<_> = steps.iter().filter(|step| step.id == id).collect();
    assert_eq!(found.len(), 1, "{id:?} in {steps:#?}");
    found[0].reason
}

pub async fn json(response: Response) -> Value {
    let text = response.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub fn source(id: &str, name: &str, key: &str, origins: &[&str]) -> Source {
    Source {
        id: id.into(),
        name: name.into(),
        kind: SourceKind::Website,
        write_key: key.into(),
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        old_key: None,
        created_at: NOW,
        revision: 1,
    }
}

pub async fn publish(store: &dyn Store, index: usize, config: &TagConfig) {
    let tag = TagRecord {
        id: format!("tag-{index}"),
        name: format!("Tag {index}"),
        draft: config.clone(),
        revision: 1,
        created_at: NOW,
        edited_at: NOW,
        edited_by: "Ada".into(),
        live: None,
        paused: None,
    };
    store.create_tag(&tag).await.unwrap();
    let version_id = format!("version-{index}");
    let publishing = Publishing {
        tag_id: &tag.id,
        revision: 1,
        live: None,
        version_id: &version_id,
        note: "",
        by: "Ada",
        now: NOW,
    };
    store.publish(publishing).await.unwrap();
}

fn url(directory: &TempDir) -> String {
    format!("sqlite:{}", directory.path().join("sidetag.db").display())
}

/// A client for this machine. Its TLS is never used, but reqwest asks for it.
#[expect(clippy::disallowed_methods, reason = "a test's own client, which sends to this machine")]
pub fn client() -> reqwest::Client {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Seeded, but for jitter, which is always the middle: so that waits can be told in advance.
struct EvenJitter(SeededIds);

impl Ids for EvenJitter {
    fn id(&self, now_ms: i64) -> String {
        self.0.id(now_ms)
    }

    fn fill(&self, buffer: &mut [u8]) {
        self.0.fill(buffer);
    }

    fn fraction(&self) -> f64 {
        0.5
    }
}
