//! What one event costs: from the bytes of a purchase to the plan and its trace.
//!
//! `cargo xtask bench tag` runs it and counts instructions as well. Compare figures of one run only: other
//! machines, and other moments of the same machine, are another measure.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;
use std::time::Instant;

use serde_json::json;
use tag::amazon::Endpoints;
use tag::clients::{Limits, Request, claim};
use tag::config::{Tag, TagConfig, check};
use tag::context::Context;
use tag::run::{Decision, run};
use tag::tags::Tags;

/// 870 bytes, five items, two identities.
const PURCHASE: &str = include_str!("purchase.json");

fn tag(trigger: &str) -> Tag {
    let config = json!({
        "tag_ids": ["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966"],
        "region": "eu",
        "trigger": {"on": "names", "names": [trigger]},
        "matching": {"enabled": true},
        "consent": {"country": {"value": {"constant": "US"}}},
    });
    check(&serde_json::from_value::<TagConfig>(config).unwrap()).tag.unwrap()
}

/// That many published tags, of which the last one runs for purchases.
fn tags(count: usize) -> Tags<Tag> {
    let others = (1..count).map(|number| tag(&format!("event_{number}")));
    Tags::new(others.chain([tag("purchase")]).collect(), |tag| tag)
}

/// One event through all that the server does with it, short of storing. Returns how many requests came of it.
fn event(tags: &Tags<Tag>, request: &Request, endpoints: &Endpoints) -> usize {
    let claim = claim(request, Limits::default()).unwrap();
    let mut requests = 0;
    for item in claim.items {
        let event = item.event.unwrap();
        for tag in tags.candidates("web", event.name()) {
            let run = run(tag, &event, Context::new(1_789_380_000_123, endpoints));
            if let Decision::Send(plan) = &run.decision {
                requests += plan.requests.len();
            }
            black_box(&run);
        }
    }
    requests
}

fn request() -> Request {
    Request {
        method: "POST".into(),
        path: "/events".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: PURCHASE.into(),
        received_at_ms: 1_789_380_000_123,
        ..Request::default()
    }
}

/// The middle of several rounds, in nanoseconds an event.
fn measure(mut once: impl FnMut()) -> u128 {
    const EVENTS: u32 = 2000;
    let mut rounds: Vec<u128> = (0..31)
        .map(|_| {
            let started = Instant::now();
            for _ in 0..EVENTS {
                once();
            }
            started.elapsed().as_nanos() / u128::from(EVENTS)
        })
        .collect();
    rounds.sort_unstable();
    rounds[rounds.len() / 2]
}

fn main() {
    let (request, endpoints) = (request(), Endpoints::default());
    let arguments: Vec<String> = std::env::args().collect();
    // `--count TAGS EVENTS` does just that, for a tool that counts instructions.
    if let [_, flag, count, events, ..] = arguments.as_slice()
        && flag == "--count"
    {
        let tags = tags(count.parse().unwrap());
        for _ in 0..events.parse().unwrap() {
            assert_eq!(event(black_box(&tags), black_box(&request), &endpoints), 1);
        }
        return;
    }
    let (one, many) = (tags(1), tags(1000));
    let parse = measure(|| {
        black_box(claim(black_box(&request), Limits::default()).unwrap());
    });
    let with_one = measure(|| assert_eq!(event(black_box(&one), black_box(&request), &endpoints), 1));
    let with_many = measure(|| assert_eq!(event(black_box(&many), black_box(&request), &endpoints), 1));
    println!("reading alone                 {parse:>6} ns");
    println!("one tag                       {with_one:>6} ns");
    println!("1,000 tags, one of which runs {with_many:>6} ns");
    println!("ratio                         {:>6.3}", with_many as f64 / with_one as f64);
}
