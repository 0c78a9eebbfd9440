//! Tokens of advanced matching: asked of Amazon once for all deliveries that need the same one.
//!
//! The deliveries of one run ask at the same moment, its retries a little later. A good answer is shared for up to
//! a minute, in memory only; a failure by those alone who waited for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use tag::amazon::envelope::TokenRequest;
use tag::amazon::reply::Reply;

use super::Transport;
use super::transport::Request;
use crate::clock::Clock;

/// Milliseconds after which the younger half of what is known becomes the older, and the older is forgotten.
const HALF_LIFE_MS: i64 = 30_000;
/// Answers in each half.
const HALF: usize = 5_000;

pub struct Tokens {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    timeout_ms: i64,
    known: Mutex<Known>,
}

/// By the body of the request.
#[derive(Default)]
struct Known {
    young: HashMap<String, Answer>,
    old: HashMap<String, Answer>,
    turned_at: i64,
}

/// On its way, or here.
type Answer = Shared<BoxFuture<'static, Reply>>;

/// What came of asking.
pub(super) struct Asked {
    pub(super) reply: Reply,
    /// Somebody else had asked the same.
    pub(super) shared: bool,
}

impl Tokens {
    /// `timeout_ms`: how long an event waits for its token.
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, timeout_ms: i64) -> Self {
        Self { transport, clock, timeout_ms, known: Mutex::default() }
    }

    pub(super) async fn ask(&self, request: &TokenRequest) -> Asked {
        let (answer, shared) = self.answer(request);
        let reply = answer.clone().await;
        if !matches!(reply, Reply::Answered { status: 200..=299, .. }) {
            self.known().forget(&request.body, &answer);
        }
        Asked { reply, shared }
    }

    fn answer(&self, request: &TokenRequest) -> (Answer, bool) {
        let mut known = self.known();
        known.turn(self.clock.now_ms());
        if let Some(answer) = known.find(&request.body) {
            return (answer.clone(), true);
        }
        let answer = self.send(request).shared();
        known.young.insert(request.body.clone(), answer.clone());
        (answer, false)
    }

    fn send(&self, request: &TokenRequest) -> BoxFuture<'static, Reply> {
        let transport = Arc::clone(&self.transport);
        let over = self.clock.sleep(self.timeout_ms);
        let request = Request::Post { url: request.url.clone(), json: request.body.clone() };
        async move {
            tokio::select! {
                received = transport.send(&request) => received.reply,
                () = over => Reply::TimedOut,
            }
        }
        .boxed()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn turn(&mut self, now: i64) {
        let late = now - self.turned_at;
        if late >= HALF_LIFE_MS || self.young.len() >= HALF {
            self.old = std::mem::take(&mut self.young);
            self.turned_at = now;
        }
        if late >= 2 * HALF_LIFE_MS {
            self.old.clear();
        }
    }

    fn find(&self, body: &str) -> Option<&Answer> {
        self.young.get(body).or_else(|| self.old.get(body))
    }

    /// Unless somebody has asked anew meanwhile.
    fn forget(&mut self, body: &str, answer: &Answer) {
        for half in [&mut self.young, &mut self.old] {
            if half.get(body).is_some_and(|known| known.ptr_eq(answer)) {
                half.remove(body);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use async_trait::async_trait;

    use super::super::transport::Received;
    use super::*;
    use crate::clock::ManualClock;

    /// Answers with a number that grows, and with the status that the body asks for; never when it asks for none.
    #[derive(Default)]
    struct Counting(AtomicU32);

    #[async_trait]
    impl Transport for Counting {
        async fn send(&self, request: &Request) -> Received {
            let Request::Post { json, .. } = request else { panic!("a token is asked for by POST") };
            let body = self.0.fetch_add(1, Ordering::Relaxed).to_string();
            match json.split_once(' ').and_then(|(status, _)| status.parse().ok()) {
                Some(status) => Reply::Answered { status, headers: vec![], body }.into(),
                None => std::future::pending().await,
            }
        }
    }

    fn given() -> (Arc<Counting>, Arc<ManualClock>, Tokens) {
        let (counting, clock) = (Arc::<Counting>::default(), Arc::new(ManualClock::new(1_000_000)));
        let tokens = Tokens::new(counting.clone(), clock.clone(), 1000);
        (counting, clock, tokens)
    }

    fn request(body: &str) -> TokenRequest {
        TokenRequest { url: "https://tk.example/envelope".into(), body: body.into() }
    }

    #[tokio::test]
    async fn a_good_answer_is_shared_for_a_minute_at_most() {
        let (counting, clock, tokens) = given();
        let body = async |body: &str| match tokens.ask(&request(body)).await {
            Asked { reply: Reply::Answered { body, .. }, shared } => (body, shared),
            Asked { reply, .. } => panic!("{reply:?}"),
        };
        let (one, two) = (request("200 a"), request("200 a"));
        let both = futures::join!(tokens.ask(&one), tokens.ask(&two));
        assert_eq!((both.0.shared, both.1.shared), (false, true));
        assert_eq!(counting.0.load(Ordering::Relaxed), 1);
        assert_eq!(body("200 b").await, ("1".into(), false), "another person");
        clock.advance(HALF_LIFE_MS);
        assert_eq!(body("200 a").await, ("0".into(), true));
        clock.advance(HALF_LIFE_MS);
        assert_eq!(body("200 a").await, ("2".into(), false));
        clock.advance(10 * HALF_LIFE_MS);
        assert_eq!(body("200 a").await, ("3".into(), false));
    }

    #[tokio::test]
    async fn a_failure_is_shared_by_those_who_waited_for_it_alone() {
        let (counting, clock, tokens) = given();
        for _ in 0..2 {
            assert!(!tokens.ask(&request("500 a")).await.shared);
        }
        assert_eq!(counting.0.load(Ordering::Relaxed), 2);
        let request = request("never");
        let mut waiting = Box::pin(futures::future::join(tokens.ask(&request), tokens.ask(&request)));
        assert!((&mut waiting).now_or_never().is_none());
        clock.advance(1000);
        let (one, two) = waiting.await;
        assert_eq!((one.reply, two.reply, two.shared), (Reply::TimedOut, Reply::TimedOut, true));
        assert_eq!(counting.0.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn what_is_known_stays_within_bounds() {
        let (_, _, tokens) = given();
        for n in 0..3 * HALF {
            drop(tokens.answer(&request(&n.to_string())));
        }
        let known = tokens.known();
        assert_eq!((known.young.len(), known.old.len()), (HALF, HALF));
    }
}
