//! Sources, and what their keys open.

use reqwest::Method;
use serde_json::{Value, json};
use server::store::rows::Scope;

use super::{Program, problem};
use crate::support::app;

const HOUR: i64 = 60 * 60 * 1000;

async fn make(program: &Program, name: &str, origin: &str) -> Value {
    let new = json!({ "name": name, "kind": "website", "origins": [origin] });
    let made = program.post("/sources", new).await;
    assert_eq!(made.status(), 201);
    app::json(made).await
}

/// How an event with that key is answered.
async fn sent(program: &Program, key: &Value) -> u16 {
    let url = format!("{}/events", program.site.base);
    let request = app::client().post(url).bearer_auth(key.as_str().unwrap());
    request.body(json!([{ "event_name": "page_view" }]).to_string()).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_source_is_changed_only_over_what_its_author_saw() {
    let program = Program::with(Scope::Publish).await;
    let source = make(&program, "Shop", "https://shop.example").await;
    make(&program, "Other", "https://other.example").await;
    let path = format!("/sources/{}", source["id"].as_str().unwrap());
    let body = json!({ "name": "Shop", "origins": ["https://www.shop.example"] });
    assert_eq!(program.change(Method::PUT, &path, 1, body.clone()).await.status(), 204);
    problem(program.change(Method::PUT, &path, 1, body).await, 412).await;
    let stored = program.get(&path).await;
    assert_eq!((&stored["origins"], &stored["revision"]), (&json!(["https://www.shop.example"]), &json!(2)));
    let taken = json!({ "name": "Shop", "origins": ["https://other.example"] });
    let taken = problem(program.change(Method::PUT, &path, 2, taken).await, 422).await;
    assert_eq!(taken["errors"][0]["path"], "origins");
    let none = program.post("/sources", json!({ "name": "x", "kind": "website" })).await;
    problem(none, 422).await;
}

#[tokio::test]
async fn an_old_key_goes_on_for_a_while_and_a_deleted_source_for_no_moment() {
    let program = Program::with(Scope::Publish).await;
    let source = make(&program, "Shop", "https://shop.example").await;
    let path = format!("/sources/{}", source["id"].as_str().unwrap());
    let first = &source["write_key"];
    assert_eq!(sent(&program, first).await, 200);

    let renewed = app::json(program.post(&format!("{path}/key"), json!({})).await).await;
    let second = &renewed["write_key"];
    assert_ne!(first, second);
    assert_eq!((sent(&program, first).await, sent(&program, second).await), (200, 200));
    program.site.clock.advance(168 * HOUR - 1);
    assert_eq!(sent(&program, first).await, 200);
    program.site.clock.advance(1);
    assert_eq!((sent(&program, first).await, sent(&program, second).await), (401, 200));
    assert_eq!(program.get(&path).await["old_key_ends_at"], json!(null));

    let third = app::json(program.post(&format!("{path}/key?dry_run=1"), json!({})).await).await;
    assert_eq!(sent(&program, &third["write_key"]).await, 401, "only asked");

    assert_eq!(program.request(Method::DELETE, &path).send().await.unwrap().status(), 204);
    assert_eq!(sent(&program, second).await, 401);
    assert_eq!(program.get("/sources").await["items"], json!([]));
    assert_eq!(program.get("/sources/deleted").await["items"][0]["name"], "Shop");
    let another = make(&program, "Another", "https://shop.example").await;
    let taken = problem(program.post(&format!("{path}/restore"), json!({})).await, 422).await;
    assert!(taken["detail"].as_str().unwrap().contains("Another"), "{taken}");
    let another = format!("/sources/{}", another["id"].as_str().unwrap());
    program.request(Method::DELETE, &another).send().await.unwrap();
    assert_eq!(program.post(&format!("{path}/restore"), json!({})).await.status(), 204);
    assert_eq!(sent(&program, second).await, 200);
}
