//! Every door of the API, tried by everybody. The doors come out of the description, which comes out of the
//! routes: a new one cannot be forgotten.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::store::rows::Scope;

use super::{WithJson as _, problem};
use crate::support::site::Site;

/// In order of what they may do.
const SCOPES: [(&str, Scope); 4] =
    [("read", Scope::Read), ("write", Scope::Write), ("publish", Scope::Publish), ("admin", Scope::Admin)];

struct Door {
    method: Method,
    path: String,
    /// Place among [`SCOPES`] of the least scope that opens it.
    least: usize,
    operation: Value,
}

impl Door {
    /// Asks for something that is not there, with as little as can be read.
    fn knock(&self, site: &Site) -> RequestBuilder {
        let path = self.path.replace("{id}", "none").replace("{number}", "1");
        let request = site.api_request(self.method.clone(), &path).header("if-match", "\"1\"");
        if self.operation["requestBody"].is_null() { request } else { request.json(&json!({})) }
    }

    fn documents(&self, status: u16) -> bool {
        !self.operation["responses"][status.to_string()].is_null()
    }
}

fn doors() -> Vec<Door> {
    let document = serde_json::to_value(server::admin::api::document()).unwrap();
    let mut doors = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["token"][0].as_str();
            let least = SCOPES.iter().position(|(name, _)| Some(*name) == scope);
            doors.push(Door {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                least: least.unwrap_or_else(|| panic!("{method} {path}: say which scope opens it")),
                operation: operation.clone(),
            });
        }
    }
    doors
}

#[tokio::test]
async fn every_door_opens_to_its_least_scope_and_no_lower() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let mut cookies = vec![];
    for role in ["viewer", "editor", "publisher"] {
        cookies.push(site.person(&admin, role).await);
    }
    cookies.push(admin);
    let mut tokens = vec![];
    for (_, scope) in SCOPES {
        tokens.push(site.token(scope).await);
    }
    let doors = doors();
    assert!(doors.len() > 40, "{}", doors.len());
    for door in &doors {
        let name = format!("{} {}", door.method, door.path);
        for stranger in [door.knock(&site), door.knock(&site).bearer_auth("sidetag_guessed")] {
            let response = stranger.send().await.unwrap();
            assert_eq!(response.status(), 401, "{name}");
            problem(response, 401).await;
        }
        for rank in 0..SCOPES.len() {
            let with_token = door.knock(&site).bearer_auth(&tokens[rank]);
            let with_cookie = door.knock(&site).header("cookie", &cookies[rank]).header("origin", &site.base);
            for request in [with_token, with_cookie] {
                let response = request.send().await.unwrap();
                let status = response.status().as_u16();
                assert!(door.documents(status), "{name} as {}: {status} is not described", SCOPES[rank].0);
                assert_eq!(status == 403, rank < door.least, "{name} as {}: {status}", SCOPES[rank].0);
                assert!(status != 401 && status < 500, "{name} as {}: {status}", SCOPES[rank].0);
                if status >= 400 {
                    problem(response, status).await;
                }
            }
        }
    }
    let left: Vec<_> = site.acts().await.into_iter().filter(|act| act.starts_with("tags.")).collect();
    assert_eq!(left, [""; 0], "nobody changed anything");
}

#[tokio::test]
async fn a_session_changes_something_only_from_this_sites_own_pages() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    for door in doors() {
        let foreign = door.knock(&site).header("cookie", &admin).header("origin", "https://evil.example");
        let silent = door.knock(&site).header("cookie", &admin);
        for request in [foreign, silent] {
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status == 403, door.method != Method::GET, "{} {}: {status}", door.method, door.path);
        }
    }
}

#[tokio::test]
async fn a_token_counts_before_a_session() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let request = site.api_request(Method::GET, "/me").header("cookie", &admin);
    let response = request.bearer_auth("sidetag_guessed").send().await.unwrap();
    assert_eq!(response.status(), 401, "a wrong token is not mended by a session");
}
