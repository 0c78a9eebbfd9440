//! The outbox: accepting events. One statement per table, whatever the number of events.

use std::collections::HashSet;

use async_trait::async_trait;
use sqlx::PgConnection;

use super::{Postgres, column};
use crate::store::batch::{Batch, DeliveryRow, EventRow, KeyRow, RunRow};
use crate::store::columns::Columns;
use crate::store::rows::{Accepted, AcceptedEvent};
use crate::store::{Intake, Result, StoreError};

const STEP: &str = "accept events";

#[async_trait]
impl Intake for Postgres {
    async fn accept(&self, events: &[AcceptedEvent]) -> Result<Vec<Accepted>> {
        let mut batch = Batch::new(events);
        let mut transaction = self.begin(STEP).await?;
        let won = take_keys(&mut transaction, &batch.keys).await?;
        let answers = batch.without_duplicates(&won);
        insert_events(&mut transaction, &batch.events).await?;
        insert_runs(&mut transaction, &batch.runs).await?;
        insert_deliveries(&mut transaction, &batch.deliveries).await?;
        transaction.commit().await.map_err(StoreError::query(STEP))?;
        Ok(answers)
    }
}

/// Takes the keys that are free or over, and returns those. A key that another transaction is just taking is
/// waited for; as everyone takes keys in their order, nobody waits in a circle.
async fn take_keys(connection: &mut PgConnection, keys: &[KeyRow<'_>]) -> Result<HashSet<(String, Vec<u8>)>> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = sqlx::query(
        "insert into seen_events (source_id, key_hash, seen_at, expires_at)
         select * from unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[])
         on conflict (source_id, key_hash) do update
         set seen_at = excluded.seen_at, expires_at = excluded.expires_at
         where seen_events.expires_at <= excluded.seen_at
         returning source_id, key_hash",
    )
    .bind(column(keys, |key| key.source_id))
    .bind(column(keys, |key| &key.key_hash))
    .bind(column(keys, |key| key.seen_at))
    .bind(column(keys, |key| key.expires_at))
    .fetch_all(connection)
    .await
    .map_err(StoreError::query(STEP))?;
    rows.iter().map(|row| Ok((row.text("source_id")?, row.bytes("key_hash")?))).collect()
}

async fn insert_events(connection: &mut PgConnection, events: &[EventRow<'_>]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into events (id, source_id, received_at, event_name, event_id, test, data, request)
         select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::boolean[],
                              $7::text[], $8::text[])",
    )
    .bind(column(events, |event| event.id))
    .bind(column(events, |event| event.source_id))
    .bind(column(events, |event| event.received_at))
    .bind(column(events, |event| &*event.event_name))
    .bind(column(events, |event| event.event_id.as_deref()))
    .bind(column(events, |event| event.test))
    .bind(column(events, |event| event.data.as_str()))
    .bind(column(events, |event| event.request.as_str()))
    .execute(connection)
    .await
    .map_err(StoreError::query(STEP))?;
    Ok(())
}

async fn insert_runs(connection: &mut PgConnection, runs: &[RunRow<'_>]) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let ids = column(runs, |run| run.id);
    sqlx::query(
        "insert into runs (id, event_id, received_at, source_id, version_id, tag_id, event_out, outcome,
                           reason, value, currency)
         select new.id, new.event_id, new.received_at, new.source_id, new.version_id,
                (select tag_id from versions where id = new.version_id), new.event_out, new.outcome,
                new.reason, new.value, new.currency
         from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::text[], $10::text[])
              as new (id, event_id, received_at, source_id, version_id, event_out, outcome, reason, value,
                      currency)",
    )
    .bind(&ids)
    .bind(column(runs, |run| run.event_id))
    .bind(column(runs, |run| run.received_at))
    .bind(column(runs, |run| run.source_id))
    .bind(column(runs, |run| run.version_id))
    .bind(column(runs, |run| run.event_out.as_deref()))
    .bind(column(runs, |run| run.outcome))
    .bind(column(runs, |run| run.reason))
    .bind(column(runs, |run| run.value.as_deref()))
    .bind(column(runs, |run| run.currency.as_deref()))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(STEP))?;

    sqlx::query("insert into run_traces (run_id, trace) select * from unnest($1::text[], $2::text[])")
        .bind(&ids)
        .bind(column(runs, |run| run.trace.as_str()))
        .execute(connection)
        .await
        .map_err(StoreError::query(STEP))?;
    Ok(())
}

async fn insert_deliveries(connection: &mut PgConnection, deliveries: &[DeliveryRow<'_>]) -> Result<()> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let ids = column(deliveries, |delivery| delivery.id);
    sqlx::query(
        "insert into deliveries (id, run_id, tag_id, position, accepted_at, state, outcome, next_at)
         select new.id, new.run_id, (select tag_id from runs where id = new.run_id), new.position, new.accepted_at, 'waiting', 'pending', new.accepted_at
         from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
              as new (id, run_id, position, accepted_at)",
    )
    .bind(&ids)
    .bind(column(deliveries, |delivery| delivery.run_id))
    .bind(column(deliveries, |delivery| delivery.position))
    .bind(column(deliveries, |delivery| delivery.accepted_at))
    .execute(&mut *connection)
    .await
    .map_err(StoreError::query(STEP))?;

    sqlx::query(
        "insert into delivery_requests (delivery_id, request, sealed, log)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])",
    )
    .bind(&ids)
    .bind(column(deliveries, |delivery| delivery.request.as_str()))
    .bind(column(deliveries, |delivery| delivery.sealed.as_deref()))
    .bind(column(deliveries, |delivery| delivery.log.as_deref()))
    .execute(connection)
    .await
    .map_err(StoreError::query(STEP))?;
    Ok(())
}
