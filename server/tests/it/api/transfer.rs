//! Moving tags between installations.

use reqwest::Method;
use serde_json::json;
use server::store::rows::Scope;

use super::{Program, WithJson as _, config, problem};
use crate::support::app;

#[tokio::test]
async fn what_is_exported_comes_in_elsewhere_as_drafts() {
    let here = Program::with(Scope::Publish).await;
    let source = json!({ "name": "Shop", "kind": "server" });
    let source = app::json(here.post("/sources", source).await).await["id"].clone();
    let mut only_shop = config("eu");
    only_shop["sources"] = json!([source, "unknown"]);
    here.post("/tags", json!({ "name": "Only shop", "config": only_shop })).await;
    let id = here.tag("All").await;
    here.publish(&id, 1).await;
    let export = here.get("/export").await;
    assert_eq!(export["tags"].as_array().unwrap().len(), 2);
    assert_eq!(export["sources"], json!([{ "id": source, "name": "Shop" }]));
    let write_key = here.get("/sources").await["items"][0]["write_key"].clone();
    assert!(!export.to_string().contains(write_key.as_str().unwrap()), "no secrets");
    assert_eq!(here.get(&format!("/export?tag={id}")).await["tags"][0]["name"], "All");

    // Ids of its own, so that the source has another one.
    let there = Program::with(Scope::Publish).await;
    there.tag("Here before").await;
    let source = json!({ "name": "Shop", "kind": "server" });
    let source = app::json(there.post("/sources", source).await).await["id"].clone();
    let rehearsed = app::json(there.post("/import?dry_run=1", export.clone()).await).await;
    assert_eq!(there.get("/tags").await["items"].as_array().unwrap().len(), 1);
    let imported = there.post("/import", export.clone()).await;
    assert_eq!(imported.status(), 200);
    let imported = app::json(imported).await;
    assert_eq!(imported["items"].as_array().unwrap().len(), rehearsed["items"].as_array().unwrap().len());
    for item in imported["items"].as_array().unwrap() {
        assert_eq!((&item["deed"], &item["before"]), (&json!("created"), &json!(null)), "{item}");
        if item["after"]["name"] == "Only shop" {
            assert_eq!(item["after"]["config"]["sources"], json!([source, "unknown"]), "found by name");
            assert_eq!(item["unknown_sources"], json!(["unknown"]));
        }
    }
    let tags = there.get("/tags").await;
    assert!(tags["items"].as_array().unwrap().iter().all(|tag| tag["live"] == json!(null)), "drafts only");

    let again = app::json(here.post("/import", export.clone()).await).await;
    assert!(again["items"].as_array().unwrap().iter().all(|item| item["deed"] == "unchanged"), "{again}");
    let both = app::json(here.post("/import?known=keep_both", export).await).await;
    assert!(both["items"].as_array().unwrap().iter().all(|item| item["deed"] == "created"));
    assert_eq!(here.get("/tags").await["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_known_tags_draft_is_replaced_and_what_runs_is_not() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    program.publish(&id, 1).await;
    let tag = json!({ "id": id, "name": "Shop Europe", "config": config("eu") });
    let export = json!({ "format": "sidetag", "version": 1, "tags": [tag], "made_by": "a newer one" });
    let imported = app::json(program.post("/import", export).await).await;
    let item = &imported["items"][0];
    assert_eq!((&item["deed"], &item["before"]["name"]), (&json!("replaced"), &json!("Shop")));
    let tag = program.get(&format!("/tags/{id}")).await;
    assert_eq!((&tag["name"], &tag["live"]["name"]), (&json!("Shop Europe"), &json!("Shop")));
    assert_eq!(tag["changed"], true);
}

#[tokio::test]
async fn an_import_with_anything_wrong_changes_nothing() {
    let program = Program::with(Scope::Write).await;
    let import = |tags: serde_json::Value| json!({ "format": "sidetag", "version": 1, "tags": tags });
    let good = json!({ "id": "1", "name": "Good", "config": config("na") });
    let odd = json!({ "id": "1", "name": "", "config": { "colour": "red" } });
    let wrong = problem(program.post("/import", import(json!([good, odd]))).await, 422).await;
    let paths: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, ["tags.1.id", "tags.1.name", "tags.1.config"]);
    for (field, value) in [("format", json!("other")), ("version", json!(2))] {
        let mut export = import(json!([good]));
        export[field] = value;
        problem(program.post("/import", export).await, 422).await;
    }
    let many = import((0..1001).map(|_| json!({ "name": "x", "config": {} })).collect());
    problem(program.post("/import", many).await, 422).await;
    let large = import(json!([{ "name": "x".repeat(9 * 1024 * 1024), "config": {} }]));
    let large = program.request(Method::POST, "/import").json(&large).send().await;
    assert!(large.is_err() || large.unwrap().status() == 413, "refused before it is read");
    assert_eq!(program.get("/tags").await["items"], json!([]));
}
