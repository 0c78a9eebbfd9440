//! Every door, tried by everybody.

use reqwest::Method;
use server_fn::axum::server_fn_paths;

use crate::support::site::Site;

/// Who may call a server function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Least {
    Nobody,
    Viewer,
    Editor,
    Publisher,
    Admin,
}

use Least::*;

type Form = &'static [(&'static str, &'static str)];

const ID: Form = &[("id", "none")];
const DRAFT: Form =
    &[("form[name]", "Draft"), ("form[region]", "na"), ("form[mode]", "inherit"), ("form[intent]", "save")];

/// Every server function with the least role that may call it, and a form that it can read. A new function
/// that is missing here fails the test.
const DOORS: &[(&str, Least, Form)] = &[
    ("/ui/setup/link", Nobody, &[("token", "x")]),
    ("/ui/setup/create", Nobody, &[("token", "x"), ("name", "x"), ("email", "x"), ("password", "x")]),
    ("/ui/account/sign-in", Nobody, &[("email", "x"), ("password", "x")]),
    ("/ui/account/sign-out", Nobody, &[]),
    ("/ui/account/code", Nobody, &[("code", "1")]),
    ("/ui/account/accept-invite", Nobody, &[("token", "x"), ("name", "x"), ("password", "x")]),
    ("/ui/theme", Nobody, &[("theme", "dark")]),
    ("/ui/account/frame", Viewer, &[]),
    ("/ui/overview", Viewer, &[]),
    ("/ui/sources", Viewer, &[]),
    ("/ui/tags", Viewer, &[]),
    ("/ui/tags/one", Viewer, ID),
    ("/ui/live", Viewer, &[]),
    ("/ui/live/run", Viewer, ID),
    ("/ui/account/rename", Viewer, &[("name", "New name")]),
    ("/ui/account/change-password", Viewer, &[("current", "x"), ("password", "x")]),
    ("/ui/account/end-session", Viewer, ID),
    ("/ui/account/two-step/begin", Viewer, &[("current", "x")]),
    ("/ui/account/two-step/confirm", Viewer, &[("code", "1")]),
    ("/ui/account/two-step/end", Viewer, &[("current", "x")]),
    ("/ui/tags/save", Editor, DRAFT),
    ("/ui/sources/create", Publisher, &[("name", "Shop"), ("kind", "server")]),
    ("/ui/sources/update", Publisher, &[("id", "none"), ("name", "Shop")]),
    ("/ui/sources/test-event", Publisher, &[("source_id", "none"), ("sample", "purchase")]),
    ("/ui/people/invite", Admin, &[("email", "new@shop.example"), ("role", "viewer")]),
    ("/ui/people/renew-invite", Admin, ID),
    ("/ui/people/revoke-invite", Admin, ID),
    ("/ui/people/role", Admin, &[("id", "none"), ("role", "admin")]),
    ("/ui/people/disable", Admin, ID),
    ("/ui/people/enable", Admin, ID),
    ("/ui/people/sign-out", Admin, ID),
    ("/ui/people/reset-two-step", Admin, ID),
    ("/ui/tokens/create", Admin, &[("name", "x"), ("scope", "admin"), ("days", "9"), ("current", "x")]),
    ("/ui/tokens/revoke", Admin, ID),
];

#[tokio::test]
async fn every_server_function_opens_to_its_least_role_and_no_lower() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let mut callers = vec![(Nobody, None)];
    for (role, name) in [(Viewer, "viewer"), (Editor, "editor"), (Publisher, "publisher")] {
        callers.push((role, Some(site.person(&admin, name).await)));
    }
    callers.push((Admin, Some(admin)));

    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path} could be called by a link");
        let known = DOORS.iter().find(|(known, ..)| *known == path);
        let (_, least, form) = known.unwrap_or_else(|| panic!("{path}: say in DOORS who may call it"));
        if *least == Nobody {
            continue;
        }
        for (role, cookie) in &callers {
            let response = site.call(path, form, cookie.as_deref()).await;
            let (status, text) = (response.status(), response.text().await.unwrap());
            let refused = text.contains("SignedOut") || text.contains("Forbidden");
            assert_eq!(refused, role < least, "{path} as {role:?}: {status} {text}");
            assert!(!text.contains("incomplete"), "{path}: its form in DOORS is out of date: {text}");
            if *role == Nobody {
                assert!(text.contains("SignedOut"), "{path}: {text}");
            }
        }
    }
    for (path, ..) in DOORS {
        assert!(server_fn_paths().any(|(known, _)| known == *path), "{path} is in DOORS only");
    }
}

#[tokio::test]
async fn an_editor_who_tries_to_publish_changes_nothing() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let editor = site.person(&admin, "editor").await;
    let form: Vec<_> = DRAFT
        .iter()
        .map(|(name, value)| (*name, if *value == "save" { "publish" } else { *value }))
        .collect();
    let text = site.call("/ui/tags/save", &form, Some(&editor)).await.text().await.unwrap();
    assert!(text.contains("Forbidden"), "{text}");
    assert!(site.store.tags().await.unwrap().is_empty());
    assert_eq!(site.call("/ui/tags/save", DRAFT, Some(&editor)).await.status(), 200);
    assert_eq!(site.store.tags().await.unwrap().len(), 1);
}

#[tokio::test]
async fn administrators_pages_are_closed_to_others() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let publisher = site.person(&admin, "publisher").await;
    for path in ["/settings/people", "/settings/tokens", "/settings/audit"] {
        assert!(site.text(path, &publisher).await.contains("Not allowed for your role"), "{path}");
        assert!(!site.text(path, &admin).await.contains("Not allowed"), "{path}");
        assert_eq!(site.page(path, None).await.status(), 303, "{path}");
    }
    for path in ["/settings/audit.csv", "/settings/audit.ndjson"] {
        assert_eq!(site.page(path, Some(&publisher)).await.status(), 403, "{path}");
        assert_eq!(site.page(path, Some(&admin)).await.status(), 200, "{path}");
        assert_eq!(site.page(path, None).await.status(), 303, "{path}");
    }
    let own = site.text("/settings/account", &publisher).await;
    assert!(own.contains("Where you are signed in") && !own.contains("/settings/people"), "{own}");
    assert_eq!(site.page("/settings/nowhere", Some(&admin)).await.status(), 404);
}

#[tokio::test]
async fn what_the_server_alone_draws_loads_no_browser_part() {
    let site = Site::start().await;
    let admin = site.set_up().await;
    let page = site.text("/settings/account", &admin).await;
    assert!(!page.contains("hydrate"), "{page}");
    assert!(page.contains("<title>Your account · Sidetag</title>"), "{page}");
}
