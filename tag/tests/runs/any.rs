//! Configurations, events, browsers and replies as nobody would make them, with a weakness for what some step looks
//! at.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use tag::amazon::reply::Reply;
use tag::config::TagConfig;
use tag::event::Event;

/// A TCF string that allows Amazon, and one that allows nobody anything.
pub(crate) const TCF: [&str; 2] = [
    "CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA",
    "CQAAAAAQAAAAAAGABAENAzEgAAAAAAAAAAAAAAAAAAAA.YAAAAAAAAAA",
];

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let known = [
        "purchase",
        "page_view",
        "add_to_cart",
        "EUR",
        "DE",
        "US",
        "GRANTED",
        "DENIED",
        "granted",
        "denied",
        "1",
        "0",
        "G100",
        "G111",
        "13l3l3l3l1l1",
        "https://shop.example/?aref=AbCd123456",
        "jane@shop.example",
        "+49 151 2345678",
        "0151/2345678",
        "203.0.113.7",
        "1YNN",
        "DBABMA~CQAAAAAQAAAAAAGABAENAzEgAAAAAAAAAAAAAAAAAAAA",
        TCF[0],
        TCF[1],
    ];
    prop_oneof![3 => select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,12}", 1 => "[\\x00-\\x7f]{0,20}"]
}

pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        5 => any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any_key(), inner), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Keys that some step looks at.
pub(crate) fn any_key() -> impl Strategy<Value = String> {
    let known = [
        "event_name",
        "event_id",
        "transaction_id",
        "timestamp_micros",
        "currency",
        "value",
        "items",
        "item_id",
        "item_brand",
        "quantity",
        "user_data",
        "email",
        "email_address",
        "sha256_email_address",
        "phone",
        "phone_number",
        "user_id",
        "consent_state",
        "ad_storage",
        "ad_user_data",
        "consent",
        "x-ga-gcs",
        "x-ga-gcd",
        "gdpr",
        "gdpr_consent",
        "gpp",
        "gpp_sid",
        "us_privacy",
        "amazon_consent",
        "user_data",
        "event_location",
        "country",
        "ip_override",
        "page_location",
        "page_referrer",
        "0",
    ];
    prop_oneof![9 => select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"]
}

pub(crate) fn any_event() -> impl Strategy<Value = Event> {
    let fields = vec((any_key(), any_json()), 0..14);
    fields.prop_map(|fields| {
        let named = [("event_name".to_owned(), json!("purchase"))];
        Event(named.into_iter().chain(fields).collect())
    })
}

pub(crate) fn any_expression() -> impl Strategy<Value = Value> {
    let templates = [
        "{{ value }}",
        "{{ items }}",
        "{{ event }}",
        "a {{ currency }}",
        "{{ user_data.email_address | upper }}",
        "{{ items | map(attribute='item_id') | join(',') }}",
        "{{ value * 2 }}",
        "{{ cookies.amznAref }}",
        "{{ headers['cf-ipcountry'] }}",
        "{{ items[0][items] }}",
        "{{ query.x }}",
    ];
    prop_oneof![
        2 => Just(Value::Null),
        1 => any_json().prop_map(|constant| json!({"constant": constant})),
        1 => select(templates.to_vec()).prop_map(|template| json!({"template": template})),
    ]
}

/// A configuration, one choice for each field that has some.
pub(crate) fn any_config() -> impl Strategy<Value = Value> {
    let word = |words: &'static [&'static str]| select(words).prop_map(Value::from);
    let expressions = vec(any_expression(), 14..=14);
    let words = (
        word(&["na", "eu", "fe"]),
        word(&["amazon", "template"]),
        word(&["off", "purchases", "all"]),
        word(&["lowercase", "strict", "keep_plus", "template"]),
        word(&["e164", "template"]),
        word(&["always", "always", "ad_storage", "ad_storage_and_user_data"]),
        word(&["one", "all"]),
        word(&["with_consent", "always"]),
        word(&["page", "template"]),
        word(&["off", "browser", "server", "auto"]),
    );
    let flags = vec(any::<bool>(), 12..=12);
    let trigger = prop_oneof![
        3 => Just(json!({"on": "all"})),
        1 => (
            any_key(),
            any_text(),
            select(vec!["equals", "contains", "matches", "less", "exists"]),
            any::<bool>()
        )
            .prop_map(|(field, value, operator, not)| json!({
                "on": "conditions",
                "any": [[{"field": field, "operator": operator, "value": value, "not": not}]],
            })),
    ];
    (words, expressions, flags, trigger, vec("[a-zA-Z_ é]{1,8}", 0..3)).prop_map(|(words, set, on, trigger, names)| {
        let (region, fit, currency, email_rule, phone_rule, gate, send, identifiers, source, sync) = words;
        let custom: Vec<Value> = names.iter().map(|name| json!({"name": name, "value": set[0]})).collect();
        let pruning = if on[11] { "template" } else { "north_america" };
        json!({
            "tag_ids": ["a", "b c&d"],
            "region": region,
            "trigger": trigger,
            "event_name": if on[0] { json!({"mode": "inherit"}) } else { json!({"mode": "custom", "name": "Own"}) },
            "attributes": {
                "all": [{"name": "attr1", "value": set[1]}, {"name": "value", "value": set[2]}],
                "purchases": [{"name": "unitsSold", "value": set[3]}],
                "custom": custom, "fit": fit, "automatic": {"currency": currency},
            },
            "match_id": {"from_event": on[1], "value": set[4]},
            "matching": {
                "enabled": on[2], "from_event": on[3], "email": set[5], "email_rule": email_rule,
                "phone_rule": phone_rule, "follow_identity": on[4],
            },
            "consent": {
                "gate": gate, "send": send, "identifiers": identifiers,
                "country": {"from_event": on[5], "value": set[6], "header": "cf-ipcountry"},
                "ip": {"from_event": on[6], "value": set[7]},
                "tcf": {"from_event": on[7], "applies": set[8], "personal_data": set[9], "string": set[10]},
                "gpp": {"string": set[11]},
                "amazon": {"ad_storage": set[12], "user_data": set[13]},
            },
            "measurement": {"set_cookie": on[8], "source": source, "pruning": pruning},
            "cookie_sync": sync,
            "optimistic": on[9],
            "logs": {"console": "always", "full": on[10]},
        })
    })
}

/// A configuration as a marketer would have it who maps nothing personal by hand.
pub(crate) fn plain_config() -> impl Strategy<Value = TagConfig> {
    (select(vec!["na", "eu", "fe"]), any::<bool>(), select(vec!["lowercase", "template"]), any::<bool>()).prop_map(
        |(region, matching, rule, both)| {
            let phone_rule = if rule == "template" { rule } else { "e164" };
            let gate = if both { "ad_storage_and_user_data" } else { "ad_storage" };
            serde_json::from_value(json!({
                "tag_ids": ["a"], "region": region, "consent": {"gate": if matching { "always" } else { gate }},
                "matching": {"enabled": true, "email_rule": rule, "phone_rule": phone_rule},
            }))
            .unwrap()
        },
    )
}

pub(crate) fn any_pairs(names: &'static [&'static str]) -> impl Strategy<Value = Vec<(String, String)>> {
    vec((select(names).prop_map(str::to_owned), any_text()), 0..5)
}

pub(crate) fn any_headers() -> impl Strategy<Value = Vec<(String, String)>> {
    any_pairs(&["referer", "host", "cf-ipcountry", "sec-gpc", "trace-id", "x-forwarded-host"])
}

pub(crate) fn any_cookies() -> impl Strategy<Value = Vec<(String, String)>> {
    any_pairs(&["amznAref", "aatToken", "aatTokenFor", "amzn_consent", "euconsent-v2"])
}

pub(crate) fn any_reply() -> impl Strategy<Value = Reply> {
    let body = prop_oneof![
        any_json().prop_map(|value| value.to_string()),
        (any_json(), any_json())
            .prop_map(|(token, expiry)| json!({"AIPToken": token, "cookieExpiry": expiry}).to_string()),
        ".{0,20}",
    ];
    let location = prop_oneof![
        ".{0,20}",
        Just("https://s.amazon-adsystem.com/iu3?a=b&dcc=t".to_owned()),
        Just("/x".to_owned())
    ];
    prop_oneof![
        1 => Just(Reply::TimedOut),
        1 => ".{0,12}".prop_map(|error| Reply::Unreachable { error }),
        6 => (0..700_u16, location, any_text(), body).prop_map(|(status, location, other, body)| {
            let headers = vec![
                ("location".to_owned(), location),
                ("set-cookie".to_owned(), other.clone()),
                ("retry-after".to_owned(), other),
            ];
            Reply::Answered { status, headers, body }
        }),
    ]
}
