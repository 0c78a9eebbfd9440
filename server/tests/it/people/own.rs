//! One's own account.

use crate::support::site::{EMAIL, PASSWORD, Site, between, session_cookie};

const NEW: &str = "eight brown boxes stand";

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let site = Site::start().await;
    let here = site.set_up().await;
    let there = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    let change = async |current: &str, new: &str| {
        let form = [("current", current), ("password", new)];
        site.call("/ui/account/change-password", &form, Some(&here)).await
    };
    let wrong = change("not mine at all", NEW).await.text().await.unwrap();
    assert!(wrong.contains("not your password"), "{wrong}");
    let weak = change(PASSWORD, "short").await.text().await.unwrap();
    assert!(weak.contains("at least 12"), "{weak}");
    assert!(site.is_open(&there).await);

    let changed = change(PASSWORD, NEW).await;
    assert_eq!(changed.status(), 200);
    let renewed = session_cookie(&changed).expect("a new id for this browser");
    assert!(site.is_open(&renewed).await);
    assert!(!site.is_open(&here).await && !site.is_open(&there).await);
    assert_ne!(site.sign_in(EMAIL, PASSWORD, None).await.status(), 200);
    assert_eq!(site.sign_in(EMAIL, NEW, None).await.status(), 200);
}

#[tokio::test]
async fn guessing_the_password_of_an_open_session_is_slowed_down() {
    let site = Site::start().await;
    let here = site.set_up().await;
    let form = [("current", "a guess"), ("password", NEW)];
    for _ in 0..5 {
        site.call("/ui/account/change-password", &form, Some(&here)).await;
    }
    let form = [("current", PASSWORD), ("password", NEW)];
    let text = site.call("/ui/account/change-password", &form, Some(&here)).await.text().await.unwrap();
    assert!(text.contains("Throttled"), "{text}");
}

#[tokio::test]
async fn sessions_are_listed_without_the_whole_address_and_ended_one_by_one() {
    let site = Site::start().await;
    let here = site.set_up().await;
    site.clock.advance(60_000);
    let there = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    let page = site.text("/settings/account", &here).await;
    assert!(page.contains("127.0.0.x") && !page.contains("127.0.0.1<"), "{page}");
    assert_eq!(page.matches("this browser").count(), 1, "{page}");
    let id = between(
        &page,
        "action=\"/ui/account/end-session\"><input type=\"hidden\" name=\"id\" value=\"",
        "\"",
    );
    let id = id.expect("the other session can be ended").to_owned();

    let other = site.person(&here, "viewer").await;
    let text = site.call("/ui/account/end-session", &[("id", &id)], Some(&other)).await.text().await.unwrap();
    assert!(text.contains("has ended already"), "not theirs to end: {text}");
    assert!(site.is_open(&there).await);
    assert_eq!(site.call("/ui/account/end-session", &[("id", &id)], Some(&here)).await.status(), 200);
    assert!(!site.is_open(&there).await && site.is_open(&here).await);
}

#[tokio::test]
async fn a_new_name_shows_at_once() {
    let site = Site::start().await;
    let here = site.set_up().await;
    let empty = site.call("/ui/account/rename", &[("name", " ")], Some(&here)).await;
    assert!(empty.text().await.unwrap().contains("A name is needed"));
    site.call("/ui/account/rename", &[("name", "Mara <b>L</b>")], Some(&here)).await;
    let page = site.text("/settings/account", &here).await;
    assert!(page.contains("Mara &lt;b&gt;L&lt;/b&gt;"), "{page}");
}
