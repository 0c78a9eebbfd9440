use std::sync::Arc;

use server::store::rows::*;
use server::store::{Store, StoreError};
use tag::outcome::Outcome;
use tag::reason::Reason;

use super::given::{self, End, MINUTE, NOW, Shop, hold, id, settlement};

const LATER: i64 = NOW + 60 * MINUTE;

/// Claims what is due and holds it, as a worker does with a stopped tag.
async fn hold_all(store: &dyn Store, now: i64) -> Vec<RunRow> {
    let claimed = store.claim(now, "worker", now + MINUTE, 1000).await.unwrap();
    assert!(claimed.iter().all(|delivery| delivery.stopped.is_some()), "{claimed:?}");
    let holds: Vec<_> = claimed.iter().map(hold).collect();
    store.settle(&holds).await.unwrap().into_iter().flatten().collect()
}

async fn claimed_ids(store: &dyn Store, now: i64) -> Vec<String> {
    let claimed = store.claim(now, "worker", now + MINUTE, 1000).await.unwrap();
    assert!(claimed.iter().all(|delivery| delivery.stopped.is_none()), "{claimed:?}");
    claimed.into_iter().map(|delivery| delivery.id).collect()
}

pub async fn a_paused_tag_holds_and_a_resumed_one_lets_go_in_order(store: &Arc<dyn Store>) {
    let (shop, other) = (Shop::open(&**store, 1).await, Shop::open(&**store, 0x50).await);
    let tag_id = &shop.version.tag_id;
    assert!(store.pause_tag(tag_id, "Ada", NOW).await.unwrap());
    assert!(!store.pause_tag(tag_id, "Bob", NOW + 1).await.unwrap(), "paused already");
    assert!(!store.pause_tag(&id(0xbad), "Bob", NOW).await.unwrap());
    let paused = store.tag(tag_id).await.unwrap().unwrap().paused;
    assert_eq!(paused, Some(Mark { at: NOW, by: "Ada".into() }));

    let events = [shop.event(0x300, NOW + 2, 1), shop.event(0x100, NOW + 1, 2), shop.event(0x200, NOW, 1)];
    store.accept(&events).await.unwrap();
    let held = hold_all(&**store, NOW + 2).await;
    assert_eq!(held.len(), 4);
    assert!(held.iter().all(|run| (run.outcome, run.reason) == (Outcome::Held, Some(Reason::Paused))));
    assert_eq!(store.next_due().await.unwrap(), None, "what is held is not due");
    assert_eq!(store.held(tag_id).await.unwrap(), Held { deliveries: 4, oldest: Some(NOW) });
    let filter = RunFilter { outcome: Some(Outcome::Held), limit: 9, ..RunFilter::default() };
    assert_eq!(store.runs(&filter).await.unwrap().len(), 3, "the list says so");
    assert_eq!(store.release(LATER, 9).await.unwrap(), 0, "still paused");

    store.accept(&[other.event(0x400, NOW + 3, 1)]).await.unwrap();
    assert_eq!(claimed_ids(&**store, NOW + 3).await, [id(0x402)], "another tag goes on");

    assert!(store.resume_tag(tag_id).await.unwrap());
    assert!(!store.resume_tag(tag_id).await.unwrap(), "runs already");
    assert_eq!(store.release(LATER, 3).await.unwrap(), 3);
    assert_eq!(store.release(LATER, 3).await.unwrap(), 1);
    assert_eq!(store.release(LATER, 3).await.unwrap(), 0);
    let run = store.run(&id(0x201)).await.unwrap().unwrap();
    assert_eq!((run.row.outcome, run.row.reason), (Outcome::Pending, None));
    assert_eq!(store.held(tag_id).await.unwrap(), Held::default());
    let claimed = store.claim(LATER, "worker", LATER + MINUTE, 9).await.unwrap();
    let ids: Vec<_> = claimed.iter().map(|delivery| delivery.id.clone()).collect();
    assert_eq!(ids, [id(0x202), id(0x102), id(0x103), id(0x302)], "as they were due");
    assert!(claimed.iter().all(|delivery| delivery.accepted_at == LATER), "their retries begin anew");
}

pub async fn a_retry_that_is_held_goes_on_as_a_retry(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 2)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 2).await.unwrap();
    let ends = [settlement(&claimed[0], End::RetryAt(NOW + 50)), settlement(&claimed[1], End::Delivered)];
    store.settle(&ends).await.unwrap();
    store.pause_tag(&shop.version.tag_id, "Ada", NOW + 10).await.unwrap();
    let held = hold_all(&**store, NOW + 50).await.remove(0);
    assert_eq!((held.outcome, held.attempts, held.next_at), (Outcome::Held, 1, None));
    assert_eq!((held.http_status, held.latency_ms), (Some(200), Some(41)), "of the last try there was");

    store.resume_tag(&shop.version.tag_id).await.unwrap();
    assert_eq!(store.release(LATER, 9).await.unwrap(), 1);
    let detail = store.run(&held.id).await.unwrap().unwrap();
    assert_eq!((detail.row.outcome, detail.row.reason), (Outcome::Retrying, Some(Reason::Resumed)));
    assert_eq!(detail.row.next_at, Some(NOW + 50));
    let claimed = store.claim(LATER, "b", LATER + MINUTE, 9).await.unwrap().remove(0);
    assert_eq!((claimed.attempts, claimed.stopped), (1, None));
    let run = store.settle(&[settlement(&claimed, End::Delivered)]).await.unwrap().remove(0).unwrap();
    assert_eq!((run.outcome, run.attempts), (Outcome::Delivered, 2));
}

pub async fn what_was_in_flight_when_the_tag_was_paused_ends(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 2)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 2).await.unwrap();
    assert!(claimed.iter().all(|delivery| delivery.stopped.is_none()));
    store.pause_tag(&shop.version.tag_id, "Ada", NOW + 1).await.unwrap();
    let ends = [settlement(&claimed[0], End::Delivered), settlement(&claimed[1], End::RetryAt(NOW + 9))];
    let run = store.settle(&ends).await.unwrap().remove(0).unwrap();
    assert_eq!(run.outcome, Outcome::Retrying);
    let held = hold_all(&**store, NOW + 9).await.remove(0);
    assert_eq!(held.outcome, Outcome::Held, "its next try waits for the tag");
}

pub async fn a_worker_that_dies_while_it_holds_loses_nothing(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let tag_id = &shop.version.tag_id;
    store.accept(&[shop.event(0x100, NOW, 3)]).await.unwrap();
    store.pause_tag(tag_id, "Ada", NOW).await.unwrap();
    let claimed = store.claim(NOW, "dead", NOW + MINUTE, 3).await.unwrap();
    store.settle(&[hold(&claimed[0])]).await.unwrap();
    assert_eq!(store.free_expired(NOW + MINUTE).await.unwrap(), 2);
    assert_eq!(hold_all(&**store, NOW + MINUTE).await.len(), 2);
    assert_eq!(store.settle(&[hold(&claimed[1])]).await.unwrap(), [None], "the lease is over");

    // A pause that ended between claim and settle: found by the next look.
    store.accept(&[shop.event(0x200, NOW, 1)]).await.unwrap();
    let late = store.claim(NOW + MINUTE, "slow", NOW + 2 * MINUTE, 1).await.unwrap();
    store.resume_tag(tag_id).await.unwrap();
    assert_eq!(store.release(LATER, 9).await.unwrap(), 3);
    store.settle(&[hold(&late[0])]).await.unwrap();
    assert_eq!(store.release(LATER, 9).await.unwrap(), 1);
    assert_eq!(claimed_ids(&**store, LATER).await.len(), 4);
}

pub async fn a_deleted_tag_vanishes_and_comes_back_with_what_was_held(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let tag_id = &shop.version.tag_id;
    let before = store.tag(tag_id).await.unwrap().unwrap();
    store.accept(&[shop.event(0x100, NOW, 2)]).await.unwrap();
    let revision = store.configuration_revision().await.unwrap();
    assert!(store.delete_tag(tag_id, "Ada", NOW + 5).await.unwrap());
    assert!(!store.delete_tag(tag_id, "Ada", NOW + 6).await.unwrap(), "deleted already");
    assert!(store.configuration_revision().await.unwrap() > revision);
    assert_eq!(store.tags().await.unwrap(), []);
    assert_eq!(store.tag(tag_id).await.unwrap(), None);
    assert_eq!(store.published().await.unwrap(), []);
    assert_eq!(store.versions(tag_id, None, 9).await.unwrap(), []);
    assert_eq!(store.version(tag_id, 1).await.unwrap(), None);
    let save = store.save_draft(tag_id, 1, "Late", &before.draft, "Bob", NOW).await.unwrap();
    assert_eq!(save, Saved::NotFound);
    let publish = store.publish(given::publishing(tag_id, 1, &id(99), "Bob", NOW)).await.unwrap();
    assert_eq!(publish, Saved::NotFound);
    assert!(!store.pause_tag(tag_id, "Bob", NOW).await.unwrap());

    let run = hold_all(&**store, NOW + 5).await.remove(0);
    assert_eq!((run.outcome, run.reason), (Outcome::Held, Some(Reason::TagDeleted)));
    assert_eq!(run.tag_name.as_deref(), Some("Tag 2"), "what it did stays on record");
    assert_eq!(store.release(LATER, 9).await.unwrap(), 0);
    assert_eq!(store.cancel_held(NOW + 5, 9).await.unwrap(), 0, "not deleted before then");

    let deleted = Deleted {
        id: tag_id.clone(),
        name: before.name.clone(),
        deleted: Mark { at: NOW + 5, by: "Ada".into() },
    };
    assert_eq!(store.deleted_tags(NOW + 5).await.unwrap(), [deleted]);
    assert_eq!(store.deleted_tags(NOW + 6).await.unwrap(), []);
    assert!(!store.restore_tag(tag_id, NOW + 6).await.unwrap(), "too late");
    assert!(store.restore_tag(tag_id, NOW + 5).await.unwrap());
    assert!(!store.restore_tag(tag_id, NOW + 5).await.unwrap(), "there already");
    assert_eq!(store.tag(tag_id).await.unwrap(), Some(before));
    assert_eq!(store.published().await.unwrap(), std::slice::from_ref(&shop.version));
    assert_eq!(store.release(LATER, 9).await.unwrap(), 2);
    assert_eq!(claimed_ids(&**store, LATER).await.len(), 2);
}

pub async fn what_is_held_for_a_tag_that_is_gone_is_cancelled(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 3)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap();
    store.settle(&[settlement(&claimed[0], End::Delivered)]).await.unwrap();
    store.delete_tag(&shop.version.tag_id, "Ada", NOW).await.unwrap();
    hold_all(&**store, NOW).await;
    assert_eq!(store.cancel_held(NOW + 1, 1).await.unwrap(), 1);
    assert_eq!(store.cancel_held(NOW + 1, 9).await.unwrap(), 1);
    assert_eq!(store.cancel_held(NOW + 1, 9).await.unwrap(), 0);
    let run = store.run(&id(0x101)).await.unwrap().unwrap();
    assert_eq!((run.row.outcome, run.row.reason), (Outcome::Cancelled, Some(Reason::TagDeleted)));
    let outcomes: Vec<_> = run.deliveries.iter().map(|delivery| delivery.outcome).collect();
    assert_eq!(outcomes, [Outcome::Delivered, Outcome::Cancelled, Outcome::Cancelled]);
    assert_eq!(store.claim(i64::MAX, "b", i64::MAX, 9).await.unwrap(), []);
}

pub async fn a_deleted_source_gives_its_origins_free(store: &Arc<dyn Store>) {
    let first = given::source(1);
    store.create_source(&first).await.unwrap();
    store.renew_key(&first.id, "wk_new", NOW + MINUTE).await.unwrap();
    assert!(store.delete_source(&first.id, "Ada", NOW).await.unwrap());
    assert!(!store.delete_source(&first.id, "Ada", NOW).await.unwrap());
    assert_eq!(store.sources().await.unwrap(), []);
    assert_eq!(store.source(&first.id).await.unwrap(), None);
    assert_eq!(store.update_source(&first.id, None, "Late", &[]).await.unwrap(), Edited::NotFound);
    assert!(!store.renew_key(&first.id, "wk_late", NOW).await.unwrap());
    assert_eq!(store.deleted_sources(NOW).await.unwrap()[0].name, first.name);

    let second = Source { origins: first.origins.clone(), ..given::source(2) };
    store.create_source(&second).await.unwrap();
    let error = store.restore_source(&first.id, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::OriginTaken { .. }), "{error:?}");
    assert_eq!(store.source(&first.id).await.unwrap(), None, "restored wholly or not at all");

    store.delete_source(&second.id, "Ada", NOW).await.unwrap();
    assert!(!store.restore_source(&first.id, NOW + 1).await.unwrap(), "too late");
    assert!(store.restore_source(&first.id, NOW).await.unwrap());
    let restored = store.source(&first.id).await.unwrap().unwrap();
    assert_eq!((restored.write_key.as_str(), restored.old_key), ("wk_new", None), "the old key is over");
    assert_eq!(restored.origins, first.origins);
}

/// Holds, settles, releases and pauses from many sides end with every delivery where it belongs.
pub async fn resuming_from_many_sides_loses_nothing(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let events: Vec<_> = (1..=40).map(|n| shop.event(0x1000 * n, NOW, 3)).collect();
    store.accept(&events).await.unwrap();
    let workers = (0..4).map(|worker| {
        let store = store.clone();
        tokio::spawn(async move {
            let lease = format!("worker {worker}");
            loop {
                let claimed = store.claim(LATER, &lease, LATER + MINUTE, 5).await.unwrap();
                if claimed.is_empty() {
                    return;
                }
                let end = |claimed: &Claimed| match claimed.stopped {
                    Some(_) => hold(claimed),
                    None => settlement(claimed, End::Delivered),
                };
                let ends: Vec<_> = claimed.iter().map(end).collect();
                assert!(store.settle(&ends).await.unwrap().iter().all(Option::is_some));
            }
        })
    });
    let switch = {
        let (store, tag_id) = (store.clone(), shop.version.tag_id.clone());
        tokio::spawn(async move {
            for _ in 0..10 {
                store.pause_tag(&tag_id, "Ada", NOW).await.unwrap();
                store.resume_tag(&tag_id).await.unwrap();
                store.release(LATER, 7).await.unwrap();
            }
        })
    };
    futures::future::join_all(workers.chain([switch])).await.into_iter().for_each(|task| task.unwrap());
    while store.release(LATER, 50).await.unwrap() > 0 {}
    let rest = store.claim(LATER, "last", LATER + MINUTE, 1000).await.unwrap();
    let ends: Vec<_> = rest.iter().map(|claimed| settlement(claimed, End::Delivered)).collect();
    store.settle(&ends).await.unwrap();
    for event in &events {
        let run = store.run(&event.runs[0].id).await.unwrap().unwrap();
        assert_eq!(run.row.outcome, Outcome::Delivered);
        assert!(run.deliveries.iter().all(|delivery| delivery.attempts.len() == 1), "each sent once");
    }
}
