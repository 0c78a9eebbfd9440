//! What only a file can get wrong.

use server::store::StoreError;
use server::store::rows::AuditFilter;
use sqlx::migrate::Migrator;
use sqlx::{Connection, SqliteConnection};

use super::given::{self, End, MINUTE, NOW, Shop, settlement};

fn address(directory: &tempfile::TempDir) -> String {
    format!("sqlite:{}", directory.path().join("deep/er/sidetag.db").display())
}

#[tokio::test]
async fn a_file_is_used_by_one_process() {
    let directory = tempfile::tempdir().unwrap();
    let store = server::store::open(&address(&directory)).await.unwrap();

    // The lock belongs to the open file, so another handle stands for another process.
    let Err(error) = server::store::open(&address(&directory)).await else { panic!("opened twice") };
    assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
    let detour = address(&directory).replace("deep/er", "deep/er/../er");
    assert!(
        matches!(server::store::open(&detour).await, Err(StoreError::InUse { .. })),
        "same file, other name"
    );

    store.ping().await.unwrap();
    store.close().await;
    server::store::open(&address(&directory)).await.unwrap();
}

#[tokio::test]
async fn reopening_finds_everything() {
    let directory = tempfile::tempdir().unwrap();
    let store = server::store::open(&address(&directory)).await.unwrap();
    let shop = Shop::open(&*store, 1).await;
    store.put_setup_token(b"hash", NOW + MINUTE).await.unwrap();
    assert!(store.create_first_user(&given::user(9), b"hash", NOW).await.unwrap());
    store.accept(&[shop.event(0x100, NOW, 2)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 2).await.unwrap();
    store.settle(&[settlement(&claimed[0], End::Delivered)]).await.unwrap();
    let before = store.run(&claimed[0].run_id).await.unwrap().unwrap();
    let revision = store.configuration_revision().await.unwrap();
    store.close().await;

    let store = server::store::open(&address(&directory)).await.unwrap();
    assert_eq!(store.run(&before.row.id).await.unwrap(), Some(before));
    assert_eq!(store.sources().await.unwrap(), [shop.source]);
    assert_eq!(store.published().await.unwrap(), [shop.version]);
    assert_eq!(store.configuration_revision().await.unwrap(), revision);
    assert_eq!(store.user(&given::user(9).id).await.unwrap(), Some(given::user(9)));
    assert_eq!(store.free_all().await.unwrap(), 1, "the delivery that was being sent");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let directory = tempfile::tempdir().unwrap();
    let store = server::store::open(&address(&directory)).await.unwrap();
    store.create_source(&given::source(1)).await.unwrap();
    let files: Vec<_> =
        std::fs::read_dir(directory.path().join("deep/er")).unwrap().map(|file| file.unwrap()).collect();
    assert!(files.iter().any(|file| file.file_name() == "sidetag.db-wal"), "{files:?}");
    for file in files.iter().filter(|file| file.file_name() != "sidetag.db.lock") {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    server::store::open(&address(&directory)).await.unwrap().close().await;
    let mut connection = SqliteConnection::connect(&address(&directory)).await.unwrap();
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'from the future', true, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();

    let Err(error) = server::store::open(&address(&directory)).await else { panic!("opened") };
    assert!(matches!(error, StoreError::Migrate(_)), "{error:?}");
}

/// The table of users is made anew on the way; nobody may get lost.
#[tokio::test]
async fn a_database_of_an_older_version_keeps_its_users() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("deep/er")).unwrap();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
    let migrations = Migrator::new(std::path::Path::new(migrations)).await.unwrap();
    let mut connection =
        SqliteConnection::connect(&format!("{}?mode=rwc", address(&directory))).await.unwrap();
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

    let store = server::store::open(&address(&directory)).await.unwrap();
    assert_eq!(store.users().await.unwrap(), [user]);
}

#[tokio::test]
async fn the_audit_log_only_grows() {
    let directory = tempfile::tempdir().unwrap();
    let store = server::store::open(&address(&directory)).await.unwrap();
    store.note(&given::entry(1)).await.unwrap();
    store.close().await;
    let mut connection = SqliteConnection::connect(&address(&directory)).await.unwrap();
    let changed = sqlx::query("update audit set person_name = 'Eve'").execute(&mut connection).await;
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

#[tokio::test]
async fn a_command_works_beside_the_server_and_alone() {
    let directory = tempfile::tempdir().unwrap();
    let alone = server::store::open_beside(&address(&directory)).await.unwrap();
    alone.note(&given::entry(1)).await.unwrap();
    alone.close().await;
    let store = server::store::open(&address(&directory)).await.unwrap();
    let beside = server::store::open_beside(&address(&directory)).await.unwrap();
    beside.note(&given::entry(2)).await.unwrap();
    beside.close().await;
    let filter = AuditFilter { limit: 9, ..AuditFilter::default() };
    assert_eq!(store.audit(&filter).await.unwrap(), [given::entry(2), given::entry(1)]);
    let second = server::store::open(&address(&directory)).await;
    assert!(matches!(second, Err(StoreError::InUse { .. })), "the lock is still the server's");
}

#[tokio::test]
async fn memory_is_no_place_for_what_was_accepted() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite:x.db?mode=memory"] {
        let refused = server::store::open(url).await;
        assert!(matches!(refused, Err(StoreError::Open { .. })), "{url}");
    }
}

/// The queue's table is made anew under what refers to it.
#[tokio::test]
async fn a_database_of_an_older_version_keeps_its_history() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(directory.path().join("deep/er")).unwrap();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/sqlite");
    let migrations = Migrator::new(std::path::Path::new(migrations)).await.unwrap();
    let mut connection =
        SqliteConnection::connect(&format!("{}?mode=rwc", address(&directory))).await.unwrap();
    migrations.run_to(12, &mut connection).await.unwrap();
    for statement in given::old_history() {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    let store = server::store::open(&address(&directory)).await.unwrap();
    given::goes_on(&*store).await;
    store.close().await;
}
