//! An acknowledgement means "on disk"; a caller waits as long as its tags ask for, and no longer.

use std::sync::Arc;

use serde_json::json;
use server::ingest::{Limits, Trust};
use tag::config::TagConfig;
use tag::outcome::Outcome;

use super::header;
use crate::support::app::{App, Given, cookies, json, rows, tag};

#[tokio::test]
async fn a_batch_answers_for_each_event() {
    let app = App::start().await;
    let events = json!([
        { "event_name": "add_to_cart", "event_id": "e-1", "value": 7.9, "currency": "EUR" },
        { "event_id": "e-2", "value": -3, "currency": "EURO" },
        { "event_name": "page_view" },
        { "event_name": "add_to_cart", "event_id": "e-1", "value": 7.9, "currency": "EUR" },
    ]);
    let response = app.events(events.to_string()).send().await.unwrap();
    assert_eq!(response.status(), 207);
    let answer = json(response).await;
    assert_eq!(
        (&answer["accepted"], &answer["duplicates"], &answer["rejected"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let statuses: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["accepted", "rejected", "accepted", "duplicate"]);
    assert_eq!(answer["results"][1]["event_id"], "e-2");
    let codes: Vec<_> =
        answer["results"][1]["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert!(codes.contains(&&json!("/event_name")) && codes.contains(&&json!("/value")), "{codes:?}");
    assert!(answer["results"][2]["event_id"].as_str().unwrap().starts_with("evt_"), "an id was issued");
    assert_eq!(app.runs().await.len(), 2);
}

#[tokio::test]
async fn a_repeat_is_stored_once_and_answered_like_the_first() {
    let app = App::start().await;
    let order = json!({ "event_name": "purchase", "transaction_id": "T-1", "value": 5, "currency": "EUR" });
    assert_eq!(app.accept(order.clone()).await["accepted"], 1);
    let again = app.accept(order.clone()).await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)));
    let other = json!({ "event_name": "refund", "transaction_id": "T-1" });
    assert_eq!(app.accept(other).await["accepted"], 1, "another event of the same order");
    for _ in 0..2 {
        let zero = json!({ "event_name": "purchase", "event_id": 0 });
        assert_eq!(app.accept(zero).await["accepted"], 1, "a zero is no id");
    }
    app.clock.advance(24 * 60 * 60 * 1000);
    assert_eq!(app.accept(order).await["accepted"], 1, "forgotten after a day");
}

#[tokio::test]
async fn a_dry_run_checks_and_stores_nothing() {
    let app = App::start().await;
    let events = json!([{ "event_name": "purchase" }, { "event_name": "" }]);
    let response = app.events(events.to_string()).header("events-dry-run", "1").send().await.unwrap();
    assert_eq!(response.status(), 207);
    assert_eq!(json(response).await["accepted"], 1);
    assert_eq!(app.runs().await, []);
}

#[tokio::test]
async fn a_full_queue_turns_away_without_taking_anything() {
    let limits = Limits { queue_events: 3, ..Limits::default() };
    let mut app = App::given(Given { limits, writer_waits: true, ..Given::default() }).await;
    let large = json!(vec![json!({ "event_name": "page_view" }); 5]).to_string();
    // More than the whole queue holds, but alone: it gets its turn.
    let waiting = tokio::spawn(app.events(large).send());
    while app.ingest.writer.waiting() < 3 {
        tokio::task::yield_now().await;
    }
    let response = app.events(r#"{"event_name":"purchase"}"#).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_ne!(header(&response, "retry-after"), "");
    assert_eq!(json(response).await["code"], "busy");
    app.start_writer();
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    assert_eq!(app.runs().await.len(), 5);
    app.accept(json!({ "event_name": "purchase" })).await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_nothing_is_acknowledged() {
    let app = App::start().await;
    app.store.close().await;
    let response = app.events(r#"{"event_name":"page_view"}"#).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_ne!(header(&response, "retry-after"), "");
    assert_eq!(json(response).await["code"], "unavailable");
}

#[tokio::test]
async fn a_caller_of_a_tag_that_is_not_optimistic_waits_for_the_first_try() {
    let careful = TagConfig { optimistic: false, ..tag() };
    let app = App::given(Given { tags: vec![careful], ..Given::default() }).await;
    let mut watcher = app.hub.subscribe(None);
    let amazon = Arc::clone(&app.amazon);
    let request = app.events(r#"{"event_name":"purchase","event_id":"e-1"}"#).send();
    let caller = tokio::spawn(async move { (request.await.unwrap().status(), amazon.requests().len()) });
    assert_eq!(rows(&mut watcher).await[0].outcome, Outcome::Pending);
    // A whole round trip later it still has no answer.
    assert_eq!(app.events("{}").send().await.unwrap().status(), 422);
    assert!(!caller.is_finished());
    assert_eq!(app.step().await, 1);
    assert_eq!(caller.await.unwrap(), (reqwest::StatusCode::OK, 1));

    // A duplicate has no first try to wait for.
    let again = app.events(r#"{"event_name":"purchase","event_id":"e-1"}"#).send().await.unwrap();
    assert_eq!(json(again).await["duplicates"], 1);
}

#[tokio::test]
async fn a_caller_does_not_wait_for_ever_and_hears_of_no_failure() {
    let careful = TagConfig { optimistic: false, ..tag() };
    let app = App::given(Given { tags: vec![careful], ..Given::default() }).await;
    let caller = tokio::spawn(app.events(r#"{"event_name":"purchase"}"#).send());
    while !caller.is_finished() {
        app.clock.advance(100);
        tokio::task::yield_now().await;
    }
    assert_eq!(caller.await.unwrap().unwrap().status(), 200);
    assert_eq!(app.amazon.requests().len(), 0);
    assert_eq!(app.outcomes().await, [Outcome::Pending]);
}

#[tokio::test]
async fn a_caller_of_optimistic_tags_does_not_wait() {
    let app = App::start().await;
    // Neither the clock nor the worker moves: an answer at all is the proof.
    app.accept(json!({ "event_name": "purchase" })).await;
    assert_eq!(app.outcomes().await, [Outcome::Pending]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_under_load_is_on_disk_and_delivered_once() {
    let app = Arc::new(App::start().await);
    let senders = (0..8).map(|sender| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let mut acknowledged = vec![];
            for request in 0..20 {
                let id = |n: usize| format!("{sender}-{request}-{n}");
                let events: Vec<_> =
                    (0..5).map(|n| json!({ "event_name": "purchase", "event_id": id(n) })).collect();
                assert_eq!(app.accept(json!(events)).await["accepted"], 5);
                acknowledged.extend((0..5).map(id));
            }
            acknowledged
        })
    });
    let mut acknowledged: Vec<String> =
        futures::future::join_all(senders).await.into_iter().flat_map(Result::unwrap).collect();
    acknowledged.sort();
    assert_eq!(app.runs().await.len(), 800);
    while app.step().await > 0 {}
    let mut delivered = app.amazon.params("clientDedupeId");
    delivered.sort();
    assert_eq!(delivered, acknowledged);
    assert!(app.outcomes().await.iter().all(|outcome| *outcome == Outcome::Delivered));
}

#[tokio::test]
async fn the_host_that_a_cookie_belongs_to_is_told_by_proxies_only() {
    for (trust, domain) in [(Given::default().trust, "; Domain=own.example"), (Trust::default(), "")] {
        let app = App::given(Given { trust, ..Given::default() }).await;
        let request = app.events(r#"{"event_name":"purchase"}"#);
        let request =
            request.header("cookie", "amznAref=abcdefghij.1").header("x-forwarded-host", "t.own.example");
        let response = request.send().await.unwrap();
        let deleted = format!("amznAref={domain}; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict");
        assert_eq!(cookies(&response), [deleted], "an outdated token goes");
    }
}
