//! Tags out of Google Tag Manager: a container with everything that the importer knows, and some it does not.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

use proptest::prelude::*;
use serde_json::{Value, json};
use tag::config::{Trigger, check};
use tag::gtm::{NotAContainer, container, template};

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/container.json")).unwrap()
}

#[test]
fn a_container_gives_its_amazon_tags_and_says_what_it_could_not_carry_over() {
    let tags = container(&fixture()).unwrap();
    assert_eq!(
        tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
        ["Amazon – purchases", "Amazon – rest", "Amazon – all"]
    );
    insta::assert_json_snapshot!(tags);
}

#[test]
fn what_was_imported_passes_the_check_unless_a_remark_says_otherwise() {
    let tags = container(&fixture()).unwrap();
    assert!(check(&tags[0].config).tag.is_ok(), "{:?}", check(&tags[0].config));
    assert!(check(&tags[1].config).tag.is_ok(), "{:?}", check(&tags[1].config));
    // Its tag ID and its name depended on the event.
    let problems = check(&tags[2].config).tag.unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["tag_ids", "event_name.name"]);
    assert_eq!(tags[2].config.trigger, Trigger::All);
}

#[test]
fn other_files_are_refused_with_the_way_to_the_right_one() {
    for other in
        [json!({}), json!([]), json!("x"), json!({"containerVersion": []}), json!({"tag_ids": ["x"]})]
    {
        assert_eq!(container(&other), Err(NotAContainer), "{other}");
    }
    assert_eq!(container(&json!({"containerVersion": {"container": {}}})), Ok(vec![]));
}

/// Any JSON, with the keys of an export more often than others.
fn json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        "[a-z]{0,4}",
        proptest::sample::select(vec![
            "containerVersion",
            "tag",
            "trigger",
            "variable",
            "parameter",
            "list",
            "map",
            "key",
            "value",
            "type",
            "name",
            "tagIdsList",
            "tagRegion",
            "firingTriggerId",
            "triggerId",
            "filter",
            "formatValue",
        ])
        .prop_map(str::to_owned),
    ];
    let text = prop_oneof![
        "[ -~]{0,12}",
        Just("{{a}}".to_owned()),
        Just("{{".to_owned()),
        Just("tagIdsList".to_owned())
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_file_is_read_or_refused(export in json(), tag in json()) {
        let _ = container(&export);
        let with_tag = json!({"containerVersion": {"tag": [tag, {"parameter": [
            {"key": "tagIdsList", "list": [export]}, {"key": "tagRegion", "value": "EU"}]}]}});
        prop_assert!(container(&with_tag).is_ok());
        if let Value::Object(parameters) = tag {
            let _ = check(&template(&parameters).config);
        }
    }
}
