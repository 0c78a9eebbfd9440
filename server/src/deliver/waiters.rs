//! Callers that wait for the first try of what they sent, and what their browsers are told in the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tag::cookie::SetCookie;
use tokio::sync::oneshot;

/// The deliveries that somebody waits for.
#[derive(Default)]
pub struct Waiters {
    open: Mutex<HashMap<String, Waiter>>,
}

struct Waiter {
    /// `None` once the first try has ended.
    tried: Option<oneshot::Sender<()>>,
    handed: Handed,
}

/// What the sender's browser is told in the answer.
#[derive(Default)]
pub struct Handed {
    pub cookies: Vec<SetCookie>,
    /// Addresses to load as images.
    pub pixels: Vec<String>,
}

impl Handed {
    /// A cookie takes the place of an earlier one that the browser would not tell from it.
    pub fn add(&mut self, other: Self) {
        for cookie in other.cookies {
            self.cookies.retain(|known| (&known.name, &known.domain) != (&cookie.name, &cookie.domain));
            self.cookies.push(cookie);
        }
        self.pixels.extend(other.pixels);
    }
}

impl Waiters {
    /// Call it before the deliveries are stored, or their first try may be over before anybody listens.
    pub fn wait_for(self: &Arc<Self>, deliveries: &[String]) -> Waiting {
        let mut open = self.open();
        let register = |id: &String| {
            let (sender, receiver) = oneshot::channel();
            open.insert(id.clone(), Waiter { tried: Some(sender), handed: Handed::default() });
            (id.clone(), receiver)
        };
        let pending = deliveries.iter().map(register).collect();
        drop(open);
        Waiting { waiters: Arc::clone(self), pending }
    }

    /// Hands something to whoever waits for this delivery. `true` is a promise that it will be in the answer;
    /// `false`: nobody waits, or no longer.
    pub fn hand(&self, delivery: &str, handed: Handed) -> bool {
        match self.open().get_mut(delivery) {
            Some(waiter) => {
                waiter.handed.add(handed);
                true
            }
            None => false,
        }
    }

    /// A try of this delivery has ended, well or not.
    pub fn tried(&self, delivery: &str) {
        if let Some(sender) = self.open().get_mut(delivery).and_then(|waiter| waiter.tried.take()) {
            // Whoever waited may have gone.
            let _ = sender.send(());
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Waiter>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody's wait; dropping it ends it.
pub struct Waiting {
    waiters: Arc<Waiters>,
    pending: Vec<(String, oneshot::Receiver<()>)>,
}

impl Waiting {
    /// Until each of the deliveries was tried once.
    pub async fn all_tried(&mut self) {
        for (_, tried) in &mut self.pending {
            // The sender goes only by sending, or with the process.
            let _ = tried.await;
        }
    }

    /// Ends the wait and takes what was handed over so far. Whatever comes later is refused.
    pub fn end(mut self) -> Handed {
        let mut open = self.waiters.open();
        let mut handed = Handed::default();
        for (id, _) in std::mem::take(&mut self.pending) {
            if let Some(waiter) = open.remove(&id) {
                handed.add(waiter.handed);
            }
        }
        drop(open);
        handed
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

    fn pixel(url: &str) -> Handed {
        Handed { pixels: vec![url.into()], ..Handed::default() }
    }

    #[test]
    fn a_wait_ends_with_the_last_first_try_and_leaves_nothing_behind() {
        let waiters = Arc::new(Waiters::default());
        let mut waiting = waiters.wait_for(&["a".into(), "b".into()]);
        waiters.tried("b");
        waiters.tried("somebody else's");
        assert!(waiting.all_tried().now_or_never().is_none());
        waiters.tried("a");
        waiters.tried("a");
        assert!(waiting.all_tried().now_or_never().is_some());
        drop(waiting);
        drop(waiters.wait_for(&["c".into()]));
        assert!(waiters.open().is_empty());
    }

    #[test]
    fn what_is_taken_is_told_and_what_comes_too_late_is_refused() {
        let waiters = Arc::new(Waiters::default());
        let waiting = waiters.wait_for(&["a".into(), "b".into()]);
        assert!(waiters.hand("b", pixel("1")));
        waiters.tried("b");
        assert!(
            waiters.hand("a", pixel("2")) && waiters.hand("a", pixel("3")),
            "while the other is waited for"
        );
        assert!(!waiters.hand("somebody else's", pixel("4")));
        assert_eq!(waiting.end().pixels, ["2", "3", "1"]);
        assert!(!waiters.hand("a", pixel("5")));
        assert!(waiters.open().is_empty());
    }

    #[test]
    fn a_later_cookie_takes_the_place_of_its_namesake() {
        let cookie = |name: &str, value: &str, domain: Option<&str>| SetCookie {
            name: name.into(),
            value: value.into(),
            domain: domain.map(str::to_owned),
            max_age_s: 1,
            http_only: true,
        };
        let mut handed = Handed::default();
        let cookies =
            vec![cookie("a", "1", None), cookie("b", "1", None), cookie("a", "2", Some("x.example"))];
        handed.add(Handed { cookies, pixels: vec![] });
        handed.add(Handed { cookies: vec![cookie("a", "3", None)], pixels: vec![] });
        let values: Vec<_> = handed.cookies.iter().map(|cookie| (&*cookie.name, &*cookie.value)).collect();
        assert_eq!(values, [("b", "1"), ("a", "2"), ("a", "3")]);
    }
}
