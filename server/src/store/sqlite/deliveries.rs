//! The queue of deliveries. Its states and locks are told in the migration that makes it.

use async_trait::async_trait;
use sqlx::{QueryBuilder, SqliteConnection};

use super::{ROWS, Sqlite, run_once};
use crate::store::columns::{self, Columns};
use crate::store::rows::{Claimed, RunRow, Settlement};
use crate::store::standing::{Held, Part, Settling, Standing};
use crate::store::text::json;
use crate::store::{Deliveries, Result, StoreError, sql};

const SETTLE: &str = "settle deliveries";

pub(super) const CLAIM: &str = "update deliveries set state = 'sending', lease = $1, lease_until = $2
     where id in (
         select id from deliveries where state = 'waiting' and next_at <= $3
         order by next_at, id limit $4
     )
     returning id, run_id, attempts, accepted_at, next_at,
               (select coalesce(sealed, request) from delivery_requests where delivery_id = deliveries.id)
                   as request,
               (select log from delivery_requests where delivery_id = deliveries.id) as log";

pub(super) const FREE_EXPIRED: &str =
    "update deliveries set state = 'waiting', lease = null, lease_until = null
     where state = 'sending' and lease_until <= $1";

pub(super) const NEXT_DUE: &str = "select min(next_at) from deliveries where state = 'waiting'";

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
async fn record(connection: &mut SqliteConnection, settling: &Settling<'_>) -> Result<()> {
    let settlements: Vec<_> = settling.valid().collect();
    for settlements in settlements.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "insert into attempts (delivery_id, number, started_at, latency_ms, reply, steps) ",
        );
        insert.push_values(settlements, |mut row, settlement| {
            row.push_bind(&settlement.delivery_id)
                .push_bind(settlement.attempt.number)
                .push_bind(settlement.attempt.started_at)
                .push_bind(settlement.attempt.latency_ms)
                .push_bind(json(&settlement.attempt.reply))
                .push_bind(json(&settlement.attempt.steps));
        });
        run_once(connection, insert, SETTLE).await?;

        let mut update = QueryBuilder::new("with new (id, state, outcome, reason, next_at) as (");
        update.push_values(settlements, |mut row, settlement| {
            row.push_bind(&settlement.delivery_id)
                .push_bind(if settlement.outcome.is_final() { "done" } else { "waiting" })
                .push_bind(settlement.outcome.name())
                .push_bind(settlement.reason.code())
                .push_bind(settlement.next_at);
        });
        update.push(
            ") update deliveries
             set state = new.state, outcome = new.outcome, reason = new.reason, next_at = new.next_at,
                 attempts = attempts + 1, lease = null, lease_until = null
             from new where deliveries.id = new.id",
        );
        run_once(connection, update, SETTLE).await?;
    }
    unseal(connection, settling).await
}

/// Forgets the exact requests of what has ended.
async fn unseal(connection: &mut SqliteConnection, settling: &Settling<'_>) -> Result<()> {
    sqlx::query(
        "update delivery_requests set sealed = null
         where delivery_id in (select value from json_each($1)) and sealed is not null",
    )
    .bind(json(&settling.ended().collect::<Vec<_>>()))
    .execute(connection)
    .await
    .map_err(StoreError::query(SETTLE))?;
    Ok(())
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
            "with new (id, outcome, reason, attempts, next_at, http_status, latency_ms) as (",
        );
        update.push_values(standings, |mut row, standing| {
            row.push_bind(&standing.run_id)
                .push_bind(standing.outcome.name())
                .push_bind(standing.reason.map(tag::reason::Reason::code))
                .push_bind(standing.attempts)
                .push_bind(standing.next_at)
                .push_bind(standing.http_status)
                .push_bind(standing.latency_ms);
        });
        update.push(
            ") update runs
             set outcome = new.outcome, reason = new.reason, attempts = new.attempts, next_at = new.next_at,
                 http_status = new.http_status, latency_ms = new.latency_ms
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
