//! What is live follows the database, whoever changes it.

use std::sync::Arc;

use server::published::Published;
use tag::config::TagConfig;
use tokio_util::sync::CancellationToken;

use crate::support::app::{App, Given, KEY, NOW, publish, source, tag};

#[tokio::test]
async fn sources_are_found_by_key_and_origin_and_tags_by_source() {
    let only_two = TagConfig { sources: vec!["source-2".into()], ..tag() };
    let app = App::given(Given { tags: vec![tag(), only_two], ..Given::default() }).await;
    app.store.create_source(&source("source-2", "Two", "wk_two", &["https://two.example"])).await.unwrap();
    assert!(app.published.snapshot().source_of_key("wk_two", NOW).is_none(), "not before a reload");
    app.published.reload().await.unwrap();

    let now = app.published.snapshot();
    assert_eq!(now.source_of_key("wk_two", NOW).unwrap().id, "source-2");
    assert_eq!(now.source_of_key(KEY, NOW).unwrap().id, "source-1");
    assert_eq!(now.source_of_origin("https://TWO.example").unwrap().id, "source-2");
    assert!(now.source_of_key("wk_tw", NOW).is_none() && now.source_of_key("", NOW).is_none());
    let names =
        |source| now.tags().of_source(source).map(|tag| tag.version.tag_name.as_str()).collect::<Vec<_>>();
    assert_eq!((names("source-1"), names("source-2")), (vec!["Tag 0"], vec!["Tag 0", "Tag 1"]));
}

#[tokio::test]
async fn a_version_that_is_no_longer_valid_stays_out_and_the_others_go_on() {
    let no_ids = TagConfig { tag_ids: vec![], ..tag() };
    let app = App::given(Given { tags: vec![no_ids, tag()], ..Given::default() }).await;
    let names: Vec<_> =
        app.published.snapshot().tags().all().iter().map(|tag| tag.version.tag_name.clone()).collect();
    assert_eq!(names, ["Tag 1"]);
}

#[tokio::test]
async fn what_another_process_changes_is_seen_within_a_second() {
    let app = App::start().await;
    let stop = CancellationToken::new();
    let watch = tokio::spawn(Arc::clone(&app.published).watch(app.clock.clone(), 1000, stop.clone()));
    publish(&*app.store, 1, &tag()).await;
    let before = app.published.snapshot();
    while app.published.snapshot().tags().all().len() == before.tags().all().len() {
        app.clock.advance(1000);
        tokio::task::yield_now().await;
    }
    stop.cancel();
    watch.await.unwrap();

    let another = Published::load(Arc::clone(&app.store)).await.unwrap();
    assert_eq!(another.snapshot().tags().all().len(), 2);
}
