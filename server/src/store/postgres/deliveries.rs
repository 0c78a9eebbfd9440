//! The queue of deliveries. Its states and locks are told in the migration that makes it.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::{Postgres, column};
use crate::store::columns::{self, Columns};
use crate::store::rows::{Claimed, RunRow, Settlement};
use crate::store::standing::{Held, Part, Settling, Standing};
use crate::store::text::json;
use crate::store::{Deliveries, Result, StoreError, sql};

const SETTLE: &str = "settle deliveries";

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
                       coalesce(q.sealed, q.request) as request, q.log",
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
async fn record(connection: &mut PgConnection, settling: &Settling<'_>) -> Result<()> {
    let settlements: Vec<_> = settling.valid().collect();
    let ids = column(&settlements, |settlement| settlement.delivery_id.as_str());
    sqlx::query(
        "insert into attempts (delivery_id, number, started_at, latency_ms, reply, steps)
         select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])",
    )
    .bind(&ids)
    .bind(column(&settlements, |settlement| settlement.attempt.number))
    .bind(column(&settlements, |settlement| settlement.attempt.started_at))
    .bind(column(&settlements, |settlement| settlement.attempt.latency_ms))
    .bind(column(&settlements, |settlement| json(&settlement.attempt.reply)))
    .bind(column(&settlements, |settlement| json(&settlement.attempt.steps)))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(SETTLE))?;

    sqlx::query(
        "update deliveries d
         set state = new.state, outcome = new.outcome, reason = new.reason, next_at = new.next_at,
             attempts = d.attempts + 1, lease = null, lease_until = null
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
              as new (id, state, outcome, reason, next_at)
         where d.id = new.id",
    )
    .bind(&ids)
    .bind(column(&settlements, |settlement| if settlement.outcome.is_final() { "done" } else { "waiting" }))
    .bind(column(&settlements, |settlement| settlement.outcome.name()))
    .bind(column(&settlements, |settlement| settlement.reason.code()))
    .bind(column(&settlements, |settlement| settlement.next_at))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    unseal(connection, settling).await
}

/// Forgets the exact requests of what has ended.
async fn unseal(connection: &mut PgConnection, settling: &Settling<'_>) -> Result<()> {
    sqlx::query(
        "update delivery_requests set sealed = null where delivery_id = any($1) and sealed is not null",
    )
    .bind(settling.ended().collect::<Vec<_>>())
    .execute(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    Ok(())
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
             http_status = new.http_status, latency_ms = new.latency_ms
         from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                     $7::bigint[])
              as new (id, outcome, reason, attempts, next_at, http_status, latency_ms)
         where r.id = new.id",
    )
    .bind(column(standings, |standing| standing.run_id.as_str()))
    .bind(column(standings, |standing| standing.outcome.name()))
    .bind(column(standings, |standing| standing.reason.map(tag::reason::Reason::code)))
    .bind(column(standings, |standing| standing.attempts))
    .bind(column(standings, |standing| standing.next_at))
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
