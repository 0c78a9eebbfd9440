use serde_json::{Value, json};

use super::*;
use crate::config::{diff, path};

const ID: &str = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

fn config(mut json: Value) -> TagConfig {
    let object = json.as_object_mut().unwrap();
    object.entry("tag_ids").or_insert_with(|| json!([ID, "b"]));
    object.entry("region").or_insert_with(|| json!("eu"));
    path::config(&json).unwrap()
}

/// The first sentence without `Sends ` and its end.
fn sends(json: Value) -> String {
    let summary = summary(&config(json));
    let end = " to two tag IDs in Europe. Where a visitor refuses, what identifies them stays here.";
    summary.strip_prefix("Sends ").and_then(|rest| rest.strip_suffix(end)).unwrap_or(&summary).to_owned()
}

#[test]
fn events_are_called_by_what_they_are() {
    let names = |names: Value| json!({"on": "names", "names": names});
    let equals = |value: &str| json!({"field": "event_name", "operator": "equals", "value": value});
    let more = json!({"field": "value", "operator": "greater", "value": "10"});
    let skip = json!({"mode": "inherit", "unmapped": "skip"});
    let standard = |name: &str| json!({"mode": "standard", "name": name});
    let custom = |name: &str| json!({"mode": "custom", "name": name});
    let inherit = json!({"mode": "inherit"});
    for (trigger, event_name, said) in [
        (json!({"on": "all"}), inherit.clone(), "every event"),
        (json!({"on": "all"}), skip.clone(), "every event that Amazon has a name for"),
        (json!({"on": "all"}), standard("Lead"), "every event as Lead"),
        (json!({"on": "all"}), custom(" Trial "), "every event as “Trial”"),
        (json!({"on": "all"}), custom(""), "every event under a name not chosen yet"),
        (names(json!(["purchase", "generate_lead"])), inherit.clone(), "purchases and leads"),
        (names(json!(["page_view", "gtm.dom"])), inherit.clone(), "page views"),
        (names(json!(["purchase", "newsletter"])), inherit.clone(), "purchases and “newsletter” events"),
        (names(json!(["purchase", "newsletter"])), skip.clone(), "purchases"),
        (names(json!(["newsletter"])), skip.clone(), "no event, because Amazon has no name for them,"),
        (names(json!([])), inherit.clone(), "no event yet"),
        (names(json!(["purchase"])), standard("Off-AmazonPurchases"), "purchases"),
        (names(json!(["order"])), standard("Off-AmazonPurchases"), "“order” events as Off-AmazonPurchases"),
        (names(json!(["purchase"])), custom("Kauf"), "purchases as “Kauf”"),
        (
            names(json!(["a", "b", "c", "d", "e", "f"])),
            inherit.clone(),
            "“a”, “b”, “c”, “d” and two other events",
        ),
        (
            json!({"on": "conditions", "any": [[equals("purchase")], [equals("sign_up")]]}),
            inherit.clone(),
            "purchases and sign-ups",
        ),
        (
            json!({"on": "conditions", "any": [[equals("purchase"), more]]}),
            inherit.clone(),
            "purchases that meet further conditions",
        ),
        (
            json!({"on": "conditions", "any": [[equals("purchase")]], "except": [[more]]}),
            inherit.clone(),
            "purchases that meet further conditions, but for exceptions,",
        ),
        (json!({"on": "conditions", "any": [[more]]}), inherit.clone(), "events where value is more than 10"),
        (
            json!({"on": "conditions", "any": [[more, more]]}),
            skip.clone(),
            "events that meet its conditions, if Amazon has a name for them,",
        ),
        (json!({"on": "conditions", "except": [[more]]}), inherit.clone(), "every event but its exceptions"),
        (json!({"on": "conditions"}), inherit.clone(), "no event yet"),
        (names(json!(["jane@example.com"])), inherit, "“j***@e***.com” events"),
    ] {
        let config = json!({"trigger": trigger, "event_name": event_name});
        assert_eq!(sends(config), format!("{said} from every source"), "{trigger} {event_name}");
    }
}

#[test]
fn the_whole_is_told_with_the_most_important_first() {
    let set = json!({"constant": 1});
    for (json, said) in [
        (
            json!({"tag_ids": [ID, "b"], "trigger": {"on": "names", "names": ["purchase", "generate_lead"]},
                "consent": {"gate": "ad_storage_and_user_data"}, "matching": {"enabled": true}}),
            "Sends purchases and leads from every source to two tag IDs in Europe, only with consent to ad storage and user data. \
             Where a visitor refuses, what identifies them stays here; e-mail and phone are hashed for advanced matching.",
        ),
        (
            json!({"tag_ids": [], "region": "na", "sources": ["1"]}),
            "Sends every event from one source to no tag ID yet, in North America. \
             Where a visitor refuses, what identifies them stays here.",
        ),
        (
            json!({"tag_ids": [ID, ID.to_uppercase(), " "], "sources": ["1", "2"], "consent": {"gate": "ad_storage",
                "identifiers": "always", "amazon": {"ad_storage": {"constant": "GRANTED"}}},
                "matching": {"enabled": true, "from_event": false, "phone": set}, "match_id": {"value": set},
                "attributes": {"all": [{"name": "brand", "value": set}], "custom": [{"name": "a"}]},
                "optimistic": true, "logs": {"console": "always", "bigquery": {}, "full": true}}),
            "Sends every event from two sources to one tag ID in Europe, only with consent to ad storage. \
             Amazon is told that every visitor has consented; what identifies visitors is sent whatever they chose; \
             the phone number is hashed for advanced matching; a match ID says which customer it is; \
             one attribute is set by hand; senders are answered before Amazon has answered; \
             every request is logged to BigQuery and the server’s log with personal values.",
        ),
        (
            json!({"matching": {"enabled": true, "from_event": false}, "logs": {"bigquery": {}}}),
            "Sends every event from every source to two tag IDs in Europe. \
             Where a visitor refuses, what identifies them stays here; every request is logged to BigQuery.",
        ),
    ] {
        assert_eq!(summary(&config(json)), said);
    }
}

#[test]
fn sources_are_named_where_their_names_are_known() {
    let name = |id: &str| Some(format!("Shop {id}")).filter(|_| id != "gone");
    for (sources, said) in [
        (json!(["1"]), "from Shop 1 to"),
        (json!(["1", "2"]), "from Shop 1 and Shop 2 to"),
        (json!(["1", "gone"]), "from two sources to"),
        (json!(["1", "2", "3", "4"]), "from four sources to"),
    ] {
        let summary = summary_with(&config(json!({ "sources": sources })), &name);
        assert!(summary.contains(said), "{summary}");
    }
}

#[test]
fn changes_are_told_in_one_sentence() {
    let template = |template: &str| json!({ "template": template });
    for (old, new, said) in [
        (json!({}), json!({}), "Nothing changed."),
        (
            json!({}),
            json!({"consent": {"gate": "ad_storage"}, "attributes": {"all": [{"name": "brand"}], "custom": [{"name": "a"}]}}),
            "Consent is now needed to run; two attributes added.",
        ),
        (
            json!({"consent": {"gate": "ad_storage"}, "tag_ids": ["a", "b"]}),
            json!({"matching": {"enabled": true}, "tag_ids": ["b"]}),
            "Consent is no longer needed to run; one tag ID removed; advanced matching is now on.",
        ),
        (
            json!({}),
            json!({"region": "na", "consent": {"send": "all"}, "match_id": {"value": template("{{ id }}")}}),
            "“Signals passed on” is now “Every signal there is”; the region is now North America; match ID is now {{ id }}.",
        ),
        (
            json!({}),
            json!({"region": "na", "optimistic": true, "cookies": {"domain": "x.example"}, "logs": {"bigquery": {"dataset": "d", "table": "t"}}}),
            "The region is now North America; optimistic answer is now on; cookie domain is now x.example; three more changes.",
        ),
        (
            json!({}),
            json!({"logs": {"bigquery": {}}, "matching": {"email": template("{{ mail }}")}}),
            "E-mail is now {{ mail }}; BigQuery log is now on.",
        ),
        (
            json!({"trigger": {"on": "conditions", "any": [[]]}}),
            json!({"trigger": {"on": "conditions", "any": [[]], "except": [[{"field": "a", "operator": "exists"}]]}, "sources": ["1"]}),
            "One source added; one exception added.",
        ),
    ] {
        assert_eq!(summary_of_changes(&diff(&config(old), &config(new))), said);
    }
}
