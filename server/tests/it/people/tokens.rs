//! Programs that call the API.

use serde_json::{Value, json};

use crate::support::app;
use crate::support::site::{EMAIL, PASSWORD, Site, between};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Makes a token as an administrator would, and reads it out of the page that shows it once.
pub async fn create(site: &Site, admin: &str, name: &str, scope: &str) -> String {
    let form = [("name", name), ("scope", scope), ("days", "30"), ("current", PASSWORD)];
    let made = site.call("/ui/tokens/create", &form, Some(admin)).await;
    assert_eq!(made.status(), 200, "{}", made.text().await.unwrap());
    let page = site.text("/settings/tokens", admin).await;
    format!("sidetag_{}", between(&page, ">sidetag_", "<").expect("a token"))
}

async fn refused(site: &Site, token: &str) {
    let response = site.api("/me", token).await;
    assert_eq!(response.status(), 401, "{token}");
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let problem: Value = app::json(response).await;
    assert_eq!(problem["status"], 401);
    assert_eq!(problem["type"], "urn:sidetag:problem:unauthorized");
}

#[tokio::test]
async fn a_token_says_what_it_may_do() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let id = site.store.user_by_email(EMAIL).await.unwrap().unwrap().id;
    for (scope, role, may) in [
        ("viewer", "viewer", json!(["viewer"])),
        ("editor", "editor", json!(["viewer", "editor"])),
        ("publisher", "publisher", json!(["viewer", "editor", "publisher"])),
        ("admin", "admin", json!(["viewer", "editor", "publisher", "admin"])),
    ] {
        let token = create(&site, &admin, scope, scope).await;
        assert!(!site.text("/settings/tokens", &admin).await.contains(&token), "shown once");
        let response = site.api("/me", &token).await;
        assert_eq!(response.status(), 200);
        let me: Value = app::json(response).await;
        assert_eq!(me["role"], role);
        assert_eq!(me["may"], may);
        assert_eq!(me["person"], json!({ "id": id, "name": "Mara" }));
    }
}

#[tokio::test]
async fn only_a_token_that_is_neither_over_nor_revoked_opens_the_api() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    for odd in ["", "x", "sidetag_guessed", "sidetag_"] {
        refused(&site, odd).await;
    }
    let token = create(&site, &admin, "Nightly", "viewer").await;
    assert_eq!(site.api("/me", &token).await.status(), 200);
    let listed = site.store.api_tokens().await.unwrap().remove(0);
    assert!(listed.last_used_at.is_some());
    assert_eq!(site.acts().await[0], "tokens.used");
    site.call("/ui/tokens/revoke", &[("id", &listed.id)], Some(&admin)).await;
    refused(&site, &token).await;

    let token = create(&site, &admin, "Monthly", "viewer").await;
    site.clock.advance(30 * DAY);
    refused(&site, &token).await;
}

#[tokio::test]
async fn a_token_does_no_more_than_its_maker_may() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let second = site.person(&admin, "admin").await;
    let token = create(&site, &second, "Theirs", "admin").await;
    let id = site.store.user_by_email("admin@shop.example").await.unwrap().unwrap().id;
    site.call("/ui/people/role", &[("id", &id), ("role", "editor")], Some(&admin)).await;
    let me: Value = app::json(site.api("/me", &token).await).await;
    assert_eq!((me["role"].as_str(), me["scope"].as_str()), (Some("editor"), Some("admin")));
    site.call("/ui/people/disable", &[("id", &id)], Some(&admin)).await;
    refused(&site, &token).await;
    assert!(site.text("/settings/tokens", &admin).await.contains("whoever made it is shut out"));
}

#[tokio::test]
async fn the_api_answers_in_json_whatever_is_asked() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let token = create(&site, &admin, "Any", "viewer").await;
    let missing = site.api("/nothing", &token).await;
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.headers()["content-type"], "application/problem+json");
    assert_eq!(missing.headers()["x-content-type-options"], "nosniff");
    assert_eq!(missing.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn making_a_token_needs_the_password() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let form = [("name", "x"), ("scope", "admin"), ("days", "30"), ("current", "not it")];
    let text = site.call("/ui/tokens/create", &form, Some(&admin)).await.text().await.unwrap();
    assert!(text.contains("not your password"), "{text}");
    assert!(site.store.api_tokens().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_command_line_makes_tokens_beside_a_running_server() {
    use server::cli::{CreateToken, Scope, Settings};
    use server::ids::SeededIds;

    let site = Site::start().await;
    let admin = site.set_up().await;
    let url = format!("sqlite:{}", site.directory.path().join("sidetag.db").display());
    let beside = server::store::open_beside(&url).await.unwrap();
    let asked = CreateToken {
        name: "Deploy".into(),
        scope: Scope::Publish,
        expires: 7,
        settings: Settings { config: None, database: None },
    };
    let ids = SeededIds::new(9);
    let token = server::admin::command::create_token(&*beside, &*site.clock, &ids, &asked).await.unwrap();
    beside.close().await;

    let me: Value = app::json(site.api("/me", &token).await).await;
    assert_eq!((me["role"].as_str(), me["person"].clone()), (Some("publisher"), Value::Null));
    assert!(site.text("/settings/tokens", &admin).await.contains("the command line"));
    assert!(site.text("/settings/audit", &admin).await.contains("The command line"));
}
