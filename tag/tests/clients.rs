//! Requests as senders make them, and the events they must become.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tag::clients::{Claim, Client, Fault, FaultCode, Limits, Refusal, Request, claim, ga4, json as events};
use tag::event::Event;

const NOW_MS: i64 = 1_789_380_000_123;

#[derive(Deserialize)]
struct Example {
    name: String,
    request: Recorded,
    /// The one setting that an example may ask for.
    #[serde(default)]
    fpid: bool,
    expected: Vec<Expected>,
    command_channel: bool,
}

#[derive(Deserialize)]
struct Recorded {
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Expected {
    Event { event: Event },
    Faults { event_id: Option<String>, errors: Vec<Fault> },
}

fn read(claim: Claim) -> Vec<Expected> {
    let expected = |item: tag::clients::Item| match item.event {
        Ok(event) => Expected::Event { event },
        Err(errors) => Expected::Faults { event_id: item.event_id, errors },
    };
    claim.items.into_iter().map(expected).collect()
}

#[test]
fn recorded_requests_become_exactly_the_expected_events() {
    let examples: Vec<Example> = serde_json::from_str(include_str!("fixtures/clients.json")).unwrap();
    assert_eq!(examples.len(), 7);
    for Example { name, request, fpid, expected, command_channel } in examples {
        let request = Request {
            client_ip: request.headers.get("x-forwarded-for").map(|ip| ip.parse().unwrap()),
            method: request.method,
            path: request.path,
            query: request.query,
            headers: request.headers.into_iter().collect(),
            body: request.body.unwrap_or_default().into_bytes(),
            received_at_ms: NOW_MS,
        };
        let claim = match request.path.as_str() {
            "/g/collect" => ga4::claim(&request, Limits::default(), ga4::Options { fpid }),
            _ => claim(&request, Limits::default()),
        };
        let claim = claim.unwrap();
        assert_eq!(claim.command_channel, command_channel, "{name}");
        assert_eq!(read(claim), expected, "{name}");
    }
}

fn hit(query: &str, body: &str) -> Request {
    Request { path: "/g/collect".into(), query: query.into(), body: body.into(), ..Request::default() }
}

fn post(body: impl Into<Vec<u8>>) -> Request {
    Request { path: "/events".into(), body: body.into(), received_at_ms: NOW_MS, ..Request::default() }
}

fn ndjson(body: &str) -> Request {
    let headers = vec![("content-type".to_owned(), "application/x-ndjson; charset=utf-8".to_owned())];
    Request { headers, ..post(body) }
}

fn taken(request: &Request) -> Vec<Expected> {
    read(claim(request, Limits::default()).unwrap())
}

fn only_event(request: &Request) -> Event {
    match taken(request).pop() {
        Some(Expected::Event { event }) => event,
        other => panic!("{other:?}"),
    }
}

/// `code path: message` of each fault of the only event.
fn only_faults(request: &Request) -> Vec<String> {
    let Some(Expected::Faults { errors, .. }) = taken(request).pop() else { panic!("it was taken") };
    let code = |code: FaultCode| serde_json::to_value(code).unwrap().as_str().unwrap().to_owned();
    errors
        .into_iter()
        .map(|fault| format!("{} {}: {}", code(fault.code), fault.path, fault.message))
        .collect()
}

fn refusal(request: &Request) -> Refusal {
    claim(request, Limits::default()).unwrap_err()
}

// GA4

#[test]
fn a_back_end_speaks_for_its_visitor() {
    let query = "v=2&tid=G-AB12CD34EF&cid=server.20881&en=purchase&ep.transaction_id=20881&ep.currency=USD\
        &epn.value=59.00&ep.ip_override=198.51.100.77&ep.user_agent=Mozilla%2F5.0%20(iPhone)&cu=EUR&_uip=198.51.100.78";
    let body = "ep.user_data.address.0.first_name=Jane+Ann&ep.user_data.address.0.country=US";
    let own = Request { client_ip: Some([10, 0, 0, 9].into()), ..hit(query, body) };
    let event = only_event(&own);
    assert_eq!(event.0["value"], json!(59));
    assert_eq!(event.0["transaction_id"], json!("20881"));
    assert_eq!(event.0["currency"], json!("USD"), "the site's own parameter beats the base one");
    assert_eq!(event.0["ip_override"], json!("198.51.100.77"));
    assert_eq!(event.0["user_agent"], json!("Mozilla/5.0 (iPhone)"));
    assert_eq!(event.0["user_data"], json!({"address": [{"first_name": "Jane Ann", "country": "US"}]}));

    let wrong = query.replace("198.51.100.77", "nowhere");
    assert_eq!(only_event(&hit(&wrong, body)).0["ip_override"], json!("198.51.100.78"));
}

#[test]
fn a_site_cannot_overwrite_what_the_protocol_says() {
    let query = "v=2&tid=G-X&en=lead&cid=1.2&ep.event_name=purchase&ep.client_id=3.4&ep.x-ga-gcs=G111\
        &ep.x-sst-a=b&ep.user_data=x&ep.=y&ep.score=high&_uip=nowhere";
    let event = only_event(&hit(query, ""));
    assert_eq!((event.name(), event.text("client_id").as_deref()), ("lead", Some("1.2")));
    assert_eq!(event.text("score").as_deref(), Some("high"));
    for key in ["x-ga-gcs", "x-sst-a", "user_data", "", "ip_override"] {
        assert_eq!(event.0.get(key), None, "{key}");
    }
}

#[test]
fn bad_encoding_and_unknown_parameters_survive() {
    let event =
        only_event(&hit("v=2&tid=G-X&en=search&dt=100%25%20%zz%FF&ep.q=a+b&gap.plf=5&ur=DE-BY&upn.n=3", ""));
    assert_eq!(event.0["page_title"], json!("100% %zz\u{fffd}"));
    assert_eq!(event.0["q"], json!("a b"));
    assert_eq!(event.0["x-ga-mp2-gap.plf"], json!("5"));
    assert_eq!(event.0["event_location"], json!({"country": "DE", "region": "BY"}));
    assert_eq!(event.0["x-ga-mp2-user_properties"], json!({"n": 3}));
}

#[test]
fn a_line_without_a_name_costs_only_itself() {
    let lines = "en=page_view\n\nep.event_id=e-2\nen=&v=1\n";
    let items = taken(&hit("v=2&tid=G-X", lines));
    let fault = |code, path: &str, message: &str| Fault { code, path: path.into(), message: message.into() };
    let no_name = fault(FaultCode::Required, "/event_name", "the hit has no event name (en)");
    let wrong_version =
        fault(FaultCode::Invalid, "/x-ga-protocol_version", "the hit is not of protocol version 2 (v=2)");
    assert_eq!(items.len(), 3);
    assert!(matches!(&items[0], Expected::Event { event } if event.name() == "page_view"));
    assert_eq!(items[1], Expected::Faults { event_id: Some("e-2".into()), errors: vec![no_name.clone()] });
    assert_eq!(items[2], Expected::Faults { event_id: None, errors: vec![wrong_version, no_name] });
}

#[test]
fn what_is_no_ga4_request_is_refused_whole() {
    for (query, body) in [("", ""), ("v=2&en=x", ""), ("v=1&tid=G-X&en=x", ""), ("v=2&tid=", "en=x\nen=y")] {
        assert_eq!(refusal(&hit(query, body)), Refusal::NotGa4, "{query}");
    }
    assert_eq!(
        refusal(&hit("v=2&tid=G-X", &"en=x\n".repeat(101))),
        Refusal::TooManyEvents { count: 101, limit: 100 }
    );
    // Some back ends put everything into the body.
    assert_eq!(only_event(&hit("", "v=2&tid=G-X&en=x")).name(), "x");
}

// JSON

#[test]
fn every_wrong_field_is_named_at_once() {
    let event = json!({
        "event_name": "1st order", "event_id": "x".repeat(129), "transaction_id": true, "event_time": "yesterday",
        "user_id": 1e300, "currency": "E1", "value": "much", "page_location": "/checkout",
        "page_referrer": "android-app://x", "ip_override": 7, "items": [{"item_id": ""}, 3],
        "user_data": {
            "email_address": ["jane@x.example", "jane"], "sha256_phone_number": "49151",
            "address": [{"sha256_first_name": "jane"}, 3],
        },
        "consent_state": {"ad/storage": "maybe"}, "amazon_consent": {"ad_storage": true, "note": 1},
        "event_location": {"country": "Germany"},
    });
    assert_eq!(
        only_faults(&post(event.to_string())),
        [
            "invalid /event_name: must start with a letter and hold only letters, digits, spaces and _ . -",
            "out_of_range /event_id: at most 128 characters",
            "invalid /transaction_id: text or a number expected",
            "invalid /user_id: too long for a number; send it as text",
            "invalid /event_time: RFC 3339 time or Unix time expected",
            "invalid /currency: three-letter ISO 4217 code expected",
            "invalid /value: number expected",
            "invalid /page_location: absolute http or https address expected",
            "invalid /page_referrer: absolute http or https address expected",
            "invalid /ip_override: IPv4 or IPv6 address expected",
            "required /items/0: item_id or item_name is required",
            "not_an_object /items/1: object expected",
            "invalid /user_data/email_address/1: e-mail address with @ expected",
            "invalid /user_data/sha256_phone_number: SHA-256 hash as 64 hex digits or 43 base64url characters expected",
            "invalid /user_data/address/0/sha256_first_name: SHA-256 hash as 64 hex digits or 43 base64url characters expected",
            "not_an_object /user_data/address/1: object expected",
            "invalid /consent_state/ad~1storage: granted or denied expected",
            "invalid /amazon_consent/ad_storage: granted or denied expected",
            "invalid /event_location/country: two-letter ISO 3166 code expected",
        ]
    );
}

#[test]
fn fields_are_brought_into_one_form() {
    let hash = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d";
    let event = json!({
        "event_name": "Order placed", "event_id": 17, "transaction_id": 9_007_199_254_740_993_u64, "user_id": "",
        "event_time": 1_789_379_999.5, "currency": "usd", "value": " 59.00 ", "page_referrer": null,
        "user_data": {"sha256_email_address": [hash.to_uppercase(), "huC55WwXzE0SOH4ZSbhQU_vnO8POWhGIcTqdMAzGEz0"]},
        "consent_state": {"ad_storage": "Granted", "ad_user_data": 0}, "event_location": {"country": "uk"},
        "own": {"key": [1, null]},
    });
    assert_eq!(
        Value::Object(only_event(&post(event.to_string())).0),
        json!({
            "event_name": "Order placed", "event_id": "17", "transaction_id": "9007199254740993",
            "timestamp_micros": 1_789_379_999_500_000_i64, "currency": "USD", "value": 59,
            "user_data": {"sha256_email_address": [hash, hash]},
            "consent_state": {"ad_storage": true, "ad_user_data": false}, "event_location": {"country": "GB"},
            "own": {"key": [1, null]},
        })
    );
}

#[test]
fn a_value_needs_a_currency_and_a_time_must_be_near() {
    let no_currency = r#"{"event_name":"lead","value":0,"currency":null}"#;
    assert_eq!(only_faults(&post(no_currency)), ["required /currency: currency is required with value"]);

    let range = "must be at most 5 minutes ahead and 30 days back";
    let (ahead, back) = (NOW_MS + 300_000, NOW_MS - 30 * 86_400_000);
    for (key, time, good) in [
        ("event_time", ahead, true),
        ("event_time", ahead + 1, false),
        ("event_time", back, true),
        ("event_time", back - 1, false),
        ("timestamp_micros", ahead * 1000, true),
        ("timestamp_micros", (ahead + 1) * 1000, false),
    ] {
        let request = post(json!({"event_name": "lead", key: time}).to_string());
        if good {
            assert_eq!(
                only_event(&request).time_ms(),
                Some(if key == "event_time" { time } else { time / 1000 })
            );
        } else {
            assert_eq!(only_faults(&request), [format!("out_of_range /{key}: {range}")]);
        }
    }
}

#[test]
fn an_envelope_shares_its_defaults() {
    let body = json!({
        "defaults": {"currency": "EUR", "user_id": "u-1"},
        "events": [{"event_name": "lead", "user_id": "u-2"}, {"event_name": "search"}, 7],
    });
    let items = taken(&post(body.to_string()));
    let event = |value| Expected::Event { event: serde_json::from_value(value).unwrap() };
    assert_eq!(items[0], event(json!({"currency": "EUR", "user_id": "u-2", "event_name": "lead"})));
    assert_eq!(items[1], event(json!({"currency": "EUR", "user_id": "u-1", "event_name": "search"})));
    assert!(matches!(&items[2], Expected::Faults { errors, .. } if errors[0].code == FaultCode::NotAnObject));
    for body in [r#"{"events":{}}"#, r#"{"events":[],"defaults":[]}"#, r#""event""#, "7", "null"] {
        assert_eq!(refusal(&post(body)), Refusal::NotEvents, "{body}");
    }
}

#[test]
fn unreadable_bodies_say_where() {
    assert_eq!(
        refusal(&post("{\n  \"event_name\": purchase}")).to_string(),
        "the body is not JSON: expected value at line 2, column 17"
    );
    assert_eq!(
        refusal(&ndjson("\n{\"a\":\n[")).to_string(),
        "the body is not JSON: EOF while parsing a value at line 2, column 5"
    );
    for body in ["", " \n", "\u{feff}", "[]", r#"{"events":[]}"#] {
        assert_eq!(refusal(&post(body)), Refusal::Empty, "{body:?}");
    }
    let broken_line = taken(&ndjson("{\"event_name\":\"lead\"}\n{\"event_name\":\n"));
    let Expected::Faults { errors, .. } = &broken_line[1] else { panic!("it was taken") };
    assert_eq!(errors[0].code, FaultCode::Unparsable);
    assert_eq!(errors[0].message, "the line is not JSON: EOF while parsing a value at line 2, column 14");
}

#[test]
fn half_a_character_costs_no_event() {
    let bodies = [
        r#"{"event_name":"lead","note":"cut \ud83d"}"#,
        r#"[{"event_name":"lead","note":"cut \ud83d"}]"#,
        r#"{"events":[{"event_name":"lead","note":"cut \ud83d"}]}"#,
    ];
    for body in bodies {
        for request in [post(body), ndjson(body)] {
            let Ok(mut claim) = claim(&request, Limits::default()) else { panic!("{body} was refused") };
            let item = claim.items.remove(0);
            let Ok(event) = item.event else { continue };
            assert_eq!(event.0["note"], json!("cut \u{fffd}"));
            assert_eq!(item.steps[0].notes.len(), 1, "the trace says so");
        }
    }
    assert!(matches!(refusal(&post(r#"{"a": "\ud83d", }"#)), Refusal::NotJson { .. }));
}

#[test]
fn limits_hold() {
    let event = r#"{"event_name":"lead"}"#;
    let many = |separator| vec![event; 1001].join(separator);
    let too_many = Refusal::TooManyEvents { count: 1001, limit: 1000 };
    assert_eq!(refusal(&post(format!("[{}]", many(",")))), too_many);
    assert_eq!(refusal(&ndjson(&many("\n"))), too_many);

    let nested =
        |levels| format!(r#"{{"event_name":"lead","x":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert_eq!(only_event(&post(nested(31))).name(), "lead");
    assert_eq!(only_faults(&post(nested(32))), ["too_large : nested deeper than 32 levels"]);
    assert!(matches!(refusal(&post(nested(100_000))), Refusal::NotJson { .. }));

    let items: Vec<Value> = (0..201).map(|id| json!({"item_id": id})).collect();
    let event = json!({"event_name": "lead", "items": items});
    assert_eq!(only_faults(&post(event.to_string())), ["too_large /items: at most 200 items"]);
}

#[test]
fn a_byte_order_mark_is_no_obstacle() {
    assert_eq!(only_event(&post("\u{feff}{\"event_name\":\"lead\"}")).name(), "lead");
    assert_eq!(only_event(&ndjson("\u{feff}{\"event_name\":\"lead\"}")).name(), "lead");
    assert_eq!(only_event(&hit("v=2&tid=G-X", "\u{feff}en=lead")).name(), "lead");
}

#[test]
fn the_path_chooses_the_client() {
    let request = post(r#"{"event_name":"lead"}"#);
    assert_eq!(claim(&request, Limits::default()).unwrap().client, Client::Json);
    assert_eq!(refusal(&Request { path: "/g/collect".into(), ..request }), Refusal::NotGa4);
}

#[test]
fn the_same_event_has_the_same_key_and_no_other() {
    let key = |event: Value| events::dedupe_key(&serde_json::from_value(event).unwrap());
    let first = key(json!({"event_name": "purchase", "event_id": "e-1", "transaction_id": "T-1"}));
    assert!(first.is_some());
    assert_eq!(first, key(json!({"event_name": "purchase", "event_id": "e-1"})));
    assert_eq!(
        key(json!({"event_name": "purchase", "transaction_id": 7})),
        key(json!({"event_name": "purchase", "event_id": "7"}))
    );
    assert_ne!(first, key(json!({"event_name": "refund", "event_id": "e-1"})));
    assert_ne!(
        key(json!({"event_name": "a b", "event_id": "c"})),
        key(json!({"event_name": "a", "event_id": "b c"}))
    );
    assert_eq!(key(json!({"event_name": "purchase"})), None);
}
