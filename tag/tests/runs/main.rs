//! What must hold for every run: any configuration that passes the check, any event, any browser, any reply.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

mod any;

use any::{TCF, any_config, any_cookies, any_event, any_headers, any_key, any_reply, plain_config};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tag::amazon::Endpoints;
use tag::amazon::reply::Reply;
use tag::amazon::sync::{self, Next, Redirect};
use tag::config::{Tag, TagConfig, check};
use tag::context::{Browser, Context, NoSites};
use tag::event::Event;
use tag::lint::lint;
use tag::log::About;
use tag::privacy::redact;
use tag::run::{Decision, EventRequest, Run, run};
use tag::trace::{Effect, attempt_steps};

const NOW_MS: i64 = 1_789_380_000_123;
fn context<'a>(
    endpoints: &'a Endpoints,
    headers: &'a [(String, String)],
    cookies: &'a [(String, String)],
) -> Context<'a> {
    let browser = Browser { headers, cookies, query: "x=%zz&x=2" };
    Context { now_ms: NOW_MS, endpoints, browser, sites: &NoSites, pixels: true, preview: false }
}

fn sent(run: &Run) -> &[EventRequest] {
    match &run.decision {
        Decision::Send(plan) => &plan.requests,
        Decision::Skip(_) => &[],
    }
}

/// Everything that comes after a run, with the same reply to every question.
fn carry_on(run: &Run, reply: &Reply, endpoints: &Endpoints) {
    let about = About::default();
    for request in sent(run) {
        let stored: EventRequest = serde_json::from_value(serde_json::to_value(request).unwrap()).unwrap();
        assert_eq!(&stored, request);
        let token = stored.token.as_ref().map(|ask| ask.answered(reply, NOW_MS));
        for cookie in token.iter().flat_map(|answered| &answered.cookies) {
            assert!(cookie.header().bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
        let request = stored.with_token(token.and_then(|answered| answered.param));
        let url = request.url();
        assert!(url.bytes().all(|byte| (b'!'..=b'~').contains(&byte)), "{url}");
        let _ = about.request(&request.tag_id, &url).redacted().row();
        let _ = about.reply(&request.tag_id, reply).redacted().console();
        let _ = attempt_steps(1, NOW_MS, 5, reply);
        let Reply::Answered { status, headers, .. } = reply else { continue };
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        if let Some(redirect) = Redirect::of(*status, headers)
            && let Next::Browser { pixel: address } = sync::next(&redirect, &url, request.sync, endpoints)
        {
            assert!(address.starts_with("https://"), "{address}");
        }
    }
}

proptest! {
    #[test]
    fn no_configuration_no_event_no_browser_and_no_reply_makes_a_run_panic(
        config in any_config(), event in any_event(), headers in any_headers(), cookies in any_cookies(), reply in any_reply(),
    ) {
        let config: TagConfig = serde_json::from_value(config).unwrap();
        let Ok(tag) = check(&config).tag else { return Ok(()) };
        let endpoints = Endpoints::default();
        let context = context(&endpoints, &headers, &cookies);
        let run = run(&tag, &event, context);
        for finding in lint(&tag, &event, context) {
            prop_assert!(!finding.message.is_empty());
        }
        let stopped = run.trace.steps.last().is_some_and(|step| step.effect == Effect::Stopped);
        prop_assert_eq!(stopped, sent(&run).is_empty());
        for param in sent(&run).iter().flat_map(|request| &request.params) {
            prop_assert!(!param.origin.trim().is_empty(), "{:?}", param);
        }
        carry_on(&run, &reply, &endpoints);
    }

    #[test]
    fn a_run_names_nobody(
        config in plain_config(), event in any_event(), key in any_key(), cookies in any_cookies(),
        user in "[a-z]{6,9}", number in "[1-9][0-9]{8}",
    ) {
        let (email, phone) = (format!("{user}@shop.example"), format!("+49{number}"));
        let mut event = event;
        event.0.insert(key, json!(format!("{phone} {email}")));
        event.0.insert("note".to_owned(), json!([{"by": email}, {phone.clone(): 1}]));
        event.0.insert("user_data".to_owned(), json!({"email_address": email.to_uppercase(), "phone": [number, phone]}));
        let tag = check(&config).tag.unwrap();
        let endpoints = Endpoints::default();
        let run = run(&tag, &event, context(&endpoints, &[], &cookies));
        let trace = serde_json::to_string(&run.trace).unwrap().to_lowercase();
        let kept = redact(&event).to_string().to_lowercase();
        let asked = sent(&run).iter().filter_map(|request| request.token.as_ref());
        let asked = serde_json::to_string(&asked.collect::<Vec<_>>()).unwrap();
        for text in [trace, kept, asked] {
            for person in [&user, &number] {
                prop_assert!(!text.contains(person.as_str()), "{} is in {}", person, text);
            }
        }
    }

    #[test]
    fn what_a_template_makes_of_a_person_is_sent_and_not_shown(user in "[a-z]{6,9}", number in "0[1-9][0-9]{7}") {
        let config = json!({
            "tag_ids": ["a"],
            "attributes": {"custom": [{"name": "call", "value": {"template": "tel {{ user_data.phone_number }}"}}]},
            "match_id": {"value": {"template": "{{ user_data.address.last_name }}"}},
        });
        let config: TagConfig = serde_json::from_value(config).unwrap();
        let user_data = json!({"phone_number": number, "address": {"last_name": user}});
        let event: Event = serde_json::from_value(json!({"event_name": "lead", "user_data": user_data})).unwrap();
        let run = run(&check(&config).tag.unwrap(), &event, context(&Endpoints::default(), &[], &[]));
        let url = sent(&run)[0].url();
        prop_assert!(url.contains(&number) && url.contains(&user), "the marketer wants it sent: {}", url);
        let trace = serde_json::to_string(&run.trace).unwrap();
        prop_assert!(!trace.contains(&number) && !trace.contains(&user), "{}", trace);
    }

    #[test]
    fn without_consent_no_identifier_leaves(
        config in plain_config(), mut event in any_event(), cookies in any_cookies(), denial in 0..6_usize,
        user in "[a-z]{6,9}",
    ) {
        for key in ["gdpr", "gdpr_consent", "gpp", "amazon_consent", "consent_state", "consent", "x-ga-gcs", "x-ga-gcd"] {
            event.0.remove(key);
        }
        let (key, value) = match denial {
            0 => ("gdpr_consent", json!(TCF[1])),
            1 => ("amazon_consent", json!({"ad_storage": "DENIED", "user_data": "DENIED"})),
            2 => ("amazon_consent", json!({"ad_storage": "GRANTED", "user_data": "DENIED"})),
            3 => ("consent_state", json!({"ad_storage": "denied", "ad_user_data": "denied"})),
            4 => ("x-ga-gcs", json!("G100")),
            _ => ("us_privacy", json!("1YYN")),
        };
        event.0.insert(key.to_owned(), value);
        if denial != 5 {
            event.0.remove("us_privacy");
        }
        let person = json!({
            "user_data": {"email_address": format!("{user}@shop.example"), "phone_number": "+4917699887766"},
            "user_id": format!("id-{user}"), "ip_override": "203.0.113.99",
            "page_location": "https://shop.example/?aref=QwErTy0987",
        });
        event.0.extend(person.as_object().cloned().unwrap());
        let mut cookies = cookies;
        cookies.insert(0, ("amznAref".to_owned(), format!("ZyXw987654.{}", NOW_MS - 1000)));
        cookies.insert(0, ("aatToken".to_owned(), "AIPtoken".to_owned()));
        // What the event says of consent is asked first.
        cookies.retain(|(name, _)| name != "euconsent-v2" && name != "amzn_consent");
        let endpoints = Endpoints::default();
        let run = run(&check(&config).tag.unwrap(), &event, context(&endpoints, &[], &cookies));
        if let Decision::Send(plan) = &run.decision {
            prop_assert!(plan.cookies.is_empty(), "{:?}", plan.cookies);
        }
        for request in sent(&run) {
            prop_assert_eq!(&request.token, &None);
            for name in ["amznToken", "MATCH_ID", "arefs"] {
                let found = request.params.iter().find(|param| param.name == name);
                prop_assert_eq!(found, None);
            }
            let url = request.url();
            for secret in [user.as_str(), "AIPtoken", "QwErTy0987", "ZyXw987654", "203.0.113.99", "17699887766"] {
                prop_assert!(!url.contains(secret), "{} is in {}", secret, url);
            }
        }
    }
}

/// The default tag for everything, run on an event.
fn ran(event: Value) -> Run {
    let config: TagConfig = serde_json::from_value(json!({
        "tag_ids": ["a"], "matching": {"enabled": true, "phone_rule": "template", "email_rule": "template"},
        "attributes": {"custom": [{"name": "all", "value": {"template": "{{ x }}"}}]},
    }))
    .unwrap();
    let tag: Tag = check(&config).tag.unwrap();
    let endpoints = Endpoints::default();
    let run = run(&tag, &serde_json::from_value(event).unwrap(), context(&endpoints, &[], &[]));
    carry_on(&run, &Reply::TimedOut, &endpoints);
    run
}

fn noted(run: &Run) -> Vec<String> {
    let notes = run.trace.steps.iter().flat_map(|step| &step.notes);
    notes.map(|note| format!("{} {}", note.reason.code(), note.subject)).collect()
}

#[test]
fn huge_events_end_in_a_trace() {
    let keys: Map<String, Value> = (0..10_000).map(|key| (format!("key_{key}"), json!(key))).collect();
    let mut event =
        json!({"event_name": "purchase", "items": (0..10_000).collect::<Vec<_>>(), "user_data": keys});
    event.as_object_mut().unwrap().extend(keys.clone());
    assert!(!sent(&ran(event)).is_empty());

    let long = "x".repeat(1 << 20);
    let run = ran(json!({"event_name": "purchase", "event_id": long}));
    let last = run.trace.steps.last().unwrap();
    assert_eq!(last.summary, "clientDedupeId has 1048576 characters; Amazon allows 1000");
    assert!(last.reason.is_some_and(|reason| reason.code() == "map.value_too_long"));
    let run = ran(json!({"event_name": long, "user_data": {"email": long}}));
    assert!(
        run.trace.steps.last().unwrap().reason.is_some_and(|reason| reason.code() == "map.name_too_long")
    );
}

#[test]
fn an_event_of_odd_kinds_says_what_was_ignored() {
    let run = ran(json!({
        "event_name": "purchase", "items": "none", "page_location": {"href": "x"}, "ip_override": 7,
        "gdpr_consent": "no string", "user_data": {"email": {"deep": [[[["a@b.example"]]]]}, "phone": true},
        "amazon_consent": [], "user_id": "undefined",
    }));
    assert_eq!(
        noted(&run),
        [
            "consent.unreadable gdpr_consent: it has characters that such a string cannot have",
            "consent.country_missing consent.country",
            "map.value_ignored ip_override",
            "map.value_ignored items",
            "identity.unusable user_data.email",
            "identity.unusable user_data.phone",
            "map.value_ignored user_id",
            "map.value_ignored page_location",
        ]
    );
}

#[test]
fn odd_characters_travel_as_they_are() {
    let event: Value =
        serde_json::from_str(r#"{"event_name": "purchase", "event_id": "a\u0000b\ufffd😀"}"#).unwrap();
    let url = sent(&ran(event))[0].url();
    assert!(url.contains("clientDedupeId=a%00b%EF%BF%BD%F0%9F%98%80"), "{url}");
}
