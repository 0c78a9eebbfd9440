//! What administrators set for everybody.

use reqwest::Method;
use serde_json::json;
use server::store::rows::Scope;

use super::{Program, problem};

#[tokio::test]
async fn settings_are_checked_and_saved_over_what_was_seen() {
    let program = Program::with(Scope::Admin).await;
    let read = program.get("/settings").await;
    assert_eq!((&read["revision"], &read["settings"]["events_days"]), (&json!(1), &json!(30)));
    assert!(read["limits"].as_array().unwrap().iter().any(|limit| limit["name"] == "ingest.limits.events"));

    let mut settings = read["settings"].clone();
    settings["events_days"] = json!(1);
    settings["deleted_days"] = json!(999);
    let wrong = problem(program.change(Method::PUT, "/settings", 1, settings.clone()).await, 422).await;
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2, "all at once: {wrong}");
    settings["events_days"] = json!(90);
    settings["deleted_days"] = json!(7);
    settings["region"] = json!("eu");
    assert_eq!(program.change(Method::PUT, "/settings", 1, settings.clone()).await.status(), 200);
    problem(program.change(Method::PUT, "/settings", 1, settings.clone()).await, 412).await;
    let read = program.get("/settings").await;
    assert_eq!((&read["settings"], &read["revision"]), (&settings, &json!(2)));

    program.post("/tags", json!({ "name": "New" })).await;
    let id = program.get("/tags").await["items"][0]["id"].clone();
    let draft = program.get(&format!("/tags/{}/draft", id.as_str().unwrap())).await;
    assert_eq!(draft["config"]["region"], "eu", "the region that the settings name");
    let trace = program.get("/audit?area=settings").await;
    assert_eq!(trace["items"][0]["details"]["before"]["events_days"], 30);
}
