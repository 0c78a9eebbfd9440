//! What administrators set, and letting go of what is old.

use async_trait::async_trait;

use super::Sqlite;
use crate::store::columns::Columns;
use crate::store::rows::{Forgotten, Settings};
use crate::store::text::json;
use crate::store::{Preferences, Result, Retention, StoreError};

/// `$1`: a time; `$2`: how many. Events from before it of which nothing is on its way.
pub(super) const OLD_EVENTS: &str = "select id from events
     where received_at < $1
       and not exists (select 1 from runs r join deliveries d on d.run_id = r.id
                       where r.event_id = events.id and d.state in ('waiting', 'sending'))
     order by received_at limit $2";

#[async_trait]
impl Preferences for Sqlite {
    async fn settings(&self) -> Result<(Settings, i64)> {
        let row = sqlx::query("select document, revision from settings")
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("read the settings"))?;
        Ok((row.json("document")?, row.int("revision")?))
    }

    async fn save_settings(&self, revision: i64, settings: &Settings) -> Result<Option<i64>> {
        const STEP: &str = "save the settings";
        let mut transaction = self.begin(STEP).await?;
        let saved = sqlx::query_scalar(
            "update settings set document = $2, revision = revision + 1 where revision = $1
             returning revision",
        )
        .bind(revision)
        .bind(json(settings))
        .fetch_optional(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        if saved.is_some() {
            self.end(transaction, STEP).await?;
        }
        Ok(saved)
    }
}

#[async_trait]
impl Retention for Sqlite {
    async fn forget_events(&self, before: i64, limit: i64) -> Result<Forgotten> {
        const STEP: &str = "delete old events";
        let mut transaction = self.begin(STEP).await?;
        let ids: Vec<String> = sqlx::query_scalar(OLD_EVENTS)
            .bind(before)
            .bind(limit.max(0))
            .fetch_all(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let ids = json(&ids);
        let held: i64 = sqlx::query_scalar(
            "select count(*) from deliveries d join runs r on r.id = d.run_id
             where r.event_id in (select value from json_each($1)) and d.state = 'held'",
        )
        .bind(&ids)
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        let events = sqlx::query("delete from events where id in (select value from json_each($1))")
            .bind(&ids)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        self.end(transaction, STEP).await?;
        Ok(Forgotten { events, held: u64::try_from(held).unwrap_or(0) })
    }

    async fn forget_keys(&self, now: i64, limit: i64) -> Result<u64> {
        let result = sqlx::query(
            "delete from seen_events where (source_id, key_hash) in (
                 select source_id, key_hash from seen_events where expires_at <= $1
                 order by expires_at limit $2
             )",
        )
        .bind(now)
        .bind(limit.max(0))
        .execute(&self.writer)
        .await
        .map_err(StoreError::query("delete keys that are over"))?;
        Ok(result.rows_affected())
    }

    async fn forget_deleted(&self, before: i64) -> Result<u64> {
        const STEP: &str = "delete what was deleted long ago";
        let mut transaction = self.begin(STEP).await?;
        let mut forgotten = 0;
        for statement in [
            "update tags set live_version_id = null
             where deleted_at < $1
               and not exists (select 1 from runs where runs.tag_id = tags.id)",
            "delete from versions
             where tag_id in (select id from tags where deleted_at < $1)
               and not exists (select 1 from runs where runs.tag_id = versions.tag_id)",
        ] {
            sqlx::query(statement)
                .bind(before)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?;
        }
        for statement in [
            "delete from tags
             where deleted_at < $1 and not exists (select 1 from versions where tag_id = tags.id)",
            "delete from sources
             where deleted_at < $1 and not exists (select 1 from runs where source_id = sources.id)",
        ] {
            forgotten += sqlx::query(statement)
                .bind(before)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?
                .rows_affected();
        }
        self.end(transaction, STEP).await?;
        Ok(forgotten)
    }
}
