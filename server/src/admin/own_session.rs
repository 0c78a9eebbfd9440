//! One request's own session, as the interface may use it: beginning and ending it, the wait for a code, and what
//! the next page shows once.

use app::error::UiError;
use app::guard::SessionPort;
use app::people::views::ShownOnce;
use async_trait::async_trait;
use tokio::sync::OnceCell;
use tower_sessions::Session;

use super::session::{ADDRESS, PERSON, SEEN_AT, SIGNED_IN_AT, Sessions, id_hash, listed_as};

/// Whose password was right, and when: their code is still to come.
const AWAITED: &str = "awaited";
/// What the next page shows, sealed.
const ASIDE: &str = "aside";

/// How long a code may take after the password.
const CODE_MS: i64 = 5 * 60 * 1000;

pub(super) struct OwnSession {
    session: Session,
    sessions: Sessions,
    /// Where the request came from, shortened.
    network: String,
    /// What was put aside, once it is taken: drawing a page may ask for it more than once.
    aside: OnceCell<Option<ShownOnce>>,
}

impl OwnSession {
    pub(super) fn new(session: Session, sessions: Sessions, network: String) -> Self {
        Self { session, sessions, network, aside: OnceCell::new() }
    }

    async fn taken_aside(&self) -> Result<Option<ShownOnce>, UiError> {
        let sealed = self.session.remove::<Vec<u8>>(ASIDE).await.map_err(unavailable)?;
        // With another key it is lost, which only means that it has to be made again.
        let open = sealed.and_then(|sealed| self.sessions.seal.open(ASIDE, &sealed).ok());
        Ok(open.and_then(|open| serde_json::from_slice(&open).ok()))
    }
}

#[async_trait]
impl SessionPort for OwnSession {
    async fn start(&self, person_id: &str) -> Result<(), UiError> {
        let now = self.sessions.clock.now_ms();
        let started = async {
            // A new id, so that one planted before sign-in is worth nothing after it.
            self.session.cycle_id().await?;
            self.session.remove::<(String, i64)>(AWAITED).await?;
            self.session.insert(PERSON, person_id).await?;
            self.session.insert(ADDRESS, &self.network).await?;
            self.session.insert(SIGNED_IN_AT, now).await?;
            self.session.insert(SEEN_AT, now).await
        };
        started.await.map_err(unavailable)
    }

    async fn await_code(&self, person_id: &str) -> Result<(), UiError> {
        let awaited = (person_id, self.sessions.clock.now_ms());
        let begun = async {
            self.session.cycle_id().await?;
            self.session.insert(AWAITED, awaited).await
        };
        begun.await.map_err(unavailable)
    }

    async fn awaits_code(&self) -> Result<Option<String>, UiError> {
        let awaited = self.session.get::<(String, i64)>(AWAITED).await.map_err(unavailable)?;
        let now = self.sessions.clock.now_ms();
        Ok(awaited.filter(|(_, at)| now - at < CODE_MS).map(|(person_id, _)| person_id))
    }

    async fn end(&self) -> Result<(), UiError> {
        self.session.flush().await.map_err(unavailable)
    }

    async fn put_aside(&self, shown: &ShownOnce) -> Result<(), UiError> {
        let open = serde_json::to_vec(shown).map_err(|_| UiError::Internal)?;
        let sealed = self.sessions.seal.seal(ASIDE, &open);
        self.session.insert(ASIDE, sealed).await.map_err(unavailable)
    }

    async fn take_aside(&self) -> Result<Option<ShownOnce>, UiError> {
        self.aside.get_or_try_init(|| self.taken_aside()).await.cloned()
    }

    fn listed_as(&self) -> String {
        self.session.id().map(|id| listed_as(&id_hash(&id))).unwrap_or_default()
    }
}

fn unavailable(error: tower_sessions::session::Error) -> UiError {
    tracing::error!(%error, "session not written");
    UiError::Unavailable
}
