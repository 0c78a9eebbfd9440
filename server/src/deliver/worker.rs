//! The worker: claims what is due, sends it, settles what came of it.

use std::sync::Arc;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use serde::Deserialize;
use tag::amazon::reply::Verdict;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Attempts, Schedule, Waiters};
use crate::clock::Clock;
use crate::debug::{Hub, view};
use crate::ids::Ids;
use crate::store::rows::{Claimed, Settlement};
use crate::store::{Result, Store};
use crate::telemetry::metrics;

/// How much at once, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Requests to Amazon in flight at once.
    pub concurrency: usize,
    /// Milliseconds for one request.
    pub timeout_ms: u64,
    /// Milliseconds that an event waits for its token of advanced matching.
    pub token_timeout_ms: i64,
    /// Milliseconds after which a claim that was not settled is free again. Must exceed the timeout by far,
    /// or a slow try is made twice.
    pub lease_ms: i64,
    /// Milliseconds between looks at the queue when nothing else wakes the worker: another process may have
    /// put something in.
    pub poll_ms: i64,
    pub retry: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        let retry = Schedule::default();
        Self {
            concurrency: 64,
            timeout_ms: 10_000,
            token_timeout_ms: 1000,
            lease_ms: 60_000,
            poll_ms: 1000,
            retry,
        }
    }
}

/// What a worker is made of.
pub struct Worker {
    pub store: Arc<dyn Store>,
    pub attempts: Arc<Attempts>,
    pub hub: Arc<Hub>,
    pub waiters: Arc<Waiters>,
    /// Told when there may be something new to do.
    pub wake: Arc<Notify>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub settings: Settings,
}

impl Worker {
    /// Works until `stop`, then ends the tries that are under way. Errors of the database are logged and
    /// waited out: leases bring back what could not be settled.
    pub async fn run(self, stop: CancellationToken) {
        let mut sending = FuturesUnordered::new();
        loop {
            let free = self.settings.concurrency - sending.len();
            let claimed =
                if stop.is_cancelled() || free == 0 { vec![] } else { self.claim_or_log(free).await };
            let more = claimed.len() == free && free > 0;
            sending.extend(claimed.into_iter().map(|claimed| self.attempt(claimed)));
            if stop.is_cancelled() && sending.is_empty() {
                return;
            }
            tokio::select! {
                Some(first) = sending.next() => {
                    // What ended meanwhile shares the transaction.
                    let mut ended = vec![first];
                    while let Some(Some(next)) = sending.next().now_or_never() {
                        ended.push(next);
                    }
                    if let Err(error) = self.settle(&ended).await {
                        tracing::error!(error = &error as &dyn std::error::Error, "cannot settle deliveries");
                    }
                }
                () = self.rest(), if !more && sending.len() < self.settings.concurrency && !stop.is_cancelled() => {}
                () = stop.cancelled(), if !stop.is_cancelled() => {}
            }
        }
    }

    /// One round: claims what is due now, sends or holds it, settles it. Returns how many deliveries it was.
    pub async fn step(&self) -> Result<usize> {
        let claimed = self.claim(self.settings.concurrency).await?;
        let ended = futures::future::join_all(claimed.into_iter().map(|claimed| self.attempt(claimed))).await;
        if !ended.is_empty() {
            self.settle(&ended).await?;
        }
        Ok(ended.len())
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Claimed>> {
        let now = self.clock.now_ms();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.store.claim(now, &self.ids.id(now), now + self.settings.lease_ms, limit).await
    }

    async fn claim_or_log(&self, limit: usize) -> Vec<Claimed> {
        self.claim(limit).await.unwrap_or_else(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "cannot claim deliveries");
            vec![]
        })
    }

    /// Until there may be something to claim.
    async fn rest(&self) {
        let next_due = self.store.next_due().await.ok().flatten();
        let wait = next_due.map_or(i64::MAX, |due| due - self.clock.now_ms());
        tokio::select! {
            () = self.wake.notified() => {}
            // Not at once even when something is due: then the claim has just failed.
            () = self.clock.sleep(wait.clamp(10, self.settings.poll_ms)) => {}
        }
    }

    async fn attempt(&self, claimed: Claimed) -> Settlement {
        if let Some(reason) = claimed.stopped {
            return hold(claimed, reason);
        }
        let (attempt, verdict) = self.attempts.make(&claimed).await;
        let (outcome, reason, next_at) = self.judge(&claimed, attempt.number, verdict);
        metrics::tried(outcome, attempt.latency_ms);
        Settlement {
            delivery_id: claimed.id,
            lease: claimed.lease,
            attempt: Some(attempt),
            outcome,
            reason,
            next_at,
        }
    }

    fn judge(&self, claimed: &Claimed, tries: i64, verdict: Verdict) -> (Outcome, Reason, Option<i64>) {
        match verdict {
            Verdict::Delivered(reason) => (Outcome::Delivered, reason, None),
            Verdict::Refused(reason) => (Outcome::Refused, reason, None),
            Verdict::Retry { reason, after_ms } => {
                let (now, jitter) = (self.clock.now_ms(), self.ids.fraction());
                match self.settings.retry.next(tries, now, claimed.accepted_at, after_ms, jitter) {
                    Some(at) => (Outcome::Retrying, reason, Some(at)),
                    None => (Outcome::GivenUp, Reason::GivenUp, None),
                }
            }
        }
    }

    async fn settle(&self, ended: &[Settlement]) -> Result<()> {
        let runs = self.store.settle(ended).await?;
        let _turn = self.hub.turn().await;
        for (settlement, run) in ended.iter().zip(runs) {
            match run {
                Some(run) => self.hub.publish(view::row(run)),
                // Our lease was over and somebody else has it now; what they find out counts.
                None => tracing::warn!(delivery.id = settlement.delivery_id, "a try ended after its lease"),
            }
            self.waiters.tried(&settlement.delivery_id);
        }
        Ok(())
    }
}

/// What becomes of a delivery whose tag is stopped: it waits for the tag instead of for a time.
fn hold(claimed: Claimed, reason: Reason) -> Settlement {
    Settlement {
        delivery_id: claimed.id,
        lease: claimed.lease,
        attempt: None,
        outcome: Outcome::Held,
        reason,
        next_at: None,
    }
}
