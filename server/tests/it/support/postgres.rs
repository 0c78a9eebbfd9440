//! A database of its own for each test, on the Postgres server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use url::Url;

/// A fresh, empty database; dropped with this value.
pub struct Database {
    server: Url,
    name: String,
}

impl Database {
    pub async fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let database = Self { server: server(), name };
        // An earlier process of the same number may have been killed before it could tidy up.
        database.administer(format!(r#"drop database if exists "{}" with (force)"#, database.name)).await;
        database.administer(format!(r#"create database "{}""#, database.name)).await;
        database
    }

    /// The address to open.
    pub fn url(&self) -> String {
        let mut url = self.server.clone();
        url.set_path(&self.name);
        url.into()
    }

    async fn administer(&self, statement: String) {
        let mut connection =
            PgConnection::connect(self.server.as_str()).await.expect("the test server answers");
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await
            .expect("administer the test server");
        connection.close().await.expect("leave the test server");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // `drop` cannot await, and this thread may be one that must not block on a runtime.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let statement = format!(r#"drop database if exists "{}" with (force)"#, self.name);
                runtime.block_on(self.administer(statement));
            });
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration but its environment")]
fn server() -> Url {
    let url = std::env::var("SIDETAG_TEST_POSTGRES_URL")
        .expect("SIDETAG_TEST_POSTGRES_URL names no server: run cargo xtask test integration");
    Url::parse(&url)
        .expect("SIDETAG_TEST_POSTGRES_URL is an address such as postgres://postgres@127.0.0.1:5432")
}
