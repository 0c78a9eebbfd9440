//! The server's side of the interface's port: checks what was typed, asks the store, makes view models.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::backend::Backend;
use app::error::UiError;
use app::guard::{Editor, Viewer};
use app::views::*;
use async_trait::async_trait;
use tag::config::{Problem, TagConfig, check, summary};
use tag::outcome::Outcome;

use super::password::{PasswordError, Passwords};
use super::throttle::Throttle;
use super::{Settings, origins, samples, setup};
use crate::clock::Clock;
use crate::debug::{Hub, view};
use crate::ids::Ids;
use crate::ingest::{Ingest, TestError, accept_test};
use crate::published::Published;
use crate::store::rows::{self, RunFilter, Saved, TagRecord, Traffic, User};
use crate::store::{Store, StoreError};

type Result<T> = std::result::Result<T, UiError>;

const MINUTE_MS: i64 = 60_000;
const HALF_HOUR_MS: i64 = 30 * MINUTE_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Rows of one page of the live list.
const PAGE: i64 = 100;
/// Characters in a name.
const NAME_MAX: usize = 80;

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
    fn throttle(&self) -> std::sync::MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change to sources or tags count at once in this process.
    async fn reload(&self) -> Result<()> {
        self.published.reload().await.map_err(broken)
    }

    async fn tag_record(&self, id: &str) -> Result<TagRecord> {
        self.store.tag(id).await.map_err(broken)?.ok_or(UiError::NotFound)
    }

    async fn lately(&self) -> Result<(Vec<OutcomeCount>, Vec<Bar>)> {
        let since = self.clock.now_ms() / MINUTE_MS * MINUTE_MS - HALF_HOUR_MS + MINUTE_MS;
        let buckets = self.store.histogram(since, MINUTE_MS).await.map_err(broken)?;
        let bars: Vec<Bar> = buckets
            .into_iter()
            .map(|bucket| Bar { at: bucket.at, outcome: bucket.outcome, count: unsigned(bucket.count) })
            .collect();
        let counts = Outcome::ALL
            .into_iter()
            .map(|outcome| OutcomeCount {
                outcome,
                count: bars.iter().filter(|bar| bar.outcome == outcome).map(|bar| bar.count).sum(),
            })
            .collect();
        Ok((counts, bars))
    }
}

#[async_trait]
impl Backend for ServerBackend {
    async fn setup_link(&self, token: &str) -> Result<SetupLink> {
        if self.store.has_users().await.map_err(broken)? {
            return Ok(SetupLink::Done);
        }
        let expiry =
            self.store.setup_token_expiry(&setup::hash(token), self.clock.now_ms()).await.map_err(broken)?;
        Ok(expiry.map_or(SetupLink::Closed, |expires_at| SetupLink::Open { expires_at }))
    }

    async fn create_administrator(
        &self,
        token: &str,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<Person> {
        let name = checked_name(name)?;
        let email = checked_email(email)?;
        self.check_new_password(password, &[&name, &email])?;
        // Before the costly hash: whoever has no link makes no work.
        if !matches!(self.setup_link(token).await?, SetupLink::Open { .. }) {
            return Err(UiError::SetupClosed);
        }
        let now = self.clock.now_ms();
        let user = User {
            id: self.ids.id(now),
            email,
            name,
            role: rows::Role::Admin,
            password_hash: self.passwords.hash(password).await.map_err(hashing)?,
            created_at: now,
        };
        if !self.store.create_first_user(&user, &setup::hash(token), now).await.map_err(broken)? {
            return Err(UiError::SetupClosed);
        }
        tracing::info!(user.id, "first administrator created");
        Ok(person(&user))
    }

    async fn check_credentials(&self, email: &str, password: &str, address: &str) -> Result<Person> {
        let email = email.trim().to_lowercase();
        let keys = [format!("email {email}"), format!("address {address}")];
        let now = self.clock.now_ms();
        let wait_ms = keys.iter().map(|key| self.throttle().wait_ms(key, now)).max().unwrap_or(0);
        if wait_ms > 0 {
            return Err(UiError::Throttled { seconds: unsigned(wait_ms).div_ceil(1000) });
        }
        if password.len() > self.settings.password_max * 4 {
            return Err(UiError::WrongCredentials);
        }
        let user = self.store.user_by_email(&email).await.map_err(broken)?;
        let stored = user.as_ref().map(|user| user.password_hash.as_str());
        let matches = self.passwords.matches(stored, password).await.map_err(hashing)?;
        match user.filter(|_| matches) {
            Some(user) => {
                keys.iter().for_each(|key| self.throttle().succeeded(key));
                tracing::info!(user.id, "signed in");
                Ok(person(&user))
            }
            None => {
                keys.iter().for_each(|key| self.throttle().failed(key, now));
                tracing::warn!(address, "sign-in refused");
                Err(UiError::WrongCredentials)
            }
        }
    }

    async fn frame(&self, viewer: &Viewer, public_url: &str) -> Result<Frame> {
        let now = self.clock.now_ms();
        let (counts, bars) = self.lately().await?;
        let failed = [Outcome::Refused, Outcome::GivenUp];
        Ok(Frame {
            person: viewer.person().clone(),
            public_url: public_url.to_owned(),
            published_tags: u64::try_from(self.published.snapshot().tags().len()).unwrap_or(u64::MAX),
            events_last_minute: bars
                .iter()
                .filter(|bar| bar.at > now - 2 * MINUTE_MS)
                .map(|bar| bar.count)
                .sum(),
            failed_lately: counts.iter().filter(|c| failed.contains(&c.outcome)).map(|c| c.count).sum(),
            mock_amazon: self.mock_amazon,
        })
    }

    async fn overview(&self, viewer: &Viewer) -> Result<Overview> {
        let now = self.clock.now_ms();
        let newest = |outcome| RunFilter { outcome, limit: 1, ..RunFilter::default() };
        let (counts, histogram) = self.lately().await?;
        let sources = self.store.sources().await.map_err(broken)?;
        let tags = self.store.tags().await.map_err(broken)?;
        let last = self.store.runs(&newest(None)).await.map_err(broken)?;
        let delivered = self.store.runs(&newest(Some(Outcome::Delivered))).await.map_err(broken)?;
        let losses = self.store.losses(now - DAY_MS).await.map_err(broken)?;
        Ok(Overview {
            administrator: viewer.person().name.clone(),
            first_source: sources
                .first()
                .map(|source| SourceChoice { id: source.id.clone(), name: source.name.clone() }),
            first_tag: tags.first().map(|tag| TagLink { id: tag.id.clone(), name: tag.name.clone() }),
            published: tags.iter().any(|tag| tag.live.is_some()),
            last_event: last.into_iter().next().map(view::row),
            last_delivered: delivered.into_iter().next().map(view::row),
            now,
            counts,
            histogram,
            losses: losses
                .into_iter()
                .map(|loss| Loss { outcome: loss.outcome, reason: loss.reason, count: unsigned(loss.count) })
                .collect(),
        })
    }

    async fn sources(&self, _: &Viewer, public_url: &str) -> Result<SourcesPage> {
        let traffic = self.store.traffic_by_source(self.clock.now_ms() - DAY_MS).await.map_err(broken)?;
        let published = self.published.snapshot();
        let sources = self.store.sources().await.map_err(broken)?;
        let sources = sources
            .into_iter()
            .map(|source| SourceView {
                events_24h: total(&traffic, &source.id, |_| true),
                last_event_at: traffic.iter().filter(|row| row.id == source.id).map(|row| row.last_at).max(),
                feeds: published
                    .tags_of(&source.id)
                    .map(|published| TagLink {
                        id: published.version.tag_id.clone(),
                        name: published.version.tag_name.clone(),
                    })
                    .collect(),
                id: source.id,
                name: source.name,
                kind: match source.kind {
                    rows::SourceKind::Website => SourceKind::Website,
                    rows::SourceKind::Server => SourceKind::Server,
                },
                write_key: source.write_key,
                origins: source.origins,
                created_at: source.created_at,
            })
            .collect();
        Ok(SourcesPage { sources, public_url: public_url.to_owned() })
    }

    async fn tags(&self, _: &Viewer) -> Result<Vec<TagItem>> {
        let traffic = self.store.traffic_by_tag(self.clock.now_ms() - DAY_MS).await.map_err(broken)?;
        let sources = self.store.sources().await.map_err(broken)?;
        let names: HashMap<&str, &str> = sources.iter().map(|s| (s.id.as_str(), s.name.as_str())).collect();
        let tags = self.store.tags().await.map_err(broken)?;
        let items = tags.into_iter().map(|tag| TagItem {
            summary: summary(&tag.draft),
            version: tag.live.as_ref().map(|live| live.number),
            changed: changed(&tag),
            sources: tag
                .draft
                .sources
                .iter()
                .filter_map(|id| names.get(id.as_str()))
                .map(|n| (*n).to_owned())
                .collect(),
            region: tag.draft.region.label().to_owned(),
            delivered: total(&traffic, &tag.id, |outcome| outcome == Outcome::Delivered),
            skipped: total(&traffic, &tag.id, |outcome| outcome == Outcome::Skipped),
            retrying: total(&traffic, &tag.id, |outcome| !outcome.is_final()),
            failed: total(&traffic, &tag.id, |o| matches!(o, Outcome::Refused | Outcome::GivenUp)),
            id: tag.id,
            name: tag.name,
            edited_at: tag.edited_at,
            edited_by: tag.edited_by,
        });
        Ok(items.collect())
    }

    async fn tag(&self, _: &Viewer, id: &str) -> Result<TagView> {
        let tag = self.tag_record(id).await?;
        let sources = self.store.sources().await.map_err(broken)?;
        let checked = check(&tag.draft);
        Ok(TagView {
            summary: summary(&tag.draft),
            changed: changed(&tag),
            warnings: checked.warnings,
            problems: checked.tag.err().unwrap_or_default(),
            sources: sources
                .into_iter()
                .map(|source| SourceChoice { id: source.id, name: source.name })
                .collect(),
            live: tag.live.map(|live| LiveVersion {
                number: live.number,
                name: live.tag_name,
                config: live.config,
                published_at: live.published_at,
                published_by: live.published_by,
            }),
            id: tag.id,
            name: tag.name,
            config: tag.draft,
            revision: tag.revision,
            edited_at: tag.edited_at,
            edited_by: tag.edited_by,
        })
    }

    async fn live(&self, _: &Viewer, outcome: Option<Outcome>, before: Option<&str>) -> Result<LivePage> {
        // The stream's place is read before the rows: a row that comes in between is then seen twice and
        // replaced in place, never missed.
        let stream_id = self.hub.newest();
        let filter =
            RunFilter { outcome, before: before.map(str::to_owned), limit: PAGE + 1, ..RunFilter::default() };
        let mut rows = self.store.runs(&filter).await.map_err(broken)?;
        let more = unsigned(PAGE) < u64::try_from(rows.len()).unwrap_or(u64::MAX);
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let (counts, histogram) = self.lately().await?;
        let sources = self.store.sources().await.map_err(broken)?;
        Ok(LivePage {
            rows: rows.into_iter().map(view::row).collect(),
            more,
            stream_id,
            counts,
            histogram,
            now: self.clock.now_ms(),
            sources: sources
                .into_iter()
                .map(|source| SourceChoice { id: source.id, name: source.name })
                .collect(),
            published_tags: u64::try_from(self.published.snapshot().tags().len()).unwrap_or(u64::MAX),
        })
    }

    async fn run(&self, _: &Viewer, id: &str) -> Result<RunView> {
        let detail = self.store.run(id).await.map_err(broken)?.ok_or(UiError::NotFound)?;
        Ok(view::run(detail))
    }

    async fn create_source(&self, _: &Editor, name: &str, kind: SourceKind, origins: &str) -> Result<String> {
        let name = checked_name(name)?;
        let origins = origins::parse(origins)?;
        let (kind, prefix) = match kind {
            SourceKind::Website if origins.is_empty() => {
                let message = "Say which site sends the events, such as https://www.shop.example.";
                return Err(UiError::field("origins", message));
            }
            SourceKind::Website => (rows::SourceKind::Website, "web"),
            SourceKind::Server => (rows::SourceKind::Server, "srv"),
        };
        let now = self.clock.now_ms();
        let write_key = format!("{prefix}_{}", self.ids.secret(18));
        let source = rows::Source { id: self.ids.id(now), name, kind, write_key, origins, created_at: now };
        self.store.create_source(&source).await.map_err(origin_taken)?;
        self.reload().await?;
        Ok(source.id)
    }

    async fn update_source(&self, _: &Editor, id: &str, name: &str, origins: &str) -> Result<()> {
        let name = checked_name(name)?;
        let origins = origins::parse(origins)?;
        if !self.store.update_source(id, &name, &origins).await.map_err(origin_taken)? {
            return Err(UiError::NotFound);
        }
        self.reload().await
    }

    async fn create_tag(&self, editor: &Editor, name: &str, config: TagConfig) -> Result<String> {
        let now = self.clock.now_ms();
        let tag = TagRecord {
            id: self.ids.id(now),
            name: checked_name(name)?,
            draft: config,
            revision: 1,
            created_at: now,
            edited_at: now,
            edited_by: editor.person().name.clone(),
            live: None,
        };
        self.store.create_tag(&tag).await.map_err(broken)?;
        Ok(tag.id)
    }

    async fn save_tag(
        &self,
        editor: &Editor,
        id: &str,
        revision: i64,
        name: &str,
        config: TagConfig,
    ) -> Result<i64> {
        let name = checked_name(name)?;
        let (by, now) = (&editor.person().name, self.clock.now_ms());
        let saved = self.store.save_draft(id, revision, &name, &config, by, now).await.map_err(broken)?;
        done(saved).map(|tag| tag.revision)
    }

    async fn publish_tag(&self, editor: &Editor, id: &str, revision: i64) -> Result<i64> {
        let tag = self.tag_record(id).await?;
        check(&tag.draft).tag.map_err(UiError::Invalid)?;
        let now = self.clock.now_ms();
        let (version_id, by) = (self.ids.id(now), &editor.person().name);
        let saved = self.store.publish(id, revision, &version_id, by, now).await.map_err(broken)?;
        let version = done(saved)?;
        self.reload().await?;
        tracing::info!(tag.id, version.number, "tag published");
        Ok(version.number)
    }

    async fn send_test_event(&self, _: &Editor, source_id: &str, sample: Sample) -> Result<String> {
        let event = samples::event(sample, &self.ids.secret(9));
        accept_test(&self.ingest, source_id, &event).await.map_err(|error| match error {
            TestError::NoSource(_) => UiError::NotFound,
            error => {
                tracing::error!(%error, "test event not accepted");
                UiError::Unavailable
            }
        })
    }
}

impl ServerBackend {
    /// Length above all, as NIST 800-63B and ASVS 5.0 §6.2 ask; no rules about kinds of characters.
    fn check_new_password(&self, password: &str, personal: &[&str]) -> Result<()> {
        let length = password.chars().count();
        let (least, most) = (self.settings.password_min, self.settings.password_max);
        let lower = password.to_lowercase();
        let message = if length < least {
            format!("This has {length} characters; at least {least} are needed.")
        } else if length > most {
            format!("This has {length} characters; at most {most} are taken.")
        } else if personal.iter().any(|text| lower == text.to_lowercase()) {
            "Choose something other than your name or e-mail.".into()
        } else if lower.chars().collect::<std::collections::HashSet<_>>().len() < 4 {
            "This repeats the same few characters. Use a few words instead.".into()
        } else {
            return Ok(());
        };
        Err(UiError::field("password", message))
    }
}

/// The person a stored user is to the interface.
pub fn person(user: &User) -> Person {
    let role = match user.role {
        rows::Role::Viewer => Role::Viewer,
        rows::Role::Editor => Role::Editor,
        rows::Role::Admin => Role::Admin,
    };
    Person { id: user.id.clone(), name: user.name.clone(), email: user.email.clone(), role }
}

fn changed(tag: &TagRecord) -> bool {
    tag.live.as_ref().is_none_or(|live| live.config != tag.draft || live.tag_name != tag.name)
}

fn total(traffic: &[Traffic], id: &str, counts: impl Fn(Outcome) -> bool) -> u64 {
    traffic.iter().filter(|row| row.id == id && counts(row.outcome)).map(|row| unsigned(row.count)).sum()
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

fn done<T>(saved: Saved<T>) -> Result<T> {
    match saved {
        Saved::Done(value) => Ok(value),
        Saved::Conflict(current) => Err(UiError::Conflict { by: current.edited_by }),
        Saved::NotFound => Err(UiError::NotFound),
    }
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(UiError::field("name", "A name is needed, so that you find it again."));
    }
    if name.chars().count() > NAME_MAX {
        return Err(UiError::field("name", format!("At most {NAME_MAX} characters fit.")));
    }
    if name.chars().any(char::is_control) {
        return Err(UiError::field("name", "Line breaks and control characters do not fit into a name."));
    }
    Ok(name.to_owned())
}

/// One `@` with something on both sides: more would refuse addresses that exist.
fn checked_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let whole = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if !whole || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(UiError::field("email", "This is not an e-mail address, such as mara@shop.example."));
    }
    Ok(email)
}

fn origin_taken(error: StoreError) -> UiError {
    match error {
        StoreError::OriginTaken { origin, source_name } => {
            let message =
                format!("{origin} belongs to the source “{source_name}”. One site feeds one source.");
            UiError::Invalid(vec![Problem { path: "origins".into(), message }])
        }
        error => broken(error),
    }
}

fn hashing(error: PasswordError) -> UiError {
    match error {
        PasswordError::Busy => UiError::Throttled { seconds: 5 },
        error => {
            tracing::error!(%error, "password not hashed");
            UiError::Internal
        }
    }
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
