//! The JSON API as programs meet it: the whole server on a socket.

mod description;
mod doors;
mod events;
mod people;
mod settings;
mod sources;
mod tags;
mod transfer;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::store::rows::Scope;

use crate::support::app;
use crate::support::site::Site;

/// A request with a JSON body.
pub trait WithJson {
    fn json(self, body: &Value) -> Self;
}

impl WithJson for RequestBuilder {
    fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }
}

/// A program with a token.
pub struct Program {
    pub site: Site,
    token: String,
}

impl Program {
    pub async fn with(scope: Scope) -> Self {
        let site = Site::start().await;
        let token = site.token(scope).await;
        Self { site, token }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.site.api_request(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        app::json(response).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.unwrap()
    }

    /// A change of what was at this revision.
    pub async fn change(&self, method: Method, path: &str, revision: i64, body: Value) -> Response {
        let request = self.request(method, path).header("if-match", format!("\"{revision}\""));
        request.json(&body).send().await.unwrap()
    }

    /// A new tag with a good draft; its id.
    pub async fn tag(&self, name: &str) -> String {
        let made = self.post("/tags", json!({ "name": name, "config": config("na") })).await;
        assert_eq!((made.status().as_u16(), &made.headers()["etag"]), (201, &"\"1\"".parse().unwrap()));
        app::json(made).await["id"].as_str().unwrap().to_owned()
    }

    /// Publishes the draft of that revision.
    pub async fn publish(&self, tag: &str, revision: i64) -> Value {
        let path = format!("/tags/{tag}/publish");
        let published = self.change(Method::POST, &path, revision, json!({})).await;
        assert_eq!(published.status(), 201);
        app::json(published).await
    }
}

/// A configuration without problems.
pub fn config(region: &str) -> Value {
    json!({ "tag_ids": [app::TAG_ID], "region": region })
}

/// The problem of an answer, which must have that status.
pub async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let found = response.status().as_u16();
    let problem = app::json(response).await;
    assert_eq!((found, problem["status"].as_u64()), (status, Some(status.into())), "{problem}");
    problem
}
