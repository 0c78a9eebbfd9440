//! Sessions: where they are kept, who is behind one, and when it ends.
//!
//! The browser holds a random id in an HttpOnly, SameSite=Strict cookie; the store holds the id's SHA-256, so
//! a copy of the database opens no session. A session ends after a time without use, after a fixed time in any
//! case, and when its person is shut out, gets another role or changes their password. Streams end with it.

use std::sync::Arc;

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
use crate::seal::Seal;
use crate::store::rows::SessionRow;
use crate::store::{Store, StoreError};

pub(super) const PERSON: &str = "person";
pub(super) const SIGNED_IN_AT: &str = "signed_in_at";
pub(super) const SEEN_AT: &str = "seen_at";
pub(super) const ADDRESS: &str = "address";

/// A session in use is written at most this often.
const TOUCH_MS: i64 = 60 * 1000;

/// Keeps sessions in the [`Store`].
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    settings: Settings,
    pub(super) seal: Seal,
    /// Changes when anybody's session ends, so that open streams look again at whether they may go on.
    ends: watch::Sender<u64>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, settings: Settings, seal: Seal) -> Self {
        Self { store, clock, settings, seal, ends: watch::channel(0).0 }
    }

    /// To be called after sessions were ended in the store.
    pub fn ended_some(&self) {
        self.ends.send_modify(|count| *count += 1);
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

    fn longest_ms(&self) -> i64 {
        i64::try_from(self.settings.session_hours).unwrap_or(i64::MAX).min(365 * 24) * 3_600_000
    }

    /// The person behind a session, if it has not ended and the person may still come in.
    pub async fn person(&self, session: &Session) -> Result<Option<Person>, SessionError> {
        let Some(id) = session.get::<String>(PERSON).await? else { return Ok(None) };
        let now = self.clock.now_ms();
        let user = self.store.user(&id).await?;
        let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
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

    /// Resolves when this session has ended, in this process or, with a little delay, in another.
    pub async fn ended(self, session: Session) {
        let mut ends = self.ends.subscribe();
        // Nobody else can end a session in a database that is this process's alone.
        let look_again_ms = if self.store.exclusive() { 30_000 } else { 4_000 };
        loop {
            let Some(id) = session.id() else { return };
            // A database that is away for a moment ends nobody's session.
            if self.load(&id).await.is_ok_and(|record| record.is_none()) {
                return;
            }
            tokio::select! {
                changed = ends.changed() => if changed.is_err() { return },
                () = self.clock.sleep(look_again_ms) => {}
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
        self.store.create_session(&self.row(record)?).await.map_err(backend_error)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.store.save_session(&self.row(record)?).await.map_err(backend_error)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.clock.now_ms();
        let Some(row) = self.store.session(&id_hash(id), now).await.map_err(backend_error)? else {
            return Ok(None);
        };
        let data = serde_json::from_slice(&row.data)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let now = OffsetDateTime::from_unix_timestamp(now / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Ok(Some(Record { id: *id, data, expiry_date: now + Duration::minutes(self.idle_minutes()) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.store.delete_session(&id_hash(id)).await.map_err(backend_error)?;
        self.ended_some();
        Ok(())
    }
}

impl Sessions {
    /// What the store keeps of a session. The record's own expiry comes from the system's clock, which is not
    /// ours to ask.
    fn row(&self, record: &Record) -> session_store::Result<SessionRow> {
        let now = self.clock.now_ms();
        let text = |key| record.data.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        let time = |key| record.data.get(key).and_then(serde_json::Value::as_i64).unwrap_or(now);
        let data = serde_json::to_vec(&record.data)
            .map_err(|error| session_store::Error::Encode(error.to_string()))?;
        let created_at = time(SIGNED_IN_AT);
        let idle_end = now + self.idle_minutes() * 60_000;
        Ok(SessionRow {
            id_hash: id_hash(&record.id).to_vec(),
            user_id: text(PERSON),
            data,
            created_at,
            seen_at: time(SEEN_AT),
            address: text(ADDRESS).unwrap_or_default(),
            expires_at: idle_end.min(created_at + self.longest_ms()),
        })
    }
}

fn backend_error(error: StoreError) -> session_store::Error {
    session_store::Error::Backend(format!("{error}: {:?}", std::error::Error::source(&error)))
}

pub(super) fn id_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

/// The id under which a session is listed: its stored hash, which opens nothing.
pub fn listed_as(id_hash: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(id_hash)
}
