//! What `accept` writes, made ready before any transaction begins: flat rows, documents as text, keys hashed.
//!
//! It also decides, from what the database says about the keys, which events are duplicates.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};
use tag::outcome::Outcome;

use super::rows::{Accepted, AcceptedDelivery, AcceptedEvent, AcceptedRun};
use super::text::{json, maybe_plain, plain};

/// Rows for a batch of events. `nth` in each is the index of the event they belong to.
pub(super) struct Batch<'a> {
    size: usize,
    /// One per distinct key, in the keys' order: whoever inserts in one order cannot deadlock.
    pub(super) keys: Vec<KeyRow<'a>>,
    /// Events without a key, which nothing can make duplicates.
    unkeyed: HashSet<usize>,
    pub(super) events: Vec<EventRow<'a>>,
    pub(super) runs: Vec<RunRow<'a>>,
    pub(super) deliveries: Vec<DeliveryRow<'a>>,
}

pub(super) struct KeyRow<'a> {
    nth: usize,
    pub(super) source_id: &'a str,
    pub(super) key_hash: Vec<u8>,
    pub(super) seen_at: i64,
    pub(super) expires_at: i64,
}

pub(super) struct EventRow<'a> {
    nth: usize,
    pub(super) id: &'a str,
    pub(super) source_id: &'a str,
    pub(super) received_at: i64,
    pub(super) event_name: Cow<'a, str>,
    pub(super) event_id: Option<Cow<'a, str>>,
    pub(super) test: bool,
    pub(super) data: String,
    pub(super) request: String,
}

pub(super) struct RunRow<'a> {
    nth: usize,
    pub(super) id: &'a str,
    pub(super) event_id: &'a str,
    pub(super) received_at: i64,
    pub(super) source_id: &'a str,
    pub(super) version_id: Option<&'a str>,
    pub(super) event_out: Option<Cow<'a, str>>,
    pub(super) outcome: &'static str,
    pub(super) reason: Option<&'static str>,
    pub(super) value: Option<Cow<'a, str>>,
    pub(super) currency: Option<Cow<'a, str>>,
    pub(super) trace: String,
}

pub(super) struct DeliveryRow<'a> {
    nth: usize,
    pub(super) id: &'a str,
    pub(super) run_id: &'a str,
    pub(super) position: i64,
    pub(super) accepted_at: i64,
    pub(super) request: String,
    pub(super) sealed: Option<String>,
    pub(super) log: Option<String>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(events: &'a [AcceptedEvent]) -> Self {
        let mut batch = Self {
            size: events.len(),
            keys: keys(events),
            unkeyed: HashSet::new(),
            events: Vec::with_capacity(events.len()),
            runs: Vec::with_capacity(events.len()),
            deliveries: Vec::with_capacity(events.len()),
        };
        for (nth, event) in events.iter().enumerate() {
            batch.push(nth, event);
        }
        batch
    }

    fn push(&mut self, nth: usize, event: &'a AcceptedEvent) {
        if event.dedupe.is_none() {
            self.unkeyed.insert(nth);
        }
        self.events.push(EventRow {
            nth,
            id: &event.id,
            source_id: &event.source_id,
            received_at: event.received_at,
            event_name: plain(&event.event_name),
            event_id: maybe_plain(event.event_id.as_deref()),
            test: event.test,
            data: json(&event.data),
            request: json(&event.request),
        });
        for run in &event.runs {
            self.runs.push(run_row(nth, event, run));
            for (position, delivery) in (0..).zip(&run.deliveries) {
                self.deliveries.push(delivery_row(nth, event, run, position, delivery));
            }
        }
    }

    /// Drops the rows of duplicates and says what became of each event. `won` holds the keys that this batch
    /// could take, as (source, hash).
    pub(super) fn without_duplicates(&mut self, won: &HashSet<(String, Vec<u8>)>) -> Vec<Accepted> {
        let mut fresh = self.unkeyed.clone();
        fresh.extend(
            self.keys
                .iter()
                .filter(|key| won.contains(&(key.source_id.to_owned(), key.key_hash.clone())))
                .map(|key| key.nth),
        );
        self.events.retain(|row| fresh.contains(&row.nth));
        self.runs.retain(|row| fresh.contains(&row.nth));
        self.deliveries.retain(|row| fresh.contains(&row.nth));
        let answer = |nth| if fresh.contains(&nth) { Accepted::Stored } else { Accepted::Duplicate };
        (0..self.size).map(answer).collect()
    }
}

/// The first event with each key takes it; any other with the same key in this batch is a duplicate.
fn keys(events: &[AcceptedEvent]) -> Vec<KeyRow<'_>> {
    let mut keys = BTreeMap::new();
    for (nth, event) in events.iter().enumerate() {
        let Some(dedupe) = &event.dedupe else { continue };
        let key_hash = Sha256::digest(&dedupe.key).to_vec();
        keys.entry((event.source_id.as_str(), key_hash.clone())).or_insert(KeyRow {
            nth,
            source_id: &event.source_id,
            key_hash,
            seen_at: event.received_at,
            expires_at: dedupe.expires_at,
        });
    }
    keys.into_values().collect()
}

fn run_row<'a>(nth: usize, event: &'a AcceptedEvent, run: &'a AcceptedRun) -> RunRow<'a> {
    debug_assert_eq!(
        run.outcome == Outcome::Pending,
        !run.deliveries.is_empty(),
        "a run is pending exactly when it has deliveries"
    );
    RunRow {
        nth,
        id: &run.id,
        event_id: &event.id,
        received_at: event.received_at,
        source_id: &event.source_id,
        version_id: run.version_id.as_deref(),
        event_out: maybe_plain(run.event_out.as_deref()),
        outcome: run.outcome.name(),
        reason: run.reason.map(tag::reason::Reason::code),
        value: maybe_plain(run.value.as_deref()),
        currency: maybe_plain(run.currency.as_deref()),
        trace: json(&run.trace),
    }
}

fn delivery_row<'a>(
    nth: usize,
    event: &'a AcceptedEvent,
    run: &'a AcceptedRun,
    position: i64,
    delivery: &'a AcceptedDelivery,
) -> DeliveryRow<'a> {
    DeliveryRow {
        nth,
        id: &delivery.id,
        run_id: &run.id,
        position,
        accepted_at: event.received_at,
        request: json(&delivery.request),
        sealed: delivery.sealed.as_ref().map(json),
        log: delivery.log.as_ref().map(json),
    }
}
