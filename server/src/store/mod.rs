//! Where everything durable lives.
//!
//! [`Store`] is a set of coarse role traits; each method owns its transaction, so no caller can hold one open
//! across an await of its own. SQLite and Postgres implement them plainly, side by side, and one contract
//! suite runs on both. Nothing outside this module sees SQL.
//!
//! Plain text loses its NUL characters (they become U+FFFD), because Postgres cannot hold them; documents
//! keep them. What ends at a time (a link, a session, a lease, a key) is over from that millisecond on.

mod batch;
mod columns;
mod configuration;
mod content;
mod error;
mod people;
pub mod postgres;
mod retention;
pub mod rows;
mod sql;
pub mod sqlite;
mod standing;
mod text;

use std::sync::Arc;

use async_trait::async_trait;

pub use configuration::{Configuration, Stopping, Versions};
pub use error::StoreError;
pub use people::{Accounts, ApiTokens, Audit, Invites, Sessions, TwoSteps};
pub use retention::{Preferences, Retention};
use rows::*;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Opens the database that the address names (`sqlite:` or `postgres:`) and brings it to this version.
pub async fn open(url: &str) -> Result<Arc<dyn Store>> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(sqlite::Sqlite::open(url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(postgres::Postgres::open(url).await?)),
        _ => Err(StoreError::UnknownScheme { url: StoreError::without_password(url) }),
    }
}

/// Opens the database for a command that changes a row or two, beside a server that may be running on it.
pub async fn open_beside(url: &str) -> Result<Arc<dyn Store>> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(sqlite::Sqlite::open_beside(url).await?)),
        _ => open(url).await,
    }
}

/// All roles together, as the process holds them.
#[async_trait]
pub trait Store:
    Accounts
    + Invites
    + Sessions
    + TwoSteps
    + ApiTokens
    + Audit
    + Configuration
    + Versions
    + Stopping
    + Preferences
    + Retention
    + Intake
    + Deliveries
    + Runs
    + Send
    + Sync
    + 'static
{
    /// The same store, but whatever is changed through it also writes this entry of the audit log, in the same
    /// transaction: both or neither. Good for one change.
    fn noting(&self, entry: AuditEntry) -> Arc<dyn Store>;
    /// The same store, but no change made through it stays: everything is done and checked as usual, and undone
    /// at its end. For telling what a change would do.
    fn rehearsing(&self) -> Arc<dyn Store>;
    /// Whether no other process can use the database while this one does.
    fn exclusive(&self) -> bool;
    /// Answers when the database does.
    async fn ping(&self) -> Result<()>;
    /// Writes what is pending and lets go of the database.
    async fn close(&self);
}

/// The outbox: accepting events.
#[async_trait]
pub trait Intake {
    /// Stores events with their runs, deliveries and traces in one transaction. When this returns, they are
    /// on disk. One answer per event, in order. A key counts from its event's `received_at`; of several events
    /// with one key in the same call, the first takes it.
    async fn accept(&self, events: &[AcceptedEvent]) -> Result<Vec<Accepted>>;
}

/// The queue of deliveries.
#[async_trait]
pub trait Deliveries {
    /// Takes up to `limit` deliveries that are due at `now`, oldest first, until `lease_until`; `lease` marks
    /// them as ours.
    async fn claim(&self, now: i64, lease: &str, lease_until: i64, limit: i64) -> Result<Vec<Claimed>>;
    /// Records the ends of tries and updates their runs. One answer per settlement, in order: the run as it
    /// stands after all of them, or `None` where the lease was no longer ours and nothing was changed. A lease
    /// that is over but was not freed yet still counts.
    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Option<RunRow>>>;
    /// Frees deliveries whose lease is over at `now`; returns how many.
    async fn free_expired(&self, now: i64) -> Result<u64>;
    /// Frees every lease: for the start of the only process on a database.
    async fn free_all(&self) -> Result<u64>;
    /// When the next delivery is due, if any waits.
    async fn next_due(&self) -> Result<Option<i64>>;
    /// Lets up to `limit` deliveries go that are held although their tag runs, the oldest first; returns how many.
    /// Their retries end a fixed time after `now`.
    async fn release(&self, now: i64, limit: i64) -> Result<u64>;
    /// Cancels up to `limit` deliveries that are held for tags deleted before `before`; returns how many.
    async fn cancel_held(&self, before: i64, limit: i64) -> Result<u64>;
    /// What is held for the tag.
    async fn held(&self, tag_id: &str) -> Result<Held>;
}

/// What the debugger and the overview read.
#[async_trait]
pub trait Runs {
    async fn runs(&self, filter: &RunFilter) -> Result<Vec<RunRow>>;
    async fn run(&self, id: &str) -> Result<Option<RunDetail>>;
    /// Runs received since `since`, counted in stretches of `bucket_ms`, the first of which starts at `since`.
    /// Stretches and outcomes without runs are left out.
    async fn histogram(&self, since: i64, bucket_ms: i64) -> Result<Vec<Bucket>>;
    /// Why runs received since `since` were not delivered, most frequent first.
    async fn losses(&self, since: i64) -> Result<Vec<Loss>>;
    async fn traffic_by_source(&self, since: i64) -> Result<Vec<Traffic>>;
    async fn traffic_by_tag(&self, since: i64) -> Result<Vec<Traffic>>;
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use sqlx::migrate::Migrator;

    use super::{postgres, sqlite};

    #[test]
    fn migrations_come_in_pairs_and_are_all_embedded() {
        let sqlite = files("sqlite");
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, files("postgres"));
        assert_eq!(sqlite, embedded(&sqlite::MIGRATIONS));
        assert_eq!(sqlite, embedded(&postgres::MIGRATIONS));
    }

    fn files(database: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(database);
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }

    fn embedded(migrations: &Migrator) -> Vec<String> {
        let name = |step: &sqlx::migrate::Migration| {
            format!("{:04}_{}.sql", step.version, step.description.replace(' ', "_"))
        };
        migrations.iter().map(name).collect()
    }
}
