//! What the audit log tells.

use crate::support::site::{EMAIL, PASSWORD, Site, session_cookie};

#[tokio::test]
async fn who_did_what_is_told_in_words() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let editor = site.person(&admin, "editor").await;
    site.call("/ui/sources/create", &[("name", "Web shop"), ("kind", "server")], Some(&admin)).await;
    let draft = [
        ("form[name]", "Purchases"),
        ("form[region]", "na"),
        ("form[mode]", "inherit"),
        ("form[tag_ids]", "11111111-2222-4333-8444-555555555555"),
        ("form[intent]", "save"),
    ];
    site.call("/ui/tags/save", &draft, Some(&editor)).await;
    let tag = site.store.tags().await.unwrap().remove(0);
    let publish =
        [&draft[..4], &[("form[id]", &tag.id), ("form[revision]", "1"), ("form[intent]", "publish")]];
    let publish = publish.concat();
    assert_eq!(site.call("/ui/tags/save", &publish, Some(&admin)).await.status(), 200);
    site.call("/ui/account/sign-out", &[], Some(&editor)).await;
    assert_eq!(
        site.acts().await,
        [
            "sign_in.ended",
            "tags.published",
            "tags.draft_saved",
            "tags.created",
            "sources.created",
            "people.invite_accepted",
            "people.invited",
            "people.set_up",
        ]
    );
    let page = site.text("/settings/audit", &admin).await;
    for part in ["created the source", "Web shop", "published", "Purchases", "from 127.0.0.1", "role: editor"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let filtered = site.text("/settings/audit?area=sources", &admin).await;
    assert!(filtered.contains("Web shop") && !filtered.contains("Purchases"), "{filtered}");
    let before = site.text("/settings/audit?until=2026-09-13", &admin).await;
    assert!(before.contains("Nothing matches"), "{before}");
}

#[tokio::test]
async fn a_failed_sign_in_keeps_nothing_of_what_was_typed() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    site.sign_in("hunter2-in-the-wrong-field", "x", None).await;
    site.sign_in(EMAIL, "hunter2-typed-wrong", None).await;
    let log = site.text("/settings/audit.ndjson", &admin).await;
    assert!(!log.contains("hunter2"), "{log}");
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["person"], &lines[0]["act"]), (&"Mara".into(), &"sign_in.refused".into()));
    assert_eq!(lines[1]["person"], "Somebody");
}

#[tokio::test]
async fn downloads_hold_all_of_a_long_log_and_no_formula() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    for n in 0..120 {
        let form = [("name", if n % 2 == 0 { "=HYPERLINK(\"x\")" } else { "Shop" }), ("kind", "server")];
        site.call("/ui/sources/create", &form, Some(&admin)).await;
    }
    let response = site.page("/settings/audit.csv", Some(&admin)).await;
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let csv = response.text().await.unwrap();
    assert_eq!(csv.lines().count(), 1 + 121);
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\"") && !csv.contains(",\"=HYPER"), "{csv}");
    let all = site.text("/settings/audit.ndjson", &admin).await;
    assert_eq!(all.lines().count(), 121);
    let some = site.text("/settings/audit.ndjson?area=people", &admin).await;
    assert_eq!(some.lines().count(), 1);

    let page = site.text("/settings/audit", &admin).await;
    let older = crate::support::site::between(&page, "href=\"/settings/audit?&amp;before=", "\"");
    let older = older.expect("a link to older ones");
    let next = site.text(&format!("/settings/audit?before={older}"), &admin).await;
    assert!(next.contains("Shop") && !next.contains(&format!("before={older}")), "{next}");
}

#[tokio::test]
async fn old_traces_go_after_their_days() {
    let site = Site::start().await;
    site.set_up().await;
    let day = 24 * 60 * 60 * 1000;
    site.clock.advance(729 * day);
    assert_eq!(site.acts().await, ["people.set_up"]);
    let cookie = session_cookie(&site.sign_in(EMAIL, PASSWORD, None).await).unwrap();
    site.clock.advance(3 * day);
    // The daily task runs between requests.
    for _ in 0..1000 {
        if site.acts().await.len() == 1 {
            break;
        }
        site.is_open(&cookie).await;
    }
    assert_eq!(site.acts().await, ["sign_in.done"]);
}
