//! The queue of deliveries. Its states and locks are told in the migration that makes it.

use async_trait::async_trait;
use sqlx::{QueryBuilder, SqliteConnection};

use super::{ROWS, Sqlite, run_once};
use crate::store::columns::{self, Columns};
use crate::store::rows::{self, Claimed, RunRow, Settlement};
use crate::store::standing::{Held, Part, Settling, Standing, state, without_tries};
use crate::store::text::{json, plain};
use crate::store::{Deliveries, Result, StoreError, sql};

const SETTLE: &str = "settle deliveries";

pub(super) const CLAIM: &str = "update deliveries set state = 'sending', lease = $1, lease_until = $2
     where id in (
         select id from deliveries where state = 'waiting' and next_at <= $3
         order by next_at, id limit $4
     )
     returning id, run_id, attempts, accepted_at, next_at,
               (select case when t.deleted_at is not null then 'config.tag_deleted'
                            when t.paused_at is not null then 'config.paused' end
                from tags t where t.id = deliveries.tag_id) as stopped,
               (select coalesce(sealed, request) from delivery_requests where delivery_id = deliveries.id)
                   as request,
               (select log from delivery_requests where delivery_id = deliveries.id) as log";

pub(super) const FREE_EXPIRED: &str =
    "update deliveries set state = 'waiting', lease = null, lease_until = null
     where state = 'sending' and lease_until <= $1";

pub(super) const NEXT_DUE: &str = "select min(next_at) from deliveries where state = 'waiting'";

/// `$1`: deliveries; `$2`: from when on their retries count. What was tried before goes on as a retry.
pub(super) const RELEASE: &str = "update deliveries
     set state = 'waiting', accepted_at = $2,
         outcome = case attempts when 0 then 'pending' else 'retrying' end,
         reason = case attempts when 0 then null else 'config.resumed' end
     where id in (select value from json_each($1)) and state = 'held'
     returning run_id";

/// `$1`: deliveries.
pub(super) const CANCEL: &str = "update deliveries
     set state = 'done', outcome = 'cancelled', reason = 'config.tag_deleted', next_at = null
     where id in (select value from json_each($1)) and state = 'held'
     returning run_id";

#[async_trait]
impl Deliveries for Sqlite {
    async fn claim(&self, now: i64, lease: &str, lease_until: i64, limit: i64) -> Result<Vec<Claimed>> {
        let rows = sqlx::query(CLAIM)
            .bind(lease)
            .bind(lease_until)
            .bind(now)
            .bind(limit.max(0))
            .fetch_all(&self.writer)
            .await
            .map_err(StoreError::query("claim deliveries"))?;
        columns::claimed(&rows, lease)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Option<RunRow>>> {
        let mut transaction = self.begin(SETTLE).await?;
        let settling = Settling::new(settlements, &held(&mut transaction, settlements).await?);
        record(&mut transaction, &settling).await?;
        let run_ids = json(&settling.run_ids());
        let standings = settling.standings(&parts(&mut transaction, &run_ids).await?);
        sum_up(&mut transaction, &standings).await?;
        let runs = runs(&mut transaction, &run_ids).await?;
        transaction.commit().await.map_err(StoreError::query(SETTLE))?;
        Ok(settling.answers(&runs))
    }

    async fn free_expired(&self, now: i64) -> Result<u64> {
        let result = sqlx::query(FREE_EXPIRED)
            .bind(now)
            .execute(&self.writer)
            .await
            .map_err(StoreError::query("free deliveries whose lease is over"))?;
        Ok(result.rows_affected())
    }

    async fn free_all(&self) -> Result<u64> {
        let result = sqlx::query(
            "update deliveries set state = 'waiting', lease = null, lease_until = null
             where state = 'sending'",
        )
        .execute(&self.writer)
        .await
        .map_err(StoreError::query("free all deliveries"))?;
        Ok(result.rows_affected())
    }

    async fn next_due(&self) -> Result<Option<i64>> {
        sqlx::query_scalar(NEXT_DUE)
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("look for the next delivery"))
    }

    async fn release(&self, now: i64, limit: i64) -> Result<u64> {
        const STEP: &str = "release deliveries";
        let mut transaction = self.begin(STEP).await?;
        let tag: Option<String> = sqlx::query_scalar(sql::HELD_THOUGH_RUNNING)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let Some(tag) = tag else { return Ok(0) };
        let held = oldest_held(&mut transaction, &tag, limit).await?;
        let rows = sqlx::query(RELEASE)
            .bind(&held)
            .bind(now)
            .fetch_all(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        sum_up_all(&mut transaction, columns::all(&rows, |row| row.text("run_id"))?).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(rows.len() as u64)
    }

    async fn cancel_held(&self, before: i64, limit: i64) -> Result<u64> {
        const STEP: &str = "cancel deliveries";
        let mut transaction = self.begin(STEP).await?;
        let tag: Option<String> = sqlx::query_scalar(sql::HELD_THOUGH_GONE)
            .bind(before)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        let Some(tag) = tag else { return Ok(0) };
        let held = oldest_held(&mut transaction, &tag, limit).await?;
        let rows = sqlx::query(CANCEL)
            .bind(&held)
            .fetch_all(&mut *transaction)
            .await
            .map_err(StoreError::query(STEP))?;
        unseal(&mut transaction, &held).await?;
        sum_up_all(&mut transaction, columns::all(&rows, |row| row.text("run_id"))?).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(rows.len() as u64)
    }

    async fn held(&self, tag_id: &str) -> Result<rows::Held> {
        let row = sqlx::query(sql::HELD)
            .bind(plain(tag_id))
            .fetch_one(&self.readers)
            .await
            .map_err(StoreError::query("count what is held"))?;
        columns::held(&row)
    }
}

/// Who holds the deliveries that are to be settled.
async fn held(connection: &mut SqliteConnection, settlements: &[Settlement]) -> Result<Held> {
    let ids: Vec<_> = settlements.iter().map(|settlement| &settlement.delivery_id).collect();
    let rows = sqlx::query(
        "select id, run_id, lease from deliveries
         where id in (select value from json_each($1)) and state = 'sending'",
    )
    .bind(json(&ids))
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    rows.iter().map(|row| Ok((row.text("id")?, (row.text("run_id")?, row.text("lease")?)))).collect()
}

/// Writes the tries and where they leave their deliveries.
async fn record<'a>(connection: &mut SqliteConnection, settling: &Settling<'a>) -> Result<()> {
    let settlements: Vec<_> = settling.valid().collect();
    let tried = |settlement: &&'a Settlement| settlement.attempt.as_ref().map(|tried| (*settlement, tried));
    let tries: Vec<_> = settlements.iter().filter_map(tried).collect();
    for tries in tries.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "insert into attempts (delivery_id, number, started_at, latency_ms, reply, steps) ",
        );
        insert.push_values(tries, |mut row, (settlement, attempt)| {
            row.push_bind(&settlement.delivery_id)
                .push_bind(attempt.number)
                .push_bind(attempt.started_at)
                .push_bind(attempt.latency_ms)
                .push_bind(json(&attempt.reply))
                .push_bind(json(&attempt.steps));
        });
        run_once(connection, insert, SETTLE).await?;
    }
    for settlements in settlements.chunks(ROWS) {
        let mut update = QueryBuilder::new("with new (id, state, outcome, reason, next_at, tries) as (");
        update.push_values(settlements, |mut row, settlement| {
            row.push_bind(&settlement.delivery_id)
                .push_bind(state(settlement.outcome))
                .push_bind(settlement.outcome.name())
                .push_bind(settlement.reason.code())
                .push_bind(settlement.next_at)
                .push_bind(i64::from(settlement.attempt.is_some()));
        });
        update.push(
            ") update deliveries
             set state = new.state, outcome = new.outcome, reason = new.reason,
                 next_at = case new.state when 'held' then deliveries.next_at else new.next_at end,
                 attempts = attempts + new.tries, lease = null, lease_until = null
             from new where deliveries.id = new.id",
        );
        run_once(connection, update, SETTLE).await?;
    }
    unseal(connection, &json(&settling.ended().collect::<Vec<_>>())).await
}

/// Forgets the exact requests of what has ended, a list in JSON.
async fn unseal(connection: &mut SqliteConnection, ended: &str) -> Result<()> {
    sqlx::query(
        "update delivery_requests set sealed = null
         where delivery_id in (select value from json_each($1)) and sealed is not null",
    )
    .bind(ended)
    .execute(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    Ok(())
}

/// The tag's oldest held deliveries, as a list in JSON.
async fn oldest_held(connection: &mut SqliteConnection, tag_id: &str, limit: i64) -> Result<String> {
    let ids: Vec<String> = sqlx::query_scalar(sql::OLDEST_HELD)
        .bind(tag_id)
        .bind(limit.max(0))
        .fetch_all(connection)
        .await
        .map_err(StoreError::query("look for held deliveries"))?;
    Ok(json(&ids))
}

/// Sums up runs whose deliveries changed without a try.
async fn sum_up_all(connection: &mut SqliteConnection, run_ids: Vec<String>) -> Result<()> {
    let standings = without_tries(&parts(connection, &json(&run_ids)).await?);
    sum_up(connection, &standings).await
}

/// All deliveries of the runs, run by run.
async fn parts(connection: &mut SqliteConnection, run_ids: &str) -> Result<Vec<Part>> {
    let rows = sqlx::query(
        "select run_id, outcome, reason, next_at, attempts from deliveries
         where run_id in (select value from json_each($1)) order by run_id, position",
    )
    .bind(run_ids)
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    columns::all(&rows, columns::part)
}

async fn sum_up(connection: &mut SqliteConnection, standings: &[Standing]) -> Result<()> {
    for standings in standings.chunks(ROWS) {
        let mut update = QueryBuilder::new(
            "with new (id, outcome, reason, attempts, next_at, tried, http_status, latency_ms) as (",
        );
        update.push_values(standings, |mut row, standing| {
            row.push_bind(&standing.run_id)
                .push_bind(standing.outcome.name())
                .push_bind(standing.reason.map(tag::reason::Reason::code))
                .push_bind(standing.attempts)
                .push_bind(standing.next_at)
                .push_bind(standing.tried)
                .push_bind(standing.http_status)
                .push_bind(standing.latency_ms);
        });
        update.push(
            ") update runs
             set outcome = new.outcome, reason = new.reason, attempts = new.attempts, next_at = new.next_at,
                 http_status = case when new.tried then new.http_status else runs.http_status end,
                 latency_ms = case when new.tried then new.latency_ms else runs.latency_ms end
             from new where runs.id = new.id",
        );
        run_once(connection, update, SETTLE).await?;
    }
    Ok(())
}

async fn runs(connection: &mut SqliteConnection, run_ids: &str) -> Result<Vec<RunRow>> {
    let rows = sqlx::query(sql::runs!("where r.id in (select value from json_each($1))"))
        .bind(run_ids)
        .fetch_all(connection)
        .await
        .map_err(StoreError::query(SETTLE))?;
    columns::all(&rows, columns::run)
}
