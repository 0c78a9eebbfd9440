//! Pausing, deleting and rolling back under traffic: nothing accepted is lost, and nothing is sent that should
//! not be.

use std::sync::Arc;

use serde_json::json;
use server::deliver::Reaper;
use server::store::rows::{RollingBack, Saved};
use tag::config::{Region, TagConfig};
use tag::outcome::Outcome;
use tag::reason::Reason;

use crate::support::app::{App, Given, NOW, rows, tag};

const TAG: &str = "tag-0";

fn reaper(app: &App) -> Reaper {
    Reaper {
        store: Arc::clone(&app.store),
        clock: app.clock.clone(),
        resumed: Arc::default(),
        wake: Arc::clone(&app.wake),
    }
}

#[tokio::test]
async fn a_paused_tag_sends_nothing_until_it_is_resumed() {
    let app = App::start().await;
    app.accept(json!([{ "event_name": "purchase", "transaction_id": "1" }])).await;
    app.store.pause_tag(TAG, "Ada", NOW).await.unwrap();
    app.accept(json!([{ "event_name": "purchase", "transaction_id": "2" }])).await;
    let mut watcher = app.hub.subscribe(None);
    assert_eq!(app.step().await, 2, "taken, and held");
    assert!(app.amazon.requests().is_empty());
    let shown: Vec<_> = rows(&mut watcher).await.into_iter().map(|row| (row.outcome, row.reason)).collect();
    assert_eq!(shown, [(Outcome::Held, Some(Reason::Paused)); 2], "an open live page says so");
    assert_eq!(app.step().await, 0);
    assert_eq!(reaper(&app).release().await, 0);

    app.store.resume_tag(TAG).await.unwrap();
    assert_eq!(reaper(&app).release().await, 2);
    assert_eq!(app.step().await, 2);
    assert_eq!(app.outcomes().await, [Outcome::Delivered; 2]);
    assert_eq!(app.amazon.requests().len(), 2, "each once");
}

#[tokio::test]
async fn nobody_waits_for_a_paused_tag() {
    let careful = TagConfig { optimistic: false, ..tag() };
    let app = App::given(Given { tags: vec![careful], ..Given::default() }).await;
    app.store.pause_tag(TAG, "Ada", NOW).await.unwrap();
    let answer = app.accept(json!([{ "event_name": "purchase" }]));
    let work = async {
        // The clock stands still: only the hold can end the wait.
        while app.step().await == 0 {
            tokio::task::yield_now().await;
        }
    };
    futures::join!(answer, work);
    assert_eq!(app.outcomes().await, [Outcome::Held]);
}

#[tokio::test]
async fn a_process_that_dies_with_deliveries_in_flight_holds_them_after_its_restart() {
    let app = App::start().await;
    let events: Vec<_> =
        (0..6).map(|n| json!({ "event_name": "purchase", "transaction_id": n.to_string() })).collect();
    app.accept(json!(events)).await;
    // Claimed and never settled, as by a process that was killed.
    let claimed = app.store.claim(NOW, "killed", NOW + 60_000, 4).await.unwrap();
    assert_eq!(claimed.len(), 4);
    app.store.pause_tag(TAG, "Ada", NOW).await.unwrap();
    let app = app.restart(Given::default()).await;
    assert_eq!(app.step().await, 6);
    assert_eq!(app.outcomes().await, [Outcome::Held; 6]);
    let app = app.restart(Given::default()).await;
    assert_eq!(app.outcomes().await, [Outcome::Held; 6], "still held after another");
    assert!(app.amazon.requests().is_empty());
    app.store.resume_tag(TAG).await.unwrap();
    assert_eq!(reaper(&app).release().await, 6);
    assert_eq!(app.step().await, 6);
    assert_eq!(app.outcomes().await, [Outcome::Delivered; 6]);
}

#[tokio::test]
async fn a_deleted_tag_takes_no_events_and_comes_back_with_what_it_had() {
    let app = App::start().await;
    app.accept(json!([{ "event_name": "purchase", "transaction_id": "1" }])).await;
    app.store.delete_tag(TAG, "Ada", NOW).await.unwrap();
    app.published.reload().await.unwrap();
    app.accept(json!([{ "event_name": "purchase", "transaction_id": "2" }])).await;
    assert_eq!(app.step().await, 1);
    assert_eq!(app.outcomes().await, [Outcome::Held, Outcome::Skipped]);
    app.store.restore_tag(TAG, NOW).await.unwrap();
    app.published.reload().await.unwrap();
    assert_eq!(reaper(&app).release().await, 1);
    assert_eq!(app.step().await, 1);
    assert_eq!(app.outcomes().await, [Outcome::Delivered, Outcome::Skipped]);
}

#[tokio::test]
async fn rolling_back_under_traffic_loses_no_event() {
    let app = App::start().await;
    let draft = TagConfig { region: Region::Eu, ..tag() };
    app.store.save_draft(TAG, 1, "Europe", &draft, "Ada", NOW).await.unwrap();
    for round in 0..6_i64 {
        let version_id = format!("back-{round}");
        let send = app.accept(json!([
            { "event_name": "purchase", "transaction_id": format!("{round}-a") },
            { "event_name": "purchase", "transaction_id": format!("{round}-b") },
        ]));
        let switch = async {
            let rolling_back = RollingBack {
                tag_id: TAG,
                number: 1,
                live: None,
                version_id: &version_id,
                note: "",
                by: "Ada",
                now: NOW,
            };
            let Saved::Done(version) = app.store.roll_back(rolling_back).await.unwrap() else { panic!() };
            app.published.reload().await.unwrap();
            version.number
        };
        let (_, number, tried) = futures::join!(send, switch, app.step());
        assert_eq!(number, round + 2);
        assert!(tried <= 2 * usize::try_from(round + 1).unwrap());
    }
    while app.step().await > 0 {}
    assert_eq!(app.outcomes().await, [Outcome::Delivered; 12]);
    assert!(app.runs().await.iter().all(|run| run.version.is_some_and(|number| (1..=7).contains(&number))));
    assert_eq!(app.amazon.requests().len(), 12, "each once");
}
