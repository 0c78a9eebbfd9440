use serde_json::{Value, json};

use super::*;
use crate::config::{Problem, path};

const ID: &str = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

fn read(file: &Value) -> Result<Import, Vec<Problem>> {
    import(&file.to_string(), Limits::default())
}

/// `path: message remedy` of each problem.
fn refused(text: &str) -> Vec<String> {
    let line = |problem: Problem| format!("{}: {} {}", problem.path, problem.message, problem.remedy);
    import(text, Limits::default()).unwrap_err().into_iter().map(line).collect()
}

fn config(json: Value) -> TagConfig {
    path::config(&json).unwrap()
}

#[test]
fn what_was_exported_comes_back() {
    let first = config(json!({"tag_ids": [ID], "sources": ["s1", "s2"], "region": "eu"}));
    let name = |id: &str| (id == "s1").then(|| "Web <b>shop</b>".to_owned());
    let text = export(&[
        ExportedTag::new("EU “purchases”", &first, Some("agreed"), &name),
        ExportedTag::new("", &TagConfig::default(), None, &name),
    ]);
    assert!(
        text.starts_with("{\n  \"sidetag\": 1,\n  \"tags\": [\n    {\n      \"name\": \"EU “purchases”\"")
    );
    assert!(!text.contains("s1") && !text.contains("s2"));
    let mut import = import(&format!("\u{feff}{text}"), Limits::default()).unwrap();
    assert_eq!((import.tags.len(), import.remarks.len()), (2, 0));
    let mut tag = import.tags.remove(0);
    assert_eq!((tag.name.as_str(), tag.note.as_deref()), ("EU “purchases”", Some("agreed")));
    assert_eq!(tag.config.sources, ["Web <b>shop</b>", "Deleted source"]);
    tag.find_sources(|name| name.starts_with("Web").then(|| "s9".to_owned()));
    assert_eq!(tag.config.sources, ["s9", "Deleted source"]);
    assert_eq!(tag.remarks.len(), 1, "{:?}", tag.remarks);
    assert_eq!(TagConfig { sources: first.sources.clone(), ..tag.config }, first);
}

#[test]
fn the_configuration_alone_will_do() {
    let import = read(&json!({"tag_ids": [ID], "optimistic": true})).unwrap();
    assert_eq!(import.tags[0].config, config(json!({"tag_ids": [ID], "optimistic": true})));
    assert!(import.tags[0].remarks.is_empty());
}

#[test]
fn a_container_will_do() {
    let container: Value =
        serde_json::from_str(include_str!("../../../tests/fixtures/container.json")).unwrap();
    let import = read(&container).unwrap();
    assert_eq!(
        import.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(),
        ["Amazon – purchases", "Amazon – rest", "Amazon – all"]
    );
    assert!(!import.tags[0].remarks.is_empty());
}

#[test]
fn what_is_not_known_is_left_out_and_said() {
    let condition = json!({"field": "a", "operator": "exists", "weight": 1});
    let file = json!({
        "sidetag": 1, "exported": "today",
        "tags": [{"name": "a", "id": 7, "config": {
            "tag_ids": [ID], "colour": "red", "consent": {"gate": "ad_storage", "tcf": {"version": 2}},
            "attributes": {"all": [{"name": "brand", "unit": "kg"}]},
            "trigger": {"on": "conditions", "any": [[condition]]},
            "logs": {"bigquery": {"dataset": "d", "location": "EU"}},
        }}],
    });
    let import = read(&file).unwrap();
    let subjects =
        |remarks: &[Remark]| remarks.iter().map(|remark| remark.subject.clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&import.remarks), ["exported"]);
    assert_eq!(
        subjects(&import.tags[0].remarks),
        [
            "tags.0.config.colour",
            "tags.0.config.consent.tcf.version",
            "tags.0.config.attributes.all.0.unit",
            "tags.0.config.trigger.any.0.0.weight",
            "tags.0.config.logs.bigquery.location",
            "tags.0.id",
        ]
    );
    let known = json!({
        "tag_ids": [ID], "consent": {"gate": "ad_storage"}, "attributes": {"all": [{"name": "brand"}]},
        "trigger": {"on": "conditions", "any": [[{"field": "a", "operator": "exists"}]]},
        "logs": {"bigquery": {"dataset": "d"}},
    });
    assert_eq!(import.tags[0].config, config(known));
}

#[test]
fn what_does_not_fit_is_said_all_at_once() {
    let file = json!({"sidetag": 1, "tags": [
        {"name": "a", "config": {"tag_ids": "x", "region": "mars", "colour": "red"}},
        {"name": "b", "config": {"event_name": {"mode": "inherit", "name": "x"}}},
        {"name": "c"},
        {"name": "d", "config": {"tag_ids": [ID]}},
    ]});
    assert_eq!(
        refused(&file.to_string()),
        [
            "tags.0.config.tag_ids: This does not fit here. Use a list of texts.",
            "tags.0.config.region: This does not fit here. Use one of na, eu, fe.",
            "tags.1.config.event_name.name: Off because each event gets Amazon’s name for it. Change “Name at Amazon” first.",
            "tags.2.config: The configuration of the tag is missing. Export the tag once more.",
        ]
    );
}

#[test]
fn other_files_are_refused_with_the_way_to_the_right_one() {
    let others = "Choose an export of Sidetag, or of Google Tag Manager (Admin, then Export container).";
    for text in ["{}", "[]", "7", "\"x\"", "null", r#"{"name": "x"}"#] {
        assert_eq!(refused(text), [format!(": This is a file of another kind. {others}")], "{text}");
    }
    for text in ["", "<html>", "{\"tag_ids\": [", &"[".repeat(100_000)] {
        assert_eq!(refused(text), [format!(": This is no JSON file: line 1 cannot be read. {others}")]);
    }
    for text in [r#"{"sidetag": 1, "tags": []}"#, r#"{"containerVersion": {"tag": []}}"#] {
        assert_eq!(refused(text), [format!("tags: There is no Amazon tag in this file. {others}")]);
    }
    assert_eq!(refused(r#"{"sidetag": 1}"#), [format!("tags: The list of tags is missing. {others}")]);
    for version in ["2", "\"1\"", "null"] {
        assert_eq!(
            refused(&format!(r#"{{"sidetag": {version}, "tags": []}}"#)),
            [
                "sidetag: This file comes from another version of Sidetag. Update Sidetag, or export the tags once more."
            ]
        );
    }
}

#[test]
fn a_file_has_its_limits() {
    assert_eq!(
        refused(&" ".repeat(10_000_000)),
        ["limits.bytes: This file has 10 MB; at most 5 MB can be imported. Export fewer tags at a time."]
    );
    let tags = vec![json!({"name": "a", "config": {"tag_ids": [ID]}}); 3];
    let file = json!({"sidetag": 1, "tags": tags}).to_string();
    let problems = import(&file, Limits { tags: 2, ..Limits::default() }).unwrap_err();
    assert_eq!(problems[0].message, "This file has 3 tags; at most 2 can be imported.");
}
