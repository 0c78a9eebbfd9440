use serde_json::json;

use super::*;
use crate::amazon::pixel;
use crate::config::{TagConfig, check};
use crate::context::Browser;
use crate::event::Event;

fn ran(attributes: Value, amazon_name: &str, event: Value) -> (Step, Vec<Param>) {
    let attributes = serde_json::from_value(attributes).unwrap();
    let config = TagConfig { tag_ids: vec!["id".to_owned()], attributes, ..TagConfig::default() };
    let tag = check(&config).tag.unwrap();
    let event: Event = serde_json::from_value(event).unwrap();
    super::attributes(&tag.attributes, amazon_name, Scope { event: &event, browser: Browser::default() })
}

/// `name=value` of each parameter.
fn sent(attributes: Value, amazon_name: &str, event: Value) -> Vec<String> {
    let params = ran(attributes, amazon_name, event).1;
    params.into_iter().map(|param| format!("{}={}", param.name, param.value)).collect()
}

fn notes(step: &Step) -> Vec<String> {
    step.notes.iter().map(|note| format!("{} {}", note.reason.code(), note.subject)).collect()
}

/// A purchase with two items.
fn purchase() -> Value {
    json!({
        "event_id": "e-1", "transaction_id": "T-1", "currency": "EUR", "value": 72.4,
        "items": [
            {"item_id": "SKU 1", "item_brand": "Acme & Co", "item_category": "Mugs", "quantity": 2},
            {"item_id": "SKU 2", "quantity": "3"}, {"item_id": "SKU 3"},
        ],
    })
}

#[test]
fn a_purchase_brings_everything_along() {
    assert_eq!(
        sent(json!({}), names::PURCHASE, purchase()),
        [
            "clientDedupeId=e-1",
            "currencyCode=EUR",
            "value=72.4",
            "unitsSold=6",
            "brand=Acme_Co",
            "category=Mugs",
            "productId=SKU_1",
        ]
    );
    let off = json!({"automatic": {
        "value": false, "currency": "off", "dedupe_id": false, "units_sold": false, "brand": false, "category": false, "product_id": false,
    }});
    assert_eq!(sent(off, names::PURCHASE, purchase()), [""; 0]);
}

#[test]
fn currency_and_units_belong_to_purchases() {
    let (step, params) = ran(json!({}), "Lead", purchase());
    let names: Vec<_> = params.into_iter().map(|param| param.name).collect();
    assert_eq!(names, ["clientDedupeId", "value", "brand", "category", "productId"]);
    assert_eq!(notes(&step), ["map.purchase_only currency"]);
    let all = sent(json!({"automatic": {"currency": "all"}}), "Lead", json!({"currency": "EUR"}));
    assert_eq!(all, ["currencyCode=EUR"]);
}

#[test]
fn units_are_the_sum_of_the_quantities() {
    let units = |items: Value| sent(json!({}), names::PURCHASE, json!({ "items": items }));
    for (items, expected) in [
        (
            json!([{"quantity": 2}, {"quantity": "3"}, {}, {"quantity": null}, {"quantity": ""}]),
            Some("unitsSold=8"),
        ),
        (json!([{"quantity": 1.5}, {"quantity": 1.6}]), Some("unitsSold=3")),
        (json!([{"quantity": 0}]), None),
        (json!([{"quantity": -3}, {"quantity": 1}]), None),
        (json!([{"quantity": 1e300}]), None),
        (json!([{"quantity": "many"}, {"quantity": {}}, null, 7, "x"]), None),
        (json!([]), None),
        (json!({}), None),
        (json!("2"), None),
    ] {
        assert_eq!(units(items.clone()), Vec::from_iter(expected), "{items}");
    }
    let (step, _) =
        ran(json!({}), names::PURCHASE, json!({"items": [{"quantity": "many"}, {"quantity": "inf"}, {}]}));
    assert_eq!(notes(&step), ["map.value_ignored items.0.quantity", "map.value_ignored items.1.quantity"]);
    let (step, _) = ran(json!({}), "Lead", json!({"items": "A,B"}));
    assert_eq!(notes(&step), ["map.value_ignored items"]);
}

#[test]
fn the_dedupe_id_is_the_first_that_says_something() {
    for (event_id, transaction_id, expected) in [
        (json!("e"), json!("t"), Some("clientDedupeId=e")),
        (json!(""), json!("t"), Some("clientDedupeId=t")),
        (json!(0), json!(1024), Some("clientDedupeId=1024")),
        (json!(false), json!(null), None),
        (json!(null), json!(0), None),
        (json!(["x"]), json!("t"), Some(r#"clientDedupeId=["x"]"#)),
    ] {
        let event = json!({"event_id": event_id, "transaction_id": transaction_id});
        assert_eq!(sent(json!({}), "Lead", event.clone()), Vec::from_iter(expected), "{event}");
    }
}

fn constant(name: &str, value: impl Into<Value>) -> Value {
    json!({"name": name, "value": {"constant": value.into()}})
}

#[test]
fn by_hand_beats_taken_and_later_beats_earlier() {
    let attributes = json!({
        "all": [constant("value", "1.50"), constant("attr1", "one"), constant("brand", "")],
        "purchases": [constant("currencyCode", "JPY"), {"name": "unitsSold", "value": {"template": "{{ items[0].quantity }}"}}],
        "custom": [constant("attr1", "two"), constant("color", "red"), {"name": "attr2"}],
    });
    assert_eq!(
        sent(attributes.clone(), names::PURCHASE, purchase()),
        [
            "clientDedupeId=e-1",
            "currencyCode=JPY",
            "value=1.50",
            "unitsSold=2",
            "brand=Acme_Co",
            "category=Mugs",
            "productId=SKU_1",
            "attr1=two",
            "color=red",
        ]
    );
    assert_eq!(sent(attributes, "Lead", json!({})), ["value=1.50", "attr1=two", "color=red"]);
}

#[test]
fn what_is_not_set_never_erases() {
    let nothing = |value: Value| json!({"name": "value", "value": value});
    for value in [
        json!({"constant": ""}),
        json!({"constant": null}),
        json!({"template": "{{ missing }}"}),
        json!({"template": " "}),
        json!({"template": "{{ value + 'x' }}"}),
    ] {
        let attributes = json!({"all": [nothing(value.clone())], "custom": [nothing(value.clone())]});
        assert_eq!(sent(attributes, "Lead", json!({"value": 5})), ["value=5"], "{value}");
    }
    let failing = json!({"all": [nothing(json!({"template": "{{ value + 'x' }}"}))]});
    assert_eq!(
        notes(&ran(failing, "Lead", json!({"value": 5})).0),
        ["config.template_failed attributes.all.0.value"]
    );
}

#[test]
fn the_names_of_the_request_itself_are_reserved() {
    let custom: Vec<Value> =
        names::RESERVED.iter().chain(&["MATCH_ID"]).map(|name| constant(name, "x")).collect();
    let (step, params) = ran(json!({ "custom": custom }), "Lead", json!({}));
    assert_eq!(params, []);
    assert_eq!(step.notes.len(), 13);
    let imported = json!({"fit": "template", "custom": custom});
    assert_eq!(sent(imported, "Lead", json!({})), ["MATCH_ID=x"]);
}

#[test]
fn reporting_attributes_are_made_to_fit() {
    let long = "x".repeat(257);
    for (name, value, amazon, template) in [
        ("attr1", json!(" red  shoe! "), Some("red_shoe_"), Some("_red_shoe_")),
        ("attr1", json!("Nestlé 東京"), Some("Nestl_"), Some("Nestl_")),
        ("attr1", json!("   "), None, Some("_")),
        ("attr1", json!(49.99), Some("49_99"), Some("49_99")),
        ("attr1", json!(true), Some("true"), Some("true")),
        ("attr1", json!(["a", "b c"]), None, Some("_a_b_c_")),
        ("attr1", json!(long), None, Some(long.as_str())),
        ("productId", json!("-a-"), Some("_a_"), Some("_a_")),
        ("productid", json!("-a-"), Some("_a_"), Some("_a_")),
        ("Brand", json!("-a-"), Some("_a_"), Some("-a-")),
        ("color", json!(" -a- "), Some(" -a- "), Some(" -a- ")),
        ("value", json!(" 5 "), Some(" 5 "), Some(" 5 ")),
    ] {
        for (fit, expected) in [("amazon", amazon), ("template", template)] {
            let (step, params) =
                ran(json!({"fit": fit, "custom": [constant(name, value.clone())]}), "Lead", json!({}));
            let params: Vec<String> = params.into_iter().map(|param| param.value).collect();
            assert_eq!(params, Vec::from_iter(expected), "{fit} {name} {value}");
            let dropped =
                if expected.is_none() { vec![format!("map.attribute_dropped {name}")] } else { vec![] };
            assert_eq!(notes(&step), dropped);
        }
    }
}

#[test]
fn a_longer_value_is_left_for_the_run_to_stop() {
    for (name, fit) in
        [("color", "amazon"), ("value", "amazon"), ("attr1", "template"), ("color", "template")]
    {
        let stops = |value: String| {
            let params = ran(json!({"fit": fit, "custom": [constant(name, value)]}), "Lead", json!({})).1;
            pixel::too_long(&params).map(|(_, length)| length)
        };
        assert_eq!(stops("x".repeat(1000)), None, "{name} {fit}");
        assert_eq!(stops("x".repeat(1001)), Some(1001), "{name} {fit}");
        // A character outside the basic plane counts twice, one of three bytes once.
        assert_eq!(stops("👟".repeat(500)), None, "{name} {fit}");
        assert_eq!(stops("👟".repeat(501)), Some(1002), "{name} {fit}");
        assert_eq!(stops("€".repeat(1000)), None, "{name} {fit}");
    }
}

#[test]
fn every_parameter_says_where_it_comes_from() {
    let attributes = json!({
        "all": [constant("attr1", "one")],
        "custom": [{"name": "tier", "value": {"template": "{{ user.tier }}"}}],
    });
    let event = json!({"event_id": "e", "items": [{"item_id": "A"}], "user": {"tier": "gold"}});
    let params = ran(attributes, names::PURCHASE, event).1;
    let told: Vec<String> = params
        .into_iter()
        .map(|param| format!("{} ({}) [{}]", param.name, param.origin, param.field.unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            "clientDedupeId (event_id) [attributes.automatic.dedupe_id]",
            "unitsSold (Quantities of items) [attributes.automatic.units_sold]",
            "productId (items.0.item_id) [attributes.automatic.product_id]",
            "attr1 (Tag setting) [attributes.all.0]",
            "tier ({{ user.tier }}) [attributes.custom.0]",
        ]
    );
}

#[test]
fn no_person_is_in_the_step() {
    let attributes = json!({"all": [constant("clientDedupeId", "jane@example.com")], "custom": [constant("jane@example.com", "x")]});
    let event = json!({"event_id": "jane@example.com", "value": ["jane@example.com"]});
    let step = serde_json::to_string(&ran(attributes, "Lead", event).0).unwrap();
    assert!(!step.contains("jane"), "{step}");
}
