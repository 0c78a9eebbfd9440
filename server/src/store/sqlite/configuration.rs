//! Sources, tags and versions.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tag::config::TagConfig;

use super::Sqlite;
use crate::store::rows::{Saved, Source, TagRecord, Version};
use crate::store::text::{json, origins, plain};
use crate::store::{Configuration, Result, StoreError, columns, sql};

#[async_trait]
impl Configuration for Sqlite {
    async fn sources(&self) -> Result<Vec<Source>> {
        let rows = sqlx::query(sql::sources!(""))
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the sources"))?;
        columns::sources(&rows)
    }

    async fn source(&self, id: &str) -> Result<Option<Source>> {
        let rows = sqlx::query(sql::sources!("where s.id = $1"))
            .bind(plain(id))
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("look up a source"))?;
        Ok(columns::sources(&rows)?.pop())
    }

    async fn create_source(&self, source: &Source) -> Result<()> {
        const STEP: &str = "create a source";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        sqlx::query(
            "insert into sources (id, name, kind, write_key, created_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(plain(&source.id))
        .bind(plain(&source.name))
        .bind(source.kind.name())
        .bind(plain(&source.write_key))
        .bind(source.created_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        take_origins(&mut transaction, &source.id, &source.origins).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))
    }

    async fn update_source(&self, id: &str, name: &str, origins: &[String]) -> Result<bool> {
        const STEP: &str = "change a source";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let changed = sqlx::query("update sources set name = $2 where id = $1")
            .bind(plain(id))
            .bind(plain(name))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
            .rows_affected();
        if changed == 0 {
            return Ok(false);
        }
        sqlx::query("delete from source_origins where source_id = $1")
            .bind(plain(id))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        take_origins(&mut transaction, id, origins).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(true)
    }

    async fn tags(&self) -> Result<Vec<TagRecord>> {
        let rows = sqlx::query(sql::tags!(""))
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the tags"))?;
        columns::all(&rows, columns::tag)
    }

    async fn tag(&self, id: &str) -> Result<Option<TagRecord>> {
        sqlx::query(sql::tags!("where t.id = $1"))
            .bind(plain(id))
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a tag"))?
            .map(|row| columns::tag(&row))
            .transpose()
    }

    async fn create_tag(&self, tag: &TagRecord) -> Result<()> {
        const STEP: &str = "create a tag";
        let mut transaction = self.begin(STEP).await?;
        sqlx::query(
            "insert into tags (id, name, draft, revision, created_at, edited_at, edited_by)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(plain(&tag.id))
        .bind(plain(&tag.name))
        .bind(json(&tag.draft))
        .bind(tag.revision)
        .bind(tag.created_at)
        .bind(tag.edited_at)
        .bind(plain(&tag.edited_by))
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        transaction.commit().await.map_err(StoreError::query(STEP))
    }

    async fn save_draft(
        &self,
        id: &str,
        revision: i64,
        name: &str,
        draft: &TagConfig,
        by: &str,
        now: i64,
    ) -> Result<Saved<TagRecord>> {
        const STEP: &str = "save a draft";
        let mut transaction = self.begin(STEP).await?;
        let saved = sqlx::query(
            "update tags set name = $3, draft = $4, revision = revision + 1, edited_by = $5, edited_at = $6
             where id = $1 and revision = $2",
        )
        .bind(plain(id))
        .bind(revision)
        .bind(plain(name))
        .bind(json(draft))
        .bind(plain(by))
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        let Some(tag) = tag_to_change(&mut transaction, id).await? else { return Ok(Saved::NotFound) };
        if saved == 0 {
            return Ok(Saved::Conflict(Box::new(tag)));
        }
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(Saved::Done(tag))
    }

    async fn publish(
        &self,
        id: &str,
        revision: i64,
        version_id: &str,
        by: &str,
        now: i64,
    ) -> Result<Saved<Version>> {
        const STEP: &str = "publish a tag";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let Some(tag) = tag_to_change(&mut transaction, id).await? else { return Ok(Saved::NotFound) };
        if tag.revision != revision {
            return Ok(Saved::Conflict(Box::new(tag)));
        }
        let row = sqlx::query(
            "insert into versions (id, tag_id, number, tag_name, config, published_at, published_by)
             select $1, id, (select coalesce(max(number), 0) + 1 from versions where tag_id = tags.id),
                    name, draft, $2, $3
             from tags where id = $4
             returning id as version_id, tag_id, number, tag_name, config, published_at, published_by",
        )
        .bind(plain(version_id))
        .bind(now)
        .bind(plain(by))
        .bind(plain(id))
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?;
        sqlx::query("update tags set live_version_id = $2 where id = $1")
            .bind(plain(id))
            .bind(plain(version_id))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let version = columns::version(&row)?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(Saved::Done(version))
    }

    async fn published(&self) -> Result<Vec<Version>> {
        let rows = sqlx::query(sql::PUBLISHED)
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the published tags"))?;
        columns::all(&rows, columns::version)
    }

    async fn configuration_revision(&self) -> Result<i64> {
        sqlx::query_scalar("select revision from configuration")
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("read the configuration's revision"))
    }
}

/// First in every change of the configuration.
async fn bump(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::query("update configuration set revision = revision + 1")
        .execute(connection)
        .await
        .map_err(StoreError::query("count a change of the configuration"))?;
    Ok(())
}

/// Gives the origins to the source, or says whose one of them is already.
async fn take_origins(connection: &mut SqliteConnection, source_id: &str, given: &[String]) -> Result<()> {
    const STEP: &str = "store a source's origins";
    for (position, origin) in (0_i64..).zip(origins(given)) {
        let taken = sqlx::query(
            "insert into source_origins (origin, source_id, position) values ($1, $2, $3)
             on conflict (origin) do nothing",
        )
        .bind(&origin)
        .bind(plain(source_id))
        .bind(position)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if taken == 0 {
            let source_name = sqlx::query_scalar(
                "select s.name from source_origins o join sources s on s.id = o.source_id where o.origin = $1",
            )
            .bind(&origin)
            .fetch_one(&mut *connection)
            .await
            .map_err(StoreError::query(STEP))?;
            return Err(StoreError::OriginTaken { origin, source_name });
        }
    }
    Ok(())
}

/// The tag as this transaction sees it.
async fn tag_to_change(connection: &mut SqliteConnection, id: &str) -> Result<Option<TagRecord>> {
    sqlx::query(sql::tags!("where t.id = $1"))
        .bind(plain(id))
        .fetch_optional(connection)
        .await
        .map_err(StoreError::query("look up a tag"))?
        .map(|row| columns::tag(&row))
        .transpose()
}
