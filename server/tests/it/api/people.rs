//! Users, invitations and tokens.

use reqwest::Method;
use serde_json::json;
use server::store::rows::Scope;

use super::{Program, WithJson as _, problem};
use crate::support::app;
use crate::support::site::PASSWORD;

#[tokio::test]
async fn users_are_invited_changed_and_shut_out() {
    let program = Program::with(Scope::Admin).await;
    let admin = program.site.set_up().await;
    let invitation = json!({ "email": "new@shop.example", "role": "viewer" });
    let link = program.post("/invites", invitation.clone()).await;
    assert_eq!(link.status(), 201);
    let url = app::json(link).await["url"].as_str().unwrap().to_owned();
    let token = url.split_once("/invite?token=").unwrap().1.to_owned();
    assert!(url.starts_with(&program.site.base), "{url}");
    let rehearsed =
        program.post("/invites?dry_run=1", json!({ "email": "x@shop.example", "role": "viewer" }));
    assert_eq!(rehearsed.await.status(), 201);
    let invites = program.get("/invites").await;
    assert_eq!(invites["items"].as_array().unwrap().len(), 1);

    let cookie = program.site.accept(&token, "Newcomer").await;
    assert!(program.site.is_open(&cookie).await);
    let users = program.get("/users").await;
    let user = users["items"].as_array().unwrap().iter().find(|user| user["name"] == "Newcomer").unwrap();
    let path = |rest: &str| format!("/users/{}/{rest}", user["id"].as_str().unwrap());
    let set =
        async |rest: &str, body| program.request(Method::PUT, &path(rest)).json(&body).send().await.unwrap();
    assert_eq!(set("access?dry_run=1", json!({ "enabled": false })).await.status(), 204);
    assert!(program.site.is_open(&cookie).await, "only asked");
    assert_eq!(set("role", json!({ "role": "editor" })).await.status(), 204);
    assert!(!program.site.is_open(&cookie).await, "what they may do changed under them");
    assert_eq!(set("access", json!({ "enabled": false })).await.status(), 204);
    problem(set("role", json!({ "role": "king" })).await, 422).await;

    let only = users["items"].as_array().unwrap().iter().find(|user| user["role"] == "admin").unwrap();
    let demote = program.request(Method::PUT, &format!("/users/{}/role", only["id"].as_str().unwrap()));
    problem(demote.json(&json!({ "role": "viewer" })).send().await.unwrap(), 422).await;
    assert!(program.site.is_open(&admin).await);
}

#[tokio::test]
async fn a_token_is_made_with_the_makers_password_and_revoked() {
    let program = Program::with(Scope::Admin).await;
    let admin = program.site.set_up().await;
    let new = |password: &str| json!({ "name": "CI", "scope": "write", "days": 30, "password": password });
    let from_page = |body| {
        let request = program.site.api_request(Method::POST, "/tokens").header("cookie", &admin);
        request.header("origin", &program.site.base).json(&body).send()
    };
    problem(from_page(new("not it")).await.unwrap(), 422).await;
    let made = from_page(new(PASSWORD)).await.unwrap();
    assert_eq!(made.status(), 201);
    let token = app::json(made).await["token"].as_str().unwrap().to_owned();
    assert_eq!(program.site.api("/me", &token).await.status(), 200);
    let without_person = program.post("/tokens", new(PASSWORD)).await;
    assert!(without_person.status().is_client_error(), "a token of the command line makes no others");

    let tokens = program.get("/tokens").await;
    let listed = tokens["items"].as_array().unwrap().iter().find(|token| token["name"] == "CI").unwrap();
    assert_eq!((&listed["scope"], &listed["standing"]), (&json!("write"), &json!("works")));
    let path = format!("/tokens/{}", listed["id"].as_str().unwrap());
    assert_eq!(program.request(Method::DELETE, &path).send().await.unwrap().status(), 204);
    assert_eq!(program.site.api("/me", &token).await.status(), 401);
}
