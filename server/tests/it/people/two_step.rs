//! Two-step sign-in.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use server::clock::Clock;
use sha1::Sha1;

use crate::support::site::{EMAIL, PASSWORD, Site, between, session_cookie};

/// The code that an app with this secret shows `steps` half minutes from now.
pub fn code(site: &Site, secret: &[u8], steps: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).unwrap();
    mac.update(&(site.clock.now_ms() / 30_000 + steps).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// Turns it on for the person behind the cookie: the secret, the recovery codes, and the new cookie.
pub async fn turn_on(site: &Site, cookie: &str) -> (Vec<u8>, Vec<String>, String) {
    let begun = site.call("/ui/account/two-step/begin", &[("current", PASSWORD)], Some(cookie)).await;
    assert_eq!(begun.status(), 200, "{}", begun.text().await.unwrap());
    let page = site.text("/settings/account/two-step", cookie).await;
    let typed = between(&page, "<code class=\"secret\">", "<").unwrap().replace(' ', "").to_uppercase();
    let secret = BASE32_NOPAD.decode(typed.as_bytes()).unwrap();
    let form = [("code", code(site, &secret, 0))];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let confirmed = site.call("/ui/account/two-step/confirm", &form, Some(cookie)).await;
    assert_eq!(confirmed.status(), 200, "{}", confirmed.text().await.unwrap());
    let cookie = session_cookie(&confirmed).unwrap();
    let page = site.text("/settings/account/two-step", &cookie).await;
    let codes = page.split("<li><code>").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned());
    (secret, codes.collect(), cookie)
}

/// The password's step; returns the cookie with which the code is to come.
async fn password_step(site: &Site) -> String {
    let response = site.sign_in(EMAIL, PASSWORD, None).await;
    assert_eq!(response.status(), 200);
    session_cookie(&response).expect("a session that awaits the code")
}

async fn give(site: &Site, cookie: &str, code: &str) -> reqwest::Response {
    site.call("/ui/account/code", &[("code", code), ("next", "/tags")], Some(cookie)).await
}

#[tokio::test]
async fn signing_in_asks_for_a_code_that_works_once() {
    let site = Site::start().await;
    let first = site.set_up().await;
    let elsewhere = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    let (secret, codes, cookie) = turn_on(&site, &first).await;
    assert_eq!(codes.len(), 10);
    assert!(site.is_open(&cookie).await, "this browser goes on under a new id");
    assert!(!site.is_open(&first).await && !site.is_open(&elsewhere).await);
    assert!(!site.text("/settings/account/two-step", &cookie).await.contains(&codes[0]), "shown once");

    let half = password_step(&site).await;
    assert!(!site.is_open(&half).await, "a password alone opens nothing");
    let page = site.page("/sign-in/code?next=/tags", Some(&half)).await.text().await.unwrap();
    assert!(page.contains("Enter your code"), "{page}");
    let replayed = give(&site, &half, &code(&site, &secret, 0)).await.text().await.unwrap();
    assert!(replayed.contains("was used before"), "the confirming code: {replayed}");

    site.clock.advance(30_000);
    let now = code(&site, &secret, 0);
    let in_now = give(&site, &half, &now).await;
    assert_eq!(in_now.status(), 200);
    assert_eq!(in_now.headers()["location"], "/tags");
    let cookie = session_cookie(&in_now).unwrap();
    assert_ne!(cookie, half, "a new id once signed in");
    assert!(site.is_open(&cookie).await);

    let half = password_step(&site).await;
    assert!(give(&site, &half, &now).await.text().await.unwrap().contains("not right"), "replayed");
    assert!(!site.is_open(&half).await);
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_typed() {
    let site = Site::start().await;
    let first = site.set_up().await;
    let (_, codes, _) = turn_on(&site, &first).await;
    let half = password_step(&site).await;
    let typed = codes[3].replace('-', " ").to_uppercase();
    assert_eq!(give(&site, &half, &typed).await.status(), 200);
    let half = password_step(&site).await;
    assert!(give(&site, &half, &codes[3]).await.text().await.unwrap().contains("not right"));
    assert_eq!(give(&site, &half, &codes[4]).await.status(), 200);
    assert!(site.acts().await.contains(&"sign_in.recovery_code_used".to_owned()));
}

#[tokio::test]
async fn guessing_codes_meets_the_breaks_of_guessing_passwords() {
    let site = Site::start().await;
    let first = site.set_up().await;
    let (secret, ..) = turn_on(&site, &first).await;
    site.clock.advance(60_000);
    let half = password_step(&site).await;
    for guess in ["000000", "111111", "222222"] {
        give(&site, &half, guess).await;
    }
    // A right password in between forgives nothing.
    let half = password_step(&site).await;
    for guess in ["333333", "444444"] {
        give(&site, &half, guess).await;
    }
    let text = give(&site, &half, &code(&site, &secret, 0)).await.text().await.unwrap();
    assert!(text.contains("Throttled"), "{text}");
    let text = site.sign_in(EMAIL, PASSWORD, None).await.text().await.unwrap();
    assert!(text.contains("Throttled"), "nothing is said about the password: {text}");
}

#[tokio::test]
async fn a_code_that_comes_late_or_without_a_password_is_not_looked_at() {
    let site = Site::start().await;
    let first = site.set_up().await;
    let (secret, ..) = turn_on(&site, &first).await;
    let half = password_step(&site).await;
    site.clock.advance(5 * 60 * 1000);
    let late = give(&site, &half, &code(&site, &secret, 0)).await;
    assert_eq!(late.headers()["location"], "/sign-in");
    assert!(!site.is_open(&half).await);
    let none = site.call("/ui/account/code", &[("code", &code(&site, &secret, 0))], None).await;
    assert_eq!(none.headers()["location"], "/sign-in");
}

#[tokio::test]
async fn turning_it_off_needs_the_password() {
    let site = Site::start().await;
    let first = site.set_up().await;
    let (.., cookie) = turn_on(&site, &first).await;
    let text = site.call("/ui/account/two-step/end", &[("current", "x")], Some(&cookie)).await;
    assert!(text.text().await.unwrap().contains("not your password"));
    let ended = site.call("/ui/account/two-step/end", &[("current", PASSWORD)], Some(&cookie)).await;
    assert_eq!(ended.status(), 200);
    let whole = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    assert!(site.is_open(&whole).await);
}
