//! The server's side of the interface's port: checks what was typed, asks the store, makes view models. One
//! file a subject.

mod configuration;
mod confirm;
mod credentials;
mod drafts;
mod live;
mod members;
mod noting;
mod overview;
mod own;
mod people;
mod preferences;
mod setup;
mod sign_in;
mod sources;
mod stopping;
mod tags;
mod tokens;
mod traces;
mod transfer;
mod two_step;
mod versions;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::backend::Backend;
use app::configuration::views::{Edition, Release};
use app::error::UiError;
use app::guard::{Editor, Publisher, Viewer};
use app::name;
use app::views::*;
use async_trait::async_trait;
use tag::config::TagConfig;
use tag::outcome::Outcome;
use tokio::sync::Notify;

use super::Settings;
use super::password::Passwords;
use super::session::Sessions;
use super::throttle::Throttle;
use crate::clock::Clock;
use crate::debug::Hub;
use crate::ids::Ids;
use crate::ingest::Ingest;
use crate::published::Published;
use crate::seal::Seal;
use crate::store::rows::{self, Bucket, Traffic, User};
use crate::store::{Store, StoreError};

type Result<T> = std::result::Result<T, UiError>;

const MINUTE_MS: i64 = 60_000;
const HALF_HOUR_MS: i64 = 30 * MINUTE_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

pub struct ServerBackend {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub published: Arc<Published>,
    pub ingest: Arc<Ingest>,
    pub hub: Arc<Hub>,
    /// Tells the reaper that a tag runs again.
    pub resumed: Arc<Notify>,
    pub sessions: Sessions,
    pub seal: Seal,
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
        setup::setup_link(self, token).await
    }

    async fn create_administrator(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: &str,
        address: &str,
    ) -> Result<Person> {
        setup::create_administrator(self, token, name, email, password, address).await
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

    async fn create_source(
        &self,
        publisher: &Publisher,
        name: &str,
        kind: SourceKind,
        origins: &str,
    ) -> Result<String> {
        Ok(sources::create(self, publisher, name, kind, origins).await?.id)
    }

    async fn update_source(&self, publisher: &Publisher, id: &str, name: &str, origins: &str) -> Result<()> {
        sources::update(self, publisher, id, None, name, origins).await
    }

    async fn create_tag(&self, editor: &Editor, name: &str, config: TagConfig) -> Result<String> {
        Ok(tags::create(self, editor, name, Some(config)).await?.id)
    }

    async fn save_tag(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        name: &str,
        config: TagConfig,
    ) -> Result<i64> {
        let edition = Edition { name: name.to_owned(), config };
        drafts::saved(drafts::save(self, editor, id, revision, edition).await?)
    }

    async fn publish_tag(&self, publisher: &Publisher, id: &str, revision: i64) -> Result<i64> {
        Ok(versions::publish(self, publisher, id, revision, Release::default()).await?.number)
    }

    async fn send_test_event(
        &self,
        publisher: &Publisher,
        source_id: &str,
        sample: Sample,
    ) -> Result<String> {
        sources::send_test_event(self, publisher, source_id, sample).await
    }
}

/// The person a stored user is to the interface.
pub fn person(user: &User) -> Person {
    Person { id: user.id.clone(), name: user.name.clone(), email: user.email.clone(), role: role(user.role) }
}

fn role(stored: rows::Role) -> Role {
    match stored {
        rows::Role::Viewer => Role::Viewer,
        rows::Role::Editor => Role::Editor,
        rows::Role::Publisher => Role::Publisher,
        rows::Role::Admin => Role::Admin,
    }
}

fn stored_role(role: Role) -> rows::Role {
    match role {
        Role::Viewer => rows::Role::Viewer,
        Role::Editor => rows::Role::Editor,
        Role::Publisher => rows::Role::Publisher,
        Role::Admin => rows::Role::Admin,
    }
}

/// The stable name, as programs read it.
pub fn role_name(role: Role) -> &'static str {
    stored_role(role).name()
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
pub(super) fn broken(error: StoreError) -> UiError {
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%error, cause, "store failed");
    match error {
        StoreError::Corrupt { .. } => UiError::Internal,
        _ => UiError::Unavailable,
    }
}
