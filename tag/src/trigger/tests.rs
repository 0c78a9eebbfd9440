use serde_json::{Value, json};

use super::*;
use crate::config::{TagConfig, check};

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Whether a tag with that trigger runs for the event, and its step.
fn asked(trigger: Value, event: Value) -> (bool, Step) {
    let trigger = serde_json::from_value(trigger).unwrap();
    let tag = check(&TagConfig { tag_ids: vec!["id".to_owned()], trigger, ..TagConfig::default() }).tag;
    let headers = [pair("x-country", "DE")];
    let cookies = [pair("session", "0123456789")];
    let browser = Browser { headers: &headers, cookies: &cookies, query: "debug=1&a=b%20c" };
    let event = serde_json::from_value(event).unwrap();
    let (step, result) = matches(&tag.unwrap().trigger, Scope { event: &event, browser });
    assert_eq!(step.reason, result.err());
    (result.is_ok(), step)
}

fn one(condition: Value, event: Value) -> bool {
    asked(json!({"on": "conditions", "any": [[condition]]}), event).0
}

fn event() -> Value {
    json!({
        "event_name": "purchase", "value": 72.4, "text_value": "72.40", "coupon": "SUMMER-10", "empty": "", "none": null,
        "items": [{"item_id": "A"}], "flag": true, "user_data": {"email_address": "jane@example.com", "address": {"city": "Berlin"}},
    })
}

#[test]
fn operators_compare_as_people_expect() {
    for (field, operator, value, holds) in [
        ("coupon", "equals", "SUMMER-10", true),
        ("coupon", "equals", "summer-10", false),
        ("value", "equals", "72.40", true),
        ("text_value", "equals", "72.4", false),
        ("flag", "equals", "true", true),
        ("missing", "equals", "", true),
        ("none", "equals", "", true),
        ("items", "equals", r#"[{"item_id":"A"}]"#, true),
        ("items.0.item_id", "equals", "A", true),
        ("coupon", "contains", "MER", true),
        ("coupon", "starts_with", "SUM", true),
        ("coupon", "ends_with", "-1", false),
        ("value", "contains", "2.4", true),
        ("coupon", "matches", "^[A-Z]+-[0-9]{2}$", true),
        ("missing", "matches", "^$", true),
        ("value", "greater", "72.4", false),
        ("value", "greater_or_equal", "72.4", true),
        ("text_value", "less", "100", true),
        ("coupon", "less", "100", false),
        ("missing", "less_or_equal", "100", false),
        ("flag", "less", "2", false),
        ("coupon", "exists", "", true),
        ("empty", "exists", "", false),
        ("none", "exists", "", false),
        ("missing.deep", "exists", "", false),
        ("header.X-Country", "equals", "DE", true),
        ("cookie.session", "starts_with", "01", true),
        ("query.a", "equals", "b c", true),
        ("query.b", "exists", "", false),
    ] {
        let condition = json!({"field": field, "operator": operator, "value": value});
        assert_eq!(one(condition.clone(), event()), holds, "{condition}");
        let mut opposite = condition;
        opposite["not"] = json!(true);
        assert_eq!(one(opposite.clone(), event()), !holds, "{opposite}");
    }
}

#[test]
fn case_can_be_ignored() {
    for (operator, value) in [
        ("equals", "summer-10"),
        ("contains", "Mer"),
        ("matches", "^s"),
        ("starts_with", "s"),
        ("ends_with", "R-10"),
    ] {
        let condition = json!({"field": "coupon", "operator": operator, "value": value, "ignore_case": true});
        assert!(one(condition, event()), "{operator}");
    }
}

#[test]
fn groups_are_joined_by_or_and_exceptions_win() {
    let equals = |field: &str, value: &str| json!({"field": field, "operator": "equals", "value": value});
    let (a, b, c) = (equals("a", "1"), equals("b", "1"), equals("c", "1"));
    let trigger =
        json!({"on": "conditions", "any": [[a, b], [c]], "except": [[equals("d", "1"), equals("e", "1")]]});
    for (event, runs) in [
        (json!({"a": "1"}), false),
        (json!({"a": "1", "b": "1"}), true),
        (json!({"c": "1"}), true),
        (json!({"c": "1", "d": "1"}), true),
        (json!({"c": "1", "d": "1", "e": "1"}), false),
        (json!({}), false),
    ] {
        assert_eq!(asked(trigger.clone(), event.clone()).0, runs, "{event}");
    }
    let only_exceptions = json!({"on": "conditions", "except": [[equals("d", "1")]]});
    assert!(asked(only_exceptions.clone(), json!({})).0);
    assert!(!asked(only_exceptions, json!({"d": "1"})).0);
}

/// `summary [field] name=value …`
fn told(trigger: Value) -> String {
    let (_, step) = asked(trigger, event());
    let inputs: String = step.inputs.iter().map(|fact| format!(" {}={}", fact.name, fact.value)).collect();
    format!("{} [{}]{inputs}", step.summary, step.field.unwrap_or_default())
}

#[test]
fn the_step_says_what_decided() {
    let condition = |field: &str, operator: &str, value: &str| json!({"field": field, "operator": operator, "value": value});
    let any = |groups: Value| json!({"on": "conditions", "any": groups});
    for (trigger, summary) in [
        (json!({"on": "all"}), "The tag runs for every event [trigger]"),
        (
            json!({"on": "names", "names": ["sign_up", "purchase"]}),
            "purchase is one of the tag’s events [trigger.names] event_name=purchase",
        ),
        (
            json!({"on": "names", "names": ["sign_up"]}),
            "The tag runs for sign_up only [trigger.names] event_name=purchase",
        ),
        (
            json!({"on": "names", "names": ["sign_up", "lead"]}),
            "purchase is none of the tag’s two events [trigger.names] event_name=purchase",
        ),
        (
            any(json!([[
                condition("event_name", "equals", "purchase"),
                condition("value", "greater", "50")
            ]])),
            "The tag runs, because event_name is “purchase” and value is more than 50 [trigger.any.0] event_name=purchase value=72.4",
        ),
        (
            any(json!([[
                condition("event_name", "equals", "purchase"),
                condition("value", "greater", "100")
            ]])),
            "The tag does not run, because value is not more than 100 [trigger.any.0.1] value=72.4",
        ),
        (
            any(json!([[condition("coupon", "contains", "X")], [condition("gone", "exists", "")]])),
            "None of the two groups of conditions holds [trigger.any] coupon=SUMMER-10 gone=not there",
        ),
        (
            json!({"on": "conditions", "except": [[condition("user_data.address.city", "equals", "Berlin")]]}),
            "Left out, because user_data.address.city is “B***” [trigger.except.0] user_data.address.city=B***",
        ),
        (
            any(json!([[condition("user_data.email_address", "ends_with", "@example.com")]])),
            "The tag runs, because user_data.email_address ends with “***@e***.com” [trigger.any.0] user_data.email_address=j***@e***.com",
        ),
        (
            any(json!([[condition("cookie.session", "exists", "")]])),
            "The tag runs, because cookie.session is there [trigger.any.0] cookie.session=*** (10 characters)",
        ),
    ] {
        assert_eq!(told(trigger), summary);
    }
}

#[test]
fn tag_managers_preview_is_no_visitor() {
    let preview = "https://gtm-msr.appspot.com/render?id=sdq8f";
    let is = |event: Value, referer: &str| {
        let headers = [pair("referer", referer)];
        let browser = Browser { headers: &headers, ..Browser::default() };
        is_preview_traffic(&serde_json::from_value(event).unwrap(), browser)
    };
    assert!(is(json!({"page_location": preview}), ""));
    assert!(is(json!({"page_location": "", "page_referrer": preview}), ""));
    assert!(is(json!({}), preview));
    assert!(!is(json!({"page_location": "https://shop.example/", "page_referrer": preview}), preview));
    for other in [
        "https://gtm-msr.appspot.com",
        "https://gtm-msr.appspot.com.evil.test/",
        "https://GTM-MSR.appspot.com/",
        "http://gtm-msr.appspot.com/",
        " https://gtm-msr.appspot.com/",
    ] {
        assert!(!is(json!({"page_location": other}), ""), "{other}");
    }
    assert!(!is(json!({"page_location": [preview]}), ""));
    let (runs, step) = asked(json!({"on": "all"}), json!({"page_location": preview}));
    assert!(!runs);
    assert_eq!(step.reason, Some(Reason::PreviewTraffic));
}
