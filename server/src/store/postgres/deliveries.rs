//! The queue of deliveries. Its states and locks are told in the migration that makes it.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::{Postgres, column};
use crate::store::columns::{self, Columns};
use crate::store::rows::{self, Claimed, RunRow, Settlement};
use crate::store::standing::{Held, Part, Settling, Standing, state, without_tries};
use crate::store::text::{json, plain};
use crate::store::{Deliveries, Result, StoreError, sql};

const SETTLE: &str = "settle deliveries";

/// `$1`: deliveries; `$2`: from when on their retries count. What was tried before goes on as a retry.
pub(super) const RELEASE: &str = "update deliveries
     set state = 'waiting', accepted_at = $2,
         outcome = case attempts when 0 then 'pending' else 'retrying' end,
         reason = case attempts when 0 then null else 'config.resumed' end
     where id = any($1) and state = 'held'
     returning run_id";

/// `$1`: deliveries.
pub(super) const CANCEL: &str = "update deliveries
     set state = 'done', outcome = 'cancelled', reason = 'config.tag_deleted', next_at = null
     where id = any($1) and state = 'held'
     returning run_id";

#[async_trait]
impl Deliveries for Postgres {
    async fn claim(&self, now: i64, lease: &str, lease_until: i64, limit: i64) -> Result<Vec<Claimed>> {
        // `due` locks what it finds and passes by what another worker is just claiming, so that workers
        // neither wait for each other nor take the same delivery.
        let rows = sqlx::query(
            "with due as (
                 select id from deliveries where state = 'waiting' and next_at <= $3
                 order by next_at, id limit $4
                 for update skip locked
             )
             update deliveries d set state = 'sending', lease = $1, lease_until = $2
             from due, delivery_requests q
             where d.id = due.id and q.delivery_id = due.id
             returning d.id, d.run_id, d.attempts, d.accepted_at, d.next_at,
                       coalesce(q.sealed, q.request) as request, q.log,
                       (select case when t.deleted_at is not null then 'config.tag_deleted'
                                    when t.paused_at is not null then 'config.paused' end
                        from tags t where t.id = d.tag_id) as stopped",
        )
        .bind(lease)
        .bind(lease_until)
        .bind(now)
        .bind(limit.max(0))
        .fetch_all(&self.pool)
        .await
        .map_err(StoreError::query("claim deliveries"))?;
        columns::claimed(&rows, lease)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Option<RunRow>>> {
        let mut transaction = self.begin(SETTLE).await?;
        let settling = Settling::new(settlements, &held(&mut transaction, settlements).await?);
        record(&mut transaction, &settling).await?;
        let run_ids = settling.run_ids();
        let standings = settling.standings(&parts(&mut transaction, &run_ids).await?);
        sum_up(&mut transaction, &standings).await?;
        let runs = runs(&mut transaction, &run_ids).await?;
        transaction.commit().await.map_err(StoreError::query(SETTLE))?;
        Ok(settling.answers(&runs))
    }

    async fn free_expired(&self, now: i64) -> Result<u64> {
        // A locked row is just being settled: better late than freed.
        let result = sqlx::query(
            "with over as (
                 select id from deliveries where state = 'sending' and lease_until <= $1
                 for update skip locked
             )
             update deliveries d set state = 'waiting', lease = null, lease_until = null
             from over where d.id = over.id",
        )
        .bind(now)
        .execute(&self.pool)
        .await
        .map_err(StoreError::query("free deliveries whose lease is over"))?;
        Ok(result.rows_affected())
    }

    async fn free_all(&self) -> Result<u64> {
        let result = sqlx::query(
            "update deliveries set state = 'waiting', lease = null, lease_until = null
             where state = 'sending'",
        )
        .execute(&self.pool)
        .await
        .map_err(StoreError::query("free all deliveries"))?;
        Ok(result.rows_affected())
    }

    async fn next_due(&self) -> Result<Option<i64>> {
        sqlx::query_scalar("select min(next_at) from deliveries where state = 'waiting'")
            .fetch_one(&self.pool)
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
        unseal(&mut transaction, &column(&held, String::as_str)).await?;
        sum_up_all(&mut transaction, columns::all(&rows, |row| row.text("run_id"))?).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(rows.len() as u64)
    }

    async fn held(&self, tag_id: &str) -> Result<rows::Held> {
        let row = sqlx::query(sql::HELD)
            .bind(plain(tag_id))
            .fetch_one(&self.pool)
            .await
            .map_err(StoreError::query("count what is held"))?;
        columns::held(&row)
    }
}

/// Who holds the deliveries that are to be settled. Locks their runs and them, in order: see the migration.
async fn held(connection: &mut PgConnection, settlements: &[Settlement]) -> Result<Held> {
    let rows = sqlx::query(
        "select d.id, d.run_id, d.lease
         from runs r join deliveries d on d.run_id = r.id
         where d.id = any($1) and d.state = 'sending'
         order by r.id, d.id
         for no key update",
    )
    .bind(column(settlements, |settlement| settlement.delivery_id.as_str()))
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    rows.iter().map(|row| Ok((row.text("id")?, (row.text("run_id")?, row.text("lease")?)))).collect()
}

/// Writes the tries and where they leave their deliveries.
async fn record<'a>(connection: &mut PgConnection, settling: &Settling<'a>) -> Result<()> {
    let settlements: Vec<_> = settling.valid().collect();
    let ids = column(&settlements, |settlement| settlement.delivery_id.as_str());
    let tried = |settlement: &&'a Settlement| settlement.attempt.as_ref().map(|tried| (*settlement, tried));
    let tries: Vec<_> = settlements.iter().filter_map(tried).collect();
    sqlx::query(
        "insert into attempts (delivery_id, number, started_at, latency_ms, reply, steps)
         select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])",
    )
    .bind(column(&tries, |(settlement, _)| settlement.delivery_id.as_str()))
    .bind(column(&tries, |(_, attempt)| attempt.number))
    .bind(column(&tries, |(_, attempt)| attempt.started_at))
    .bind(column(&tries, |(_, attempt)| attempt.latency_ms))
    .bind(column(&tries, |(_, attempt)| json(&attempt.reply)))
    .bind(column(&tries, |(_, attempt)| json(&attempt.steps)))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(SETTLE))?;

    sqlx::query(
        "update deliveries d
         set state = new.state, outcome = new.outcome, reason = new.reason,
             next_at = case new.state when 'held' then d.next_at else new.next_at end,
             attempts = d.attempts + new.tries, lease = null, lease_until = null
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
              as new (id, state, outcome, reason, next_at, tries)
         where d.id = new.id",
    )
    .bind(&ids)
    .bind(column(&settlements, |settlement| state(settlement.outcome)))
    .bind(column(&settlements, |settlement| settlement.outcome.name()))
    .bind(column(&settlements, |settlement| settlement.reason.code()))
    .bind(column(&settlements, |settlement| settlement.next_at))
    .bind(column(&settlements, |settlement| i64::from(settlement.attempt.is_some())))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    unseal(connection, &settling.ended().collect::<Vec<_>>()).await
}

/// Forgets the exact requests of what has ended.
async fn unseal(connection: &mut PgConnection, ended: &[&str]) -> Result<()> {
    sqlx::query(
        "update delivery_requests set sealed = null where delivery_id = any($1) and sealed is not null",
    )
    .bind(ended)
    .execute(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    Ok(())
}

/// The tag's oldest held deliveries. Locks their runs and them, in order: see the migration.
async fn oldest_held(connection: &mut PgConnection, tag_id: &str, limit: i64) -> Result<Vec<String>> {
    const STEP: &str = "look for held deliveries";
    let ids: Vec<String> = sqlx::query_scalar(sql::OLDEST_HELD)
        .bind(tag_id)
        .bind(limit.max(0))
        .fetch_all(&mut *connection)
        .await
        .map_err(StoreError::query(STEP))?;
    sqlx::query_scalar(
        "select d.id from runs r join deliveries d on d.run_id = r.id
         where d.id = any($1) and d.state = 'held'
         order by r.id, d.id
         for no key update",
    )
    .bind(ids)
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(STEP))
}

/// Sums up runs whose deliveries changed without a try.
async fn sum_up_all(connection: &mut PgConnection, run_ids: Vec<String>) -> Result<()> {
    let standings = without_tries(&parts(connection, &run_ids).await?);
    sum_up(connection, &standings).await
}

/// All deliveries of the runs, run by run.
async fn parts(connection: &mut PgConnection, run_ids: &[String]) -> Result<Vec<Part>> {
    let rows = sqlx::query(
        "select run_id, outcome, reason, next_at, attempts from deliveries
         where run_id = any($1) order by run_id, position",
    )
    .bind(run_ids)
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    columns::all(&rows, columns::part)
}

async fn sum_up(connection: &mut PgConnection, standings: &[Standing]) -> Result<()> {
    sqlx::query(
        "update runs r
         set outcome = new.outcome, reason = new.reason, attempts = new.attempts, next_at = new.next_at,
             http_status = case when new.tried then new.http_status else r.http_status end,
             latency_ms = case when new.tried then new.latency_ms else r.latency_ms end
         from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::boolean[],
                     $7::bigint[], $8::bigint[])
              as new (id, outcome, reason, attempts, next_at, tried, http_status, latency_ms)
         where r.id = new.id",
    )
    .bind(column(standings, |standing| standing.run_id.as_str()))
    .bind(column(standings, |standing| standing.outcome.name()))
    .bind(column(standings, |standing| standing.reason.map(tag::reason::Reason::code)))
    .bind(column(standings, |standing| standing.attempts))
    .bind(column(standings, |standing| standing.next_at))
    .bind(column(standings, |standing| standing.tried))
    .bind(column(standings, |standing| standing.http_status))
    .bind(column(standings, |standing| standing.latency_ms))
    .execute(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    Ok(())
}

async fn runs(connection: &mut PgConnection, run_ids: &[String]) -> Result<Vec<RunRow>> {
    let rows = sqlx::query(sql::runs!("where r.id = any($1)"))
        .bind(run_ids)
        .fetch_all(connection)
        .await
        .map_err(StoreError::query(SETTLE))?;
    columns::all(&rows, columns::run)
}
