//! `docs/parity.md` says where we differ from Stape's template. Every quirk that a recorded run shows and every
//! deviation has its row there, and every test that a row names exists. Below are the tests that have no better
//! place: imported settings, and what they do to an event.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]
#![expect(dead_code, reason = "the replay belongs to the conformance test")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::deviations::DEVIATIONS;
use support::vector::Vector;
use tag::amazon::Endpoints;
use tag::config::consent::Amazon;
use tag::config::{Expression, Region, Tag, check};
use tag::context::{Browser, Context};
use tag::event::Event;
use tag::gtm::{self, Imported};
use tag::run::{Decision, EventRequest, Run, run};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    std::fs::read_to_string(crate_folder().join("../docs/parity.md")).unwrap()
}

/// The first cells of all rows of its tables.
fn rows(document: &str) -> BTreeSet<&str> {
    document.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect()
}

#[test]
fn every_quirk_of_the_recorded_runs_has_a_row() {
    let document = document();
    let rows = rows(&document);
    let vectors = std::fs::read_to_string(crate_folder().join("tests/vectors/public.jsonl")).unwrap();
    let vectors = vectors.lines().map(|line| serde_json::from_str::<Vector>(line).unwrap());
    let quirks: BTreeSet<String> =
        vectors.flat_map(|vector| vector.quirks).filter(|quirk| quirk.starts_with('Q')).collect();
    let missing: Vec<&String> = quirks.iter().filter(|quirk| !rows.contains(quirk.as_str())).collect();
    assert!(missing.is_empty(), "docs/parity.md has no row for {missing:?}");
    assert!(quirks.len() > 40);
}

#[test]
fn every_deviation_has_a_row() {
    let document = document();
    for deviation in DEVIATIONS {
        let id = deviation.name.split(',').next().unwrap();
        assert!(rows(&document).contains(id), "docs/parity.md has no row for {}", deviation.name);
    }
}

/// In the table a test is `file: name`; files are looked for in `src` and then in `tests`.
#[test]
fn every_test_that_is_named_exists() {
    let document = document();
    let mut count = 0;
    for row in document.lines().filter(|line| line.starts_with('|') && line.contains(".rs: ")) {
        let named = row.split('`').find(|part| part.contains(".rs: ")).unwrap();
        let (file, name) = named.split_once(": ").unwrap();
        let places: Vec<PathBuf> =
            ["src", "tests"].iter().map(|folder| crate_folder().join(folder).join(file)).collect();
        let texts: Vec<String> =
            places.iter().filter_map(|place| std::fs::read_to_string(place).ok()).collect();
        let exists = texts.iter().any(|text| text.contains(&format!("fn {name}(")));
        assert!(exists, "there is no test {named}, as docs/parity.md says");
        count += 1;
    }
    let rows = document.lines().filter(|line| line.starts_with("| Q") || line.starts_with("| D")).count();
    assert!(count >= rows, "{count} tests for {rows} rows");
}

/// The template's settings for page views, with others in place of some.
fn imported(settings: Value) -> Imported {
    let mut parameters = json!({
        "eventType": "standard", "eventNameStandard": "PageView", "tagIdsList": [{"value": "a"}], "tagRegion": "NA",
        "enableAdvancedMatching": true, "amznAdStorage": "GRANTED", "amznUserData": "GRANTED", "logType": "no",
    });
    parameters.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    gtm::template(parameters.as_object().unwrap())
}

fn tag(settings: Value) -> Tag {
    check(&imported(settings).config).tag.unwrap()
}

fn ran(settings: Value, event: Value) -> Run {
    let event: Event = serde_json::from_value(event).unwrap();
    let endpoints = Endpoints::default();
    let context = Context { browser: Browser::default(), ..Context::new(1_789_380_000_123, &endpoints) };
    run(&tag(settings), &event, context)
}

fn request(run: &Run) -> &EventRequest {
    match &run.decision {
        Decision::Send(plan) => &plan.requests[0],
        Decision::Skip(skipped) => panic!("{:?}", skipped.reason),
    }
}

/// The body of the token request.
fn asked(run: &Run) -> Value {
    serde_json::from_str(&request(run).token.as_ref().unwrap().request.body).unwrap()
}

#[test]
fn odd_settings_are_mended_with_a_remark() {
    type Holds = fn(&Imported) -> bool;
    let cases: [(Value, &str, Holds); 8] = [
        (json!({"aipTokenCookieTTL": "abc"}), "aipTokenCookieTTL", |tag| {
            tag.config.matching.token_seconds == 9600
        }),
        (json!({"aipTokenCookieTTL": -5}), "aipTokenCookieTTL", |tag| {
            tag.config.matching.token_seconds == 9600
        }),
        (json!({"aipTokenCookieTTL": 9_999_999}), "", |tag| tag.config.matching.token_seconds == 604_800),
        (json!({"tagRegion": "US"}), "tagRegion", |tag| tag.config.region == Region::Na),
        (json!({"gdpr": "1", "gdprTCFConsentString": "C"}), "includeTCFv2", |tag| {
            tag.config.consent.tcf.applies.is_none()
        }),
        (json!({"overrideCookieSettings": true, "cookieHttpOnly": "false"}), "", |tag| {
            !tag.config.cookies.http_only
        }),
        (json!({"overrideCookieSettings": true, "cookieHttpOnly": true}), "", |tag| {
            tag.config.cookies.http_only
        }),
        (
            json!({"bigQueryLogType": "always", "logBigQueryDatasetId": "d"}),
            "logBigQueryDatasetId, logBigQueryTableId",
            |tag| tag.config.logs.bigquery.is_none(),
        ),
    ];
    for (settings, remark, holds) in cases {
        let imported = imported(settings.clone());
        assert!(holds(&imported), "{settings}");
        let subjects: Vec<&str> = imported.remarks.iter().map(|remark| remark.subject.as_str()).collect();
        assert_eq!(subjects, Vec::from_iter((!remark.is_empty()).then_some(remark)), "{settings}");
    }
}

#[test]
fn what_is_empty_erases_nothing() {
    let settings = json!({
        "userDataAttributesList": [{"name": "email", "value": ""}], "ipAddress": "",
        "defaultAttributesList": [{"name": "value", "value": ""}],
    });
    let event =
        json!({"event_name": "x", "value": 5, "ip_override": "203.0.113.7", "user_data": {"email": "a@b.c"}});
    let run = ran(settings.clone(), event);
    assert_eq!(asked(&run)["hashedRecords"].as_array().unwrap().len(), 1);
    assert_eq!(asked(&run)["amazonConsentString"]["geo"]["ipAddress"], "203.0.113.7");
    assert!(request(&run).url().contains("&value=5"));
    let remarks = imported(settings).remarks;
    assert_eq!(remarks.iter().filter(|remark| remark.text.contains("is empty")).count(), 2);
}

#[test]
fn no_token_is_asked_for_an_event_that_is_not_sent() {
    let long = "x".repeat(1001);
    let run = ran(json!({}), json!({"event_name": "x", "event_id": long, "user_data": {"email": "a@b.c"}}));
    assert!(matches!(run.decision, Decision::Skip(_)));
    assert!(run.trace.steps.iter().all(|step| step.id != tag::trace::StepId::Token), "{:?}", run.trace);
}

#[test]
fn made_up_consent_becomes_a_setting_one_can_see() {
    let imported = imported(json!({"amznAdStorage": "", "amznUserData": ""}));
    let granted = || Some(Expression::Constant("GRANTED".into()));
    let expected = Amazon { from_event: false, ad_storage: granted(), user_data: granted() };
    assert_eq!(imported.config.consent.amazon, expected);
    assert!(imported.remarks.iter().any(|remark| remark.subject == "amznAdStorage, amznUserData"));
    // With a GPP string the original made nothing up.
    let with_gpp = self::imported(json!({"amznAdStorage": "", "amznUserData": "", "gpp": "DBAA"}));
    assert_eq!(with_gpp.config.consent.amazon, Amazon { from_event: false, ..Amazon::default() });
}
