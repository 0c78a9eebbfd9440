//! What only a server can get wrong.

use std::error::Error;

use server::store::StoreError;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};

use super::given;
use crate::support::postgres::Database;

#[tokio::test]
async fn an_error_does_not_tell_the_password() {
    for url in [
        "postgres://ada:s3cret@127.0.0.1:1/sidetag",
        "postgres://127.0.0.1:1/sidetag?user=ada&password=s3cret",
        "postgres://ada:s3cret@127.0.0.1:port/sidetag",
    ] {
        let Err(error) = server::store::open(url).await else { panic!("opened {url}") };
        let mut told = format!("{error} {error:?}");
        let mut source = error.source();
        while let Some(cause) = source {
            told += &cause.to_string();
            source = cause.source();
        }
        assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[tokio::test]
async fn a_database_of_an_older_version_keeps_its_users() {
    let database = Database::create().await;
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
    let migrations = Migrator::new(std::path::Path::new(migrations)).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    migrations.run_to(4, &mut connection).await.unwrap();
    let user = given::user(9);
    sqlx::query(given::OLD_USER)
        .bind(&user.id)
        .bind(&user.email)
        .bind(&user.name)
        .bind(&user.password_hash)
        .bind(user.created_at)
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let store = server::store::open(&database.url()).await.unwrap();
    assert_eq!(store.users().await.unwrap(), [user]);
    store.close().await;
}

#[tokio::test]
async fn the_audit_log_only_grows() {
    let database = Database::create().await;
    let store = server::store::open(&database.url()).await.unwrap();
    store.note(&given::entry(1)).await.unwrap();
    store.close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let changed = sqlx::query("update audit set person_name = 'Eve'").execute(&mut connection).await;
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

/// Several processes may start at once on a new database.
#[tokio::test]
async fn one_of_many_makes_the_tables() {
    let database = Database::create().await;
    let url = database.url();
    let stores = futures::future::join_all((0..4).map(|_| server::store::open(&url))).await;
    for store in stores {
        let store = store.unwrap();
        assert!(!store.has_users().await.unwrap());
        store.close().await;
    }
}

/// The queue's table is made anew under what refers to it.
#[tokio::test]
async fn a_database_of_an_older_version_keeps_its_history() {
    let database = Database::create().await;
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
    let migrations = Migrator::new(std::path::Path::new(migrations)).await.unwrap();
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    migrations.run_to(12, &mut connection).await.unwrap();
    for statement in given::old_history() {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    let store = server::store::open(&database.url()).await.unwrap();
    given::goes_on(&*store).await;
    store.close().await;
}
