//! The outbox: accepting events.

use std::collections::HashSet;

use async_trait::async_trait;
use sqlx::{QueryBuilder, SqliteConnection};

use super::{ROWS, Sqlite, run_once};
use crate::store::batch::{Batch, DeliveryRow, EventRow, KeyRow, RunRow};
use crate::store::columns::Columns;
use crate::store::rows::{Accepted, AcceptedEvent};
use crate::store::{Intake, Result, StoreError};

const STEP: &str = "accept events";

#[async_trait]
impl Intake for Sqlite {
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

/// Takes the keys that are free or over, and returns those.
async fn take_keys(
    connection: &mut SqliteConnection,
    keys: &[KeyRow<'_>],
) -> Result<HashSet<(String, Vec<u8>)>> {
    let mut won = HashSet::with_capacity(keys.len());
    for keys in keys.chunks(ROWS) {
        let mut insert =
            QueryBuilder::new("insert into seen_events (source_id, key_hash, seen_at, expires_at) ");
        insert.push_values(keys, |mut row, key| {
            row.push_bind(key.source_id)
                .push_bind(&key.key_hash)
                .push_bind(key.seen_at)
                .push_bind(key.expires_at);
        });
        insert.push(
            " on conflict (source_id, key_hash) do update
              set seen_at = excluded.seen_at, expires_at = excluded.expires_at
              where seen_events.expires_at <= excluded.seen_at
              returning source_id, key_hash",
        );
        let rows = insert.build().persistent(false).fetch_all(&mut *connection).await;
        for row in rows.map_err(StoreError::query(STEP))? {
            won.insert((row.text("source_id")?, row.bytes("key_hash")?));
        }
    }
    Ok(won)
}

async fn insert_events(connection: &mut SqliteConnection, events: &[EventRow<'_>]) -> Result<()> {
    for events in events.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "insert into events (id, source_id, received_at, event_name, event_id, test, data, request) ",
        );
        insert.push_values(events, |mut row, event| {
            row.push_bind(event.id)
                .push_bind(event.source_id)
                .push_bind(event.received_at)
                .push_bind(&*event.event_name)
                .push_bind(event.event_id.as_deref())
                .push_bind(event.test)
                .push_bind(&event.data)
                .push_bind(&event.request);
        });
        run_once(connection, insert, STEP).await?;
    }
    Ok(())
}

async fn insert_runs(connection: &mut SqliteConnection, runs: &[RunRow<'_>]) -> Result<()> {
    for runs in runs.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "insert into runs (id, event_id, received_at, source_id, version_id, tag_id, event_out, outcome,
                               reason, value, currency) ",
        );
        insert.push_values(runs, |mut row, run| {
            row.push_bind(run.id)
                .push_bind(run.event_id)
                .push_bind(run.received_at)
                .push_bind(run.source_id)
                .push_bind(run.version_id)
                .push("(select tag_id from versions where id = ")
                .push_bind_unseparated(run.version_id)
                .push_unseparated(")")
                .push_bind(run.event_out.as_deref())
                .push_bind(run.outcome)
                .push_bind(run.reason)
                .push_bind(run.value.as_deref())
                .push_bind(run.currency.as_deref());
        });
        run_once(connection, insert, STEP).await?;

        let mut insert = QueryBuilder::new("insert into run_traces (run_id, trace) ");
        insert.push_values(runs, |mut row, run| {
            row.push_bind(run.id).push_bind(&run.trace);
        });
        run_once(connection, insert, STEP).await?;
    }
    Ok(())
}

async fn insert_deliveries(connection: &mut SqliteConnection, deliveries: &[DeliveryRow<'_>]) -> Result<()> {
    for deliveries in deliveries.chunks(ROWS) {
        let mut insert = QueryBuilder::new(
            "insert into deliveries (id, run_id, tag_id, position, accepted_at, state, outcome, next_at) ",
        );
        insert.push_values(deliveries, |mut row, delivery| {
            row.push_bind(delivery.id)
                .push_bind(delivery.run_id)
                .push("(select tag_id from runs where id = ")
                .push_bind_unseparated(delivery.run_id)
                .push_unseparated(")")
                .push_bind(delivery.position)
                .push_bind(delivery.accepted_at)
                .push("'waiting', 'pending'")
                .push_bind(delivery.accepted_at);
        });
        run_once(connection, insert, STEP).await?;

        let mut insert =
            QueryBuilder::new("insert into delivery_requests (delivery_id, request, sealed, log) ");
        insert.push_values(deliveries, |mut row, delivery| {
            row.push_bind(delivery.id)
                .push_bind(&delivery.request)
                .push_bind(delivery.sealed.as_deref())
                .push_bind(delivery.log.as_deref());
        });
        run_once(connection, insert, STEP).await?;
    }
    Ok(())
}
