//! From a stored delivery to its end, whatever Amazon does.

use std::sync::Arc;

use serde_json::json;
use server::clock::Clock;
use server::deliver::worker::Settings;
use server::mock_amazon::{Answer, Kind};
use server::store::rows::RunDetail;
use tag::amazon::reply::Reply;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tokio_util::sync::CancellationToken;

use crate::support::amazon::{nobody, speaks};
use crate::support::app::{App, Given, rows};

const HOUR: i64 = 3_600_000;

async fn send(app: &App) {
    app.accept(json!({ "event_name": "purchase", "event_id": "e-1" })).await;
}

/// Outcome, reason and the last reply of the only run.
async fn end(app: &App) -> (Outcome, Option<Reason>, Reply) {
    let RunDetail { row, deliveries, .. } = app.the_run().await;
    (row.outcome, row.reason, deliveries[0].attempts.last().unwrap().reply.clone())
}

fn impatient() -> Given {
    Given { settings: Settings { timeout_ms: 200, ..Settings::default() }, ..Given::default() }
}

#[tokio::test]
async fn an_outage_is_sat_out_on_schedule() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(503).times(4));
    send(&app).await;
    // The middle of each doubling ceiling: 5, 10, 20, 40 s.
    for wait in [0, 2500, 5000, 10_000, 20_000] {
        if wait > 0 {
            app.clock.advance(wait - 1);
            assert_eq!(app.step().await, 0, "not before its time");
            app.clock.advance(1);
        }
        assert_eq!(app.step().await, 1);
    }
    let (outcome, reason, _) = end(&app).await;
    assert_eq!((outcome, reason), (Outcome::Delivered, Some(Reason::Accepted)));
    let run = app.the_run().await;
    assert_eq!(run.row.attempts, 5);
    let numbers: Vec<_> = run.deliveries[0].attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(app.amazon.params("clientDedupeId"), ["e-1"; 5], "the same id on every try");
    app.clock.advance(80 * HOUR);
    assert_eq!(app.step().await, 0, "what is done stays done");
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(429).retry_after("120"));
    send(&app).await;
    assert_eq!(app.step().await, 1);
    let run = app.the_run().await.row;
    assert_eq!((run.outcome, run.reason), (Outcome::Retrying, Some(Reason::RateLimited)));
    assert_eq!(run.next_at, Some(app.clock.now_ms() + 120_000));
    app.clock.advance(119_999);
    assert_eq!(app.step().await, 0);
    app.clock.advance(1);
    assert_eq!(app.step().await, 1);
    assert_eq!(end(&app).await.0, Outcome::Delivered);
}

#[tokio::test]
async fn an_outage_of_three_days_ends_in_giving_up() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(503).times(10_000));
    send(&app).await;
    let mut tries = 0;
    while app.clock.now_ms() < crate::support::app::NOW + 80 * HOUR {
        tries += app.step().await;
        app.clock.advance(HOUR / 4);
    }
    let (outcome, reason, _) = end(&app).await;
    assert_eq!((outcome, reason), (Outcome::GivenUp, Some(Reason::GivenUp)));
    assert!(tries > 72, "half-hourly in the end: {tries}");
    let run = app.the_run().await;
    let last = run.deliveries[0].attempts.last().unwrap().started_at;
    assert!(last <= crate::support::app::NOW + 72 * HOUR, "no try begins after the window");
    assert!(last > crate::support::app::NOW + 70 * HOUR);
    assert_eq!(app.amazon.requests().len(), tries);
}

#[tokio::test]
async fn what_amazon_refuses_is_not_sent_again() {
    for status in [400, 401, 403, 404, 410] {
        let app = App::start().await;
        app.amazon.mock.answer(Answer::status(status));
        send(&app).await;
        assert_eq!(app.step().await, 1);
        let (outcome, reason, reply) = end(&app).await;
        assert_eq!((outcome, reason), (Outcome::Refused, Some(Reason::RefusedStatus)));
        assert!(matches!(reply, Reply::Answered { status: got, .. } if got == status));
        app.clock.advance(80 * HOUR);
        assert_eq!(app.step().await, 0);
    }
}

#[tokio::test]
async fn no_answer_in_time_is_tried_again() {
    let app = App::given(impatient()).await;
    app.amazon.mock.answer(Answer::new(Kind::Slow));
    send(&app).await;
    app.step().await;
    assert_eq!(end(&app).await, (Outcome::Retrying, Some(Reason::TimedOut), Reply::TimedOut));
    app.clock.advance(5000);
    app.step().await;
    assert_eq!(end(&app).await.0, Outcome::Delivered);
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::new(Kind::Reset));
    send(&app).await;
    app.step().await;
    let (outcome, reason, reply) = end(&app).await;
    assert_eq!((outcome, reason), (Outcome::Retrying, Some(Reason::Unreachable)));
    let Reply::Unreachable { error } = reply else { panic!("{reply:?}") };
    assert!(!error.contains("e-1"), "the address stays out of the message: {error}");
    assert_eq!(app.amazon.requests().len(), 1, "one try is one request");
    app.clock.advance(5000);
    app.step().await;
    assert_eq!(end(&app).await.0, Outcome::Delivered);
}

#[tokio::test]
async fn nonsense_with_a_200_is_an_answer_and_kept_as_text() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::new(Kind::Garbage));
    send(&app).await;
    app.step().await;
    let (outcome, _, reply) = end(&app).await;
    assert_eq!(outcome, Outcome::Delivered);
    assert!(matches!(reply, Reply::Answered { status: 200, body, .. } if body.contains("<html>")));
}

#[tokio::test]
async fn whatever_is_not_http_is_tried_again() {
    for endpoints in [speaks(b"SSH-2.0-OpenSSH_9.2\r\n").await, speaks(b"").await, nobody().await] {
        let app = App::given(Given { endpoints: Some(endpoints), ..Given::default() }).await;
        send(&app).await;
        app.step().await;
        let (outcome, reason, reply) = end(&app).await;
        assert_eq!((outcome, reason), (Outcome::Retrying, Some(Reason::Unreachable)));
        assert!(matches!(reply, Reply::Unreachable { error } if !error.is_empty()));
    }
}

#[tokio::test]
async fn a_body_that_drags_on_or_never_ends_takes_nothing_from_the_status() {
    let drags = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbeginning";
    let huge = ["HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n", &"x".repeat(100_000)].concat();
    for (bytes, kept) in [(&drags[..], 9), (huge.leak().as_bytes(), 16 * 1024)] {
        let app = App::given(Given { endpoints: Some(speaks(bytes).await), ..impatient() }).await;
        send(&app).await;
        app.step().await;
        let (outcome, _, reply) = end(&app).await;
        assert_eq!(outcome, Outcome::Delivered);
        let Reply::Answered { status: 200, body, .. } = reply else { panic!("{reply:?}") };
        assert_eq!(body.len(), kept);
    }
}

#[tokio::test]
async fn a_worker_that_died_is_replaced_and_cannot_speak_up_later() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer { delay_ms: Some(10 * 60_000), ..Answer::new(Kind::Ok) });
    send(&app).await;
    let mut watcher = app.hub.subscribe(None);
    let stuck = app.worker();
    let stuck = tokio::spawn(async move { stuck.step().await });
    while app.amazon.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    app.clock.advance(app.settings.lease_ms - 1);
    assert_eq!(app.store.free_expired(app.clock.now_ms()).await.unwrap(), 0);
    assert_eq!(app.step().await, 0, "still leased");
    app.clock.advance(1);
    assert_eq!(app.store.free_expired(app.clock.now_ms()).await.unwrap(), 1);
    assert_eq!(app.step().await, 1);
    assert_eq!(rows(&mut watcher).await.len(), 1);

    app.clock.advance(10 * 60_000);
    assert_eq!(stuck.await.unwrap().unwrap(), 1);
    let run = app.the_run().await;
    assert_eq!((run.row.outcome, run.row.attempts), (Outcome::Delivered, 1));
    assert_eq!(run.deliveries[0].attempts.len(), 1, "what came too late is not counted");
    assert_eq!(app.amazon.params("clientDedupeId"), ["e-1", "e-1"], "Amazon can tell that it is one");
}

#[tokio::test]
async fn what_was_accepted_before_a_restart_is_delivered_after_it() {
    let app = App::start().await;
    app.amazon.mock.answer(Answer::status(503));
    send(&app).await;
    app.accept(json!({ "event_name": "page_view", "event_id": "e-2" })).await;
    // One is tried, one is claimed by a worker that will not come back.
    let first = app.store.claim(app.clock.now_ms(), "lost", i64::MAX, 1).await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(app.step().await, 1);

    let app = app.restart(Given::default()).await;
    app.clock.advance(5000);
    assert_eq!(app.step().await, 2);
    assert_eq!(app.outcomes().await, [Outcome::Delivered, Outcome::Delivered]);
    let again = app.accept(json!({ "event_name": "purchase", "event_id": "e-1" })).await;
    assert_eq!(again["duplicates"], 1, "and is still known");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_running_worker_hears_of_new_work_and_ends_softly() {
    let app = App::start().await;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(app.worker().run(stop.clone()));
    let mut watcher = app.hub.subscribe(None);
    send(&app).await;
    let mut last = None;
    while last != Some(Outcome::Delivered) {
        last = rows(&mut watcher).await.last().map(|row| row.outcome);
    }
    // A try under way when the stop comes is ended and settled.
    app.amazon.mock.answer(Answer { delay_ms: Some(1000), ..Answer::new(Kind::Ok) });
    app.accept(json!({ "event_name": "page_view" })).await;
    while app.amazon.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    app.clock.advance(1000);
    worker.await.unwrap();
    assert_eq!(app.outcomes().await, [Outcome::Delivered, Outcome::Delivered]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_send_each_delivery_once() {
    let app = Arc::new(App::start().await);
    for batch in 0..4 {
        let events: Vec<_> = (0..50)
            .map(|n| json!({ "event_name": "purchase", "event_id": format!("{batch}-{n}") }))
            .collect();
        app.accept(json!(events)).await;
    }
    let work = |app: Arc<App>| tokio::spawn(async move { while app.step().await > 0 {} });
    let (one, two) = (work(Arc::clone(&app)), work(Arc::clone(&app)));
    one.await.unwrap();
    two.await.unwrap();
    let mut ids = app.amazon.params("clientDedupeId");
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), app.amazon.requests().len()), (200, 200));
}
