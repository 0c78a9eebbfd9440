//! What came in, read along.

use serde_json::{Value, json};
use server::store::rows::Scope;

use super::Program;
use crate::support::app;

async fn send(program: &Program, key: &str, names: &[&str]) {
    let events: Vec<_> = names.iter().map(|name| json!({ "event_name": name })).collect();
    let url = format!("{}/events", program.site.base);
    let response = app::client().post(url).bearer_auth(key).body(json!(events).to_string()).send().await;
    assert_eq!(response.unwrap().status(), 200);
    program.site.clock.advance(1);
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|event| event["event_in"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_program_reads_along_without_gap_or_double() {
    let program = Program::with(Scope::Publish).await;
    let source = app::json(program.post("/sources", json!({ "name": "Shop", "kind": "server" })).await).await;
    let key = source["write_key"].as_str().unwrap();
    for name in ["a", "b", "c"] {
        send(&program, key, &[name]).await;
    }
    let newest = program.get("/events?limit=2").await;
    assert_eq!(names(&newest), ["c", "b"]);
    let before = newest["next"].as_str().unwrap();
    assert_eq!(names(&program.get(&format!("/events?before={before}")).await), ["a"]);

    let after = format!("/events?limit=2&after={}", "0");
    assert_eq!(names(&program.get(&after).await), [""; 0], "not settled yet");
    program.site.clock.advance(2000);
    let first = program.get(&after).await;
    assert_eq!(names(&first), ["a", "b"]);
    let after = format!("/events?limit=2&after={}", first["next"].as_str().unwrap());
    let second = program.get(&after).await;
    assert_eq!(names(&second), ["c"]);
    let after = format!("/events?limit=2&after={}", second["next"].as_str().unwrap());
    assert_eq!(program.get(&after).await["next"], second["next"], "to be asked again");
    send(&program, key, &["d"]).await;
    program.site.clock.advance(2000);
    assert_eq!(names(&program.get(&after).await), ["d"]);

    let id = second["items"][0]["id"].as_str().unwrap();
    let one = program.get(&format!("/events/{id}")).await;
    assert_eq!(
        (&one["event"]["outcome"], &one["event"]["reason"]),
        (&json!("skipped"), &json!("config.no_tag"))
    );
    assert!(!one["steps"].as_array().unwrap().is_empty());
    for odd in ["?outcome=lost", "?before=1&after=2", "?limit=many"] {
        let request = program.request(reqwest::Method::GET, &format!("/events{odd}"));
        super::problem(request.send().await.unwrap(), 400).await;
    }
}
