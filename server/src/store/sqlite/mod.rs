//! SQLite: one file, one process.
//!
//! All writes go through one connection, in transactions that begin with `begin immediate`; reads have a few
//! of their own and see the last commit. A commit is on disk when it returns (`synchronous = full`): with
//! `normal`, power cuts lost accepted events.

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

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{QueryBuilder, SqliteConnection, SqlitePool, SqliteTransaction};

use super::rows::AuditEntry;
use super::{Result, Store, StoreError};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");

/// Older ones can lose what was committed when the log starts over (sqlite.org/wal.html, "The WAL-reset bug").
const OLDEST: (u32, u32, u32) = (3, 51, 3);

/// How long a connection waits for another one's lock. With one writer only a checkpoint makes anyone wait.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Readers beside the writer; each has a thread and a page cache of about 2 MB.
const READERS: u32 = 4;

/// Rows per insert. SQLite takes 32 766 values in a statement; the widest row has 13.
const ROWS: usize = 500;

#[derive(Clone)]
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held for as long as the database is open: a second process would not see our leases end. A command that
    /// takes no leases does without.
    lock: Option<Arc<File>>,
    /// What each transaction also writes into the audit log.
    note: Option<Arc<AuditEntry>>,
    /// No change stays.
    rehearsal: bool,
}

impl Sqlite {
    /// Opens the file that a `sqlite:` address names, and creates it, with its directory, if it is missing.
    pub async fn open(url: &str) -> Result<Self> {
        let options = options(url)?;
        let lock = lock(options.get_filename(), url)?;
        let store = Self::connect(url, options, Some(Arc::new(lock))).await?;
        // Only who has the database for itself may change its form.
        MIGRATIONS.run(&store.writer).await?;
        Ok(store)
    }

    /// The same for a command that changes a row or two and takes no leases: a server may be running.
    pub async fn open_beside(url: &str) -> Result<Self> {
        match Self::open(url).await {
            Err(StoreError::InUse { .. }) => Self::connect(url, options(url)?, None).await,
            opened => opened,
        }
    }

    async fn connect(url: &str, options: SqliteConnectOptions, lock: Option<Arc<File>>) -> Result<Self> {
        let cannot_open = |source| StoreError::Open { url: url.to_owned(), source };
        let writer = pool(1).connect_with(options.clone()).await.map_err(cannot_open)?;
        refuse_old(&writer).await?;
        let readers = pool(READERS).connect_lazy_with(options.read_only(true));
        Ok(Self { writer, readers, lock, note: None, rehearsal: false })
    }

    /// A transaction that holds the write lock from its start, so that it never has to start over.
    async fn begin(&self, step: &'static str) -> Result<SqliteTransaction<'static>> {
        let mut transaction =
            self.writer.begin_with("begin immediate").await.map_err(StoreError::query(step))?;
        if let Some(note) = &self.note {
            audit::write(&mut transaction, note).await?;
        }
        Ok(transaction)
    }

    /// The end of a change that succeeded.
    async fn end(&self, transaction: SqliteTransaction<'static>, step: &'static str) -> Result<()> {
        let ended = if self.rehearsal { transaction.rollback().await } else { transaction.commit().await };
        ended.map_err(StoreError::query(step))
    }
}

#[async_trait]
impl Store for Sqlite {
    fn noting(&self, entry: AuditEntry) -> Arc<dyn Store> {
        Arc::new(Self { note: Some(Arc::new(entry)), ..self.clone() })
    }

    fn rehearsing(&self) -> Arc<dyn Store> {
        Arc::new(Self { rehearsal: true, ..self.clone() })
    }

    fn exclusive(&self) -> bool {
        true
    }

    async fn ping(&self) -> Result<()> {
        sqlx::query("select 1")
            .execute(&self.readers)
            .await
            .map(drop)
            .map_err(StoreError::query("reach the database"))
    }

    async fn close(&self) {
        self.readers.close().await;
        // The last connection to close moves the log into the file; a reader could not.
        self.writer.close().await;
        if let Some(Err(error)) = self.lock.as_ref().map(|lock| lock.unlock()) {
            tracing::warn!(%error, "the database's lock file stays locked until this process ends");
        }
    }
}

/// How to open the file that the address names, which is there from now on.
fn options(url: &str) -> Result<SqliteConnectOptions> {
    let cannot_open = |source| StoreError::Open { url: url.to_owned(), source };
    if url.contains(":memory:") || url.contains("mode=memory") {
        let why = "what is accepted must be on disk; name a file";
        return Err(cannot_open(sqlx::Error::Configuration(why.into())));
    }
    let options = SqliteConnectOptions::from_str(url).map_err(cannot_open)?;
    let file = create(options.get_filename()).map_err(|error| cannot_open(sqlx::Error::Io(error)))?;
    Ok(options
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is deleted is overwritten: exact requests must not stay in free pages.
        .pragma("secure_delete", "on")
        .busy_timeout(BUSY_TIMEOUT))
}

/// Connections are local and cheap to keep, so they are neither tested nor renewed.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Creates the database's directory and file where they are missing, readable by their owner only, and
/// returns the file's one true path. SQLite gives its log the rights of the file.
fn create(file: &Path) -> io::Result<PathBuf> {
    let mut directories = DirBuilder::new();
    let mut options = OpenOptions::new();
    directories.recursive(true);
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        directories.mode(0o700);
        options.mode(0o600);
    }
    if let Some(directory) = file.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        directories.create(directory)?;
    }
    options.open(file)?;
    file.canonicalize()
}

/// Locks `<file>.lock`. The system lets go of it when the process ends, however it ends.
fn lock(file: &Path, url: &str) -> Result<File> {
    let cannot_lock = |error| StoreError::Open { url: url.to_owned(), source: sqlx::Error::Io(error) };
    let mut path = file.as_os_str().to_owned();
    path.push(".lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(cannot_lock)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: file.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(cannot_lock(error)),
    }
}

async fn refuse_old(pool: &SqlitePool) -> Result<()> {
    let found: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(pool)
        .await
        .map_err(StoreError::query("ask SQLite for its version"))?;
    if version(&found).is_some_and(|version| version >= OLDEST) {
        Ok(())
    } else {
        Err(StoreError::SqliteTooOld { found })
    }
}

fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// Runs a statement whose text depends on its number of rows, so that it is not worth keeping prepared.
async fn run_once(
    connection: &mut SqliteConnection,
    mut statement: QueryBuilder<sqlx::Sqlite>,
    step: &'static str,
) -> Result<()> {
    statement.build().persistent(false).execute(connection).await.map_err(StoreError::query(step))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sql;
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        for (text, good) in
            [("3.51.3", true), ("3.52.0", true), ("4.0.0", true), ("3.51.2", false), ("3.9.9", false)]
        {
            assert_eq!(version(text).is_some_and(|version| version >= OLDEST), good, "{text}");
        }
        assert_eq!(version("newest"), None);
    }

    /// The promise that what was accepted survives a power cut rests on these.
    #[tokio::test]
    async fn every_commit_reaches_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
        let store = Sqlite::open(&url).await.unwrap();
        let synchronous: i64 =
            sqlx::query_scalar("pragma synchronous").fetch_one(&store.writer).await.unwrap();
        let journal: String =
            sqlx::query_scalar("pragma journal_mode").fetch_one(&store.writer).await.unwrap();
        let keys: i64 = sqlx::query_scalar("pragma foreign_keys").fetch_one(&store.writer).await.unwrap();
        assert_eq!((synchronous, journal.as_str(), keys), (2, "wal", 1));
    }

    /// The history may grow long; what is asked all day must not grow slower with it.
    #[tokio::test]
    async fn hot_questions_are_answered_from_an_index() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
        let store = Sqlite::open(&url).await.unwrap();
        for (question, expected) in [
            (sql::runs!("order by r.id desc limit 50"), "SCAN r"),
            (
                sql::runs!("where r.outcome = 'x' and r.id < 'y' order by r.id desc limit 50"),
                "runs_by_outcome",
            ),
            (
                sql::runs!("where r.source_id = 'x' and r.id < 'y' order by r.id desc limit 50"),
                "runs_by_source",
            ),
            (sql::runs!("where r.tag_id = 'x' and r.id < 'y' order by r.id desc limit 50"), "runs_by_tag"),
            ("select * from audit where area = 'x' and id < 'y' order by id desc limit 50", "audit_by_area"),
            (
                "select * from audit where person_id = 'x' and id < 'y' order by id desc limit 50",
                "audit_by_person",
            ),
            ("select * from sessions where user_id = 'x' and expires_at > 1", "sessions_by_user"),
            (sql::HISTOGRAM, "COVERING INDEX runs_by_time (received_at>?)"),
            (sql::TRAFFIC_BY_SOURCE, "COVERING INDEX runs_by_time (received_at>?)"),
            (sql::TRAFFIC_BY_TAG, "COVERING INDEX runs_by_time (received_at>?)"),
            (deliveries::CLAIM, "COVERING INDEX deliveries_due (next_at<?)"),
            (deliveries::FREE_EXPIRED, "INDEX deliveries_leased (lease_until<?)"),
            (deliveries::NEXT_DUE, "COVERING INDEX deliveries_due"),
            (sql::HELD_THOUGH_RUNNING, "COVERING INDEX deliveries_held (tag_id=?)"),
            (sql::OLDEST_HELD, "COVERING INDEX deliveries_held (tag_id=?)"),
            (sql::VERSIONS, "sqlite_autoindex_versions_2 (tag_id=? AND number<?)"),
            (retention::OLD_EVENTS, "INDEX events_by_time (received_at<?)"),
        ] {
            let plan = plan(&store, question).await;
            assert!(plan.contains(expected), "{question}\n{plan}");
            let sorts_a_list = question.contains("limit") && plan.contains("TEMP B-TREE FOR ORDER BY");
            assert!(!sorts_a_list, "{question}\n{plan}");
        }
    }

    async fn plan(store: &Sqlite, question: &str) -> String {
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {question}"));
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&store.writer).await.unwrap();
        steps.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("\n")
    }
}
