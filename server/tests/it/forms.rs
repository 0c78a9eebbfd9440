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

const SAVE_TAG: &str = "/ui/tags/save";

#[tokio::test]
async fn a_tag_that_was_not_saved_says_why() {
    let site = Site::start().await;
    let cookie = site.set_up().await;
    let long = "N".repeat(81);
    for (name, says) in [(" ", "A name is needed"), (&*long, "At most 80 characters fit")] {
        let form = [
            ("form[revision]", "0"),
            ("form[name]", name),
            ("form[region]", "na"),
            ("form[mode]", "inherit"),
            ("form[intent]", "save"),
        ];
        let back = leads_to(&site, &site.post("/tags/new", SAVE_TAG, &form, Some(&cookie)).await);
        let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
        // In the summary, and at the field.
        assert_eq!(page.matches(says).count(), 2, "{says}: {page}");
        assert!(page.contains("The draft is not saved") && !page.contains("The draft is saved"), "{page}");
        assert!(!page.contains("Add a tag ID"), "a draft may lack one: {page}");
    }
}

#[tokio::test]
async fn a_refused_tag_comes_back_as_it_was_filled_in() {
    let site = Site::start().await;
    let cookie = site.set_up().await;
    let form = [("name", "Web shop"), ("kind", "website"), ("origins", "https://a.example")];
    let made = leads_to(&site, &site.post("/sources/new", "/ui/sources/create", &form, Some(&cookie)).await);
    let source = made.trim_start_matches("/sources/");
    let filled_in = |id, revision, name| {
        [
            ("form[id]", id),
            ("form[revision]", revision),
            ("form[name]", name),
            ("form[tag_ids]", "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966\r\nb71f"),
            ("form[region]", "eu"),
            ("form[mode]", "custom"),
            ("form[unmapped]", "skip"),
            ("form[standard_name]", "Lead"),
            ("form[custom_name]", "100%25 & more"),
            ("form[optimistic]", "on"),
            ("form[sources][]", source),
            ("form[intent]", "save"),
        ]
    };
    let shown = [
        "27d3c1b4e966\r\nb71f",
        "value=\"eu\" checked",
        "value=\"custom\" checked",
        "value=\"skip\" checked",
        "value=\"Lead\" selected",
        "value=\"100%25 &amp; more\"",
        "value=\"on\" checked",
        &format!("value=\"{source}\" checked"),
    ];

    let refused = filled_in("", "0", " ");
    let back = leads_to(&site, &site.post("/tags/new", SAVE_TAG, &refused, Some(&cookie)).await);
    let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
    for kept in shown {
        assert!(page.contains(kept), "{kept}: {page}");
    }

    let mended = filled_in("", "0", "EU leads");
    let made = leads_to(&site, &site.post(&back, SAVE_TAG, &mended, Some(&cookie)).await);
    assert!(made.starts_with("/tags/") && !made.contains('?'), "{made}");
    let id = made.trim_start_matches("/tags/");
    let other = [
        ("form[id]", id),
        ("form[revision]", "1"),
        ("form[name]", "Theirs"),
        ("form[region]", "fe"),
        ("form[mode]", "inherit"),
        ("form[intent]", "save"),
    ];
    let saved = leads_to(&site, &site.post(&made, SAVE_TAG, &other, Some(&cookie)).await);
    assert_eq!(saved.trim_end_matches('?'), made);

    // Whoever saves over the work of somebody else is told, each time, and loses nothing.
    let mut back = made.clone();
    for _ in 0..2 {
        let late = filled_in(id, "1", "Mine");
        back = leads_to(&site, &site.post(&back, SAVE_TAG, &late, Some(&cookie)).await);
        let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
        assert!(page.contains("saved this draft in the meantime"), "{page}");
        for kept in shown.into_iter().chain(["value=\"Mine\"", "name=\"form[revision]\" value=\"1\""]) {
            assert!(page.contains(kept), "{kept}: {page}");
        }
    }

    // What was unticked stays so.
    let unticked: Vec<_> = filled_in(id, "1", "Mine")
        .into_iter()
        .filter(|(name, _)| !matches!(*name, "form[optimistic]" | "form[sources][]"))
        .collect();
    let back = leads_to(&site, &site.post(&back, SAVE_TAG, &unticked, Some(&cookie)).await);
    let page = site.page(&back, Some(&cookie)).await.text().await.unwrap();
    assert!(page.contains("value=\"Mine\"") && !page.contains("value=\"on\" checked"), "{page}");
    assert!(!page.contains(&format!("value=\"{source}\" checked")), "{page}");
}
