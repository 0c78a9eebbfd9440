//! Who gets in, and who does not: setup, sign-in, sessions, and every door of the interface.

use crate::support::site::{EMAIL, PASSWORD, Site, session_cookie};

#[tokio::test]
async fn a_guest_is_led_to_setup_and_later_to_sign_in() {
    let site = Site::start().await;
    for path in ["/", "/tags", "/live/x?tab=why", "/nowhere"] {
        let response = site.page(path, None).await;
        assert_eq!(response.status(), 303, "{path}");
        assert_eq!(response.headers()["location"], "/setup", "{path}");
    }
    let cookie = site.set_up().await;
    for (path, leads_to) in [("/", "/sign-in"), ("/tags", "/sign-in?next=%2Ftags")] {
        let response = site.page(path, None).await;
        assert_eq!(response.headers()["location"], leads_to, "{path}");
    }
    for path in ["/", "/tags", "/tags/new", "/sources", "/sources/new", "/live"] {
        let response = site.page(path, Some(&cookie)).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.text().await.unwrap().contains("Mara"), "{path}");
    }
    assert_eq!(site.page("/nowhere", Some(&cookie)).await.status(), 404);
}

#[tokio::test]
async fn functions_without_arguments_say_that_the_caller_is_signed_out() {
    let site = Site::start().await;
    site.set_up().await;
    for path in ["/ui/account/frame", "/ui/overview", "/ui/sources", "/ui/tags", "/ui/live"] {
        let text = site.call(path, &[], None).await.text().await.unwrap();
        assert!(text.contains("SignedOut"), "{path}: {text}");
    }
    assert_eq!(site.page("/ui/live/stream", None).await.status(), 401);
}

#[tokio::test]
async fn the_setup_link_works_once_and_not_for_ever() {
    let site = Site::start().await;
    let token = site.setup_token().await;
    let form = |token| [("token", token), ("name", "Mara"), ("email", EMAIL), ("password", PASSWORD)];

    let guessed = site.call("/ui/setup/create", &form("guessed"), None).await;
    assert!(guessed.text().await.unwrap().contains("SetupClosed"));
    site.clock.advance(60 * 60 * 1000);
    let late = site.call("/ui/setup/create", &form(&token), None).await;
    assert!(late.text().await.unwrap().contains("SetupClosed"));

    let token = site.setup_token().await;
    assert_eq!(site.call("/ui/setup/create", &form(&token), None).await.status(), 200);
    let again = site.call("/ui/setup/create", &form(&token), None).await;
    assert!(again.text().await.unwrap().contains("SetupClosed"));
    assert!(
        site.page(&format!("/setup?token={token}"), None).await.text().await.unwrap().contains("Sign in")
    );
}

#[tokio::test]
async fn only_an_open_setup_link_says_that_you_are_at_the_first_step() {
    let site = Site::start().await;
    let token = site.setup_token().await;
    let page =
        async |token: &str| site.page(&format!("/setup?token={token}"), None).await.text().await.unwrap();
    let here = "You are here";
    let open = page(&token).await;
    assert!(open.contains("Create and continue") && open.contains(here), "{open}");
    let closed = page("guessed").await;
    assert!(closed.contains("no longer works") && !closed.contains(here), "{closed}");
    site.set_up().await;
    let done = page(&token).await;
    assert!(done.contains("There is an administrator already") && !done.contains(here), "{done}");
}

#[tokio::test]
async fn a_weak_password_is_refused_at_its_field() {
    let site = Site::start().await;
    let token = site.setup_token().await;
    for (password, says) in [
        ("too short", "at least 12"),
        ("mara@shop.example", "other than your name"),
        ("abababababab", "repeats"),
    ] {
        let form = [("token", token.as_str()), ("name", "Mara"), ("email", EMAIL), ("password", password)];
        let text = site.call("/ui/setup/create", &form, None).await.text().await.unwrap();
        assert!(text.contains(says) && text.contains("\"password\""), "{password}: {text}");
    }
    assert!(!site.store.has_users().await.unwrap());
}

#[tokio::test]
async fn a_session_begins_at_sign_in_and_ends_at_sign_out() {
    let site = Site::start().await;
    let planted = site.set_up().await;

    let response = site.sign_in(EMAIL, PASSWORD, Some(&planted)).await;
    assert_eq!(response.status(), 200);
    let header = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(header.contains(attribute), "{header}");
    }
    let cookie = session_cookie(&response).unwrap();
    assert_ne!(cookie, planted, "sign-in gives a new id");
    assert_eq!(site.page("/tags", Some(&planted)).await.status(), 303, "the old id is worth nothing");
    assert_eq!(site.page("/tags", Some(&cookie)).await.status(), 200);

    assert_eq!(site.call("/ui/account/sign-out", &[], Some(&cookie)).await.status(), 200);
    assert_eq!(site.page("/tags", Some(&cookie)).await.status(), 303);
}

#[tokio::test]
async fn a_session_ends_without_use_and_after_half_a_day_in_any_case() {
    const HOUR: i64 = 60 * 60 * 1000;
    let site = Site::start().await;
    let cookie = site.set_up().await;
    for _ in 0..11 {
        site.clock.advance(HOUR);
        assert_eq!(site.page("/tags", Some(&cookie)).await.status(), 200);
    }
    site.clock.advance(HOUR);
    assert_eq!(site.page("/tags", Some(&cookie)).await.status(), 303, "after twelve hours of use");

    let cookie = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    site.clock.advance(2 * HOUR);
    assert_eq!(site.page("/tags", Some(&cookie)).await.status(), 303, "after two hours without use");
}

#[tokio::test]
async fn failed_sign_ins_are_slowed_down_and_tell_nothing() {
    let site = Site::start().await;
    site.set_up().await;
    let wrong = site.sign_in(EMAIL, "not the password", None).await.text().await.unwrap();
    let unknown = site.sign_in("nobody@shop.example", PASSWORD, None).await.text().await.unwrap();
    assert_eq!(wrong, unknown);
    for _ in 0..3 {
        site.sign_in(EMAIL, "not the password", None).await;
    }
    let text = site.sign_in(EMAIL, PASSWORD, None).await.text().await.unwrap();
    assert!(text.contains("Throttled"), "{text}");
    site.clock.advance(15 * 60 * 1000);
    assert_eq!(site.sign_in(EMAIL, PASSWORD, None).await.status(), 200, "a break ends by itself");
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let site = Site::start().await;
    let cookie = site.set_up().await;
    let form = [("name", "Evil"), ("kind", "server")];
    let response = site.call_from("https://evil.example", "/ui/sources/create", &form, Some(&cookie)).await;
    assert_eq!(response.status(), 403);
    assert!(site.store.sources().await.unwrap().is_empty());
    let response = site.call("/ui/sources/create", &form, Some(&cookie)).await;
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    assert_eq!(site.store.sources().await.unwrap().len(), 1);
}

#[tokio::test]
async fn pages_carry_a_content_security_policy_with_a_nonce_of_their_own() {
    let site = Site::start().await;
    let mut policies = vec![];
    for _ in 0..2 {
        let response = site.page("/setup", None).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'nonce-"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["cache-control"], "no-store");
        policies.push(policy);
    }
    assert_ne!(policies[0], policies[1]);
}

#[tokio::test]
async fn health_tells_life_from_readiness() {
    let site = Site::start().await;
    assert_eq!(site.page("/health/live", None).await.status(), 200);
    assert_eq!(site.page("/health/ready", None).await.status(), 200);
    site.store.close().await;
    assert_eq!(site.page("/health/live", None).await.status(), 200);
    assert_eq!(site.page("/health/ready", None).await.status(), 503);
}
