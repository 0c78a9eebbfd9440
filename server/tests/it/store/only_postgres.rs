//! What only a server can get wrong.

use std::error::Error;

use server::store::StoreError;

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
