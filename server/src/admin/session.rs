//! Sessions: where they are kept, who is behind one, and when it ends.
//!
//! The browser holds a random id in an HttpOnly, SameSite=Strict cookie; the store holds the id's SHA-256, so
//! a copy of the database opens no session. A session ends after a time without use, and after a fixed time
//! in any case.

use std::sync::Arc;

use app::error::UiError;
use app::guard::SessionPort;
use app::views::Person;
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use super::Settings;
use super::backend::person;
use crate::clock::Clock;
use crate::store::{Store, StoreError};

const PERSON: &str = "person";
const SIGNED_IN_AT: &str = "signed_in_at";
const SEEN_AT: &str = "seen_at";

/// A session in use is written at most this often.
const TOUCH_MS: i64 = 60 * 1000;

/// Keeps sessions in the [`Store`].
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    /// Changes when anybody signs out, so that open streams look again at whether they may go on.
    sign_outs: watch::Sender<u64>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, settings: Settings) -> Self {
        Self { store, clock, settings, sign_outs: watch::channel(0).0 }
    }

    /// The cookie layer. `secure` is off only on loopback http, where browsers have no https to offer.
    pub fn layer(&self, secure: bool) -> SessionManagerLayer<Self> {
        SessionManagerLayer::new(self.clone())
            .with_name(if secure { "__Host-sidetag" } else { "sidetag" })
            .with_secure(secure)
            .with_http_only(true)
            .with_same_site(SameSite::Strict)
            .with_path("/")
            .with_expiry(Expiry::OnInactivity(Duration::minutes(self.idle_minutes())))
    }

    fn idle_minutes(&self) -> i64 {
        // A year is for ever; more would overflow what counts it in milliseconds.
        i64::try_from(self.settings.idle_minutes).unwrap_or(i64::MAX).min(365 * 24 * 60)
    }

    /// The person behind a session, if it has not ended and the person still exists.
    pub async fn person(&self, session: &Session) -> Result<Option<Person>, SessionError> {
        let Some(id) = session.get::<String>(PERSON).await? else { return Ok(None) };
        let now = self.clock.now_ms();
        let signed_in_at = session.get::<i64>(SIGNED_IN_AT).await?.unwrap_or(0);
        let longest_ms =
            i64::try_from(self.settings.session_hours).unwrap_or(i64::MAX / 3_600_000) * 3_600_000;
        let user = self.store.user(&id).await?;
        let Some(user) = user.filter(|_| now - signed_in_at < longest_ms) else {
            session.flush().await?;
            return Ok(None);
        };
        if now - session.get::<i64>(SEEN_AT).await?.unwrap_or(0) >= TOUCH_MS {
            session.insert(SEEN_AT, now).await?;
        }
        Ok(Some(person(&user)))
    }

    /// Deletes sessions that are over, every `every_ms`.
    pub async fn sweep(self, every_ms: i64, stop: CancellationToken) {
        while stop.run_until_cancelled(self.clock.sleep(every_ms)).await.is_some() {
            if let Err(error) = self.store.delete_expired_sessions(self.clock.now_ms()).await {
                tracing::warn!(%error, "cannot delete the sessions that are over");
            }
        }
    }

    /// Resolves when this session has ended.
    pub async fn ended(self, session: Session) {
        let mut sign_outs = self.sign_outs.subscribe();
        loop {
            let Some(id) = session.id() else { return };
            // A database that is away for a moment ends nobody's session.
            if self.load(&id).await.is_ok_and(|record| record.is_none()) {
                return;
            }
            tokio::select! {
                changed = sign_outs.changed() => if changed.is_err() { return },
                () = self.clock.sleep(30_000) => {}
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("cannot read or write the session")]
    Session(#[from] tower_sessions::session::Error),
    #[error("cannot find the session's user")]
    User(#[from] StoreError),
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        // Two equal draws of 128 random bits are not to be expected; if they happen, nobody gets in.
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = serde_json::to_vec(&record.data)
            .map_err(|error| session_store::Error::Encode(error.to_string()))?;
        // The record's own expiry comes from the system's clock, which is not ours to ask.
        let expires_at = self.clock.now_ms() + self.idle_minutes() * 60_000;
        self.store.save_session(&id_hash(&record.id), &data, expires_at).await.map_err(backend_error)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.clock.now_ms();
        let Some(data) = self.store.session(&id_hash(id), now).await.map_err(backend_error)? else {
            return Ok(None);
        };
        let data =
            serde_json::from_slice(&data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let now = OffsetDateTime::from_unix_timestamp(now / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(Some(Record { id: *id, data, expiry_date: now + Duration::minutes(self.idle_minutes()) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.delete_session(&id_hash(id)).await.map_err(backend_error)?;
        self.sign_outs.send_modify(|count| *count += 1);
        Ok(())
    }
}

fn backend_error(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(format!("{error}: {:?}", std::error::Error::source(&error)))
}

fn id_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

/// One request's session, as the interface may use it.
pub struct RequestSession {
    pub session: Session,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl SessionPort for RequestSession {
    async fn start(&self, person_id: &str) -> Result<(), UiError> {
        let now = self.clock.now_ms();
        let started = async {
            // A new id, so that one planted before sign-in is worth nothing after it.
            self.session.cycle_id().await?;
            self.session.insert(PERSON, person_id).await?;
            self.session.insert(SIGNED_IN_AT, now).await?;
            self.session.insert(SEEN_AT, now).await
        };
        started.await.map_err(unavailable)
    }

    async fn end(&self) -> Result<(), UiError> {
        self.session.flush().await.map_err(unavailable)
    }
}

fn unavailable(error: tower_sessions::session::Error) -> UiError {
    tracing::error!(%error, "session not written");
    UiError::Unavailable
}
