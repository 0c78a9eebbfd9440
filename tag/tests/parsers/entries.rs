//! Every parser of what comes from outside, by name, as a function of bytes. The tests call them with generated
//! bytes, and so do the fuzz targets in `fuzz/`, for as long as one lets them.

use serde_json::{Value, json};
use tag::amazon::Endpoints;
use tag::amazon::reply::{self, Reply};
use tag::clients::{Limits, Request, claim};
use tag::config::{TagConfig, check};
use tag::consent;
use tag::context::{Browser, Context, NoSites};
use tag::event::Event;
use tag::gtm;
use tag::privacy::{mask_text, redact, request_view};
use tag::run::{Decision, run};

/// Takes any bytes, and must not panic.
pub(crate) type Parser = fn(&[u8]);

pub(crate) const ENTRIES: [(&str, Parser); 11] = [
    ("ga4_hit", ga4_hit),
    ("json_events", json_events),
    ("tcf", |bytes| consent_of("gdpr_consent", bytes)),
    ("gpp", |bytes| consent_of("gpp", bytes)),
    ("gcd", |bytes| consent_of("x-ga-gcd", bytes)),
    ("consent_cookie", consent_cookie),
    ("aref_cookie", |bytes| run_with("https://shop.example/?aref=AbCd123456", &text(bytes))),
    ("page_url", |bytes| run_with(&text(bytes), "AbCd123456.1789380000000")),
    ("container", container),
    ("sources", sources),
    ("token_reply", token_reply),
];

/// The entry of that name.
pub(crate) fn entry(name: &str) -> fn(&[u8]) {
    let found = ENTRIES.iter().find(|(known, _)| *known == name);
    found.map(|(_, entry)| *entry).unwrap_or_else(|| panic!("there is no parser {name}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn object(value: Value) -> Event {
    Event(value.as_object().cloned().unwrap_or_default())
}

/// The first line is the query, the rest the body.
fn ga4_hit(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (query, body) = bytes.split_at(end);
    let query = format!("v=2&tid=G-X&{}", text(query));
    let request = Request { path: "/g/collect".into(), query, body: body.to_vec(), ..Request::default() };
    claimed(&request);
}

fn json_events(bytes: &[u8]) {
    for kind in ["application/json", "application/x-ndjson"] {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        claimed(&Request { path: "/events".into(), headers, body: bytes.to_vec(), ..Request::default() });
    }
}

fn claimed(request: &Request) {
    let _ = request_view(request);
    let Ok(claim) = claim(request, Limits::default()) else { return };
    for event in claim.items.into_iter().filter_map(|item| item.event.ok()) {
        let _ = mask_text(&redact(&event).to_string());
        ran(&event, Browser::default());
    }
}

fn consent_of(key: &str, bytes: &[u8]) {
    let event = object(json!({"event_name": "purchase", "gdpr": 1, key: text(bytes)}));
    let signals = consent::read(&event, &Browser::default());
    assert!(serde_json::to_string(&signals).is_ok());
    ran(&event, Browser::default());
}

fn consent_cookie(bytes: &[u8]) {
    let cookies = [("amzn_consent".to_owned(), text(bytes))];
    let browser = Browser { cookies: &cookies, ..Browser::default() };
    let event = object(json!({"event_name": "purchase"}));
    assert!(serde_json::to_string(&consent::read(&event, &browser)).is_ok());
    ran(&event, browser);
}

fn run_with(page: &str, cookie: &str) {
    let cookies = [("amznAref".to_owned(), cookie.to_owned())];
    let browser = Browser { cookies: &cookies, ..Browser::default() };
    ran(&object(json!({"event_name": "purchase", "page_location": page})), browser);
}

/// Runs a tag that looks at everything.
fn ran(event: &Event, browser: Browser<'_>) {
    let config = TagConfig { tag_ids: vec!["a".into()], ..TagConfig::default() };
    let Ok(tag) = check(&config).tag else { return };
    let endpoints = Endpoints::default();
    let context = Context {
        now_ms: 1_789_380_000_123,
        endpoints: &endpoints,
        browser,
        sites: &NoSites,
        pixels: true,
        preview: false,
    };
    let run = run(&tag, event, context);
    assert!(!run.trace.steps.is_empty());
    let Decision::Send(plan) = run.decision else { return };
    for url in plan.requests.iter().map(tag::run::EventRequest::url) {
        assert!(url.bytes().all(|byte| (b'!'..=b'~').contains(&byte)), "{url}");
    }
    for header in plan.cookies.iter().map(tag::cookie::SetCookie::header) {
        assert!(header.len() < 5000 && header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header}");
    }
}

fn container(bytes: &[u8]) {
    let Ok(container) = serde_json::from_slice::<Value>(bytes) else { return };
    for imported in gtm::container(&container).unwrap_or_default() {
        let _ = check(&imported.config);
    }
    if let Value::Object(parameters) = &container {
        let _ = check(&gtm::template(parameters).config);
    }
}

/// A template, the name of a field, a pattern and a number, from the same text.
fn sources(bytes: &[u8]) {
    let source = text(bytes);
    let condition =
        |operator: &str| json!({"field": source, "operator": operator, "value": source, "ignore_case": true});
    let config = json!({
        "tag_ids": ["a"],
        "trigger": {"on": "conditions", "any": [[condition("equals")], [condition("matches")], [condition("less")]]},
        "attributes": {"custom": [{"name": "made", "value": {"template": source}}]},
    });
    let Ok(config) = serde_json::from_value::<TagConfig>(config) else { return };
    let event = object(json!({"event_name": "purchase", "value": 5, "items": [{"item_id": "a"}]}));
    if let Ok(tag) = check(&config).tag {
        let _ = run(&tag, &event, Context::new(0, &Endpoints::default()));
    }
}

fn token_reply(bytes: &[u8]) {
    let config = json!({"tag_ids": ["a"], "matching": {"enabled": true}});
    let Ok(config) = serde_json::from_value::<TagConfig>(config) else { return };
    let Ok(tag) = check(&config).tag else { return };
    let event =
        object(json!({"event_name": "purchase", "user_data": {"email_address": "jane@shop.example"}}));
    let run = run(&tag, &event, Context::new(0, &Endpoints::default()));
    let Decision::Send(plan) = run.decision else { return };
    let value = text(bytes);
    let headers = vec![("retry-after".to_owned(), value.clone()), ("date".to_owned(), value.clone())];
    let reply = Reply::Answered { status: 200, headers, body: value };
    for ask in plan.requests.iter().filter_map(|request| request.token.as_ref()) {
        for cookie in ask.answered(&reply, 0).cookies {
            assert!((0..=604_800).contains(&cookie.max_age_s));
        }
    }
    let Reply::Answered { headers, body, .. } = reply else { return };
    let _ = reply::read(&Reply::Answered { status: 429, headers, body });
}
