use serde_json::{Value, json};

use super::*;

fn config(mut json: Value) -> TagConfig {
    let object = json.as_object_mut().unwrap();
    object.entry("tag_ids").or_insert_with(|| json!(["a"]));
    path::config(&json).unwrap()
}

fn changes(old: Value, new: Value) -> Vec<Change> {
    diff(&config(old), &config(new))
}

/// `section › label: before → after` of each change.
fn lines(old: Value, new: Value) -> Vec<String> {
    let line = |c: Change| format!("{} › {}: {} → {}", c.section, c.label, c.before, c.after);
    changes(old, new).into_iter().map(line).collect()
}

/// `path: sentence consequence` of each change.
fn said(old: Value, new: Value) -> Vec<String> {
    let line = |c: Change| format!("{}: {} {}", c.path, c.sentence, c.consequence).trim_end().to_owned();
    changes(old, new).into_iter().map(line).collect()
}

/// The heaviest weight, and its consequence.
fn heaviest(old: Value, new: Value) -> (Weight, String) {
    let changes = changes(old, new);
    let first = changes.iter().min_by_key(|change| change.weight).unwrap();
    let weight = first.weight;
    assert_eq!(needs_typed_name(&changes), weight <= Weight::StopsPurchases);
    (weight, first.consequence.clone())
}

#[test]
fn single_settings_are_told_in_words() {
    let template = |template: &str| json!({ "template": template });
    assert_eq!(
        lines(
            json!({}),
            json!({
                "region": "eu", "matching": {"enabled": true, "phone": template("{{ user_data.phone_number }}"),
                    "token_seconds": 604_800, "phone_country": "DE"},
                "consent": {"gate": "ad_storage", "country": {"header": "cf-ipcountry"}},
                "cookies": {"domain": "example.com"}, "logs": {"bigquery": {"dataset": "d", "table": "t"}},
            })
        ),
        [
            "Basics › Region: North America → Europe",
            "Advanced matching › Advanced matching: off → on",
            "Advanced matching › Phone: not set → {{ user_data.phone_number }}",
            "Advanced matching › Country of phones: not set → DE",
            "Advanced matching › Life of the token: 160 minutes → 7 days",
            "Consent › Consent needed to run: None → Ad storage",
            "Consent › Header with the country: not set → cf-ipcountry",
            "Cookies and sync › Cookie domain: the site’s own domain → example.com",
            "Logging › BigQuery log: off → on",
            "Logging › BigQuery dataset: not set → d",
            "Logging › BigQuery table: not set → t",
        ]
    );
    assert_eq!(
        said(
            json!({"region": "eu", "match_id": {"value": template("{{ id }}")}, "cookies": {"domain": "a.example"}}),
            json!({"attributes": {"automatic": {"brand": false}}, "cookies": {"domain": "b.example"}}),
        ),
        [
            "region: Region changed from “Europe” to “North America”. A tag ID belongs to one region; in another one Amazon may not know it.",
            "attributes.automatic.brand: Brand from the event is now off.",
            "match_id.value: Match ID is no longer set; it was {{ id }}.",
            "cookies.domain: Cookie domain changed from “a.example” to “b.example”.",
        ]
    );
}

#[test]
fn nobody_is_named() {
    let constant = |text: &str| json!({ "constant": text });
    let lines = lines(
        json!({}),
        json!({
            "matching": {"email": constant("jane@example.com"), "phone": constant("0151 2345678")},
            "match_id": {"value": constant("customer-4711")}, "consent": {"ip": {"value": constant("203.0.113.7")}},
            "attributes": {"custom": [{"name": "email", "value": constant("Jane")}, {"name": "jane@example.com"}]},
            "trigger": {"on": "conditions", "any": [[
                {"field": "user_data.email_address", "operator": "equals", "value": "jane@example.com"},
                {"field": "cookie.id", "operator": "equals", "value": "4711"},
            ]]},
        }),
    );
    let all = lines.join("\n");
    for personal in ["jane@", "Jane", "2345678", "4711", "203.0.113.7"] {
        assert!(!all.contains(personal), "{personal}: {all}");
    }
}

#[test]
fn long_values_are_cut() {
    let long = "ä".repeat(200);
    let [change] = changes(json!({}), json!({"match_id": {"value": {"template": long}}})).try_into().unwrap();
    assert_eq!(change.after.chars().count(), 81);
    assert!(change.after.ends_with('…'));
}

#[test]
fn lists_are_compared_by_what_is_in_them() {
    assert_eq!(
        said(json!({"tag_ids": ["a", "b", "c"]}), json!({"tag_ids": ["c", "d", "a"]})),
        [
            "tag_ids.1: Tag ID removed: b. Purchases no longer go to this tag ID.",
            "tag_ids.1: Tag ID added: d.",
        ]
    );
    assert_eq!(said(json!({"tag_ids": ["a", "b"]}), json!({"tag_ids": ["b", "a"]})), [""; 0]);
    let names = |names: Value| json!({"trigger": {"on": "names", "names": names}});
    assert_eq!(
        said(names(json!(["purchase"])), names(json!(["lead", "purchase"]))),
        ["trigger.names.0: Event added: lead."]
    );
    let sources = [json!({"sources": ["1"]}), json!({"sources": ["1", "2", "3"]})].map(config);
    let name = |id: &str| (id == "2").then(|| "Web shop".to_owned());
    let found = diff_with(&sources[0], &sources[1], &name);
    assert_eq!(
        found.iter().map(|change| change.sentence.as_str()).collect::<Vec<_>>(),
        ["Source added: Web shop.", "Source added: 3."]
    );
}

#[test]
fn attributes_are_known_by_their_names() {
    let all = |rows: Value| json!({"attributes": {"all": rows}});
    let row = |name: &str, value: Value| json!({"name": name, "value": value});
    let fixed = |value: Value| json!({ "constant": value });
    assert_eq!(
        lines(
            all(json!([row("attr1", fixed(json!("a"))), row("attr2", fixed(json!(2)))])),
            all(json!([
                row("brand", json!({"template": "{{ items[0].item_brand }}"})),
                row("attr1", fixed(json!("b"))),
                {"name": "attr3"},
            ])),
        ),
        [
            "Attributes › attr1: a → b",
            "Attributes › attr2: 2 → not set",
            "Attributes › brand: not set → {{ items[0].item_brand }}",
            "Attributes › attr3: not set → without a value",
        ]
    );
    let two = [row("attr1", fixed(json!("a"))), row("attr2", fixed(json!("b")))];
    assert_eq!(
        said(all(json!(two)), all(json!([two[1], two[0]]))),
        ["attributes.all: The order of “Attributes of all events” changed."]
    );
}

fn equals(field: &str, value: &str) -> Value {
    json!({"field": field, "operator": "equals", "value": value})
}

#[test]
fn conditions_are_compared_group_by_group() {
    let any = |groups: Value| json!({"trigger": {"on": "conditions", "any": groups}});
    let (a, b, c) = (equals("a", "1"), equals("b", "2"), equals("c", "3"));
    for (old, new, expected) in [
        (json!([[a]]), json!([[a, b]]), vec!["trigger.any.0.1: Condition added: b is “2”."]),
        (json!([[c], [a, b]]), json!([[c], [a]]), vec!["trigger.any.1.1: Condition removed: b is “2”."]),
        (json!([[a]]), json!([[b]]), vec!["trigger.any.0.0: Condition changed from a is “1” to b is “2”."]),
        (json!([[a]]), json!([[b], [a]]), vec!["trigger.any.0: Condition added: b is “2”."]),
        (
            json!([[a]]),
            json!([[a], [b, c]]),
            vec!["trigger.any.1: Group of conditions added: b is “2” and c is “3”."],
        ),
        (json!([[a], [b]]), json!([[b], [a]]), vec!["trigger.any: The order of “Conditions” changed."]),
    ] {
        let said = said(any(old.clone()), any(new));
        let plain: Vec<&str> = said
            .iter()
            .map(|line| line.trim_end_matches(" Purchases that were sent so far may no longer be."))
            .collect();
        assert_eq!(plain, expected, "{old}");
    }
    let except = json!({"trigger": {"on": "conditions", "any": [[a]], "except": [[b]]}});
    assert_eq!(lines(any(json!([[a]])), except), ["When it runs › Exception: not set → b is “2”"]);
}

#[test]
fn what_hangs_on_a_mode_goes_with_it() {
    let custom = json!({"event_name": {"mode": "custom", "name": "Trial"}});
    assert_eq!(
        lines(json!({}), custom.clone()),
        [
            "Event names › Name at Amazon: Amazon’s name for the GA4 event → A name of your own",
            "Event names › Event: not set → Trial",
        ]
    );
    assert_eq!(
        lines(custom, json!({})),
        ["Event names › Name at Amazon: A name of your own → Amazon’s name for the GA4 event"]
    );
    assert_eq!(
        lines(json!({"trigger": {"on": "names", "names": ["a"]}}), json!({})),
        ["When it runs › Events it runs for: Events with certain names → All events"]
    );
    assert_eq!(
        lines(json!({"logs": {"bigquery": {"dataset": "d"}}}), json!({})),
        ["Logging › BigQuery log: on → off"]
    );
}

#[test]
fn weaker_consent_is_found_and_explained() {
    let constant = |value: Value| json!({ "constant": value });
    for (old, new, why) in [
        (
            json!({"gate": "ad_storage"}),
            json!({}),
            "Events of visitors who refuse in Google’s consent mode would now be sent.",
        ),
        (
            json!({"gate": "ad_storage_and_user_data"}),
            json!({"gate": "ad_storage"}),
            "Events of visitors who refuse ad_user_data in Google’s consent mode would now be sent.",
        ),
        (
            json!({}),
            json!({"identifiers": "always"}),
            "What identifies visitors who refuse in Google’s consent mode would now be sent.",
        ),
        (
            json!({}),
            json!({"send": "all"}),
            "Amazon is told things that it cannot read, or that contradict each other.",
        ),
        (
            json!({}),
            json!({"tcf": {"from_event": false}}),
            "What the event says about the visitor’s choice is no longer looked at.",
        ),
        (
            json!({}),
            json!({"amazon": {"from_event": false}}),
            "What identifies visitors who refuse in Amazon’s own signals would now be sent.",
        ),
        (
            json!({}),
            json!({"country": {"from_event": false}}),
            "What identifies visitors in Europe about whose consent nothing is known would now be sent.",
        ),
        (
            json!({}),
            json!({"country": {"value": constant(json!("US"))}}),
            "What identifies visitors in Europe about whose consent nothing is known would now be sent.",
        ),
        (
            json!({}),
            json!({"amazon": {"ad_storage": constant(json!("granted"))}}),
            "Amazon is told that every visitor has consented.",
        ),
        (
            json!({}),
            json!({"amazon": {"user_data": {"template": " GRANTED "}}}),
            "Amazon is told that every visitor has consented.",
        ),
        (
            json!({}),
            json!({"tcf": {"applies": constant(json!(0))}}),
            "Amazon is told that GDPR applies to nobody.",
        ),
        (
            json!({}),
            json!({"gpp": {"string": constant(json!("DBABL~BVQVAAAAAW.Y"))}}),
            "Amazon is told the same for every visitor, whatever each of them chose.",
        ),
    ] {
        let (weight, consequence) = heaviest(json!({"consent": old}), json!({ "consent": new }));
        assert_eq!((weight, consequence.as_str()), (Weight::WeakensConsent, why), "{new}");
    }
}

#[test]
fn stronger_or_other_consent_is_not_weaker() {
    let constant = |value: Value| json!({ "constant": value });
    for (old, new) in [
        (json!({}), json!({"gate": "ad_storage"})),
        (json!({"identifiers": "always"}), json!({})),
        (json!({"send": "all"}), json!({})),
        (json!({"tcf": {"from_event": false}}), json!({})),
        (json!({}), json!({"amazon": {"ad_storage": constant(json!("DENIED"))}})),
        (json!({}), json!({"country": {"value": constant(json!("DE"))}})),
        (json!({}), json!({"country": {"header": "cf-ipcountry"}})),
        (json!({}), json!({"tcf": {"applies": constant(json!(1))}})),
        (json!({}), json!({"tcf": {"string": {"template": "{{ tcf }}"}}})),
        (json!({}), json!({"ip": {"from_event": false}})),
    ] {
        let (weight, _) = heaviest(json!({"consent": old}), json!({ "consent": new }));
        assert!(weight > Weight::StopsPurchases, "{new}: {weight:?}");
    }
}

#[test]
fn purchases_that_would_stop_are_found() {
    let names = |names: Value| json!({"trigger": {"on": "names", "names": names}});
    let any = |groups: Value| json!({"trigger": {"on": "conditions", "any": groups}});
    let except = |groups: Value| json!({"trigger": {"on": "conditions", "except": groups}});
    let more = |field: &str, than: &str| json!({"field": field, "operator": "greater", "value": than});
    let event_name = |value: Value| json!({ "event_name": value });
    let standard = |name: &str| event_name(json!({"mode": "standard", "name": name}));
    let both = |one: Value, mut other: Value| {
        other.as_object_mut().unwrap().extend(one.as_object().unwrap().clone());
        other
    };
    for (old, new, stops) in [
        (json!({}), names(json!(["generate_lead"])), true),
        (json!({}), names(json!(["purchase", "generate_lead"])), false),
        (names(json!(["purchase", "a"])), names(json!(["a"])), true),
        (names(json!(["a"])), names(json!(["b"])), true),
        (names(json!(["a"])), names(json!(["a", "b"])), false),
        (names(json!(["a", "b"])), names(json!(["a"])), false),
        (any(json!([[equals("event_name", "purchase")]])), json!({}), false),
        (json!({}), any(json!([[equals("event_name", "purchase")]])), false),
        (json!({}), any(json!([[equals("event_name", "purchase"), equals("currency", "EUR")]])), true),
        (any(json!([[more("value", "10")]])), any(json!([[more("value", "50")]])), true),
        (any(json!([[more("value", "50")]])), any(json!([[more("value", "10")]])), false),
        (
            any(json!([[equals("cookie.plan", "gold"), equals("query.x", "a b")]])),
            any(json!([[equals("cookie.plan", "gold"), equals("query.x", "a")]])),
            true,
        ),
        (json!({}), except(json!([[equals("header.x-test", "1")]])), true),
        (json!({}), except(json!([[equals("event_name", "page_view")]])), false),
        (except(json!([[equals("currency", "USD")]])), json!({}), false),
        (json!({}), standard("Lead"), true),
        (standard("Lead"), standard("Signup"), false),
        (json!({}), standard("Off-AmazonPurchases"), false),
        (
            both(names(json!(["order"])), standard("Off-AmazonPurchases")),
            both(names(json!(["order"])), json!({})),
            true,
        ),
        (json!({}), event_name(json!({"mode": "inherit", "unmapped": "skip"})), true),
        (
            names(json!(["purchase"])),
            both(names(json!(["purchase"])), event_name(json!({"mode": "inherit", "unmapped": "skip"}))),
            false,
        ),
        (
            names(json!(["order"])),
            both(names(json!(["order"])), event_name(json!({"mode": "inherit", "unmapped": "skip"}))),
            true,
        ),
        (json!({"sources": ["1"]}), json!({"sources": ["2"]}), true),
        (json!({}), json!({"sources": ["1"]}), true),
        (json!({"sources": ["1"]}), json!({}), false),
        (json!({"sources": ["1"]}), json!({"sources": ["1", "2"]}), false),
        (
            both(names(json!(["lead"])), json!({"sources": ["1"]})),
            both(names(json!(["lead"])), json!({"sources": ["2"]})),
            false,
        ),
        (json!({"tag_ids": ["a", "b"]}), json!({"tag_ids": ["a"]}), true),
        (json!({"tag_ids": ["a"]}), json!({"tag_ids": ["a", "b"]}), false),
        (json!({}), json!({"matching": {"enabled": true}}), false),
    ] {
        let (weight, _) = heaviest(old.clone(), new.clone());
        assert_eq!(weight == Weight::StopsPurchases, stops, "{old} → {new}: {weight:?}");
    }
}

#[test]
fn what_is_less_protected_is_riskier() {
    for (new, risky) in [
        (json!({"logs": {"full": true}}), true),
        (json!({"logs": {"console": "always"}}), false),
        (json!({"cookies": {"http_only": false}}), true),
        (json!({"optimistic": true}), true),
        (json!({"region": "eu"}), true),
        (json!({"consent": {"gate": "ad_storage"}}), true),
        (json!({"matching": {"enabled": true, "follow_identity": false}}), true),
        (json!({"cookie_sync": "server"}), false),
    ] {
        let (weight, why) = heaviest(json!({}), new.clone());
        assert_eq!(weight, if risky { Weight::Riskier } else { Weight::Plain }, "{new}");
        assert!(!risky || why.ends_with('.'), "{new}");
    }
}

#[test]
fn a_thousand_conditions_take_no_time() {
    let any = |count: usize| {
        let groups: Vec<Value> = (0..count).map(|index| json!([equals("a", &index.to_string())])).collect();
        json!({"trigger": {"on": "conditions", "any": groups, "except": groups}})
    };
    assert_eq!(changes(any(1000), any(1001)).len(), 2);
}

#[test]
fn a_list_of_sources_without_a_source_means_every_source() {
    let (weight, why) = heaviest(json!({"sources": ["1"]}), json!({}));
    assert_eq!((weight, why.as_str()), (Weight::Riskier, "The tag now takes events from every source."));
}

#[test]
fn what_changed_inside_a_part_is_told_by_its_fields() {
    let log = |table: &str| json!({"logs": {"bigquery": {"table": table}}});
    assert_eq!(lines(log("a"), log("b")), ["Logging › BigQuery table: a → b"]);
}
