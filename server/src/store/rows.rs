//! What the store takes and gives. Plain values; times are Unix milliseconds, ids are UUIDv7 text, so both
//! sort by time and compare the same on both databases.

mod configuration;
mod people;
mod settings;

use tag::amazon::reply::Reply;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::run::EventRequest;
use tag::trace::{Step, Trace};

use crate::logs::Logging;

pub use configuration::*;
pub use people::*;
pub use settings::*;

/// An event as it is stored: personal values are already hashes and shapes.
#[derive(Clone, Debug)]
pub struct AcceptedEvent {
    pub id: String,
    pub source_id: String,
    pub received_at: i64,
    pub event_name: String,
    /// The sender's id, or the one issued here.
    pub event_id: Option<String>,
    /// Makes a repeat of the same event a duplicate.
    pub dedupe: Option<Dedupe>,
    /// Sent from the interface to try things out.
    pub test: bool,
    /// The redacted event data.
    pub data: serde_json::Value,
    /// The redacted incoming request.
    pub request: serde_json::Value,
    /// One per tag that may run for the event, or one that says that none does.
    pub runs: Vec<AcceptedRun>,
}

#[derive(Clone, Debug)]
pub struct Dedupe {
    pub key: String,
    pub expires_at: i64,
}

/// What one tag made of an event.
#[derive(Clone, Debug)]
pub struct AcceptedRun {
    pub id: String,
    /// The version that ran; `None` when no tag runs for the event.
    pub version_id: Option<String>,
    /// Amazon's name of the event.
    pub event_out: Option<String>,
    /// `Pending` when there are deliveries, else final.
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// For the list: the event's value and currency as sent.
    pub value: Option<String>,
    pub currency: Option<String>,
    pub trace: Trace,
    pub deliveries: Vec<AcceptedDelivery>,
}

#[derive(Clone, Debug)]
pub struct AcceptedDelivery {
    pub id: String,
    /// As it may be kept and shown.
    pub request: EventRequest,
    /// As it must be sent, where that differs. Kept until the delivery has ended.
    pub sealed: Option<EventRequest>,
    /// `None` when the tag logs nothing outside.
    pub log: Option<Logging>,
}

/// What became of one event of a batch given to `accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    Stored,
    /// The same event was accepted before; nothing was stored.
    Duplicate,
}

/// A delivery that this worker holds until its lease ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub id: String,
    pub run_id: String,
    /// Tries made before this claim.
    pub attempts: i64,
    /// As it must be sent.
    pub request: EventRequest,
    pub log: Option<Logging>,
    /// Must be shown to settle.
    pub lease: String,
    /// When the event was accepted, or released; retries end a fixed time after it.
    pub accepted_at: i64,
    /// Why it must not be sent now: its tag is stopped.
    pub stopped: Option<Reason>,
}

/// The end of one try, or the refusal to try.
#[derive(Clone, Debug)]
pub struct Settlement {
    pub delivery_id: String,
    pub lease: String,
    /// `None` when nothing was sent because the tag is stopped; the outcome is `Held` then.
    pub attempt: Option<Attempt>,
    /// `Retrying` with `next_at`; `Held` or a final outcome without.
    pub outcome: Outcome,
    pub reason: Reason,
    pub next_at: Option<i64>,
}

/// One HTTP try.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// 1, 2, 3 …
    pub number: i64,
    pub started_at: i64,
    pub latency_ms: i64,
    pub reply: Reply,
    /// What happened in it, in order.
    pub steps: Vec<Step>,
}

/// A run as the live list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    pub id: String,
    pub event_id: String,
    pub received_at: i64,
    pub source_id: String,
    pub source_name: String,
    pub event_name: String,
    pub event_out: Option<String>,
    pub tag_id: Option<String>,
    /// As it was when the version was published.
    pub tag_name: Option<String>,
    pub version: Option<i64>,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    pub value: Option<String>,
    pub currency: Option<String>,
    /// Of the try that was recorded last, like the latency.
    pub http_status: Option<i64>,
    pub latency_ms: Option<i64>,
    /// The most tries made for any of its deliveries.
    pub attempts: i64,
    /// The earliest planned retry of its deliveries.
    pub next_at: Option<i64>,
    pub test: bool,
}

/// Everything about one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDetail {
    pub row: RunRow,
    pub data: serde_json::Value,
    pub request: serde_json::Value,
    pub trace: Trace,
    pub deliveries: Vec<DeliveryDetail>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryDetail {
    pub id: String,
    /// Masked.
    pub request: EventRequest,
    pub outcome: Outcome,
    pub reason: Option<Reason>,
    /// When the next retry is planned; `None` before the first try and after the last.
    pub next_at: Option<i64>,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

/// Which runs a page of the list holds, newest first.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    pub outcome: Option<Outcome>,
    pub source_id: Option<String>,
    pub tag_id: Option<String>,
    /// Only runs older than this one.
    pub before: Option<String>,
    /// Only runs newer than this one; the page is then the one that follows it, and the oldest come first.
    pub after: Option<String>,
    /// Only runs received before then.
    pub until: Option<i64>,
    pub limit: i64,
}

/// How many runs of one outcome were received in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Start of the stretch.
    pub at: i64,
    pub outcome: Outcome,
    pub count: i64,
}

/// A source's or a tag's recent traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// The source's or the tag's id.
    pub id: String,
    pub outcome: Outcome,
    pub count: i64,
    pub last_at: i64,
}

/// Runs that Amazon did not accept, or not yet, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    pub outcome: Outcome,
    pub reason: Reason,
    pub count: i64,
}
