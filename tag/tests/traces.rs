//! What marketers read in the debugger, word for word.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use insta::assert_snapshot;
use serde_json::{Value, json};
use tag::amazon::Endpoints;
use tag::amazon::reply::Reply;
use tag::clients::{Limits, Request, claim};
use tag::config::{EventName, Region, TagConfig, Unmapped, check};
use tag::context::Context;
use tag::event::Event;
use tag::run::{Decision, Run, run};
use tag::trace::{Step, attempt_steps};

const TAG_ID: &str = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

fn tag() -> TagConfig {
    TagConfig { tag_ids: vec![TAG_ID.to_owned()], region: Region::Eu, ..TagConfig::default() }
}

fn ran(config: &TagConfig, event: Value) -> Run {
    let event: Event = serde_json::from_value(event).unwrap();
    let tag = check(config).tag.unwrap();
    run(&tag, &event, Context::new(1_789_380_000_123, &Endpoints::default()))
}

/// A run as the debugger tells it: steps, then the parameters of each request.
fn told(config: &TagConfig, event: Value) -> String {
    let run = ran(config, event);
    let mut text = steps(&run.trace.steps);
    match run.decision {
        Decision::Skip(skipped) => text.push_str(&format!("skipped: {}", skipped.reason.code())),
        Decision::Send(plan) => {
            for request in plan.requests {
                text.push_str(&format!("GET {}\n", request.url()));
                for param in request.params {
                    let field = param.field.map(|field| format!(" [{field}]")).unwrap_or_default();
                    text.push_str(&format!("  {} = {} ({}){field}\n", param.name, param.value, param.origin));
                }
            }
        }
    }
    text
}

fn steps(steps: &[Step]) -> String {
    let line = |step: &Step| {
        let facts = |facts: &[tag::trace::Fact]| {
            facts.iter().map(|fact| format!("{}={}", fact.name, fact.value)).collect::<Vec<_>>().join(" ")
        };
        let field = step.field.as_ref().map(|field| format!(" [{field}]")).unwrap_or_default();
        let reason = step.reason.map(|reason| format!(" <{}>", reason.code())).unwrap_or_default();
        let effect = format!("{:?}", step.effect).to_lowercase();
        let (inputs, outputs) = (facts(&step.inputs), facts(&step.outputs));
        let facts = if inputs.len() + outputs.len() > 0 {
            format!("\n  {inputs} -> {outputs}")
        } else {
            String::new()
        };
        format!("{}: {} ({effect}){field}{reason}{facts}\n", step.id.label(), step.summary)
    };
    steps.iter().map(line).collect()
}

#[test]
fn a_purchase_for_two_tag_ids() {
    let config = TagConfig { tag_ids: vec![TAG_ID.to_owned(), "second".to_owned()], ..tag() };
    let event = json!({
        "event_name": "purchase", "transaction_id": "T-1024", "currency": "EUR", "value": 72.4,
        "timestamp_micros": 1_789_379_998_000_000_i64,
    });
    assert_snapshot!(told(&config, event));
}

#[test]
fn a_currency_that_stays_out() {
    let event = json!({"event_name": "add_to_cart", "event_id": "jane@shop.example", "currency": "EUR", "value": "7.90"});
    assert_snapshot!(told(&tag(), event));
}

#[test]
fn names_that_are_kept_fixed_or_skipped() {
    let mut text = String::new();
    let skip = TagConfig { event_name: EventName::Inherit { unmapped: Unmapped::Skip }, ..tag() };
    let custom = TagConfig { event_name: EventName::Custom { name: "Loyalty".into() }, ..tag() };
    let standard = TagConfig { event_name: EventName::Standard { name: "Lead".into() }, ..tag() };
    for (config, name) in [
        (&tag(), "Lead"),
        (&tag(), "scroll"),
        (&tag(), ""),
        (&skip, "scroll"),
        (&skip, "search"),
        (&custom, "scroll"),
        (&standard, ""),
    ] {
        let run = ran(config, json!({"event_name": name}));
        text.push_str(&steps(&run.trace.steps[1..2]));
        text.push_str(&format!("  {:?}\n", run.event_out));
    }
    assert_snapshot!(text);
}

#[test]
fn what_amazon_would_drop_is_not_sent() {
    let long_name = told(&tag(), json!({"event_name": "x".repeat(257)}));
    assert!(long_name.contains("The name has 257 characters; Amazon allows 256"), "{long_name}");
    assert!(long_name.ends_with("skipped: map.name_too_long"), "{long_name}");
    let fits = told(&tag(), json!({"event_name": "x".repeat(256), "event_id": "y".repeat(1000)}));
    assert!(fits.contains("GET https://"), "{fits}");
    let long_value = told(&tag(), json!({"event_name": "lead", "transaction_id": "👟".repeat(501)}));
    assert!(long_value.contains("clientDedupeId has 1002 characters; Amazon allows 1000"), "{long_value}");
    assert!(long_value.ends_with("skipped: map.value_too_long"), "{long_value}");
}

#[test]
fn tries_and_their_answers() {
    let answered = |status, headers: &[(&str, &str)]| Reply::Answered {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: String::new(),
    };
    let mut text = String::new();
    for (attempt, reply) in [
        (1, answered(200, &[])),
        (1, answered(302, &[])),
        (1, answered(400, &[])),
        (2, answered(503, &[("retry-after", "7")])),
        (3, Reply::TimedOut),
        (4, Reply::Unreachable { error: "no such host".into() }),
    ] {
        text.push_str(&steps(&attempt_steps(attempt, 1_789_380_000_123, 61, &reply)));
    }
    assert_snapshot!(text);
}

#[test]
fn how_requests_were_read() {
    let mut text = String::new();
    let hits = "en=purchase&pr1=id1&ep.transaction_id=T-1\nen=view_item&dl=https%3A%2F%2Fshop.example%2F%3Fu%3Djane%2540x.example\nep.a=b";
    let event = r#"[{"event_name":"lead","user_id":"u-1"},{"event_id":"e-2","currency":"EURO"}]"#;
    for (path, query, body) in [
        ("/g/collect", "v=2&tid=G-AB12CD34EF", hits),
        ("/events", "", event),
        ("/events", "", r#"{"event_name":"lead"}"#),
    ] {
        let request =
            Request { path: path.into(), query: query.into(), body: body.into(), ..Request::default() };
        for item in claim(&request, Limits::default()).unwrap().items {
            text.push_str(&steps(&item.steps));
        }
    }
    assert_snapshot!(text);
}
