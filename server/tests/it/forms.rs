//! Forms without the browser part: what was refused comes back with what was typed.

use crate::support::site::{EMAIL, Site};

/// Where an answer leads, as a path of the site.
fn leads_to(site: &Site, response: &reqwest::Response) -> String {
    let location = response.headers()["location"].to_str().unwrap();
    location.strip_prefix(&site.base).unwrap_or(location).to_owned()
}

#[tokio::test]
async fn a_refused_setup_keeps_the_name_but_never_e_mail_or_password() {
    let site = Site::start().await;
    let token = site.setup_token().await;
    let form =
        [("token", token.as_str()), ("name", "Mara & Co"), ("email", EMAIL), ("password", "too short")];
    let response = site.post(&format!("/setup?token={token}"), "/ui/setup/create", &form, None).await;
    let back = leads_to(&site, &response);
    assert!(back.starts_with(&format!("/setup?token={token}&")), "{back}");
    assert!(!back.contains("short") && !back.contains("mara%40"), "{back}");
    let page = site.page(&back, None).await.text().await.unwrap();
    for kept in ["value=\"Mara &amp; Co\"", "at least 12 are needed"] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    assert!(!page.contains("too short"));
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_page_asked_for_and_tells_no_log_who_it_was() {
    let site = Site::start().await;
    site.set_up().await;
    let form = [("next", "/tags"), ("email", EMAIL), ("password", "not the password")];
    let response = site.post("/sign-in?next=%2Ftags", "/ui/account/sign-in", &form, None).await;
    let back = leads_to(&site, &response);
    assert!(!back.contains("not+the") && !back.contains("mara"), "{back}");
    let page = site.page(&back, None).await.text().await.unwrap();
    for kept in ["value=\"/tags\"", "E-mail or password is not right."] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
}

#[tokio::test]
async fn a_refused_source_keeps_name_kind_and_origins_and_shows_the_latest_error() {
    let site = Site::start().await;
    let cookie = site.set_up().await;
    let create = "/ui/sources/create";
    let form = [("name", " "), ("kind", "server"), ("origins", "https://a.example\r\nb")];
    let response = site.post("/sources/new", create, &form, Some(&cookie)).await;
    let back = leads_to(&site, &response);
    let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
    assert!(page.contains("A name is needed") && page.contains("https://a.example\r\nb"), "{page}");
    assert!(page.contains("value=\"server\" checked"), "{page}");

    let form = [("name", "Web shop"), ("kind", "website"), ("origins", "")];
    let response = site.post(&back, create, &form, Some(&cookie)).await;
    let back = leads_to(&site, &response);
    let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
    assert!(page.contains("Say which site") && !page.contains("A name is needed"), "{page}");
    assert!(page.contains("value=\"Web shop\"") && !page.contains("a.example\r\nb"), "{page}");

    let form = [("name", "Web shop"), ("kind", "website"), ("origins", "https://a.example")];
    let response = site.post(&back, create, &form, Some(&cookie)).await;
    let made = leads_to(&site, &response);
    assert!(made.starts_with("/sources/") && !made.contains('?'), "{made}");

    let form = [("id", made.trim_start_matches("/sources/")), ("name", ""), ("origins", "https://a.example")];
    let update = "/ui/sources/update";
    let back = leads_to(&site, &site.post(&made, update, &form, Some(&cookie)).await);
    assert!(back.contains("__err"), "{back}");
    let form =
        [("id", made.trim_start_matches("/sources/")), ("name", "Shop"), ("origins", "https://b.example")];
    let after = leads_to(&site, &site.post(&back, update, &form, Some(&cookie)).await);
    assert_eq!(after.trim_end_matches('?'), made, "nothing is left of the refused try");
}
