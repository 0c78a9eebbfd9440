//! The demo: made-up traffic, but only where nobody's own data is.

use std::sync::Arc;

use server::clock::Clock;
use server::demo::Demo;
use server::ids::{Ids, SystemIds};
use tag::outcome::Outcome;
use tokio_util::sync::CancellationToken;

use crate::support::app::{App, Given};

async fn prepare(app: &App) -> Option<Demo> {
    let ids = SystemIds::default();
    let (clock, ids): (&dyn Clock, &dyn Ids) = (&*app.clock, &ids);
    Demo::prepare(&*app.store, &app.published, clock, ids).await.unwrap()
}

#[tokio::test]
async fn it_keeps_away_from_a_database_that_is_in_use() {
    let app = App::start().await;
    assert!(prepare(&app).await.is_none());
    assert_eq!(app.store.sources().await.unwrap().len(), 1);
}

#[tokio::test]
async fn its_events_take_the_path_of_production_and_come_to_different_ends() {
    let app = App::given(Given { tags: vec![], sources: false, ..Given::default() }).await;
    assert!(prepare(&app).await.is_some());
    // Starting again finds what is there.
    let demo = prepare(&app).await.unwrap();
    assert_eq!(app.store.sources().await.unwrap().len(), 2);

    let stop = CancellationToken::new();
    let mock = Arc::clone(&app.amazon.mock);
    let traffic = tokio::spawn(demo.run(Arc::clone(&app.ingest), mock, stop.clone()));
    while app.runs().await.len() < 150 {
        app.step().await;
        app.clock.advance(1200);
    }
    stop.cancel();
    // It may be waiting for a first try, which nobody else makes here.
    while !traffic.is_finished() {
        app.step().await;
        app.clock.advance(1200);
        tokio::task::yield_now().await;
    }
    traffic.await.unwrap();
    let outcomes = app.outcomes().await;
    for outcome in [Outcome::Delivered, Outcome::Skipped, Outcome::Refused] {
        assert!(outcomes.contains(&outcome), "{outcome:?} in {outcomes:?}");
    }
    let tags: Vec<_> = app.runs().await.into_iter().filter_map(|run| run.tag_name).collect();
    assert!(tags.iter().any(|name| name == "EU purchases") && tags.iter().any(|name| name == "Full funnel"));
}
