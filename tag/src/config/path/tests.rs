use serde_json::json;

use super::*;

#[test]
fn what_was_set_is_there() {
    let mut config = TagConfig::default();
    for (path, value) in [
        ("tag_ids", json!(["a", "b"])),
        ("tag_ids.1", json!("c")),
        ("tag_ids.2", json!("d")),
        ("region", json!("eu")),
        ("matching.enabled", json!(true)),
        ("matching.email", json!({"template": "{{ mail }}"})),
        ("matching.email.template", json!("{{ email }}")),
        ("consent.country.header", json!("cf-ipcountry")),
        ("attributes.custom.0", json!({"name": "a"})),
        ("attributes.custom.0.value", json!({"constant": null})),
        ("logs.bigquery", json!({"project": "", "dataset": "d", "table": "t"})),
        ("logs.bigquery.project", json!("p")),
        ("event_name.mode", json!("custom")),
        ("event_name.name", json!("Trial")),
        ("trigger.on", json!("names")),
        ("trigger.names.0", json!("purchase")),
        ("trigger.on", json!("conditions")),
        ("trigger.any.0", json!([{"field": "a", "operator": "exists"}])),
        ("trigger.any.0.1", json!({"field": "b", "operator": "exists"})),
        ("trigger", json!({"on": "names", "names": ["lead"]})),
    ] {
        set(&mut config, path, value.clone()).unwrap();
        assert_eq!(get(&config, path), Some(value), "{path}");
    }
    assert_eq!(config.tag_ids, ["a", "c", "d"]);
}

#[test]
fn null_takes_it_away() {
    let mut config = TagConfig { tag_ids: vec!["a".into(), "b".into()], ..TagConfig::default() };
    set(&mut config, "tag_ids.0", Value::Null).unwrap();
    assert_eq!(config.tag_ids, ["b"]);
    for (path, value) in [
        ("region", json!("eu")),
        ("matching.token_seconds", json!(5)),
        ("trigger.on", json!("names")),
        ("event_name.mode", json!("standard")),
        ("logs.bigquery", json!({})),
        ("cookies.domain", json!("example.com")),
        ("tag_ids", Value::Null),
    ] {
        set(&mut config, path, value).unwrap();
        set(&mut config, path, Value::Null).unwrap();
    }
    assert_eq!(config, TagConfig::default());
}

#[test]
fn a_mode_takes_what_belongs_to_it() {
    let mut config = TagConfig::default();
    let mut so = |path: &str, value: Value| {
        set(&mut config, path, value).unwrap();
        json(&config)[path.split('.').next().unwrap()].clone()
    };
    assert_eq!(so("event_name.unmapped", json!("skip")), json!({"mode": "inherit", "unmapped": "skip"}));
    assert_eq!(so("event_name.mode", json!("custom")), json!({"mode": "custom", "name": ""}));
    so("event_name.name", json!("Trial"));
    assert_eq!(so("event_name.mode", json!("standard")), json!({"mode": "standard", "name": "Trial"}));
    assert_eq!(so("event_name.mode", json!("inherit")), json!({"mode": "inherit", "unmapped": "send"}));
    so("trigger.on", json!("names"));
    assert_eq!(so("trigger.names", json!(["a"])), json!({"on": "names", "names": ["a"]}));
    assert_eq!(so("trigger.on", json!("all")), json!({"on": "all"}));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let mut config = TagConfig::default();
    let mut refused = |path: &str, value: Value| {
        let before = config.clone();
        let problem = set(&mut config, path, value).unwrap_err();
        assert_eq!((config == before, problem.path.as_str()), (true, path));
        format!("{} {}", problem.message, problem.remedy)
    };
    let unknown = "There is no such setting. Check how its name is written.";
    for path in ["", "colour", "tag_ids.x", "tag_ids.1", "consent.colour", "region.x", "trigger.names.x"] {
        assert!(
            [unknown, "Off because the tag does not run by names. Change “Events it runs for” first."]
                .contains(&refused(path, json!("x")).as_str()),
            "{path}"
        );
    }
    for (path, value, said) in [
        ("region", json!("mars"), "This does not fit here. Use one of na, eu, fe."),
        ("optimistic", json!("yes"), "This does not fit here. Use true or false."),
        ("matching.token_seconds", json!(-1), "This does not fit here. Use a whole number from 1 to 604800."),
        ("tag_ids", json!("x"), "This does not fit here. Use a list of texts."),
        (
            "match_id.value",
            json!("x"),
            r#"This does not fit here. Use {"constant": …} or {"template": "…"}."#,
        ),
        ("logs.bigquery", json!(true), "This does not fit here. Use an object, or null to switch it off."),
        (
            "event_name.name",
            json!("x"),
            "Off because each event gets Amazon’s name for it. Change “Name at Amazon” first.",
        ),
        (
            "logs.bigquery.table",
            json!("x"),
            "Off because the BigQuery log is off. Change “BigQuery log” first.",
        ),
        (
            "event_name",
            json!({"mode": "inherit", "name": "x"}),
            "This does not fit here. Use one of inherit, standard, custom.",
        ),
    ] {
        assert_eq!(refused(path, value), said);
    }
}
