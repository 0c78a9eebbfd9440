//! Brings back deliveries that nobody sends any more: those of workers that died with them, and those that were
//! held for a tag that runs again.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::Store;

/// Milliseconds between looks; a lease is a minute, so nobody waits much longer than that.
const EVERY_MS: i64 = 10_000;

/// Deliveries released in one transaction.
const RELEASE: i64 = 500;

/// What the reaper is made of.
pub struct Reaper {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    /// Told when a tag runs again.
    pub resumed: Arc<Notify>,
    /// Tells the worker that there is something to send.
    pub wake: Arc<Notify>,
}

impl Reaper {
    /// Looks again and again until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let again = async || {
            tokio::select! {
                () = self.clock.sleep(EVERY_MS) => {}
                () = self.resumed.notified() => {}
            }
        };
        while stop.run_until_cancelled(again()).await.is_some() {
            self.free().await;
            self.release().await;
        }
    }

    async fn free(&self) {
        match self.store.free_expired(self.clock.now_ms()).await {
            Ok(0) => {}
            Ok(freed) => {
                tracing::warn!(deliveries = freed, "freed deliveries whose worker did not come back");
                self.wake.notify_one();
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "cannot free deliveries");
            }
        }
    }

    /// Lets go what is held for no reason, in order; returns how many deliveries.
    pub async fn release(&self) -> u64 {
        let mut released = 0;
        loop {
            match self.store.release(self.clock.now_ms(), RELEASE).await {
                Ok(0) => break,
                Ok(some) => {
                    released += some;
                    self.wake.notify_one();
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "cannot release deliveries");
                    break;
                }
            }
        }
        if released > 0 {
            tracing::info!(deliveries = released, "released deliveries that were held");
        }
        released
    }
}
