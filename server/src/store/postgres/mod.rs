//! Postgres: one database, any number of processes.
//!
//! Statements rely on the default isolation, read committed, and say which rows they lock; only what reads
//! several tables at once asks for more.

mod accounts;
mod api_tokens;
mod audit;
mod configuration;
mod deliveries;
mod intake;
mod invites;
mod retention;
mod runs;
mod sessions;
mod stopping;
mod two_steps;
mod versions;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool, PgTransaction};

use super::rows::AuditEntry;
use super::{Result, Store, StoreError};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// Connections of one process. Two cores of a database server are busy with about this many.
const CONNECTIONS: u32 = 10;

/// How long to wait for a connection before the answer is an error.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Postgres {
    pool: PgPool,
    /// What each transaction also writes into the audit log.
    note: Option<Arc<AuditEntry>>,
    /// No change stays.
    rehearsal: bool,
}

impl Postgres {
    /// Connects to the database that a `postgres:` address names. It must exist; its tables are made here,
    /// by one process at a time.
    pub async fn open(url: &str) -> Result<Self> {
        let cannot_open = |source| StoreError::Open { url: StoreError::without_password(url), source };
        let options = PgConnectOptions::from_str(url).map_err(cannot_open)?;
        // Not through the pool, which would try for seconds and then say only that it ran out of time.
        let mut connection = PgConnection::connect_with(&options).await.map_err(cannot_open)?;
        MIGRATIONS.run(&mut connection).await?;
        connection.close().await.map_err(cannot_open)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(options);
        Ok(Self { pool, note: None, rehearsal: false })
    }

    async fn begin(&self, step: &'static str) -> Result<PgTransaction<'static>> {
        let mut transaction = self.pool.begin().await.map_err(StoreError::query(step))?;
        if let Some(note) = &self.note {
            audit::write(&mut transaction, note).await?;
        }
        Ok(transaction)
    }

    /// The end of a change that succeeded.
    async fn end(&self, transaction: PgTransaction<'static>, step: &'static str) -> Result<()> {
        let ended = if self.rehearsal { transaction.rollback().await } else { transaction.commit().await };
        ended.map_err(StoreError::query(step))
    }
}

#[async_trait]
impl Store for Postgres {
    fn noting(&self, entry: AuditEntry) -> Arc<dyn Store> {
        Arc::new(Self { note: Some(Arc::new(entry)), ..self.clone() })
    }

    fn rehearsing(&self) -> Arc<dyn Store> {
        Arc::new(Self { rehearsal: true, ..self.clone() })
    }

    fn exclusive(&self) -> bool {
        false
    }

    async fn ping(&self) -> Result<()> {
        sqlx::query("select 1")
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(StoreError::query("reach the database"))
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

/// One column of rows that are inserted together through `unnest`.
fn column<'r, R, T>(rows: &'r [R], value: impl FnMut(&'r R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
