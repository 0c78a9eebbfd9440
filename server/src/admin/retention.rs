//! How long the audit log is kept.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::store::Store;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Once a day, forgets what is older than so many days; never when there are none.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, keep_days: u32, stop: CancellationToken) {
    if keep_days == 0 {
        return stop.cancelled().await;
    }
    loop {
        match store.forget_audit(clock.now_ms() - i64::from(keep_days) * DAY_MS).await {
            Ok(0) => {}
            Ok(entries) => tracing::info!(entries, "old entries of the audit log are deleted"),
            Err(error) => tracing::warn!(%error, "cannot shorten the audit log"),
        }
        if stop.run_until_cancelled(clock.sleep(DAY_MS)).await.is_none() {
            return;
        }
    }
}
