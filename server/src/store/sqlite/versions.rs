//! What was published, and publishing.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use tag::config::TagConfig;

use super::Sqlite;
use super::configuration::{bump, overwrite, past_draft, tag_to_change};
use crate::store::rows::{Clash, Publishing, RollingBack, Saved, TagRecord, Version, VersionItem};
use crate::store::text::{json, plain};
use crate::store::{Result, StoreError, Versions, columns, content, sql};

const PUBLISH: &str = "publish a tag";

#[async_trait]
impl Versions for Sqlite {
    async fn versions(&self, tag_id: &str, before: Option<i64>, limit: i64) -> Result<Vec<VersionItem>> {
        let rows = sqlx::query(sql::VERSIONS)
            .bind(plain(tag_id))
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit.max(0))
            .fetch_all(&self.readers)
            .await
            .map_err(StoreError::query("list the versions of a tag"))?;
        columns::all(&rows, columns::version_item)
    }

    async fn version(&self, tag_id: &str, number: i64) -> Result<Option<Version>> {
        sqlx::query(sql::VERSION)
            .bind(plain(tag_id))
            .bind(number)
            .fetch_optional(&self.readers)
            .await
            .map_err(StoreError::query("look up a version"))?
            .map(|row| columns::version(&row))
            .transpose()
    }

    async fn publish(&self, publishing: Publishing<'_>) -> Result<Saved<Version>> {
        let Publishing { tag_id, revision, live, version_id, note, by, now } = publishing;
        let mut transaction = self.begin(PUBLISH).await?;
        bump(&mut transaction).await?;
        let Some(tag) = tag_to_change(&mut transaction, tag_id).await? else { return Ok(Saved::NotFound) };
        if tag.revision != revision || !is_live(&tag, live) {
            let base = past_draft(&mut transaction, tag_id, revision).await?;
            return Ok(Saved::Conflict(Box::new(Clash { theirs: tag, base })));
        }
        let content = Content { name: &tag.name, config: &tag.draft, note, copy_of: None };
        let version = go_live(&mut transaction, tag_id, version_id, content, by, now).await?;
        self.end(transaction, PUBLISH).await?;
        Ok(Saved::Done(version))
    }

    async fn roll_back(&self, rolling_back: RollingBack<'_>) -> Result<Saved<Version>> {
        const STEP: &str = "roll a tag back";
        let RollingBack { tag_id, number, live, version_id, note, by, now } = rolling_back;
        let mut transaction = self.begin(STEP).await?;
        bump(&mut transaction).await?;
        let Some(tag) = tag_to_change(&mut transaction, tag_id).await? else { return Ok(Saved::NotFound) };
        let Some(old) = sqlx::query(sql::VERSION)
            .bind(plain(tag_id))
            .bind(number)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
        else {
            return Ok(Saved::NotFound);
        };
        let old = columns::version(&old)?;
        if !is_live(&tag, live) {
            return Ok(Saved::Conflict(Box::new(Clash { theirs: tag, base: None })));
        }
        let content = Content { name: &old.tag_name, config: &old.config, note, copy_of: Some(number) };
        let version = go_live(&mut transaction, tag_id, version_id, content, by, now).await?;
        if tag.live.as_ref().is_some_and(|live| live.config == tag.draft && live.tag_name == tag.name) {
            overwrite(&mut transaction, tag_id, tag.revision, &old.tag_name, &old.config, by, now).await?;
        }
        self.end(transaction, STEP).await?;
        Ok(Saved::Done(version))
    }
}

/// Whether that version is live, where it was asked.
fn is_live(tag: &TagRecord, asked: Option<i64>) -> bool {
    asked.is_none_or(|asked| tag.live.as_ref().is_some_and(|live| live.number == asked))
}

/// What a version holds.
struct Content<'a> {
    name: &'a str,
    config: &'a TagConfig,
    note: &'a str,
    copy_of: Option<i64>,
}

/// Adds the version with the next number and makes it the live one.
async fn go_live(
    connection: &mut SqliteConnection,
    tag_id: &str,
    version_id: &str,
    content: Content<'_>,
    by: &str,
    now: i64,
) -> Result<Version> {
    let row = sqlx::query(
        "insert into versions (id, tag_id, number, tag_name, config, published_at, published_by, note,
                               content_hash, copy_of)
         values ($1, $2, (select coalesce(max(number), 0) + 1 from versions where tag_id = $2), $3, $4, $5, $6,
                 $7, $8, $9)
         returning id as version_id, tag_id, number, tag_name, config, published_at, published_by, note,
                   content_hash, copy_of",
    )
    .bind(plain(version_id))
    .bind(plain(tag_id))
    .bind(plain(content.name))
    .bind(json(content.config))
    .bind(now)
    .bind(plain(by))
    .bind(plain(content.note))
    .bind(content::hash(content.config))
    .bind(content.copy_of)
    .fetch_one(&mut *connection)
    .await
    .map_err(StoreError::query(PUBLISH))?;
    sqlx::query("update tags set live_version_id = $2 where id = $1")
        .bind(plain(tag_id))
        .bind(plain(version_id))
        .execute(connection)
        .await
        .map_err(StoreError::query(PUBLISH))?;
    columns::version(&row)
}
