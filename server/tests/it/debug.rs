//! The live list: no gap, no double, and nobody who watches can hold anybody up.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::get;
use futures::FutureExt;
use serde_json::{Value, json};
use server::clock::Clock;
use server::debug::hub::{Heard, Watcher};
use server::debug::stream::{KEEP_ALIVE_MS, stream};
use server::debug::view;
use server::mock_amazon::Answer;
use tag::outcome::Outcome;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::app::{App, Given, rows};

async fn send(app: &App, id: &str) {
    app.accept(json!({ "event_name": "purchase", "event_id": id, "value": 5, "currency": "EUR" })).await;
}

/// Ids of what there is to hear right now.
fn heard(watcher: &mut Watcher) -> Vec<String> {
    match watcher.next().now_or_never() {
        Some(Heard::Rows(rows)) => rows.iter().map(|entry| entry.id.clone()).collect(),
        Some(Heard::Resync { id }) => vec![format!("resync to {id}")],
        None => vec![],
    }
}

#[tokio::test]
async fn a_row_is_shown_when_it_is_accepted_and_again_with_each_end_of_a_try() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(503));
    let mut watcher = app.hub.subscribe(None);
    send(&app, "e-1").await;
    let accepted = rows(&mut watcher).await.remove(0);
    assert_eq!((accepted.outcome, accepted.attempts), (Outcome::Pending, 0));
    assert_eq!(accepted.event_in, "purchase");
    assert_eq!(accepted.event_out.as_deref(), Some("Off-AmazonPurchases"));
    assert_eq!(accepted.tag.as_ref().unwrap().name, "Tag 0");
    assert_eq!((accepted.source.as_str(), accepted.version), ("Shop", Some(1)));
    assert_eq!(accepted, view::row(app.runs().await.remove(0)), "memory and store agree");

    app.step().await;
    let retrying = rows(&mut watcher).await.remove(0);
    assert_eq!(
        (&retrying.id, retrying.outcome, retrying.http_status),
        (&accepted.id, Outcome::Retrying, Some(503))
    );
    app.clock.advance(5000);
    app.step().await;
    let delivered = rows(&mut watcher).await.remove(0);
    assert_eq!((delivered.outcome, delivered.attempts), (Outcome::Delivered, 2));
    assert_eq!(delivered, view::row(app.runs().await.remove(0)));

    send(&app, "e-1").await;
    assert_eq!(heard(&mut watcher), Vec::<String>::new(), "a duplicate is no row");
}

#[tokio::test]
async fn a_run_is_told_from_receipt_to_the_last_answer() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(503));
    send(&app, "e-1").await;
    app.step().await;
    app.clock.advance(5000);
    app.step().await;
    let run = view::run(app.the_run().await);
    let labels: Vec<_> = run.steps.iter().map(|step| step.id.label()).collect();
    assert_eq!(labels[labels.len() - 5..], ["Built", "Sent", "Answered", "Sent", "Answered"]);
    assert_eq!(run.requests.len(), 1);
    assert_eq!(run.requests[0].attempts.len(), 2);
    assert_eq!(run.incoming["path"], "/events");
    assert_eq!(run.data["event_id"], "e-1");
}

#[tokio::test]
async fn a_watcher_resumes_without_gap_or_double() {
    let app = App::start().await;
    let beginning = app.hub.newest();
    send(&app, "e-1").await;
    let mut watcher = app.hub.subscribe(Some(&beginning));
    assert_eq!(heard(&mut watcher), ["boot-0"]);
    let place = app.hub.newest();
    send(&app, "e-2").await;
    send(&app, "e-3").await;
    assert_eq!(heard(&mut watcher), ["boot-1", "boot-2"]);
    assert_eq!(heard(&mut app.hub.subscribe(Some(&place))), ["boot-1", "boot-2"]);
    assert_eq!(heard(&mut app.hub.subscribe(Some("boot-2"))), Vec::<String>::new());
    assert_eq!(heard(&mut app.hub.subscribe(None)), Vec::<String>::new());
}

#[tokio::test]
async fn a_place_that_is_lost_leads_to_a_resync_and_on_from_there() {
    let app = App::given(Given { hub_rows: 3, ..Given::default() }).await;
    let mut slow = app.hub.subscribe(None);
    for n in 0..5 {
        send(&app, &format!("e-{n}")).await;
    }
    for lost in ["boot-0", "other-4", "boot-99", "boot-", "", "boot-x", "boot-18446744073709551615"] {
        assert_eq!(heard(&mut app.hub.subscribe(Some(lost))), ["resync to boot-4"], "{lost:?}");
    }
    assert_eq!(heard(&mut app.hub.subscribe(Some("boot-1"))), ["boot-2", "boot-3", "boot-4"]);
    assert_eq!(heard(&mut slow), ["resync to boot-4"]);
    send(&app, "e-5").await;
    assert_eq!(heard(&mut slow), ["boot-5"]);
}

#[tokio::test]
async fn a_watcher_that_stalls_holds_nobody_up() {
    let app = App::given(Given { hub_rows: 10, ..Given::default() }).await;
    let (base, _stop) = serve(&app).await;
    // It opens the stream and never reads.
    let _stalled = app.http.get(&base).send().await.unwrap();
    let events: Vec<_> =
        (0..500).map(|n| json!({ "event_name": "purchase", "event_id": n.to_string() + "x" })).collect();
    app.accept(json!(events)).await;
    while app.step().await > 0 {}
    assert_eq!(app.outcomes().await, [Outcome::Delivered; 500]);
}

/// Serves the stream as the server does; the token ends it.
async fn serve(app: &App) -> (String, CancellationToken) {
    let stop = CancellationToken::new();
    let (hub, clock, until) = (Arc::clone(&app.hub), app.clock.clone(), stop.clone());
    let handler = move |State(()): State<()>, headers: HeaderMap| async move {
        let after = headers.get("last-event-id").map(|id| id.to_str().unwrap());
        stream(&hub, clock as Arc<dyn Clock>, after, until.cancelled_owned())
    };
    let router = Router::new().route("/", get(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, stop)
}

/// Reads until the text holds `needle`, or the stream ends.
async fn read_to(response: &mut reqwest::Response, needle: &str) -> String {
    let mut text = String::new();
    while !text.contains(needle) {
        let Some(chunk) = response.chunk().await.unwrap() else { break };
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    text
}

#[tokio::test]
async fn the_stream_speaks_server_sent_events_until_it_is_ended() {
    let app = App::start().await;
    let (base, stop) = serve(&app).await;
    let beginning = app.hub.newest();
    send(&app, "e-1").await;
    let mut response = app.http.get(&base).header("last-event-id", beginning).send().await.unwrap();
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(response.headers()[name], value);
    }
    let text = read_to(&mut response, "\"test\":false}\n\n").await;
    assert!(text.starts_with("retry: 1000\n: "), "{text}");
    let (_, event) = text.split_once("\n\n").unwrap();
    let lines: Vec<_> = event.trim_end().lines().collect();
    assert_eq!(lines[..2], ["id: boot-0", "event: row"]);
    let row: Value = serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&row["event_in"], &row["outcome"]), (&json!("purchase"), &json!("pending")));

    app.clock.advance(KEEP_ALIVE_MS);
    assert_eq!(read_to(&mut response, "\n\n").await, ": still here\n\n");

    stop.cancel();
    assert_eq!(read_to(&mut response, "never").await, "", "it ends without another event");
}

#[tokio::test]
async fn the_stream_tells_a_stranger_to_read_the_store() {
    let app = App::start().await;
    send(&app, "e-1").await;
    let (base, _stop) = serve(&app).await;
    let mut response =
        app.http.get(&base).header("last-event-id", "an-older-process-7").send().await.unwrap();
    let text = read_to(&mut response, "data: {}\n\n").await;
    assert!(text.ends_with("id: boot-0\nevent: resync\ndata: {}\n\n"), "{text}");
}
