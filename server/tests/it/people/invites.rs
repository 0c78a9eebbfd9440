//! How people come in.

use crate::support::site::{EMAIL, PASSWORD, Site};

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn accept(site: &Site, token: &str) -> String {
    let form = [("token", token), ("name", "Bob"), ("password", PASSWORD)];
    site.call("/ui/account/accept-invite", &form, None).await.text().await.unwrap()
}

#[tokio::test]
async fn an_invited_person_sets_name_and_password_and_is_in() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let token = site.invite(&admin, "Bob@Shop.example", "editor").await;
    assert!(!site.text("/settings/people", &admin).await.contains(&token), "shown once");

    let offer = site.page(&format!("/invite?token={token}"), None).await.text().await.unwrap();
    assert!(offer.contains("bob@shop.example") && offer.contains("Editor"), "{offer}");
    let weak = [("token", token.as_str()), ("name", "Bob"), ("password", "bob@shop.example")];
    let weak = site.call("/ui/account/accept-invite", &weak, None).await.text().await.unwrap();
    assert!(weak.contains("other than your name"), "the rules of the setup: {weak}");

    let bob = site.accept(&token, "Bob").await;
    assert!(site.text("/tags", &bob).await.contains("Bob"));
    assert!(accept(&site, &token).await.contains("was used"), "works once");
    assert_eq!(site.sign_in("bob@shop.example", PASSWORD, None).await.status(), 200);
}

#[tokio::test]
async fn a_link_is_over_after_seven_days_and_when_it_is_renewed_or_taken_back() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let late = site.invite(&admin, "late@shop.example", "viewer").await;
    site.clock.advance(7 * DAY);
    assert!(accept(&site, &late).await.contains("is over"));
    let page = site.page(&format!("/invite?token={late}"), None).await.text().await.unwrap();
    assert!(page.contains("no longer works"), "{page}");

    let admin = crate::support::site::session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    let id = site.store.invites().await.unwrap()[0].id.clone();
    let first = site.invite(&admin, "late@shop.example", "viewer").await;
    let id_now = site.store.invites().await.unwrap()[0].id.clone();
    assert_ne!(id, id_now, "a new invitation took its place");
    let renewed = site.call("/ui/people/renew-invite", &[("id", &id_now)], Some(&admin)).await;
    assert_eq!(renewed.status(), 200);
    assert!(accept(&site, &first).await.contains("was used, taken back"));

    let page = site.text("/settings/people", &admin).await;
    let second = crate::support::site::between(&page, "/invite?token=", "<").unwrap();
    site.call("/ui/people/revoke-invite", &[("id", &id_now)], Some(&admin)).await;
    assert!(accept(&site, second).await.contains("taken back"));
    assert!(accept(&site, "guessed").await.contains("taken back"));
    assert_eq!(site.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_is_invited_twice_or_by_another_site() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let form = [("email", EMAIL), ("role", "viewer")];
    let text = site.call("/ui/people/invite", &form, Some(&admin)).await.text().await.unwrap();
    assert!(text.contains("has an account already"), "{text}");
    let form = [("email", "eve@evil.example"), ("role", "admin")];
    let response = site.call_from("https://evil.example", "/ui/people/invite", &form, Some(&admin)).await;
    assert_eq!(response.status(), 403);
    assert!(site.store.invites().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_link_is_shown_to_a_browser_without_scripts() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let form = [("email", "not an address"), ("role", "viewer")];
    let response = site.post("/settings/people", "/ui/people/invite", &form, Some(&admin)).await;
    let back = response.headers()["location"].to_str().unwrap().to_owned();
    let back = back.strip_prefix(&site.base).unwrap();
    let page = site.text(back, &admin).await;
    assert!(page.contains("not an e-mail address"), "{page}");

    let form = [("email", "bob@shop.example"), ("role", "viewer")];
    let response = site.post("/settings/people", "/ui/people/invite", &form, Some(&admin)).await;
    let leads_to = response.headers()["location"].to_str().unwrap();
    assert_eq!(leads_to, "/settings/people");
    assert!(site.text(leads_to, &admin).await.contains("Send this link to bob@shop.example."));
}
