//! Requests as senders make them, and the consent that must be read out of them.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, to_value};
use tag::clients::{Limits, Request, claim};
use tag::consent;
use tag::context::Browser;
use tag::event::Event;

#[derive(Deserialize)]
struct Example {
    name: String,
    /// Of a client that reads such requests already.
    request: Option<Recorded>,
    /// What a client that is still to come makes of its request.
    event: Option<Event>,
    resolved_consent: Value,
}

#[derive(Deserialize)]
struct Recorded {
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

fn record(event: &Event, browser: &Browser<'_>) -> Value {
    to_value(consent::read(event, browser)).unwrap()
}

fn record_of(request: Recorded) -> Value {
    let request = Request {
        path: request.path,
        query: request.query,
        headers: request.headers.into_iter().collect(),
        body: request.body.unwrap_or_default().into_bytes(),
        received_at_ms: 1_789_380_000_123,
        ..Request::default()
    };
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let cookies: Vec<_> = request.cookies().map(|(name, value)| (name.to_owned(), decoded(value))).collect();
    let browser = Browser { headers: &request.headers, cookies: &cookies, query: &request.query };
    let item = claim(&request, Limits::default()).unwrap().items.remove(0);
    record(&item.event.unwrap(), &browser)
}

#[test]
fn recorded_requests_say_exactly_the_expected_consent() {
    let examples: Vec<Example> = serde_json::from_str(include_str!("fixtures/consent.json")).unwrap();
    assert_eq!(examples.len(), 10);
    for Example { name, request, event, resolved_consent } in examples {
        let read = match (request, event) {
            (Some(request), _) => record_of(request),
            (None, event) => record(&event.unwrap(), &Browser::default()),
        };
        assert_eq!(read, resolved_consent, "{name}");
    }
}
