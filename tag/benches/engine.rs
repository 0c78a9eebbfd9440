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
const _: () = assert!(PURCHASE.len() == 870);

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
    let names = (0..count)
        .map(|number| if number + 1 < count { format!("event_{number}") } else { "purchase".into() });
    Tags::new(names.map(|name| tag(&name)).collect(), |tag| tag)
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

/// The middle of many rounds, in nanoseconds an event. They are so short that what else the machine does falls
/// into few of them.
fn measure(once: impl Fn()) -> u128 {
    const EVENTS: u32 = 50;
    let mut rounds: Vec<u128> = (0..1001)
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

/// What there is to measure. `cargo xtask bench` knows the names.
struct Case {
    name: &'static str,
    tags: usize,
}

const CASES: [Case; 3] =
    [Case { name: "reading", tags: 0 }, Case { name: "one", tags: 1 }, Case { name: "many", tags: 1000 }];

fn main() {
    let (request, endpoints) = (request(), Endpoints::default());
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `--count CASE EVENTS` does just that, for a tool that counts instructions.
    let counted = match arguments.as_slice() {
        [flag, case, events] if flag == "--count" => Some((case.as_str(), events.parse::<u32>().unwrap())),
        _ => None,
    };
    for Case { name, tags: count } in CASES {
        if counted.is_some_and(|(case, _)| case != name) {
            continue;
        }
        let tags = tags(count);
        let once = || {
            let requests = event(black_box(&tags), black_box(&request), &endpoints);
            assert_eq!(requests, count.min(1), "one tag runs, if there is one");
        };
        match counted {
            Some((_, events)) => (0..events).for_each(|_| once()),
            None => println!("{name:<7} {:>6}", measure(once)),
        }
    }
}
