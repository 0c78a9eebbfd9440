//! Time, injected, so that a test can own it. Nothing else may ask the system what time it is.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::oneshot;

pub trait Clock: Send + Sync + 'static {
    /// Unix milliseconds.
    fn now_ms(&self) -> i64;
    /// Ends `ms` from now; at once when that is not in the future.
    fn sleep(&self, ms: i64) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn now_ms(&self) -> i64 {
        // A clock set before 1970 is read as 1970: no state of ours is older.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, ms: i64) -> BoxFuture<'static, ()> {
        tokio::time::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0))).boxed()
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<Manual>,
}

#[derive(Debug)]
struct Manual {
    now_ms: i64,
    sleepers: Vec<(i64, oneshot::Sender<()>)>,
}

impl ManualClock {
    pub fn new(now_ms: i64) -> Self {
        Self { state: Mutex::new(Manual { now_ms, sleepers: vec![] }) }
    }

    /// Moves time forward and wakes every sleeper whose time has come.
    pub fn advance(&self, ms: i64) {
        let mut state = self.lock();
        state.now_ms += ms;
        let now_ms = state.now_ms;
        for (_, sleeper) in state.sleepers.extract_if(.., |(until, _)| *until <= now_ms) {
            // The sleeper may have been dropped; then nobody waits.
            let _ = sleeper.send(());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Manual> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.lock().now_ms
    }

    fn sleep(&self, ms: i64) -> BoxFuture<'static, ()> {
        let mut state = self.lock();
        if ms <= 0 {
            return std::future::ready(()).boxed();
        }
        let (sender, receiver) = oneshot::channel();
        let until = state.now_ms + ms;
        // Most sleeps lose a race and are dropped long before their time.
        state.sleepers.retain(|(_, sleeper)| !sleeper.is_closed());
        state.sleepers.push((until, sender));
        // The sender lives as long as the clock, and without a clock nothing is left to wait for.
        receiver.map(|_| ()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_time_has_come_and_not_before() {
        let clock = ManualClock::new(1000);
        let mut sleeper = clock.sleep(500);
        clock.advance(499);
        assert!((&mut sleeper).now_or_never().is_none());
        clock.advance(1);
        sleeper.await;
        assert_eq!(clock.now_ms(), 1500);
    }
}
