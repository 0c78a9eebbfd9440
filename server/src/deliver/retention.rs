//! Lets go of what is older than the settings say, a little at a time.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::{Result, Store};
use crate::telemetry::metrics;

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Rows that one transaction deletes, so that an event never waits long for its turn.
const BATCH: i64 = 200;

/// What the job is made of.
pub struct Retention {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
}

impl Retention {
    /// Once an hour, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            let round = stop.run_until_cancelled(self.round()).await;
            if let Some(Err(error)) = round {
                tracing::error!(error = &error as &dyn std::error::Error, "cannot delete what is old");
            }
            if stop.run_until_cancelled(self.clock.sleep(HOUR_MS)).await.is_none() {
                return;
            }
        }
    }

    /// Deletes everything that is over by now. It may end after any batch; the next round goes on.
    pub async fn round(&self) -> Result<()> {
        let (settings, _) = self.store.settings().await?;
        let now = self.clock.now_ms();
        self.forget_events(now - i64::from(settings.events_days) * DAY_MS).await?;
        while self.store.forget_keys(now, BATCH).await? > 0 {
            tokio::task::yield_now().await;
        }
        let before = now - i64::from(settings.deleted_days) * DAY_MS;
        let mut cancelled = 0;
        loop {
            match self.store.cancel_held(before, BATCH).await? {
                0 => break,
                some => cancelled += some,
            }
        }
        if cancelled > 0 {
            metrics::cancelled(cancelled);
            tracing::warn!(deliveries = cancelled, "cancelled what was held for tags that are gone for good");
        }
        let forgotten = self.store.forget_deleted(before).await?;
        if forgotten > 0 {
            tracing::info!(forgotten, "tags and sources deleted long ago are gone");
        }
        Ok(())
    }

    async fn forget_events(&self, before: i64) -> Result<()> {
        let (mut events, mut held) = (0, 0);
        loop {
            let batch = self.store.forget_events(before, BATCH).await?;
            if batch.events == 0 {
                break;
            }
            metrics::forgotten(batch.events, batch.held);
            events += batch.events;
            held += batch.held;
            // Whoever waits for the database comes first.
            tokio::task::yield_now().await;
        }
        if events > 0 {
            tracing::info!(events, "old events are deleted");
        }
        if held > 0 {
            tracing::warn!(
                deliveries = held,
                "among them some that were held for a stopped tag and never sent"
            );
        }
        Ok(())
    }
}
