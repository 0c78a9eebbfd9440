//! Frees the deliveries of workers that died with them.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::Store;

/// Milliseconds between looks; a lease is a minute, so nobody waits much longer than that.
const EVERY_MS: i64 = 10_000;

/// Frees what is over, again and again until `stop`, and wakes the worker for it.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, wake: Arc<Notify>, stop: CancellationToken) {
    while stop.run_until_cancelled(clock.sleep(EVERY_MS)).await.is_some() {
        match store.free_expired(clock.now_ms()).await {
            Ok(0) => {}
            Ok(freed) => {
                tracing::warn!(deliveries = freed, "freed deliveries whose worker did not come back");
                wake.notify_one();
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "cannot free deliveries");
            }
        }
    }
}
