//! Random lives of the queue, on a store and on a plain list side by side: they must agree after every step.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use server::store::Store;
use server::store::rows::*;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::run::EventRequest;
use tokio::runtime::Handle;

use super::given::{End, NOW, Shop, dedupe, exact, hold, id, settlement};

#[derive(Clone, Debug)]
enum Action {
    Accept(Vec<Incoming>),
    Claim {
        limit: i64,
        lease_for: i64,
    },
    /// Settles claims of the past, held or not, by their place among them.
    Settle(Vec<(usize, Ending)>),
    FreeExpired,
    Restart,
    Pause,
    Resume,
    Release(i64),
    Wait(i64),
}

#[derive(Clone, Debug)]
struct Incoming {
    key: Option<u8>,
    key_lasts: i64,
    deliveries: u64,
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Delivered,
    Refused,
    GivenUp,
    RetryAfter(i64),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let incoming = (proptest::option::of(0..4_u8), 1..60_i64, 0..4_u64)
        .prop_map(|(key, key_lasts, deliveries)| Incoming { key, key_lasts, deliveries });
    let ending = prop_oneof![
        2 => Just(Ending::Delivered),
        1 => Just(Ending::Refused),
        1 => Just(Ending::GivenUp),
        3 => (0..40_i64).prop_map(Ending::RetryAfter),
    ];
    let action = prop_oneof![
        3 => proptest::collection::vec(incoming, 1..4).prop_map(Action::Accept),
        4 => (0..5_i64, 1..40_i64).prop_map(|(limit, lease_for)| Action::Claim { limit, lease_for }),
        4 => proptest::collection::vec((0..64_usize, ending), 1..4).prop_map(Action::Settle),
        2 => Just(Action::FreeExpired),
        1 => Just(Action::Restart),
        1 => Just(Action::Pause),
        1 => Just(Action::Resume),
        2 => (0..4_i64).prop_map(Action::Release),
        3 => (0..30_i64).prop_map(Action::Wait),
    ];
    proptest::collection::vec(action, 1..40)
}

pub async fn the_queue_does_what_a_list_would(store: &Arc<dyn Store>) {
    let mut runner = TestRunner::new(Config { cases: 48, failure_persistence: None, ..Config::default() });
    let case = std::cell::Cell::new(0_u64);
    tokio::task::block_in_place(|| {
        let lived = runner.run(&actions(), |actions| {
            case.set(case.get() + 1);
            Handle::current().block_on(live(&**store, case.get(), actions));
            Ok(())
        });
        if let Err(error) = lived {
            panic!("{error}");
        }
    });
}

/// One life, with a source and ids of its own, from an empty queue to an empty queue.
async fn live(store: &dyn Store, case: u64, actions: Vec<Action>) {
    // A case that failed left its deliveries behind.
    store.free_all().await.unwrap();
    end_all(store).await;

    let mut life = Life {
        store,
        shop: Shop::open(store, case * 0x100_0000).await,
        next_id: case * 0x100_0000 + 0x100,
        now: NOW,
        paused: false,
        claims: vec![],
        keys: HashMap::new(),
        queue: vec![],
    };
    for action in actions {
        match action {
            Action::Accept(incoming) => life.accept(incoming).await,
            Action::Claim { limit, lease_for } => life.claim(limit, lease_for).await,
            Action::Settle(ends) => life.settle(ends).await,
            Action::FreeExpired => life.free_expired().await,
            Action::Restart => life.restart().await,
            Action::Pause => life.pause().await,
            Action::Resume => life.resume().await,
            Action::Release(limit) => life.release(limit).await,
            Action::Wait(ms) => life.now += ms,
        }
        life.agree_on_next_due().await;
    }
    life.agree_on_runs().await;
    life.restart().await;
    life.resume().await;
    life.release(i64::MAX).await;
    life.agree_on_runs().await;
    end_all(store).await;
    for delivery in &life.queue {
        let detail = store.run(&delivery.run_id).await.unwrap().unwrap();
        assert!(detail.row.outcome.is_final());
        for delivery in detail.deliveries {
            let finals = [Outcome::Delivered, Outcome::Refused, Outcome::GivenUp];
            assert!(
                finals.contains(&delivery.outcome),
                "accepted, so ended in exactly one way: {delivery:?}"
            );
        }
    }
}

/// Gives up whatever waits.
async fn end_all(store: &dyn Store) {
    let waiting = store.claim(i64::MAX, "end", i64::MAX, 10_000).await.unwrap();
    let ends: Vec<_> = waiting.iter().map(|delivery| settlement(delivery, End::GivenUp)).collect();
    assert!(store.settle(&ends).await.unwrap().iter().all(Option::is_some));
    assert_eq!(store.next_due().await.unwrap(), None);
}

struct Life<'a> {
    store: &'a dyn Store,
    shop: Shop,
    next_id: u64,
    now: i64,
    /// The model of the tag.
    paused: bool,
    /// Everything ever claimed.
    claims: Vec<Claimed>,
    /// The model of the keys: when each is over.
    keys: HashMap<u8, i64>,
    /// The model of the queue: every delivery ever accepted.
    queue: Vec<Delivery>,
}

struct Delivery {
    id: String,
    run_id: String,
    exact: EventRequest,
    shown: EventRequest,
    accepted_at: i64,
    outcome: Outcome,
    /// When it is due; `None` when it is done.
    due: Option<i64>,
    /// Who holds it, and until when.
    held: Option<(String, i64)>,
    /// It waits for its tag.
    on_hold: bool,
    attempts: Vec<Attempt>,
}

impl Delivery {
    fn waits(&self) -> bool {
        self.held.is_none() && !self.on_hold
    }
}

impl Life<'_> {
    async fn accept(&mut self, incoming: Vec<Incoming>) {
        let (mut events, mut expected) = (vec![], vec![]);
        let mut in_this_batch = vec![];
        for Incoming { key, key_lasts, deliveries } in incoming {
            let event = AcceptedEvent {
                dedupe: key.and_then(|key| dedupe(&key.to_string(), self.now + key_lasts)),
                ..self.shop.event(self.next_id, self.now, deliveries)
            };
            self.next_id += 0x10;
            let repeat = key.is_some_and(|key| {
                in_this_batch.contains(&key) || self.keys.get(&key).is_some_and(|end| *end > self.now)
            });
            expected.push(if repeat { Accepted::Duplicate } else { Accepted::Stored });
            if !repeat {
                self.keys.extend(key.map(|key| (key, self.now + key_lasts)));
                self.enqueue(&event);
            }
            in_this_batch.extend(key);
            events.push(event);
        }
        assert_eq!(self.store.accept(&events).await.unwrap(), expected);
    }

    fn enqueue(&mut self, event: &AcceptedEvent) {
        let run = &event.runs[0];
        self.queue.extend(run.deliveries.iter().map(|delivery| Delivery {
            id: delivery.id.clone(),
            run_id: run.id.clone(),
            exact: exact(delivery),
            shown: delivery.request.clone(),
            accepted_at: self.now,
            outcome: Outcome::Pending,
            due: Some(self.now),
            held: None,
            on_hold: false,
            attempts: vec![],
        }));
    }

    async fn claim(&mut self, limit: i64, lease_for: i64) {
        let lease = id(self.next_id);
        self.next_id += 1;
        let (now, until) = (self.now, self.now + lease_for);

        let mut due: Vec<_> = self
            .queue
            .iter_mut()
            .filter(|delivery| delivery.waits() && delivery.due.is_some_and(|due| due <= now))
            .collect();
        due.sort_by_key(|delivery| (delivery.due, delivery.id.clone()));
        due.truncate(usize::try_from(limit).unwrap());
        let expected: Vec<_> = due
            .into_iter()
            .map(|delivery| {
                delivery.held = Some((lease.clone(), until));
                let ids = (delivery.id.clone(), delivery.run_id.clone());
                (ids, delivery.attempts.len(), delivery.accepted_at, delivery.exact.clone())
            })
            .collect();

        let claimed = self.store.claim(now, &lease, until, limit).await.unwrap();
        let stopped = self.paused.then_some(Reason::Paused);
        assert!(claimed.iter().all(|delivery| delivery.stopped == stopped));
        let found: Vec<_> = claimed
            .iter()
            .map(|c| {
                let ids = (c.id.clone(), c.run_id.clone());
                (ids, usize::try_from(c.attempts).unwrap(), c.accepted_at, c.request.clone())
            })
            .collect();
        assert_eq!(found, expected);
        self.claims.extend(claimed);
    }

    async fn settle(&mut self, ends: Vec<(usize, Ending)>) {
        if self.claims.is_empty() {
            return;
        }
        let settlements: Vec<_> = ends
            .into_iter()
            .map(|(place, ending)| {
                let end = match ending {
                    Ending::Delivered => End::Delivered,
                    Ending::Refused => End::Refused,
                    Ending::GivenUp => End::GivenUp,
                    Ending::RetryAfter(ms) => End::RetryAt(self.now + ms),
                };
                let claimed = &self.claims[place % self.claims.len()];
                if claimed.stopped.is_some() { hold(claimed) } else { settlement(claimed, end) }
            })
            .collect();

        let mut settled = vec![];
        for settlement in &settlements {
            let delivery = self.queue.iter_mut().find(|d| d.id == settlement.delivery_id).unwrap();
            let ours = delivery.held.as_ref().is_some_and(|(lease, _)| *lease == settlement.lease);
            settled.push(ours.then(|| delivery.run_id.clone()));
            if ours {
                delivery.held = None;
                delivery.outcome = settlement.outcome;
                match &settlement.attempt {
                    Some(attempt) => {
                        delivery.due = settlement.next_at;
                        delivery.attempts.push(attempt.clone());
                    }
                    None => delivery.on_hold = true,
                }
            }
        }
        let answers = self.store.settle(&settlements).await.unwrap();
        let runs: Vec<_> = answers.iter().map(|run| run.as_ref().map(|run| run.id.clone())).collect();
        assert_eq!(runs, settled);
        for run in answers.into_iter().flatten() {
            assert_eq!(run.outcome, self.outcome_of(&run.id));
        }
    }

    async fn free_expired(&mut self) {
        let mut freed = 0;
        for delivery in &mut self.queue {
            if delivery.held.as_ref().is_some_and(|(_, until)| *until <= self.now) {
                delivery.held = None;
                freed += 1;
            }
        }
        assert_eq!(self.store.free_expired(self.now).await.unwrap(), freed);
    }

    async fn restart(&mut self) {
        let freed = self.queue.iter_mut().filter_map(|delivery| delivery.held.take()).count();
        assert_eq!(self.store.free_all().await.unwrap(), freed as u64);
    }

    async fn pause(&mut self) {
        let tag_id = &self.shop.version.tag_id;
        assert_eq!(self.store.pause_tag(tag_id, "Ada", self.now).await.unwrap(), !self.paused);
        self.paused = true;
    }

    async fn resume(&mut self) {
        let tag_id = &self.shop.version.tag_id;
        assert_eq!(self.store.resume_tag(tag_id).await.unwrap(), self.paused);
        self.paused = false;
    }

    async fn release(&mut self, limit: i64) {
        let mut on_hold: Vec<_> =
            self.queue.iter_mut().filter(|delivery| delivery.on_hold && !self.paused).collect();
        on_hold.sort_by_key(|delivery| (delivery.due, delivery.id.clone()));
        on_hold.truncate(usize::try_from(limit).unwrap());
        let released = on_hold.len() as u64;
        for delivery in on_hold {
            delivery.on_hold = false;
            delivery.accepted_at = self.now;
            delivery.outcome =
                if delivery.attempts.is_empty() { Outcome::Pending } else { Outcome::Retrying };
        }
        assert_eq!(self.store.release(self.now, limit).await.unwrap(), released);
    }

    async fn agree_on_next_due(&self) {
        let next = self.queue.iter().filter(|d| d.waits()).filter_map(|d| d.due).min();
        assert_eq!(self.store.next_due().await.unwrap(), next);
    }

    async fn agree_on_runs(&self) {
        for delivery in &self.queue {
            let detail = self.store.run(&delivery.run_id).await.unwrap().unwrap();
            assert_eq!(detail.row.outcome, self.outcome_of(&delivery.run_id));
            let stored = detail.deliveries.iter().find(|stored| stored.id == delivery.id).unwrap();
            assert_eq!(stored.outcome, delivery.outcome);
            assert_eq!(stored.request, delivery.shown, "never what is exact");
            assert_eq!(stored.attempts, delivery.attempts, "every recorded try, in order");
        }
    }

    fn outcome_of(&self, run_id: &str) -> Outcome {
        let deliveries = self.queue.iter().filter(|delivery| delivery.run_id == run_id);
        Outcome::of_run(deliveries.map(|delivery| delivery.outcome))
    }
}
