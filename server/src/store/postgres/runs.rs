//! What the debugger and the overview read.

use async_trait::async_trait;
use sqlx::QueryBuilder;

use super::Postgres;
use crate::store::columns::{self, Columns};
use crate::store::rows::{Bucket, Loss, RunDetail, RunFilter, RunRow, Traffic};
use crate::store::text::plain;
use crate::store::{Result, Runs, StoreError, sql};

#[async_trait]
impl Runs for Postgres {
    async fn runs(&self, filter: &RunFilter) -> Result<Vec<RunRow>> {
        let mut query = QueryBuilder::new(sql::runs!("where true"));
        if let Some(outcome) = filter.outcome {
            query.push(" and r.outcome = ").push_bind(outcome.name());
        }
        if let Some(source_id) = &filter.source_id {
            query.push(" and r.source_id = ").push_bind(plain(source_id));
        }
        if let Some(tag_id) = &filter.tag_id {
            query.push(" and r.tag_id = ").push_bind(plain(tag_id));
        }
        if let Some(before) = &filter.before {
            query.push(" and r.id < ").push_bind(plain(before));
        }
        if let Some(until) = filter.until {
            query.push(" and r.received_at < ").push_bind(until);
        }
        if let Some(after) = &filter.after {
            query.push(" and r.id > ").push_bind(plain(after)).push(" order by r.id");
        } else {
            query.push(" order by r.id desc");
        }
        query.push(" limit ").push_bind(filter.limit.max(0));
        let rows = query.build().fetch_all(&self.pool).await.map_err(StoreError::query("list the runs"))?;
        columns::all(&rows, columns::run)
    }

    async fn run(&self, id: &str) -> Result<Option<RunDetail>> {
        const STEP: &str = "look up a run";
        let id = plain(id);
        // One transaction, so that the tries agree with what the deliveries say of them.
        let mut transaction = self
            .pool
            .begin_with("begin isolation level repeatable read, read only")
            .await
            .map_err(StoreError::query(STEP))?;
        let Some(row) = sqlx::query(sql::runs!("where r.id = $1"))
            .bind(&*id)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?
        else {
            return Ok(None);
        };
        let documents = sqlx::query(sql::RUN_DOCUMENTS)
            .bind(&*id)
            .fetch_one(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let deliveries = sqlx::query(sql::RUN_DELIVERIES)
            .bind(&*id)
            .fetch_all(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let attempts = sqlx::query(sql::RUN_ATTEMPTS)
            .bind(&*id)
            .fetch_all(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        Ok(Some(RunDetail {
            row: columns::run(&row)?,
            data: documents.json("data")?,
            request: documents.json("request")?,
            trace: documents.json("trace")?,
            deliveries: columns::deliveries(&deliveries, &attempts)?,
        }))
    }

    async fn histogram(&self, since: i64, bucket_ms: i64) -> Result<Vec<Bucket>> {
        let rows = sqlx::query(sql::HISTOGRAM)
            .bind(since)
            .bind(bucket_ms)
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::query("count the runs over time"))?;
        columns::all(&rows, columns::bucket)
    }

    async fn losses(&self, since: i64) -> Result<Vec<Loss>> {
        let rows = sqlx::query(sql::LOSSES)
            .bind(since)
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::query("count why runs were not delivered"))?;
        columns::all(&rows, columns::loss)
    }

    async fn traffic_by_source(&self, since: i64) -> Result<Vec<Traffic>> {
        let rows = sqlx::query(sql::TRAFFIC_BY_SOURCE)
            .bind(since)
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::query("count the runs of each source"))?;
        columns::all(&rows, columns::traffic)
    }

    async fn traffic_by_tag(&self, since: i64) -> Result<Vec<Traffic>> {
        let rows = sqlx::query(sql::TRAFFIC_BY_TAG)
            .bind(since)
            .fetch_all(&self.pool)
            .await
            .map_err(StoreError::query("count the runs of each tag"))?;
        columns::all(&rows, columns::traffic)
    }
}
