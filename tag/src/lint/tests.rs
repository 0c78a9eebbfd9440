use serde_json::{Value, json};

use super::*;
use crate::amazon::Endpoints;
use crate::config::check;
use crate::context::Browser;

/// Allows Amazon everything.
const TCF: &str = "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA";

const NOW_MS: i64 = 1_789_380_000_000;

/// Merges `extra` into a configuration that has nothing to complain about.
fn linted_with(extra: Value, event: Value, cookies: &[(String, String)]) -> Vec<Finding> {
    let mut config = json!({
        "tag_ids": ["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966"],
        "consent": {"country": {"value": {"constant": "US"}}},
    });
    for (key, value) in extra.as_object().unwrap() {
        config[key] = value.clone();
    }
    let tag = check(&serde_json::from_value(config).unwrap()).tag.unwrap();
    let endpoints = Endpoints::default();
    let mut context = Context::new(NOW_MS, &endpoints);
    context.browser = Browser { cookies, ..Browser::default() };
    lint(&tag, &serde_json::from_value(event).unwrap(), context)
}

/// `severity code subject` of each finding.
fn linted(extra: Value, event: Value) -> Vec<String> {
    let line = |finding: Finding| {
        assert!(!finding.message.contains(".."), "{}", finding.message);
        let severity = format!("{:?}", finding.severity).to_lowercase();
        format!("{severity} {} {}", finding.reason.code(), finding.subject.unwrap_or_default())
            .trim_end()
            .to_owned()
    };
    linted_with(extra, event, &[]).into_iter().map(line).collect()
}

/// A purchase in which all is well, with changes.
fn purchase(changes: Value) -> Value {
    let mut event = json!({
        "event_name": "purchase", "transaction_id": "T-1", "currency": "EUR", "value": 72.4, "user_id": "u-1",
        "timestamp_micros": NOW_MS * 1000, "items": [{"item_id": "A1", "quantity": 2}],
    });
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

#[test]
fn a_good_event_has_no_finding() {
    assert_eq!(linted(json!({}), purchase(json!({}))), [""; 0]);
    let lead = json!({"event_name": "generate_lead", "event_id": "e-1"});
    assert_eq!(linted(json!({}), lead), [""; 0]);
}

#[test]
fn each_flaw_is_found() {
    let day = 24 * 60 * 60 * 1000 * 1000_i64;
    for (changes, finding) in [
        (
            json!({"timestamp_micros": NOW_MS * 1000 - 21 * day - 1000}),
            "lost lint.event_too_old timestamp_micros",
        ),
        (json!({"timestamp_micros": NOW_MS * 1000 + day}), "doubtful lint.event_in_future timestamp_micros"),
        (json!({"timestamp_micros": i64::MIN}), "lost lint.event_too_old timestamp_micros"),
        (json!({"currency": "eur"}), "doubtful lint.currency_unknown currencyCode"),
        (json!({"currency": null}), "doubtful lint.purchase_incomplete currencyCode"),
        (json!({"value": null}), "doubtful lint.purchase_incomplete value"),
        (json!({"value": -1}), "lost lint.value_negative value"),
        (json!({"value": "1,50"}), "lost lint.value_not_number value"),
        (json!({"value": "nan"}), "lost lint.value_not_number value"),
        (json!({"value": 59.999}), "doubtful lint.value_decimals value"),
        (json!({"user_id": "jane@example.com"}), "doubtful identity.match_id_personal user_id"),
        (json!({"user_id": "+4915112345678"}), "doubtful identity.match_id_personal user_id"),
        (json!({"items": [{"item_id": "A-1"}]}), "notice lint.attribute_changed productId"),
        (json!({"items": "A,B"}), "doubtful map.value_ignored items"),
        (json!({"transaction_id": "x".repeat(1001)}), "lost map.value_too_long"),
        (json!({"event_name": "Off-AmazonPurchases", "gdpr": "1"}), "lost consent.string_missing"),
    ] {
        let found = linted(json!({}), purchase(changes.clone()));
        assert!(found.iter().any(|found| found == finding), "{changes}: {found:?}");
    }
    for changes in [
        json!({"timestamp_micros": NOW_MS * 1000 - 20 * day}),
        json!({"timestamp_micros": NOW_MS * 1000 + 60_000_000}),
        json!({"value": "72.400"}),
        json!({"value": 0}),
        json!({"items": [{"item_id": "A_1"}]}),
    ] {
        assert_eq!(linted(json!({}), purchase(changes.clone())), [""; 0], "{changes}");
    }
}

#[test]
fn what_belongs_to_purchases_is_found_on_other_events() {
    let checkout = purchase(json!({"event_name": "begin_checkout"}));
    assert_eq!(
        linted(json!({}), checkout.clone()),
        ["doubtful lint.dedupe_shared clientDedupeId", "notice map.purchase_only currency"]
    );
    let all = json!({"attributes": {"automatic": {"currency": "all"}}});
    assert_eq!(
        linted(all, purchase(json!({"event_name": "begin_checkout", "event_id": "e-1"}))),
        ["doubtful lint.purchase_attribute currencyCode"]
    );
}

#[test]
fn names_are_judged_by_what_amazon_makes_of_them() {
    let named = |name: &str| json!({"event_name": name});
    assert_eq!(linted(json!({}), named("scroll")), ["notice lint.custom_event event_name"]);
    assert_eq!(linted(json!({}), named("a/b")), ["lost lint.name_characters event_name"]);
    assert_eq!(linted(json!({}), named("")), ["lost map.name_missing"]);
    let skip = json!({"event_name": {"mode": "inherit", "unmapped": "skip"}});
    assert_eq!(linted(skip, named("scroll")), ["lost map.unmapped_name"]);
    let custom = json!({"event_name": {"mode": "custom", "name": "Trial"}});
    assert_eq!(linted(custom, named("scroll")), [""; 0]);
    let names = json!({"trigger": {"on": "names", "names": ["purchase"]}});
    assert_eq!(linted(names, named("scroll")), ["notice trigger.not_matched"]);
}

#[test]
fn attributes_by_hand_are_judged_too() {
    let attributes = json!({"attributes": {
        "purchases": [{"name": "unitsSold", "value": {"constant": "2.5"}}],
        "custom": [{"name": "pid", "value": {"constant": "x"}}, {"name": "attr1", "value": {"constant": " "}}, {"name": "c", "value": {"template": "{{ 1 / 'x' }}"}}],
    }});
    assert_eq!(
        linted(attributes, purchase(json!({}))),
        [
            "lost config.template_failed attributes.custom.2.value",
            "lost map.attribute_dropped attr1",
            "doubtful map.reserved_name pid",
            "doubtful lint.units_unusable unitsSold",
        ]
    );
}

#[test]
fn country_and_consent_are_missed() {
    let event = |changes: Value| purchase(changes);
    let open = |region: &str| json!({"consent": {}, "region": region});
    let missing = "lost consent.country_missing consent.country";
    let signal = "lost lint.consent_signal_missing";
    let region = "notice lint.region_mismatch";
    for (tag, changes, findings) in [
        (open("na"), json!({}), vec![missing]),
        (open("na"), json!({"event_location": {"country": "EU"}}), vec![missing]),
        (open("na"), json!({"event_location": {"country": "us"}}), vec![]),
        (open("eu"), json!({"event_location": {"country": "DE"}}), vec![signal]),
        (open("na"), json!({"event_location": {"country": "DE"}}), vec![signal, region]),
        (open("eu"), json!({"event_location": {"country": "GB"}, "gdpr_consent": TCF}), vec![]),
        (open("eu"), json!({"event_location": {"country": "CH"}}), vec![]),
        (open("na"), json!({"event_location": {"country": "JP"}}), vec![]),
        (open("fe"), json!({"event_location": {"country": "JP"}}), vec![region]),
        (open("eu"), json!({"event_location": {"country": "AU"}}), vec![region]),
        (open("na"), json!({"event_location": {"country": "SG"}}), vec![]),
        (open("eu"), json!({"event_location": {"country": "FR"}, "gpp": "DBABL~BVQqAAAAAW.Q"}), vec![]),
        (
            json!({"region": "eu", "consent": {"country": {"from_event": false}}}),
            json!({"event_location": {"country": "FR"}}),
            vec![missing],
        ),
        (
            json!({"region": "eu", "consent": {"country": {"value": {"template": "{{ c }}"}}}}),
            json!({"c": "se", "x-ga-mp2-gdpr_consent": TCF}),
            vec![],
        ),
    ] {
        let found = linted(tag, event(changes.clone()));
        let found: Vec<_> =
            found.iter().filter(|found| [missing, signal, region].contains(&found.as_str())).collect();
        assert_eq!(found, findings, "{changes}");
    }
    let cookie = [("amzn_consent".to_owned(), r#"{"geo":{"countryCode":"de"}}"#.to_owned())];
    assert!(
        linted_with(open("eu"), event(json!({})), &cookie)
            .iter()
            .all(|found| found.reason != Reason::CountryMissing)
    );
}

#[test]
fn a_finding_reads_well() {
    let finding = linted_with(json!({"region": "eu"}), purchase(json!({})), &[]).remove(0);
    assert_eq!(
        finding.message,
        "The visitor is in US, and the tag reports to Europe. The visitor’s country belongs to another of Amazon’s regions than the tag."
    );
    assert_eq!(finding.field.as_deref(), Some("region"));
    assert!(finding.remedy.is_some());
}
