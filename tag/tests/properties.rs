//! What must hold for every input, whoever made it.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tag::amazon::Endpoints;
use tag::clients::{Limits, Request, claim};
use tag::config::{Expression, TagConfig, check};
use tag::context::Context;
use tag::event::Event;
use tag::lint::lint;
use tag::privacy::{mask_text, redact, request_view};
use tag::run::{Decision, run};

fn request(path: &str, query: String, body: Vec<u8>) -> Request {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/x-ndjson"),
        header("cookie", &query),
        header("sec-ch-ua", &query),
    ];
    Request { path: path.to_owned(), query, headers, body, ..Request::default() }
}

/// JSON as no sender would make it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((any_key(), inner), 0..5).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_template() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "{{ items }}",
        "{{ event }}",
        "{{ event | length }}",
        "{{ items | first }} {{ items | map(attribute='item_id') | join }}",
        "{{ value * 2 }}",
        "{{ value | int + 1 }}{{ value | float }}",
        "{{ event['event_name'] | upper | replace('a', 'b') }}",
        "{{ user_data.email_address or currency or event[event_name] }}",
        "{{ items | sum }}{{ items | sort }}{{ items | min }}",
        "{{ value | round(2) if value is number else items[0] }}",
        "{{ items[value] }}{{ items[:2] }}{{ event.items[-1] }}",
    ])
}

fn any_operator() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "equals",
        "contains",
        "ends_with",
        "matches",
        "less",
        "greater_or_equal",
        "exists",
    ])
}

fn any_key() -> impl Strategy<Value = String> {
    let known = [
        "event_name",
        "event_id",
        "event_time",
        "timestamp_micros",
        "currency",
        "value",
        "items",
        "item_id",
        "user_data",
        "email_address",
        "sha256_email_address",
        "address",
        "city",
        "consent_state",
        "events",
        "defaults",
        "ip_override",
    ];
    prop_oneof![3 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,6}"]
}

fn any_email() -> impl Strategy<Value = String> {
    "[a-z0-9][a-z0-9._+-]{0,8}@[a-z0-9]{1,8}(\\.[a-z0-9-]{1,5})?\\.[a-z]{2,4}"
}

/// As senders write it: plain, or percent-encoded once or twice.
fn spellings(email: &str) -> [String; 3] {
    [email.to_owned(), email.replace('@', "%40"), email.replace('@', "%2540")]
}

fn holds(text: &str, email: &str) -> bool {
    let text = text.to_lowercase();
    spellings(email).iter().any(|spelling| text.contains(spelling.as_str()))
}

proptest! {
    #[test]
    fn no_bytes_make_a_client_panic(query in ".{0,60}", body in vec(any::<u8>(), 0..200)) {
        for path in ["/events", "/g/collect"] {
            let request = request(path, query.clone(), body.clone());
            let _ = claim(&request, Limits::default());
            let _ = request_view(&request);
        }
    }

    #[test]
    fn no_hit_makes_ga4_panic(names in vec("(ep\\.user_data|epn?|up|sst|pr|_|em)[.0-9a-z~%=]{0,12}", 0..8), value in "[a-z0-9~.%@]{0,20}") {
        let pairs: Vec<String> = names.iter().map(|name| format!("{name}={value}")).collect();
        let request = request("/g/collect", format!("v=2&tid=G-X&en=a&{}", pairs.join("&")), vec![]);
        prop_assert!(claim(&request, Limits::default()).is_ok());
        let _ = request_view(&request);
    }

    #[test]
    fn no_json_makes_a_client_or_a_run_panic(value in any_json()) {
        let body = value.to_string().into_bytes();
        if let Ok(claim) = claim(&request("/events", String::new(), body), Limits::default()) {
            for item in claim.items {
                prop_assert_ne!(item.event.as_ref().err().map(Vec::len), Some(0));
                prop_assert_eq!(item.steps.len(), 2);
            }
        }
        let Value::Object(fields) = value else { return Ok(()) };
        let event = Event(fields);
        let _ = redact(&event);
        let config = TagConfig { tag_ids: vec!["a".to_owned(), "b".to_owned()], ..TagConfig::default() };
        let tag = check(&config).tag.unwrap();
        let run = run(&tag, &event, Context::new(0, &Endpoints::default()));
        prop_assert!(!run.trace.steps.is_empty());
        if let Decision::Send(plan) = run.decision {
            prop_assert_eq!(plan.requests.len(), 2);
        }
    }

    #[test]
    fn no_source_makes_a_check_panic(source in ".{0,20}|[a-z_.0-2'\"|{}()~ \\[\\]-]{0,16}", operator in any_operator()) {
        for source in [source.clone(), format!("{{{{ {source} }}}}")] {
            let config = json!({
                "tag_ids": ["a"],
                "trigger": {"on": "conditions", "any": [[{"field": source, "operator": operator, "value": source}]]},
                "attributes": {"custom": [{"name": source, "value": {"template": source}}]},
            });
            let config: TagConfig = serde_json::from_value(config).unwrap();
            let _ = check(&config);
        }
    }

    #[test]
    fn no_json_makes_templates_triggers_or_lint_panic(value in any_json(), template in any_template(), operator in any_operator(), not in any::<bool>()) {
        let condition = |field: &str| json!({"field": field, "operator": operator, "value": "10", "not": not});
        let config = json!({
            "tag_ids": ["a"],
            "trigger": {"on": "conditions", "any": [[condition("items")], [condition("query.x")], [condition("value")]]},
            "attributes": {
                "all": [{"name": "attr1", "value": {"template": template}}],
                "purchases": [{"name": "unitsSold", "value": {"template": template}}],
                "custom": [{"name": "a", "value": {"constant": value}}],
            },
            "match_id": {"value": {"template": template}},
            "consent": {"country": {"value": {"template": template}}},
        });
        let tag = check(&serde_json::from_value(config).unwrap()).tag.unwrap();
        let event = Event(value.as_object().cloned().unwrap_or_default());
        let endpoints = Endpoints::default();
        let context = Context::new(0, &endpoints);
        let _ = lint(&tag, &event, context);
        prop_assert!(!run(&tag, &event, context).trace.steps.is_empty());
    }

    #[test]
    fn what_is_configured_survives_storing(value in any_json(), source in ".{0,20}") {
        for expression in [Expression::Constant(value), Expression::Template(source)] {
            let stored = serde_json::to_string(&expression).unwrap();
            prop_assert_eq!(serde_json::from_str::<Expression>(&stored).unwrap(), expression);
        }
    }

    #[test]
    fn a_line_wins_over_the_query(shared in "[a-z]{1,6}", own in "[a-z]{1,6}", first in any::<bool>()) {
        let (query, line) = (format!("v=2&tid=G-X&dt={shared}&ep.x={shared}"), format!("dt={own}&ep.x={own}"));
        let body = if first { format!("en=a&{line}\nen=b") } else { format!("en=b\r\n{line}&en=a\r\n") };
        let claim = claim(&request("/g/collect", query, body.into_bytes()), Limits::default()).unwrap();
        for item in claim.items {
            let event = item.event.unwrap();
            let expected = if event.name() == "a" { &own } else { &shared };
            prop_assert_eq!(&event.text("page_title"), &Some(expected.clone()));
            prop_assert_eq!(&event.text("x"), &Some(expected.clone()));
        }
    }

    #[test]
    fn what_is_sent_can_be_read_back(value in "\\PC{1,40}", id in "\\PC{1,20}") {
        let config = TagConfig { tag_ids: vec![id], ..TagConfig::default() };
        let Ok(tag) = check(&config).tag else { return Ok(()) };
        let event = Event(Map::from_iter([
            ("event_name".to_owned(), json!("purchase")),
            ("event_id".to_owned(), json!(value)),
        ]));
        let Decision::Send(plan) = run(&tag, &event, Context::new(1, &Endpoints::default())).decision else {
            panic!("nothing to skip for");
        };
        let request = &plan.requests[0];
        let url = request.url();
        let (_, query) = url.split_once('?').unwrap();
        // Spaces are %20, so that a plus sign can only be one.
        let decoded: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let stated = request.params.iter().map(|param| (param.name.to_string(), param.value.clone()));
        prop_assert_eq!(decoded, stated.collect::<Vec<_>>());
    }

    #[test]
    fn no_email_survives_in_text(before in "[ -~é]{0,12}", email in any_email(), after in "[ -~é]{0,12}") {
        for spelling in spellings(&email) {
            let text = format!("{before}{spelling}{after}");
            let masked = mask_text(&text);
            prop_assert!(!holds(&masked, &email), "{} became {}", text, masked);
            let again = mask_text(&masked);
            prop_assert_eq!(&again, &masked, "twice is once");
        }
    }

    #[test]
    fn no_email_survives_anywhere_in_an_event(mut event in any_json(), email in any_email(), key in any_key()) {
        plant(&mut event, &email);
        let location = format!("https://shop.example/?q={}&x=1", email.replace('@', "%40"));
        let event = Event(Map::from_iter([(key, event), ("page_location".to_owned(), json!(location)), (email.clone(), json!(1))]));
        let redacted = redact(&event).to_string();
        prop_assert!(!holds(&redacted, &email), "{}", redacted);
    }

    #[test]
    fn no_email_survives_in_a_request(mut value in any_json(), email in any_email(), form in any::<bool>()) {
        plant(&mut value, &email);
        let body = if form { format!("en=a&ep.note={email}\nen=b&ep.user_data.email_address={email}") } else { value.to_string() };
        let mut request = request("/g/collect", format!("dl=https%3A%2F%2Fx%2F%3Fu%3D{}", email.replace('@', "%2540")), body.into_bytes());
        request.headers.push(("referer".to_owned(), format!("https://x.example/{email}")));
        let view = serde_json::to_string(&request_view(&request)).unwrap();
        prop_assert!(!holds(&view, &email), "{}", view);
    }

    #[test]
    fn no_international_phone_number_survives(before in "[ -~]{0,8}", number in "[1-9][0-9]{9,13}", after in "[ -~]{0,8}") {
        for prefix in ["+", "%2B", "tel:", "tel:+", "tel%3A%2B"] {
            let masked = mask_text(&format!("{before}{prefix}{number}{after}")).into_owned();
            prop_assert!(!masked.contains(&number), "{}", masked);
        }
    }
}

/// Puts an address into every text of a value, between other words.
fn plant(value: &mut Value, email: &str) {
    match value {
        Value::String(text) => *text = format!("{text} {email}, {text}"),
        Value::Array(list) => list.iter_mut().for_each(|value| plant(value, email)),
        Value::Object(object) => object.values_mut().for_each(|value| plant(value, email)),
        _ => *value = json!(email),
    }
}
