//! Pausing and deleting, and undoing it.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::Postgres;
use super::configuration::{bump, drop_origins, take_origins};
use crate::store::columns::Columns;
use crate::store::rows::Deleted;
use crate::store::text::{json, plain};
use crate::store::{Result, Stopping, StoreError, columns};

#[async_trait]
impl Stopping for Postgres {
    async fn pause_tag(&self, id: &str, by: &str, now: i64) -> Result<bool> {
        const STEP: &str = "pause a tag";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let paused = sqlx::query(
            "update tags set paused_at = $2, paused_by = $3
             where id = $1 and paused_at is null and deleted_at is null",
        )
        .bind(plain(id))
        .bind(now)
        .bind(plain(by))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if paused == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn resume_tag(&self, id: &str) -> Result<bool> {
        const STEP: &str = "resume a tag";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let resumed = sqlx::query(
            "update tags set paused_at = null, paused_by = null
             where id = $1 and paused_at is not null and deleted_at is null",
        )
        .bind(plain(id))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if resumed == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn delete_tag(&self, id: &str, by: &str, now: i64) -> Result<bool> {
        const STEP: &str = "delete a tag";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let deleted = sqlx::query(
            "update tags set deleted_at = $2, deleted_by = $3 where id = $1 and deleted_at is null",
        )
        .bind(plain(id))
        .bind(now)
        .bind(plain(by))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if deleted == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn restore_tag(&self, id: &str, since: i64) -> Result<bool> {
        const STEP: &str = "restore a tag";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let restored = sqlx::query(
            "update tags set deleted_at = null, deleted_by = null where id = $1 and deleted_at >= $2",
        )
        .bind(plain(id))
        .bind(since)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if restored == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn deleted_tags(&self, since: i64) -> Result<Vec<Deleted>> {
        let rows = sqlx::query(
            "select id, name, deleted_at, deleted_by from tags where deleted_at >= $1
             order by deleted_at desc, id",
        )
        .bind(since)
        .fetch_all(&self.pool)
        .await
        .map_err(StoreError::query("list the deleted tags"))?;
        columns::all(&rows, columns::deleted)
    }

    async fn delete_source(&self, id: &str, by: &str, now: i64) -> Result<bool> {
        const STEP: &str = "delete a source";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let origins = origins_of(&mut transaction, id).await?;
        let deleted = sqlx::query(
            "update sources
             set deleted_at = $2, deleted_by = $3, deleted_origins = $4, old_key = null,
                 old_key_ends_at = null, revision = revision + 1
             where id = $1 and deleted_at is null",
        )
        .bind(plain(id))
        .bind(now)
        .bind(plain(by))
        .bind(json(&origins))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if deleted == 0 {
            return Ok(false);
        }
        drop_origins(&mut transaction, id).await?;
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn restore_source(&self, id: &str, since: i64) -> Result<bool> {
        const STEP: &str = "restore a source";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let Some(row) = sqlx::query("select deleted_origins from sources where id = $1 and deleted_at >= $2")
            .bind(plain(id))
            .bind(since)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
        else {
            return Ok(false);
        };
        let origins: Vec<String> = row.json("deleted_origins")?;
        sqlx::query(
            "update sources
             set deleted_at = null, deleted_by = null, deleted_origins = null, revision = revision + 1
             where id = $1",
        )
        .bind(plain(id))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        take_origins(&mut transaction, id, &origins).await?;
        self.end(transaction, STEP).await?;
        Ok(true)
    }

    async fn deleted_sources(&self, since: i64) -> Result<Vec<Deleted>> {
        let rows = sqlx::query(
            "select id, name, deleted_at, deleted_by from sources where deleted_at >= $1
             order by deleted_at desc, id",
        )
        .bind(since)
        .fetch_all(&self.pool)
        .await
        .map_err(StoreError::query("list the deleted sources"))?;
        columns::all(&rows, columns::deleted)
    }
}

async fn origins_of(connection: &mut PgConnection, source_id: &str) -> Result<Vec<String>> {
    sqlx::query_scalar("select origin from source_origins where source_id = $1 order by position")
        .bind(plain(source_id))
        .fetch_all(connection)
        .await
        .map_err(StoreError::query("read a source's origins"))
}
