//! Callers that wait for the first try of what they sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The deliveries that somebody waits for.
#[derive(Debug, Default)]
pub struct Waiters {
    open: Mutex<HashMap<String, oneshot::Sender<()>>>,
}

impl Waiters {
    /// Call it before the deliveries are stored, or their first try may be over before anybody listens.
    pub fn wait_for(self: &Arc<Self>, deliveries: &[String]) -> Waiting {
        let mut open = self.open();
        let register = |id: &String| {
            let (sender, receiver) = oneshot::channel();
            open.insert(id.clone(), sender);
            (id.clone(), receiver)
        };
        let pending = deliveries.iter().map(register).collect();
        drop(open);
        Waiting { waiters: Arc::clone(self), pending }
    }

    /// A try of this delivery has ended, well or not.
    pub fn tried(&self, delivery: &str) {
        if let Some(sender) = self.open().remove(delivery) {
            // Whoever waited may have gone.
            let _ = sender.send(());
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<()>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody's wait; dropping it ends it.
#[derive(Debug)]
pub struct Waiting {
    waiters: Arc<Waiters>,
    pending: Vec<(String, oneshot::Receiver<()>)>,
}

impl Waiting {
    /// Until each of the deliveries was tried once.
    pub async fn all_tried(mut self) {
        for (_, tried) in &mut self.pending {
            // The sender goes only by sending, or with the process.
            let _ = tried.await;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut open = self.waiters.open();
        for (id, _) in &self.pending {
            open.remove(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_wait_ends_with_the_last_first_try_and_leaves_nothing_behind() {
        let waiters = Arc::new(Waiters::default());
        let mut waiting = Box::pin(waiters.wait_for(&["a".into(), "b".into()]).all_tried());
        waiters.tried("b");
        waiters.tried("somebody else's");
        assert!((&mut waiting).now_or_never().is_none());
        waiters.tried("a");
        assert!((&mut waiting).now_or_never().is_some());
        drop(waiters.wait_for(&["c".into()]));
        assert!(waiters.open().is_empty());
    }
}
