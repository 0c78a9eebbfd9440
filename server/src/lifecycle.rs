//! Starting and stopping: long-lived tasks, a soft stop that lets them finish, and a limit to their patience.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Handed to every long-lived task.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    soft: CancellationToken,
    drained: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    /// Resolves when the process should take no more work.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + 'static {
        self.soft.clone().cancelled_owned()
    }

    /// The same as a token, for libraries that take one.
    pub fn token(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Cancelled when no request is open any more: for what open requests still need after a stop.
    pub fn drained_token(&self) -> CancellationToken {
        self.drained.clone()
    }

    /// Says that no request is open any more.
    pub fn drained(&self) {
        self.drained.cancel();
    }

    /// Asks everything to stop.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Runs a task that should live as long as the process. If it ends or panics earlier, the process stops:
    /// a server that limps along without its worker would accept events that never leave.
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let soft = self.soft.clone();
        let running = self.tasks.spawn(task);
        self.tasks.spawn(async move {
            let ended = running.await;
            if !soft.is_cancelled() {
                tracing::error!(task = name, panicked = ended.is_err(), "a task ended early; stopping");
                soft.cancel();
            }
        });
    }

    /// Waits for the tasks after a stop; `false` when some were still busy at the end of `grace`.
    pub async fn finished(&self, grace: Duration) -> bool {
        self.tasks.close();
        tokio::time::timeout(grace, self.tasks.wait()).await.is_ok()
    }
}

/// Resolves on SIGINT or SIGTERM.
pub async fn signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::error!(%error, "cannot listen for SIGTERM");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_dies_stops_the_process() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("short", async {});
        lifecycle.stopping().await;
        assert!(lifecycle.finished(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn patience_ends() {
        let lifecycle = Lifecycle::default();
        lifecycle.spawn("stubborn", std::future::pending());
        lifecycle.stop();
        assert!(!lifecycle.finished(Duration::from_millis(1)).await);
    }
}
