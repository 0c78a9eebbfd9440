use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::config::{TagConfig, path};
use crate::reason::Reason;

/// Configurations in which, taken together, everything is set.
fn full() -> Vec<Value> {
    let set = json!({"constant": "x"});
    let condition =
        json!({"field": "a", "operator": "equals", "value": "b", "not": true, "ignore_case": true});
    let row = json!([{"name": "brand", "value": set}]);
    let everything = json!({
        "tag_ids": ["a"], "region": "eu", "sources": ["s"], "optimistic": true, "cookie_sync": "off",
        "trigger": {"on": "names", "names": ["purchase"]},
        "event_name": {"mode": "custom", "name": "x"},
        "attributes": {
            "automatic": {"value": false, "currency": "all", "dedupe_id": false, "units_sold": false, "brand": false,
                "category": false, "product_id": false},
            "all": row, "purchases": row, "custom": row, "fit": "template",
        },
        "match_id": {"from_event": false, "value": set},
        "matching": {"enabled": true, "from_event": false, "email": set, "phone": set, "email_rule": "strict",
            "phone_rule": "template", "phone_country": "DE", "token_seconds": 5, "follow_identity": false},
        "consent": {
            "gate": "ad_storage", "country": {"from_event": false, "value": set, "header": "h"},
            "ip": {"from_event": false, "value": set},
            "tcf": {"from_event": false, "applies": set, "personal_data": set, "string": set},
            "gpp": {"from_event": false, "string": set},
            "amazon": {"from_event": false, "ad_storage": set, "user_data": set},
            "send": "all", "identifiers": "always",
        },
        "measurement": {"set_cookie": false, "source": "template", "pruning": "template"},
        "cookies": {"domain": "example.com", "http_only": false},
        "logs": {"console": "always", "bigquery": {"project": "p", "dataset": "d", "table": "t"}, "full": true},
    });
    let mut other = everything.clone();
    other["trigger"] = json!({"on": "conditions", "any": [[condition]], "except": [[condition]]});
    other["event_name"] = json!({"mode": "inherit", "unmapped": "skip"});
    let all = [everything, other, path::json(&TagConfig::default())];
    // What is not known would be refused, and what is not stored would be lost.
    for json in &all {
        assert_eq!(path::json(&path::config(json).unwrap()), *json);
    }
    all.to_vec()
}

fn leaves(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object)
            if fields().all(|field| field.path != at || matches!(field.kind, Kind::Part)) =>
        {
            for (key, value) in object {
                leaves(value, format!("{at}.{key}").trim_start_matches('.'), found);
            }
        }
        _ => drop(found.insert(at.to_owned())),
    }
}

#[test]
fn every_setting_has_a_field_and_every_field_is_a_setting() {
    let mut stored = BTreeSet::new();
    full().iter().for_each(|json| leaves(json, "", &mut stored));
    let known = fields().filter(|field| !matches!(field.kind, Kind::Part));
    assert_eq!(stored, known.map(|field| field.path.to_owned()).collect());
    // A part is there as soon as its fields are.
    assert!(full().iter().any(|json| path::at(json, "logs.bigquery").is_some()));
}

#[test]
fn names_links_and_words_are_complete() {
    let (mut paths, mut anchors, mut labels) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for section in &SECTIONS {
        assert!(section.lead.ends_with('.') && !section.fields.is_empty(), "{}", section.label);
        for field in section.fields {
            assert!(paths.insert(field.path), "{}", field.path);
            assert!(anchors.insert(field.anchor), "{}", field.anchor);
            assert!(labels.insert(field.label), "{}", field.label);
            assert_eq!(field.section().map(|found| found.label), Some(section.label), "{}", field.path);
            assert!(field.help.ends_with('.') && field.help.len() < 150, "{}", field.path);
            assert!(!field.label.ends_with('.') && field.unset.len() < 30, "{}", field.path);
            let chosen = matches!(field.kind, Kind::Switch | Kind::Choice(_) | Kind::Sources | Kind::Part);
            assert_eq!(field.example.is_empty(), chosen, "{}", field.path);
        }
    }
    assert!(anchors.contains("advanced-matching.token-ttl"));
}

#[test]
fn choices_are_those_that_can_be_stored() {
    for field in fields() {
        let Kind::Choice(choices) = field.kind else { continue };
        let mut json = full().into_iter().find(|json| path::at(json, field.path).is_some()).unwrap();
        path::put(&mut json, field.path, "?".into()).unwrap();
        // serde lists what it knows: unknown variant `?`, expected one of `a`, `b`
        let error = serde_json::from_value::<TagConfig>(json).unwrap_err().to_string();
        let known: BTreeSet<&str> = error.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, choices.iter().map(|choice| choice.value).collect(), "{}: {error}", field.path);
        for Choice { label, help, .. } in choices {
            assert!(!label.ends_with('.') && help.ends_with('.'), "{}: {label}", field.path);
        }
    }
}

#[test]
fn a_need_is_a_setting_with_these_values() {
    for field in fields() {
        for needs in field.needs {
            let other = fields().find(|other| other.path == needs.path).unwrap();
            for value in needs.values {
                match other.kind {
                    Kind::Choice(choices) => assert!(choices.iter().any(|choice| choice.value == *value)),
                    Kind::Switch => assert!(["true", "false"].contains(value)),
                    _ => panic!("{}", field.path),
                }
            }
            assert!(
                needs.reason.starts_with("Off because ") && needs.reason.ends_with('.'),
                "{}",
                field.path
            );
        }
    }
}

#[test]
fn a_setting_is_off_with_a_reason() {
    let reason = |config: Value, path: &str| {
        let json = path::json(&path::config(&config).unwrap());
        of(path).unwrap().off(&json).map(|needs| needs.path)
    };
    assert_eq!(reason(json!({}), "matching.email"), Some("matching.enabled"));
    assert_eq!(reason(json!({"matching": {"enabled": true}}), "matching.email"), None);
    let template = json!({"matching": {"enabled": true, "phone_rule": "template"}});
    assert_eq!(reason(template, "matching.phone_country"), Some("matching.phone_rule"));
    assert_eq!(reason(json!({}), "measurement.set_cookie"), None);
    assert_eq!(reason(json!({"region": "eu", "optimistic": true}), "measurement.set_cookie"), Some("region"));
    assert_eq!(reason(json!({"optimistic": true}), "measurement.set_cookie"), Some("optimistic"));
    assert_eq!(reason(json!({}), "logs.bigquery.table"), Some("logs.bigquery"));
    assert_eq!(reason(json!({"logs": {"bigquery": {}}}), "logs.bigquery.table"), None);
    assert_eq!(reason(json!({}), "event_name.name"), Some("event_name.mode"));
}

#[test]
fn any_path_leads_to_its_setting() {
    let found = |path: &str| of(path).map(|field| field.path);
    for (path, field) in [
        ("tag_ids", "tag_ids"),
        ("tag_ids.12", "tag_ids"),
        ("attributes.all.3.value", "attributes.all"),
        ("trigger.any.0.1.field", "trigger.any"),
        ("trigger", "trigger.on"),
        ("consent", "consent.gate"),
        ("consent.country", "consent.country.from_event"),
        ("matching", "matching.enabled"),
        ("match_id", "match_id.from_event"),
        ("event_name", "event_name.mode"),
        ("logs.bigquery", "logs.bigquery"),
        ("logs.bigquery.dataset", "logs.bigquery.dataset"),
        ("cookies", "cookies.domain"),
    ] {
        assert_eq!(found(path), Some(field), "{path}");
    }
    for path in ["", "tag", "tag_idsx", "consent.nothing", "cookie", "logs.bigquery2", "."] {
        assert_eq!(found(path), None, "{path}");
    }
}

#[test]
fn what_the_tag_can_mend_leads_to_a_setting() {
    for reason in Reason::ALL {
        let remedy = reason.remedy().unwrap_or_default();
        let of_the_tag = ["the tag’s", "in the tag", "let the tag", "Let the tag"]
            .iter()
            .any(|said| remedy.contains(said));
        // “the tag ID” is one too.
        assert!(!of_the_tag || mends(*reason).is_some(), "{}", reason.code());
    }
    assert_eq!(
        mends(Reason::PhoneWithoutCountry).map(|field| field.anchor),
        Some("advanced-matching.phone-country")
    );
    // Nobody should be led to weaken consent because somebody refused.
    assert!(mends(Reason::ConsentDenied).is_none());
}

#[test]
fn every_reason_leads_to_a_setting_or_nowhere_on_purpose() {
    for reason in Reason::ALL {
        assert_eq!(mending::path(*reason).is_some(), mends(*reason).is_some(), "{}", reason.code());
    }
}

#[test]
fn defaults_are_told_in_words() {
    let told = |path: &str| of(path).map(|field| field.default_words().into_owned()).unwrap();
    for (path, words) in [
        ("tag_ids", "none"),
        ("region", "North America"),
        ("sources", "every source"),
        ("trigger.on", "All events"),
        ("event_name.unmapped", "Sent under their own name"),
        ("event_name.name", "not set"),
        ("matching.token_seconds", "160 minutes"),
        ("matching.enabled", "off"),
        ("match_id.value", "not set"),
        ("cookies.domain", "the site’s own domain"),
        ("logs.bigquery", "off"),
        ("attributes.custom", "none"),
    ] {
        assert_eq!(told(path), words, "{path}");
    }
}
