//! Moving tags between installations.

use reqwest::Method;
use serde_json::{Value, json};
use server::store::rows::Scope;

use super::{Program, WithJson as _, config, problem};
use crate::support::app;

fn deeds(imported: &Value) -> Vec<&str> {
    imported["tags"].as_array().unwrap().iter().map(|tag| tag["deed"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_exported_comes_in_elsewhere_as_drafts() {
    let here = Program::with(Scope::Publish).await;
    let source = app::json(here.post("/sources", json!({ "name": "Shop", "kind": "server" })).await).await;
    let mut only_shop = config("eu");
    only_shop["sources"] = json!([source["id"]]);
    here.post("/tags", json!({ "name": "Only shop", "config": only_shop })).await;
    let id = here.tag("All").await;
    here.publish(&id, 1).await;
    let export = here.get("/export").await;
    assert_eq!(export["tags"].as_array().unwrap().len(), 2);
    for secret in [&source["write_key"], &source["id"]] {
        assert!(!export.to_string().contains(secret.as_str().unwrap()), "no secrets, and no ids of here");
    }
    assert_eq!(here.get(&format!("/export?tag={id}")).await["tags"][0]["name"], "All");

    let there = Program::with(Scope::Publish).await;
    there.tag("Here before").await;
    let remarked = app::json(there.post("/import?dry_run=1", export.clone()).await).await;
    assert!(remarked["tags"].to_string().contains("there is no source"), "{remarked}");
    assert_eq!(there.get("/tags").await["items"].as_array().unwrap().len(), 1, "only asked");
    let source = app::json(there.post("/sources", json!({ "name": "Shop", "kind": "server" })).await).await;
    let imported = there.post("/import", export.clone()).await;
    assert_eq!(imported.status(), 200);
    let imported = app::json(imported).await;
    assert_eq!(deeds(&imported), ["created", "created"]);
    let only_shop =
        imported["tags"].as_array().unwrap().iter().find(|tag| tag["after"]["name"] == "Only shop");
    assert_eq!(only_shop.unwrap()["after"]["config"]["sources"], json!([source["id"]]), "found by name");
    let tags = there.get("/tags").await;
    assert!(tags["items"].as_array().unwrap().iter().all(|tag| tag["live"] == json!(null)), "drafts only");

    let again = app::json(here.post("/import", export.clone()).await).await;
    assert_eq!(deeds(&again), ["unchanged", "unchanged"]);
    let both = app::json(here.post("/import?known=keep_both", export).await).await;
    assert_eq!(deeds(&both), ["created", "created"]);
    assert_eq!(here.get("/tags").await["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_known_tags_draft_is_replaced_and_what_runs_is_not() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    program.publish(&id, 1).await;
    let tag = json!({ "name": "Shop", "config": config("eu") });
    let export = json!({ "sidetag": 1, "tags": [tag, tag], "made_by": "a newer one" });
    let imported = app::json(program.post("/import", export).await).await;
    assert_eq!(deeds(&imported), ["replaced", "created"], "each tag is replaced once");
    assert_eq!(imported["tags"][0]["changes"][0]["path"], "region");
    assert_eq!(imported["remarks"][0]["subject"], "made_by");
    let tag = program.get(&format!("/tags/{id}")).await;
    assert_eq!((&tag["changed"], &tag["live"]["number"]), (&json!(true), &json!(1)));
}

#[tokio::test]
async fn an_import_with_anything_wrong_changes_nothing() {
    let program = Program::with(Scope::Write).await;
    let import = |tags: Value| json!({ "sidetag": 1, "tags": tags });
    let good = json!({ "name": "Good", "config": config("na") });
    let odd = json!({ "name": "Odd", "config": { "region": "mars", "optimistic": "perhaps" } });
    let wrong = problem(program.post("/import", import(json!([good, odd]))).await, 422).await;
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2, "all at once: {wrong}");
    assert!(wrong["errors"].to_string().contains("tags.1.config.region"), "{wrong}");
    problem(program.post("/import", json!({ "sidetag": 2, "tags": [good] })).await, 422).await;
    problem(program.post("/import", json!({ "a": "file of another kind" })).await, 422).await;
    let unnameable = json!({ "name": "x".repeat(200), "config": {} });
    problem(program.post("/import", import(json!([good, unnameable]))).await, 422).await;
    let many = import((0..1001).map(|_| json!({ "name": "x", "config": {} })).collect());
    problem(program.post("/import", many).await, 422).await;
    let large = import(json!([{ "name": "x".repeat(9 * 1024 * 1024), "config": {} }]));
    let large = program.request(Method::POST, "/import").json(&large).send().await;
    assert!(large.is_err() || large.unwrap().status() == 413, "refused before it is read");
    assert_eq!(program.get("/tags").await["items"], json!([]));
}

#[tokio::test]
async fn a_container_of_tag_manager_comes_in_as_drafts() {
    let program = Program::with(Scope::Write).await;
    let container = include_str!("../../../../tag/tests/fixtures/container.json");
    let container = serde_json::from_str(container).unwrap();
    let imported = program.post("/import", container).await;
    assert_eq!(imported.status(), 200);
    let imported = app::json(imported).await;
    assert!(deeds(&imported).iter().all(|deed| *deed == "created"));
    assert!(imported["tags"].as_array().unwrap().iter().any(|tag| tag["remarks"][0]["text"].is_string()));
}
