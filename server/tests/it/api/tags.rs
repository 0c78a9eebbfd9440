//! A tag's life: draft, versions, pausing, deleting.

use reqwest::Method;
use serde_json::json;
use server::store::rows::{AuditFilter, Scope};

use super::{Program, WithJson as _, config, problem};
use crate::support::app;

#[tokio::test]
async fn a_draft_is_saved_only_over_what_its_author_saw() {
    let program = Program::with(Scope::Write).await;
    let id = program.tag("Shop").await;
    let path = format!("/tags/{id}/draft");
    let edition = |name: &str, region: &str| json!({ "name": name, "config": config(region) });

    let saved = program.change(Method::PUT, &path, 1, edition("Shop", "eu")).await;
    assert_eq!((saved.status().as_u16(), &saved.headers()["etag"]), (200, &"\"2\"".parse().unwrap()));
    let again = program.change(Method::PUT, &path, 1, edition("Shop", "eu")).await;
    assert_eq!(again.status(), 200, "a repeat whose first answer was lost");

    let clash = problem(program.change(Method::PUT, &path, 1, edition("Mine", "na")).await, 412).await;
    assert_eq!(clash["mine"]["name"], "Mine");
    assert_eq!(
        (&clash["theirs"]["config"]["region"], &clash["theirs"]["revision"]),
        (&json!("eu"), &json!(2))
    );
    assert_eq!(clash["base"]["config"]["region"], "na", "what both began with");
    let blind = program.request(Method::PUT, &path).json(&edition("Mine", "na")).send().await.unwrap();
    problem(blind, 428).await;
    let odd = program.request(Method::PUT, &path).header("if-match", "*").json(&edition("Mine", "na"));
    problem(odd.send().await.unwrap(), 412).await;
    let nameless = problem(program.change(Method::PUT, &path, 2, edition(" ", "na")).await, 422).await;
    assert_eq!(nameless["errors"][0]["path"], "name");
    let unknown = json!({ "name": "x", "config": { "region": "mars" } });
    problem(program.change(Method::PUT, &path, 2, unknown).await, 422).await;
    assert_eq!(program.get(&path).await["revision"], 2);
    assert_eq!(program.get(&format!("/tags/{id}")).await["changed"], true);
}

#[tokio::test]
async fn two_editors_at_once_lose_nothing() {
    let program = Program::with(Scope::Write).await;
    let id = program.tag("Shop").await;
    let path = format!("/tags/{id}/draft");
    let save = |name: String| {
        let (program, path) = (&program, &path);
        async move {
            let edition = json!({ "name": name, "config": config("eu") });
            program.change(Method::PUT, path, 1, edition).await.status().as_u16()
        }
    };
    let mut ends = futures::future::join_all((0..8).map(|n| save(format!("Editor {n}")))).await;
    ends.sort_unstable();
    assert_eq!(ends, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(program.get(&path).await["revision"], 2);
}

#[tokio::test]
async fn versions_are_published_compared_and_rolled_back() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    let path = |rest: &str| format!("/tags/{id}{rest}");
    let empty =
        program.change(Method::PUT, &path("/draft"), 1, json!({ "name": "Shop", "config": {} })).await;
    assert_eq!(empty.status(), 200, "a draft may be unfinished");
    let refused = program.change(Method::POST, &path("/publish"), 2, json!({})).await;
    assert_eq!(problem(refused, 422).await["errors"][0]["path"], "tag_ids");
    let edition = json!({ "name": "Shop", "config": config("na") });
    program.change(Method::PUT, &path("/draft"), 2, edition).await;
    problem(program.change(Method::POST, &path("/publish"), 2, json!({})).await, 412).await;
    let first = program.change(Method::POST, &path("/publish"), 3, json!({ "note": "Go" })).await;
    assert_eq!(first.status(), 201);
    let first = app::json(first).await;
    assert_eq!((&first["number"], &first["note"], &first["live"]), (&json!(1), &json!("Go"), &json!(true)));

    let edition = json!({ "name": "Shop Europe", "config": config("eu") });
    program.change(Method::PUT, &path("/draft"), 3, edition).await;
    let compared = program.get(&path("/compare?from=live&to=draft")).await;
    assert_eq!((&compared["same"], &compared["changes"][0]["path"]), (&json!(false), &json!("region")));
    assert_eq!((&compared["from"]["name"], &compared["to"]["name"]), (&json!("Shop"), &json!("Shop Europe")));
    let late = json!({ "live": 7 });
    problem(program.change(Method::POST, &path("/publish"), 4, late).await, 412).await;
    assert_eq!(program.publish(&id, 4).await["number"], 2);

    let back = program.post(&path("/versions/1/roll-back"), json!({ "live": 2, "note": "Back" })).await;
    assert_eq!(back.status(), 201);
    let back = app::json(back).await;
    assert_eq!((&back["number"], &back["copy_of"]), (&json!(3), &json!(1)));
    assert_eq!(back["content_hash"], first["content_hash"]);
    problem(program.post(&path("/versions/1/roll-back"), json!({ "live": 2 })).await, 409).await;
    problem(program.post(&path("/versions/9/roll-back"), json!({})).await, 404).await;
    let stale = json!({ "name": "Typed before", "config": config("eu") });
    problem(program.change(Method::PUT, &path("/draft"), 4, stale).await, 412).await;

    let page = program.get(&path("/versions?limit=2")).await;
    assert_eq!((&page["items"][0]["number"], &page["next"]), (&json!(3), &json!("2")));
    let page = program.get(&path("/versions?limit=2&after=2")).await;
    assert_eq!((&page["items"][0]["number"], &page["next"]), (&json!(1), &json!(null)));
    assert_eq!(program.get(&path("/versions/2")).await["config"]["region"], "eu");

    let draft = program.change(Method::POST, &path("/versions/2/restore-as-draft"), 5, json!({})).await;
    assert_eq!(draft.status(), 200);
    assert_eq!(program.get(&path("/draft")).await["name"], "Shop Europe");
    let discarded = program.change(Method::DELETE, &path("/draft"), 6, json!({})).await;
    assert_eq!(discarded.status(), 200);
    assert_eq!(program.get(&path("")).await["changed"], false);
    let acts = program.site.acts().await;
    for act in ["published", "rolled_back", "restored_as_draft", "draft_discarded", "created"] {
        assert!(acts.contains(&format!("tags.{act}")), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn a_change_that_stops_purchases_wants_the_tags_name() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    program.publish(&id, 1).await;
    let mut custom = config("na");
    custom["event_name"] = json!({ "mode": "standard", "name": "Lead" });
    let edition = json!({ "name": "Shop", "config": custom });
    program.change(Method::PUT, &format!("/tags/{id}/draft"), 1, edition).await;
    let path = format!("/tags/{id}/publish");
    let asked = problem(program.change(Method::POST, &path, 2, json!({})).await, 422).await;
    assert_eq!(asked["type"], "urn:sidetag:problem:confirm-name");
    assert_eq!(asked["errors"][0]["path"], "confirmed_name");
    let wrong = json!({ "confirmed_name": "shop" });
    problem(program.change(Method::POST, &path, 2, wrong).await, 422).await;
    let right = program.change(Method::POST, &path, 2, json!({ "confirmed_name": "Shop" })).await;
    assert_eq!(right.status(), 201);
}

#[tokio::test]
async fn a_tag_is_paused_deleted_and_restored() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    program.publish(&id, 1).await;
    let post =
        async |rest: &str| program.post(&format!("/tags/{id}{rest}"), json!({})).await.status().as_u16();
    assert_eq!(post("/pause").await, 204);
    assert_eq!(post("/pause").await, 204, "done once");
    assert_eq!(program.get(&format!("/tags/{id}")).await["paused"]["by"], "API token publish");
    assert_eq!(post("/resume").await, 204);
    assert_eq!(program.get(&format!("/tags/{id}")).await["paused"], json!(null));

    let deleted = program.request(Method::DELETE, &format!("/tags/{id}")).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(program.get("/tags").await["items"], json!([]));
    let listed = program.get("/tags/deleted").await;
    assert_eq!(listed["items"][0]["id"], id.as_str());
    for rest in ["/pause", "/resume"] {
        assert_eq!(post(rest).await, 404);
    }
    let gone = program.request(Method::DELETE, &format!("/tags/{id}")).send().await.unwrap();
    assert_eq!(gone.status(), 404);
    assert_eq!(post("/restore").await, 204);
    assert_eq!(program.get(&format!("/tags/{id}")).await["live"]["number"], 1);

    program.request(Method::DELETE, &format!("/tags/{id}")).send().await.unwrap();
    program.site.clock.advance(31 * 24 * 60 * 60 * 1000);
    assert_eq!(post("/restore").await, 404, "gone for good");
}

#[tokio::test]
async fn a_rehearsal_answers_as_the_change_would_and_changes_nothing() {
    let program = Program::with(Scope::Publish).await;
    let id = program.tag("Shop").await;
    let before = program.site.acts().await;
    let made = program.post("/tags?dry_run=1", json!({ "name": "Another" })).await;
    assert_eq!((made.status().as_u16(), &made.headers()["dry-run"]), (201, &"1".parse().unwrap()));
    let path = format!("/tags/{id}/publish?dry_run=1");
    let published = program.change(Method::POST, &path, 1, json!({})).await;
    assert_eq!(published.status(), 201);
    assert_eq!(app::json(published).await["number"], 1, "as it would be");
    let stale = program.change(Method::POST, &path, 2, json!({})).await;
    problem(stale, 412).await;
    for change in ["pause", "restore"] {
        let done = program.post(&format!("/tags/{id}/{change}?dry_run=1"), json!({})).await;
        assert_eq!(done.status(), 204);
    }
    let deleted = program.request(Method::DELETE, &format!("/tags/{id}?dry_run=1")).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    problem(program.post("/tags?dry_run=yes", json!({ "name": "Another" })).await, 400).await;

    let tags = program.get("/tags").await;
    assert_eq!(tags["items"].as_array().unwrap().len(), 1);
    assert_eq!((&tags["items"][0]["live"], &tags["items"][0]["paused"]), (&json!(null), &json!(null)));
    assert_eq!(program.site.acts().await, before);
}

#[tokio::test]
async fn what_is_saved_again_and_again_is_one_edit() {
    let program = Program::with(Scope::Write).await;
    let id = program.tag("Shop").await;
    let save = async |revision, name: &str| {
        let edition = json!({ "name": name, "config": config("eu") });
        let path = format!("/tags/{id}/draft");
        assert_eq!(program.change(Method::PUT, &path, revision, edition).await.status(), 200);
    };
    let traces = async || {
        let filter = AuditFilter { area: Some("tags".into()), limit: 99, ..AuditFilter::default() };
        program.site.store.audit(&filter).await.unwrap().len()
    };
    save(1, "S").await;
    save(2, "Sh").await;
    assert_eq!(traces().await, 1, "creating and typing on");
    program.site.clock.advance(11 * 60 * 1000);
    save(3, "Sho").await;
    save(4, "Shop").await;
    assert_eq!(traces().await, 2);
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let program = Program::with(Scope::Write).await;
    for n in 0..5 {
        program.tag(&format!("Tag {n}")).await;
    }
    let (mut names, mut path) = (vec![], "/tags?limit=2".to_owned());
    loop {
        let page = program.get(&path).await;
        names.extend(page["items"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/tags?limit=2&after={next}");
    }
    names.sort_unstable();
    assert_eq!(names.len(), 5);
    names.dedup();
    assert_eq!(names.len(), 5);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_say_why() {
    let program = Program::with(Scope::Write).await;
    let post = || program.request(Method::POST, "/tags");
    problem(post().body("{").header("content-type", "application/json").send().await.unwrap(), 400).await;
    problem(post().body("{}").send().await.unwrap(), 415).await;
    problem(post().json(&json!({ "name": "x", "colour": "red" })).send().await.unwrap(), 422).await;
    let large = json!({ "name": "x".repeat(300_000) });
    problem(post().json(&large).send().await.unwrap(), 413).await;
    let patch = program.request(Method::PATCH, "/tags").send().await.unwrap();
    problem(patch, 405).await;
}
