//! Every metric by name, each recorded through one function, so that names and labels cannot drift.

use metrics::{counter, gauge, histogram};
use tag::clients::Client;
use tag::outcome::Outcome;
use tag::reason::Reason;

/// Events read from requests, by client. Received = accepted + duplicate + rejected + unavailable.
pub const EVENTS_RECEIVED: &str = "sidetag_events_received_total";
/// Events stored.
pub const EVENTS_ACCEPTED: &str = "sidetag_events_accepted_total";
/// Events that had been accepted before.
pub const EVENTS_DUPLICATE: &str = "sidetag_events_duplicate_total";
/// Events and whole requests turned away, by the code in the answer.
pub const EVENTS_REJECTED: &str = "sidetag_events_rejected_total";
/// Ends of tries, by the outcome of the delivery.
pub const DELIVERY_TRIES: &str = "sidetag_delivery_tries_total";
/// Milliseconds from sending to answer.
pub const DELIVERY_LATENCY: &str = "sidetag_delivery_latency_ms";
/// Events deleted because they were old.
pub const EVENTS_FORGOTTEN: &str = "sidetag_events_forgotten_total";
/// Deliveries that were held for a stopped tag until it was too late: their event is deleted, or their tag is.
pub const DELIVERIES_LAPSED: &str = "sidetag_deliveries_lapsed_total";
/// Token requests of advanced matching, by result: `given`, or the reason's code.
pub const TOKEN_REQUESTS: &str = "sidetag_token_requests_total";
/// Amazon's redirects for its cookie, by the code of what became of them.
pub const REDIRECTS: &str = "sidetag_redirects_total";
/// Events that wait for the writer.
pub const WRITER_QUEUE: &str = "sidetag_writer_queue_events";
/// Events in one transaction.
pub const WRITER_BATCH: &str = "sidetag_writer_batch_events";

pub fn received(client: Client, events: usize) {
    let client = match client {
        Client::Ga4 => "ga4",
        Client::Json => "json",
    };
    counter!(EVENTS_RECEIVED, "client" => client).increment(events as u64);
}

pub fn accepted(events: usize, duplicates: usize) {
    counter!(EVENTS_ACCEPTED).increment(events as u64);
    counter!(EVENTS_DUPLICATE).increment(duplicates as u64);
}

pub fn rejected(code: &'static str, events: usize) {
    counter!(EVENTS_REJECTED, "code" => code).increment(events as u64);
}

pub fn tried(outcome: Outcome, latency_ms: i64) {
    counter!(DELIVERY_TRIES, "outcome" => outcome.name()).increment(1);
    histogram!(DELIVERY_LATENCY).record(latency_ms as f64);
}

pub fn forgotten(events: u64, held: u64) {
    counter!(EVENTS_FORGOTTEN).increment(events);
    counter!(DELIVERIES_LAPSED, "because" => "event_deleted").increment(held);
}

pub fn cancelled(deliveries: u64) {
    counter!(DELIVERIES_LAPSED, "because" => "tag_deleted").increment(deliveries);
}

/// `reason`: why there is no token.
pub fn token(reason: Option<Reason>) {
    counter!(TOKEN_REQUESTS, "result" => reason.map_or("given", Reason::code)).increment(1);
}

pub fn redirect(synced: Reason) {
    counter!(REDIRECTS, "result" => synced.code()).increment(1);
}

pub fn writer_queue(events: usize) {
    gauge!(WRITER_QUEUE).set(events as f64);
}

pub fn writer_batch(events: usize) {
    histogram!(WRITER_BATCH).record(events as f64);
}
