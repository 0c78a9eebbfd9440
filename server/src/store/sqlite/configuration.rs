//! Sources, tags and their drafts.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tag::config::TagConfig;

use super::Sqlite;
use crate::store::rows::{Clash, Draft, Edited, Saved, Source, TagRecord, Version};
use crate::store::text::{json, origins, plain};
use crate::store::{Configuration, Result, StoreError, columns, sql};

/// How long a draft that was saved over is kept; see the migration `versions`.
const PAST_MS: i64 = 24 * 60 * 60 * 1000;

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
        let rows = sqlx::query(sql::sources!("and s.id = $1"))
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
        self.end(transaction, STEP).await
    }

    async fn update_source(
        &self,
        id: &str,
        revision: Option<i64>,
        name: &str,
        origins: &[String],
    ) -> Result<Edited> {
        const STEP: &str = "change a source";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let stored: Option<i64> =
            sqlx::query_scalar("select revision from sources where id = $1 and deleted_at is null")
                .bind(plain(id))
                .fetch_optional(&mut *transaction)
                .await
                .map_err(StoreError::query(STEP))?;
        let Some(stored) = stored else { return Ok(Edited::NotFound) };
        if revision.is_some_and(|revision| revision != stored) {
            return Ok(Edited::Conflict);
        }
        sqlx::query("update sources set name = $2, revision = revision + 1 where id = $1")
            .bind(plain(id))
            .bind(plain(name))
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        drop_origins(&mut transaction, id).await?;
        take_origins(&mut transaction, id, origins).await?;
        self.end(transaction, STEP).await?;
        Ok(Edited::Done)
    }

    async fn renew_key(&self, id: &str, key: &str, old_ends_at: i64) -> Result<bool> {
        const STEP: &str = "renew a write key";
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let renewed = sqlx::query(
            "update sources
             set old_key = write_key, old_key_ends_at = $3, write_key = $2, revision = revision + 1
             where id = $1 and deleted_at is null",
        )
        .bind(plain(id))
        .bind(plain(key))
        .bind(old_ends_at)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::query(STEP))?
        .rows_affected();
        if renewed == 0 {
            return Ok(false);
        }
        self.end(transaction, STEP).await?;
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
        sqlx::query(sql::tags!("and t.id = $1"))
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
        insert(&mut transaction, tag).await?;
        self.end(transaction, STEP).await
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
        let saved = overwrite(&mut transaction, id, revision, name, draft, by, now).await?;
        if matches!(saved, Saved::Done(_)) {
            self.end(transaction, STEP).await?;
        }
        Ok(saved)
    }

    async fn import(&self, create: &[TagRecord], save: &[TagRecord]) -> Result<Saved<()>> {
        const STEP: &str = "import tags";
        let mut transaction = self.begin(STEP).await?;
        for tag in create {
            insert(&mut transaction, tag).await?;
        }
        for tag in save {
            let TagRecord { id, revision, name, draft, edited_by, edited_at, .. } = tag;
            match overwrite(&mut transaction, id, *revision, name, draft, edited_by, *edited_at).await? {
                Saved::Done(_) => {}
                Saved::Conflict(clash) => return Ok(Saved::Conflict(clash)),
                Saved::NotFound => return Ok(Saved::NotFound),
            }
        }
        self.end(transaction, STEP).await?;
        Ok(Saved::Done(()))
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

async fn insert(connection: &mut SqliteConnection, tag: &TagRecord) -> Result<()> {
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
    .execute(connection)
    .await
    .map_err(StoreError::query("create a tag"))?;
    Ok(())
}

/// Puts a draft in place of the one of that revision, which is kept for a while.
pub(super) async fn overwrite(
    connection: &mut SqliteConnection,
    id: &str,
    revision: i64,
    name: &str,
    draft: &TagConfig,
    by: &str,
    now: i64,
) -> Result<Saved<TagRecord>> {
    const STEP: &str = "save a draft";
    let Some(tag) = tag_to_change(connection, id).await? else { return Ok(Saved::NotFound) };
    // Saved already: a repeat whose first answer was lost, or the same thought twice.
    if tag.name == name && tag.draft == *draft {
        return Ok(Saved::Done(tag));
    }
    if tag.revision != revision {
        let base = past_draft(connection, id, revision).await?;
        return Ok(Saved::Conflict(Box::new(Clash { theirs: tag, base })));
    }
    sqlx::query("delete from past_drafts where tag_id = $1 and ended_at < $2")
        .bind(plain(id))
        .bind(now - PAST_MS)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::query(STEP))?;
    sqlx::query(
        "insert into past_drafts (tag_id, revision, name, draft, ended_at)
         select id, revision, name, draft, $2 from tags where id = $1",
    )
    .bind(plain(id))
    .bind(now)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(STEP))?;
    sqlx::query(
        "update tags set name = $2, draft = $3, revision = revision + 1, edited_by = $4, edited_at = $5
         where id = $1",
    )
    .bind(plain(id))
    .bind(plain(name))
    .bind(json(draft))
    .bind(plain(by))
    .bind(now)
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(STEP))?;
    Ok(tag_to_change(connection, id).await?.map_or(Saved::NotFound, Saved::Done))
}

/// What the draft was at that revision, when it is still known.
pub(super) async fn past_draft(
    connection: &mut SqliteConnection,
    id: &str,
    revision: i64,
) -> Result<Option<Draft>> {
    sqlx::query("select name, draft from past_drafts where tag_id = $1 and revision = $2")
        .bind(plain(id))
        .bind(revision)
        .fetch_optional(connection)
        .await
        .map_err(StoreError::query("look up an earlier draft"))?
        .map(|row| columns::draft(&row))
        .transpose()
}

/// First in every change of the configuration.
pub(super) async fn bump(connection: &mut SqliteConnection) -> Result<()> {
    sqlx::query("update configuration set revision = revision + 1")
        .execute(connection)
        .await
        .map_err(StoreError::query("count a change of the configuration"))?;
    Ok(())
}

pub(super) async fn drop_origins(connection: &mut SqliteConnection, source_id: &str) -> Result<()> {
    sqlx::query("delete from source_origins where source_id = $1")
        .bind(plain(source_id))
        .execute(connection)
        .await
        .map_err(StoreError::query("take a source's origins away"))?;
    Ok(())
}

/// Gives the origins to the source, or says whose one of them is already.
pub(super) async fn take_origins(
    connection: &mut SqliteConnection,
    source_id: &str,
    given: &[String],
) -> Result<()> {
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
pub(super) async fn tag_to_change(connection: &mut SqliteConnection, id: &str) -> Result<Option<TagRecord>> {
    sqlx::query(sql::tags!("and t.id = $1"))
        .bind(plain(id))
        .fetch_optional(connection)
        .await
        .map_err(StoreError::query("look up a tag"))?
        .map(|row| columns::tag(&row))
        .transpose()
}
