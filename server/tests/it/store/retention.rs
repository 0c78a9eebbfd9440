use std::sync::Arc;

use server::store::Store;
use server::store::rows::*;
use tag::config::Region;
use tag::outcome::Outcome;

use super::given::{self, End, MINUTE, NOW, Shop, dedupe, hold, id, settlement};

pub async fn old_events_go_in_small_batches(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let events: Vec<_> =
        (0..7).map(|n| shop.event(0x100 + 0x10 * n, NOW + i64::try_from(n).unwrap(), 1)).collect();
    store.accept(&events).await.unwrap();
    let claimed = store.claim(NOW + 9, "a", NOW + MINUTE, 9).await.unwrap();
    let ends: Vec<_> = claimed.iter().map(|claimed| settlement(claimed, End::Delivered)).collect();
    store.settle(&ends).await.unwrap();

    let forgotten = async || store.forget_events(NOW + 5, 3).await.unwrap();
    assert_eq!(forgotten().await, Forgotten { events: 3, held: 0 });
    assert_eq!(store.run(&id(0x121)).await.unwrap(), None, "the oldest first");
    assert!(store.run(&id(0x131)).await.unwrap().is_some());
    assert_eq!(forgotten().await, Forgotten { events: 2, held: 0 });
    assert_eq!(forgotten().await, Forgotten::default());
    let left = store.runs(&RunFilter { limit: 99, ..RunFilter::default() }).await.unwrap();
    assert_eq!(left.into_iter().map(|run| run.id).collect::<Vec<_>>(), [id(0x161), id(0x151)]);
}

pub async fn an_event_on_its_way_stays_and_a_held_one_goes(store: &Arc<dyn Store>) {
    let (shop, other) = (Shop::open(&**store, 1).await, Shop::open(&**store, 0x50).await);
    store.accept(&[shop.event(0x100, NOW, 1), other.event(0x200, NOW, 2)]).await.unwrap();
    store.pause_tag(&shop.version.tag_id, "Ada", NOW).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 9).await.unwrap();
    for claimed in &claimed {
        let end = match claimed.stopped {
            Some(_) => hold(claimed),
            None => settlement(claimed, End::RetryAt(NOW + 9)),
        };
        store.settle(&[end]).await.unwrap();
    }
    assert_eq!(store.forget_events(NOW + MINUTE, 9).await.unwrap(), Forgotten { events: 1, held: 1 });
    assert_eq!(store.run(&id(0x101)).await.unwrap(), None);
    let waits = store.run(&id(0x201)).await.unwrap().unwrap();
    assert_eq!(waits.row.outcome, Outcome::Retrying);
    assert_eq!(store.held(&shop.version.tag_id).await.unwrap(), Held::default());
}

pub async fn keys_that_are_over_go(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let event = |n: u64, ends| AcceptedEvent {
        dedupe: dedupe(&n.to_string(), ends),
        ..shop.event(0x100 * n, NOW, 0)
    };
    store.accept(&[event(1, NOW + 1), event(2, NOW + 2), event(3, NOW + 3)]).await.unwrap();
    assert_eq!(store.forget_keys(NOW, 9).await.unwrap(), 0);
    assert_eq!(store.forget_keys(NOW + 2, 1).await.unwrap(), 1);
    assert_eq!(store.forget_keys(NOW + 2, 9).await.unwrap(), 1);
    assert_eq!(store.forget_keys(NOW + 2, 9).await.unwrap(), 0);
}

pub async fn tags_and_sources_go_once_no_event_refers_to_them(store: &Arc<dyn Store>) {
    let (used, unused) = (Shop::open(&**store, 1).await, Shop::open(&**store, 0x50).await);
    store.save_draft(&unused.version.tag_id, 1, "Twice", &given::tag(1).draft, "Ada", NOW).await.unwrap();
    store.accept(&[used.event(0x100, NOW, 0)]).await.unwrap();
    for shop in [&used, &unused] {
        store.delete_tag(&shop.version.tag_id, "Ada", NOW).await.unwrap();
        store.delete_source(&shop.source.id, "Ada", NOW).await.unwrap();
    }
    assert_eq!(store.forget_deleted(NOW).await.unwrap(), 0, "not deleted before then");
    assert_eq!(store.forget_deleted(NOW + 1).await.unwrap(), 2);
    assert_eq!(store.deleted_tags(0).await.unwrap().len(), 1);
    assert_eq!(store.forget_events(NOW + 1, 9).await.unwrap().events, 1);
    assert_eq!(store.forget_deleted(NOW + 1).await.unwrap(), 2);
    assert_eq!(store.deleted_tags(0).await.unwrap(), []);
    assert_eq!(store.deleted_sources(0).await.unwrap(), []);
}

pub async fn the_job_deletes_all_that_is_over(store: &Arc<dyn Store>) {
    const DAY: i64 = 24 * 60 * MINUTE;
    let (shop, gone) = (Shop::open(&**store, 1).await, Shop::open(&**store, 0x50).await);
    // More than one batch has room for.
    let event = |n: u64, at, deliveries| shop.event(0x1000 + 0x10 * n, at, deliveries);
    let old: Vec<_> = (0..450).map(|n| event(n, NOW - 31 * DAY, 0)).collect();
    store.accept(&old).await.unwrap();
    store.accept(&[event(450, NOW - 31 * DAY, 1), event(451, NOW - 29 * DAY, 0)]).await.unwrap();
    store.accept(&[gone.event(0x9000, NOW - DAY, 1)]).await.unwrap();
    store.delete_tag(&gone.version.tag_id, "Ada", NOW - 31 * DAY).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 9).await.unwrap();
    let held = claimed.iter().find(|claimed| claimed.stopped.is_some()).unwrap();
    store.settle(&[hold(held)]).await.unwrap();

    let clock = Arc::new(server::clock::ManualClock::new(NOW));
    server::deliver::Retention { store: store.clone(), clock }.round().await.unwrap();
    let left = store.runs(&RunFilter { limit: 9, ..RunFilter::default() }).await.unwrap();
    let left: Vec<_> = left.into_iter().map(|run| (run.id, run.outcome)).collect();
    let expected = [
        (id(0x9001), Outcome::Cancelled),
        (id(0x1000 + 0x10 * 451 + 1), Outcome::Skipped),
        (id(0x1000 + 0x10 * 450 + 1), Outcome::Pending),
    ];
    assert_eq!(left, expected, "what is young, and what is on its way");
}

pub async fn settings_are_saved_only_over_what_their_author_saw(store: &Arc<dyn Store>) {
    assert_eq!(store.settings().await.unwrap(), (Settings::default(), 1));
    let settings = Settings { events_days: 90, region: Region::Eu, ..Settings::default() };
    assert_eq!(store.save_settings(1, &settings).await.unwrap(), Some(2));
    assert_eq!(store.save_settings(1, &Settings::default()).await.unwrap(), None);
    assert_eq!(store.settings().await.unwrap(), (settings, 2));
}
