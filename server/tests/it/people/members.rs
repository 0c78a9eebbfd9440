//! What an administrator changes about others.

use std::time::Duration;

use crate::support::site::{EMAIL, PASSWORD, Site, session_cookie};

async fn id_of(site: &Site, email: &str) -> String {
    site.store.user_by_email(email).await.unwrap().unwrap().id
}

#[tokio::test]
async fn who_is_shut_out_is_out_at_once_and_cannot_come_back() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let bob = site.person(&admin, "editor").await;
    let id = id_of(&site, "editor@shop.example").await;

    let stream = site.page("/ui/live/stream", Some(&bob)).await;
    assert_eq!(stream.status(), 200);
    let ended = site.call("/ui/people/disable", &[("id", &id)], Some(&admin)).await;
    assert_eq!(ended.status(), 200);
    let rest = tokio::time::timeout(Duration::from_secs(5), stream.bytes()).await;
    assert!(rest.is_ok(), "the stream ends with the session");
    assert!(!site.is_open(&bob).await);
    let refused = site.sign_in("editor@shop.example", PASSWORD, None).await.text().await.unwrap();
    assert!(refused.contains("WrongCredentials"), "says no more than for a wrong password: {refused}");

    site.call("/ui/people/enable", &[("id", &id)], Some(&admin)).await;
    assert!(!site.is_open(&bob).await, "an ended session stays ended");
    assert_eq!(site.sign_in("editor@shop.example", PASSWORD, None).await.status(), 200);
    assert_eq!(site.acts().await[..3], ["sign_in.done", "people.enabled", "sign_in.refused"]);
}

#[tokio::test]
async fn a_new_role_counts_from_the_next_sign_in() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let bob = site.person(&admin, "viewer").await;
    let id = id_of(&site, "viewer@shop.example").await;
    site.call("/ui/people/role", &[("id", &id), ("role", "publisher")], Some(&admin)).await;
    assert!(!site.is_open(&bob).await);
    let bob = session_cookie(&site.sign_in("viewer@shop.example", PASSWORD, None).await).unwrap();
    let form = [("name", "Shop"), ("kind", "server")];
    assert_eq!(site.call("/ui/sources/create", &form, Some(&bob)).await.status(), 200);
}

#[tokio::test]
async fn the_only_administrator_stays_one() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let id = id_of(&site, EMAIL).await;
    for (path, form) in [
        ("/ui/people/role", &[("id", id.as_str()), ("role", "editor")][..]),
        ("/ui/people/disable", &[("id", id.as_str())]),
    ] {
        let text = site.call(path, form, Some(&admin)).await.text().await.unwrap();
        assert!(text.contains("the only administrator"), "{path}: {text}");
    }
    assert!(site.is_open(&admin).await);
}

#[tokio::test]
async fn signing_somebody_out_ends_each_of_their_sessions() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let first = site.person(&admin, "editor").await;
    let second = session_cookie(&site.sign_in("editor@shop.example", PASSWORD, None).await).unwrap();
    let id = id_of(&site, "editor@shop.example").await;
    site.call("/ui/people/sign-out", &[("id", &id)], Some(&admin)).await;
    assert!(!site.is_open(&first).await && !site.is_open(&second).await);
    assert!(site.is_open(&admin).await);
}
