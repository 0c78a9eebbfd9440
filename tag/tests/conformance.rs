//! Recorded runs of the server-side GTM template, replayed: same tag and event, same requests.
//!
//! `vectors.jsonl` holds the runs that use only what the tag run knows so far: no consent setting, advanced
//! matching, Match ID, measurement token, attribute list or units sold, and no input on which the template itself fails.
//! Where we differ on purpose, the difference is one of [`DEVIATIONS`], and nothing else may differ.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use serde::Deserialize;
use tag::amazon::Endpoints;
use tag::config::attributes::{Automatic, Fit};
use tag::config::{self, Attributes, EventName, Region, TagConfig, Unmapped};
use tag::context::Context;
use tag::event::Event;
use tag::run::{Decision, run};

#[derive(Deserialize)]
struct Vector {
    name: String,
    tag: Recorded,
    event: Event,
    now_ms: i64,
    event_requests: Vec<String>,
}

/// The template's settings, as far as the vectors use them.
#[derive(Deserialize)]
struct Recorded {
    mode: String,
    #[serde(default)]
    name: String,
    region: String,
    tag_ids: Vec<String>,
}

/// A difference on purpose: its reason, and the template's request rewritten into ours.
type Deviation = (&'static str, fn(&str) -> String);

const DEVIATIONS: [Deviation; 3] = [
    ("currency goes with purchases only: Amazon documents it for no other event", |url| {
        let purchase = url.contains("&event=Off-AmazonPurchases&");
        let parameters =
            url.split('&').filter(|parameter| purchase || !parameter.starts_with("currencyCode="));
        parameters.collect::<Vec<_>>().join("&")
    }),
    ("the tag ID is percent-encoded: a stray & must not become a parameter", |url| {
        let (endpoint, query) = url.split_once("?pid=").unwrap();
        let (id, rest) = query.split_once("&event=").unwrap();
        let id = id.replace(' ', "%20").replace('&', "%26").replace('=', "%3D").replace('ï', "%C3%AF");
        format!(
            "{endpoint}?pid={}&event={rest}",
            id.replace('/', "%2F").replace('€', "%E2%82%AC").replace('?', "%3F")
        )
    }),
    ("a custom name loses the spaces around it: they come with copying", |url| {
        url.replace("&event=%C2%A0nbsp%C2%A0&", "&event=nbsp&")
    }),
];

fn config(recorded: &Recorded) -> TagConfig {
    let name = recorded.name.clone();
    let event_name = match recorded.mode.as_str() {
        "standard" => EventName::Standard { name },
        "custom" => EventName::Custom { name },
        _ => EventName::Inherit { unmapped: Unmapped::Send },
    };
    let region = match recorded.region.as_str() {
        "NA" => Region::Na,
        "EU" => Region::Eu,
        _ => Region::Fe,
    };
    let automatic = Automatic {
        units_sold: false,
        brand: false,
        category: false,
        product_id: false,
        ..Automatic::default()
    };
    let attributes = Attributes { automatic, fit: Fit::Template, ..Attributes::default() };
    TagConfig { tag_ids: recorded.tag_ids.clone(), region, event_name, attributes, ..TagConfig::default() }
}

/// The addresses that we would request. A configuration that does not pass sends nothing.
fn requests(vector: &Vector) -> Vec<String> {
    let Ok(tag) = config::check(&config(&vector.tag)).tag else { return vec![] };
    let endpoints = Endpoints::default();
    let context = Context::new(vector.now_ms, &endpoints);
    match run(&tag, &vector.event, context).decision {
        Decision::Send(requests) => requests.into_iter().map(|request| request.url).collect(),
        Decision::Skip(_) => vec![],
    }
}

#[test]
fn recorded_runs_lead_to_the_same_requests() {
    let vectors =
        include_str!("fixtures/vectors.jsonl").lines().map(|line| serde_json::from_str(line).unwrap());
    let vectors: Vec<Vector> = vectors.collect();
    let mut used = [0; DEVIATIONS.len()];
    let mut mismatches = vec![];
    for vector in &vectors {
        let mut expected = vector.event_requests.clone();
        for url in &mut expected {
            for (deviation, used) in DEVIATIONS.iter().zip(&mut used) {
                let ours = deviation.1(url);
                *used += usize::from(ours != *url);
                *url = ours;
            }
        }
        let requests = requests(vector);
        if requests != expected {
            mismatches.push(format!("{}\n  theirs {expected:#?}\n  ours   {requests:#?}", vector.name));
        }
    }
    assert!(mismatches.is_empty(), "{} of {}:\n{}", mismatches.len(), vectors.len(), mismatches.join("\n"));
    assert_eq!(vectors.len(), 98);
    for (deviation, used) in DEVIATIONS.iter().zip(used) {
        assert!(used > 0, "not needed any more: {}", deviation.0);
    }
}

#[test]
fn an_event_goes_out_with_its_own_time() {
    // The template sends the time of sending; no recorded event states its own.
    let event = serde_json::json!({"event_name": "page_view", "timestamp_micros": 1_789_379_998_250_000_i64});
    let vector = Vector {
        name: String::new(),
        tag: Recorded {
            mode: "inherit".into(),
            name: String::new(),
            region: "EU".into(),
            tag_ids: vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".into()],
        },
        event: serde_json::from_value(event).unwrap(),
        now_ms: 1_789_380_000_123,
        event_requests: vec![],
    };
    assert!(requests(&vector)[0].ends_with("&ts=1789379998250"), "{:?}", requests(&vector));
}
