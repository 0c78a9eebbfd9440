//! The server's side of the interface's port: checks what was typed, asks the store, makes view models. One
//! file a subject.

mod account;
mod live;
mod overview;
mod sources;
mod tags;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::backend::Backend;
use app::error::UiError;
use app::guard::{Editor, Viewer};
use app::name;
use app::views::*;
use async_trait::async_trait;
use tag::config::TagConfig;
use tag::outcome::Outcome;

pub use account::person;

use super::Settings;
use super::password::Passwords;
use super::throttle::Throttle;
use crate::clock::Clock;
use crate::debug::Hub;
use crate::ids::Ids;
use crate::ingest::Ingest;
use crate::published::Published;
use crate::store::rows::{Bucket, Traffic};
use crate::store::{Store, StoreError};

type Result<T> = std::result::Result<T, UiError>;

const MINUTE_MS: i64 = 60_000;
const HALF_HOUR_MS: i64 = 30 * MINUTE_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

pub struct ServerBackend {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub published: Arc<Published>,
    pub ingest: Arc<Ingest>,
    pub hub: Arc<Hub>,
    pub settings: Settings,
    pub passwords: Passwords,
    pub throttle: Mutex<Throttle>,
    pub mock_amazon: bool,
}

impl ServerBackend {
    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change to sources or tags count at once in this process.
    async fn reload(&self) -> Result<()> {
        self.published.reload().await.map_err(broken)
    }

    /// One bar a minute and outcome of the last half hour.
    async fn lately(&self) -> Result<Vec<Bar>> {
        let since = self.clock.now_ms() / MINUTE_MS * MINUTE_MS - HALF_HOUR_MS + MINUTE_MS;
        let buckets = self.store.histogram(since, MINUTE_MS).await.map_err(broken)?;
        let bar =
            |bucket: Bucket| Bar { at: bucket.at, outcome: bucket.outcome, count: unsigned(bucket.count) };
        Ok(buckets.into_iter().map(bar).collect())
    }

    fn published_tags(&self) -> u64 {
        u64::try_from(self.published.snapshot().tags().all().len()).unwrap_or(u64::MAX)
    }
}

#[async_trait]
impl Backend for ServerBackend {
    async fn setup_link(&self, token: &str) -> Result<SetupLink> {
        account::setup_link(self, token).await
    }

    async fn create_administrator(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<Person> {
        account::create_administrator(self, token, name, email, password).await
    }

    async fn check_credentials(&self, email: &str, password: &str, address: &str) -> Result<Person> {
        account::check_credentials(self, email, password, address).await
    }

    async fn frame(&self, viewer: &Viewer, public_url: &str) -> Result<Frame> {
        overview::frame(self, viewer, public_url).await
    }

    async fn overview(&self, viewer: &Viewer) -> Result<Overview> {
        overview::overview(self, viewer).await
    }

    async fn sources(&self, _: &Viewer, public_url: &str) -> Result<SourcesPage> {
        sources::list(self, public_url).await
    }

    async fn tags(&self, _: &Viewer) -> Result<Vec<TagItem>> {
        tags::list(self).await
    }

    async fn tag(&self, _: &Viewer, id: &str) -> Result<TagView> {
        tags::one(self, id).await
    }

    async fn live(&self, _: &Viewer, outcome: Option<Outcome>, before: Option<&str>) -> Result<LivePage> {
        live::page(self, outcome, before).await
    }

    async fn run(&self, _: &Viewer, id: &str) -> Result<RunView> {
        live::run(self, id).await
    }

    async fn create_source(&self, _: &Editor, name: &str, kind: SourceKind, origins: &str) -> Result<String> {
        sources::create(self, name, kind, origins).await
    }

    async fn update_source(&self, _: &Editor, id: &str, name: &str, origins: &str) -> Result<()> {
        sources::update(self, id, name, origins).await
    }

    async fn create_tag(&self, editor: &Editor, name: &str, config: TagConfig) -> Result<String> {
        tags::create(self, editor, name, config).await
    }

    async fn save_tag(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        name: &str,
        config: TagConfig,
    ) -> Result<i64> {
        tags::save(self, editor, id, revision, name, config).await
    }

    async fn publish_tag(&self, editor: &Editor, id: &str, revision: i64) -> Result<i64> {
        tags::publish(self, editor, id, revision).await
    }

    async fn send_test_event(&self, _: &Editor, source_id: &str, sample: Sample) -> Result<String> {
        sources::send_test_event(self, source_id, sample).await
    }
}

fn total(traffic: &[Traffic], id: &str, counts: impl Fn(Outcome) -> bool) -> u64 {
    traffic.iter().filter(|row| row.id == id && counts(row.outcome)).map(|row| unsigned(row.count)).sum()
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn checked_name(name: &str) -> Result<String> {
    name::checked(name).map(str::to_owned).map_err(|message| UiError::field("name", message))
}

/// Logs what the store said, here at the boundary, once.
fn broken(error: StoreError) -> UiError {
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%error, cause, "store failed");
    match error {
        StoreError::Corrupt { .. } => UiError::Internal,
        _ => UiError::Unavailable,
    }
}
