//! Exact requests, looked for in the database itself: the store has no question that would return one.

use server::store::Store;
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::given::{End, MINUTE, NOW, Shop, settlement};
use crate::support::postgres::Database;

const SEALED: &str = "select count(*) from delivery_requests where sealed is not null";

/// A request as it was stored before addresses were put together from their parts, with all that could mislead a
/// text replacement.
const OLD: &str = r#"{"tag_id":"\"url\":\"x\"","url":"https://a.example/iu3?pid=1&x=%22","params":[{"name":"x","value":"\"url\":\"\u0000","origin":"x"}]}"#;

/// The statement of a migration that reads old requests anew.
fn reads_anew(migration: &'static str) -> &'static str {
    &migration[migration.find("update delivery_requests").unwrap()..]
}

/// Accepts one delivery with something to hide and fails it once.
async fn fail_once(store: &dyn Store) {
    let shop = Shop::open(store, 1).await;
    store.accept(&[shop.event(0x101, NOW, 1)]).await.unwrap();
    end(store, End::RetryAt(NOW)).await;
}

async fn end(store: &dyn Store, end: End) {
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap().remove(0);
    store.settle(&[settlement(&claimed, end)]).await.unwrap();
}

async fn read_anew(store: &dyn Store) {
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap().remove(0);
    assert_eq!(claimed.request.endpoint, "https://a.example/iu3");
    assert_eq!(claimed.request.params[0].value, "\"url\":\"\0");
    assert_eq!(claimed.request.tag_id, "\"url\":\"x\"");
}

#[tokio::test]
async fn sqlite_forgets_it_with_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
    let store = server::store::open(&url).await.unwrap();
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let mut sealed = async || sqlx::query_scalar::<_, i64>(SEALED).fetch_one(&mut connection).await.unwrap();
    fail_once(&*store).await;
    assert_eq!(sealed().await, 1);
    end(&*store, End::GivenUp).await;
    assert_eq!(sealed().await, 0);
    connection.close().await.unwrap();

    store.close().await;
    let file = std::fs::read(directory.path().join("sidetag.db")).unwrap();
    let found = file.windows(7).any(|bytes| bytes == b"canary-");
    assert!(!found, "what is deleted is overwritten");
}

#[tokio::test]
async fn postgres_forgets_it_with_the_end() {
    let database = Database::create().await;
    let store = server::store::open(&database.url()).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let mut sealed = async || sqlx::query_scalar::<_, i64>(SEALED).fetch_one(&mut connection).await.unwrap();
    fail_once(&*store).await;
    assert_eq!(sealed().await, 1);
    end(&*store, End::GivenUp).await;
    assert_eq!(sealed().await, 0);
    store.close().await;
}

#[tokio::test]
async fn sqlite_reads_old_requests_anew() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("sidetag.db").display());
    let store = server::store::open(&url).await.unwrap();
    fail_once(&*store).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let old = "update delivery_requests set request = $1, sealed = null";
    sqlx::query(old).bind(OLD).execute(&mut connection).await.unwrap();
    let statement = reads_anew(include_str!("../../../../migrations/sqlite/0005_exact_requests.sql"));
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    read_anew(&*store).await;
}

#[tokio::test]
async fn postgres_reads_old_requests_anew() {
    let database = Database::create().await;
    let store = server::store::open(&database.url()).await.unwrap();
    fail_once(&*store).await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let old = "update delivery_requests set request = $1, sealed = null";
    sqlx::query(old).bind(OLD).execute(&mut connection).await.unwrap();
    let statement = reads_anew(include_str!("../../../../migrations/postgres/0005_exact_requests.sql"));
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    read_anew(&*store).await;
    store.close().await;
}
