//! What marketers read in the debugger, word for word.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use insta::assert_snapshot;
use serde_json::{Value, json};
use tag::amazon::Endpoints;
use tag::amazon::reply::Reply;
use tag::amazon::sync::{self, Next, Policy, Redirect};
use tag::clients::{Limits, Request, claim};
use tag::config::consent::Gate;
use tag::config::{CookieSync, EventName, Region, TagConfig, Unmapped, check};
use tag::context::{Browser, Context, Sites};
use tag::event::Event;
use tag::reason::Reason;
use tag::run::{Decision, Run, run};
use tag::trace::{Step, StepId, attempt_steps};

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
    told_run(ran(config, event))
}

fn told_run(run: Run) -> String {
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
        let notes = step.notes.iter().map(|note| format!("\n  ! {}: {}", note.subject, note.reason.text()));
        let notes: String = notes.collect();
        format!("{}: {} ({effect}){field}{reason}{facts}{notes}\n", step.id.label(), step.summary)
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

/// Allows Amazon.
const TCF: &str = "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA";

/// A shop's purchase, with all that the engine knows how to use, and more.
fn purchase(more: Value) -> Value {
    let mut event = json!({
        "event_name": "purchase", "event_id": "e-77", "transaction_id": "T-1024", "currency": "EUR", "value": 72.4,
        "timestamp_micros": 1_789_379_998_000_000_i64, "user_id": "customer-17",
        "page_location": "https://www.shop.example/thanks?aref=AbCd123456",
        "items": [
            {"item_id": "SKU-1", "item_name": "Shoe", "item_brand": "Nord & Süd", "item_category": "Shoes", "quantity": 2},
            {"item_id": "SKU-2", "item_name": "Sock", "quantity": 1},
        ],
        "user_data": {"email_address": "Jane.Doe@Shop.Example", "phone_number": "+49 (0) 151 234567-8"},
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn matching(region: Region) -> TagConfig {
    let matching = tag::config::Matching { enabled: true, ..Default::default() };
    TagConfig { region, matching, ..tag() }
}

/// With cookies, on a site whose domain is known.
fn ran_in_browser(config: &TagConfig, event: Value, cookies: &[(&str, &str)]) -> Run {
    struct Shop;
    impl Sites for Shop {
        fn registrable(&self, _host: &str) -> Option<String> {
            Some("shop.example".to_owned())
        }
    }
    let cookies: Vec<(String, String)> =
        cookies.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let event: Event = serde_json::from_value(event).unwrap();
    let endpoints = Endpoints::default();
    let browser = Browser { cookies: &cookies, ..Browser::default() };
    let context =
        Context { browser, sites: &Shop, pixels: true, ..Context::new(1_789_380_000_123, &endpoints) };
    run(&check(config).tag.unwrap(), &event, context)
}

/// What follows when Amazon answers the question for a token.
fn token(run: &Run, reply: &Reply) -> String {
    let Decision::Send(plan) = &run.decision else { return String::new() };
    let answered = plan.requests[0].token.as_ref().unwrap().answered(reply, 1_789_380_000_123);
    let cookies = answered.cookies.iter().map(|cookie| cookie.step(false)).collect::<Vec<_>>();
    steps(&[answered.step]) + &steps(&cookies)
}

fn with_status(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Reply::Answered { status, headers, body: body.to_owned() }
}

#[test]
fn a_purchase_with_everything_granted_and_matched() {
    let granted = json!({"gdpr": 1, "gdpr_consent": TCF, "event_location": {"country": "DE"}, "ip_override": "203.0.113.7"});
    let run =
        ran_in_browser(&matching(Region::Na), purchase(granted), &[("amznAref", "ZyXw987654.1789300000000")]);
    let reply = with_status(200, &[], r#"{"AIPToken": "AIP1", "cookieExpiry": 1789389600123}"#);
    let token = token(&run, &reply);
    assert_snapshot!(told_run(run) + &token);
}

#[test]
fn consent_that_is_denied() {
    let mut gate = matching(Region::Eu);
    gate.consent.gate = Gate::AdStorageAndUserData;
    let denied = json!({"consent_state": {"ad_storage": "granted", "ad_user_data": "denied"}});
    let own = json!({"event_location": {"country": "FR"}, "amazon_consent": {"ad_storage": "denied", "user_data": "denied"}});
    let unsaid = told(&gate, purchase(json!({})));
    assert_snapshot!(
        [told(&gate, purchase(denied)), unsaid, told(&matching(Region::Na), purchase(own))].join("\n---\n")
    );
}

#[test]
fn a_visitor_in_europe_of_whose_consent_nobody_speaks() {
    let applies = json!({"event_location": {"country": "FR"}, "gdpr": 1});
    let silent = json!({"event_location": {"country": "FR"}});
    let stopped = told(&matching(Region::Eu), purchase(applies));
    assert_snapshot!([told(&matching(Region::Eu), purchase(silent)), stopped].join("\n---\n"));
}

#[test]
fn an_event_that_the_tag_does_not_run_for() {
    let named: TagConfig = serde_json::from_value(
        json!({"tag_ids": [TAG_ID], "trigger": {"on": "names", "names": ["sign_up"]}}),
    )
    .unwrap();
    let large: TagConfig =
        serde_json::from_value(json!({"tag_ids": [TAG_ID], "trigger": {"on": "conditions", "any": [[
            {"field": "event_name", "operator": "equals", "value": "purchase"},
            {"field": "value", "operator": "greater", "value": "100"},
        ]]}}))
        .unwrap();
    let preview = json!({"page_location": "https://gtm-msr.appspot.com/render?id=GTM-1"});
    let told = [
        told(&named, purchase(json!({}))),
        told(&large, purchase(json!({}))),
        told(&tag(), purchase(preview)),
    ];
    assert_snapshot!(told.join("\n---\n"));
}

#[test]
fn measurement_tokens_from_page_and_cookie() {
    let mut text = String::new();
    let long: Vec<String> = (0..150)
        .map(|token| format!("Long{token:03}Token{token:03}.{}", 1_789_370_000_000_i64 - token))
        .collect();
    let long = long.join("|");
    for (region, page, cookie) in [
        (Region::Na, "https://www.shop.example/?aref=AbCd123456", ""),
        (Region::Na, "https://www.shop.example/?aref=short", "ZyXw987654.1789300000000|old.1700000000000"),
        (Region::Na, "https://www.shop.example/?aref=a&aref=b", ""),
        (Region::Na, "https://www.shop.example/", &long),
        (Region::Eu, "https://www.shop.example/?aref=AbCd123456", "ZyXw987654.1789300000000"),
    ] {
        let config = TagConfig { region, ..tag() };
        let run = ran_in_browser(&config, purchase(json!({"page_location": page})), &[("amznAref", cookie)]);
        let of_measurement = |step: &&Step| step.id == StepId::Measurement;
        let found: Vec<Step> = run.trace.steps.iter().filter(of_measurement).cloned().collect();
        text.push_str(&steps(&found));
    }
    assert_snapshot!(text);
}

#[test]
fn a_token_that_does_not_come() {
    let event = || purchase(json!({"event_location": {"country": "US"}}));
    let run = ran_in_browser(&matching(Region::Na), event(), &[]);
    let mut text = String::new();
    for reply in [
        Reply::TimedOut,
        with_status(500, &[], ""),
        with_status(200, &[], r#"{"AIPToken": "AMZN-NoCookieConsent"}"#),
        with_status(200, &[], r#"{"AIPToken": "AIP1", "cookieExpiry": 5}"#),
    ] {
        text.push_str(&token(&run, &reply));
    }
    // Somebody else was here before; and nobody is known now.
    let cookies = [("aatToken", "AIP0"), ("aatTokenFor", "c000000000000.e000000000000")];
    for (who, cookies) in [
        (event(), &cookies[..]),
        (json!({"event_name": "lead"}), &cookies[..]),
        (json!({"event_name": "lead"}), &cookies[..1]),
    ] {
        let run = ran_in_browser(&matching(Region::Na), who, cookies);
        let of_token = |step: &&Step| step.id == StepId::Token;
        let found: Vec<Step> = run.trace.steps.iter().filter(of_token).cloned().collect();
        text.push_str(&steps(&found));
    }
    assert_snapshot!(text);
}

#[test]
fn a_redirect_that_is_followed_handed_on_or_left() {
    let location = "https://s.amazon-adsystem.com/iu3?pid=a&dcc=t";
    let answer = |location| {
        Redirect::of(302, [("location", location), ("set-cookie", "ad-id=1; Path=/")].into_iter()).unwrap()
    };
    let mut text = String::new();
    for (mode, optimistic, browser, location) in [
        (CookieSync::Auto, false, true, location),
        (CookieSync::Auto, false, false, location),
        (CookieSync::Browser, false, false, location),
        (CookieSync::Browser, true, true, location),
        (CookieSync::Off, false, true, location),
        (CookieSync::Auto, false, true, "https://elsewhere.example/"),
    ] {
        let policy = Policy { mode, optimistic, browser };
        let told = match sync::next(
            &answer(location),
            "https://s.amazon-adsystem.com/iu3?pid=a",
            policy,
            &Endpoints::default(),
        ) {
            Next::Left(reason) => vec![sync::step(reason, None)],
            Next::Browser { .. } => vec![sync::step(Reason::HandedToBrowser, None)],
            Next::Follow(_) => [with_status(200, &[], ""), with_status(500, &[], ""), Reply::TimedOut]
                .iter()
                .map(|second| sync::step(sync::followed(second), Some(second)))
                .collect(),
        };
        text.push_str(&format!("{mode:?}, optimistic {optimistic}, browser {browser}\n{}", steps(&told)));
    }
    assert_snapshot!(text);
}

#[test]
fn a_tag_that_was_imported() {
    let parameters = json!({
        "eventType": "inherit", "tagIdsList": [{"value": TAG_ID}], "tagRegion": "NA", "enableAdvancedMatching": true,
        "countryCode": "US", "eventCustomAttributesList": [{"name": "color", "value": "dark red"}],
        "enableThirdPartyCookieSyncing": true,
    });
    let imported = tag::gtm::template(parameters.as_object().unwrap());
    let remarks: String =
        imported.remarks.iter().map(|remark| format!("{}: {}\n", remark.subject, remark.text)).collect();
    let run = ran_in_browser(&imported.config, purchase(json!({})), &[("aatToken", "AIP0")]);
    assert_snapshot!(remarks + &told_run(run));
}
