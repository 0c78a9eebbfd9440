use std::sync::Arc;

use server::store::Store;
use server::store::rows::*;
use tag::outcome::Outcome;
use tag::reason::Reason;

use super::given::{MINUTE, NOW, Shop, dedupe, id};

pub async fn an_accepted_event_reads_back_whole(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let mut event = AcceptedEvent { test: true, ..shop.event(0x100, NOW, 2) };
    // A second run, of an event that no tag takes.
    event.runs.push(AcceptedRun {
        id: id(0x200),
        version_id: None,
        event_out: None,
        outcome: Outcome::Skipped,
        reason: Some(Reason::NoTag),
        value: None,
        currency: None,
        ..shop.event(0x200, NOW, 0).runs.remove(0)
    });
    assert_eq!(store.accept(std::slice::from_ref(&event)).await.unwrap(), [Accepted::Stored]);

    let sent = &event.runs[0];
    let detail = store.run(&sent.id).await.unwrap().unwrap();
    let row = RunRow {
        id: sent.id.clone(),
        event_id: event.id.clone(),
        received_at: NOW,
        source_id: shop.source.id.clone(),
        source_name: "Shop 1".into(),
        event_name: "purchase".into(),
        event_out: Some("Off-AmazonPurchases".into()),
        tag_id: Some(shop.version.tag_id.clone()),
        tag_name: Some("Tag 2".into()),
        version: Some(1),
        outcome: Outcome::Pending,
        reason: None,
        value: Some("129.95".into()),
        currency: Some("EUR".into()),
        http_status: None,
        latency_ms: None,
        attempts: 0,
        next_at: None,
        test: true,
    };
    let deliveries = sent.deliveries.iter().map(|delivery| DeliveryDetail {
        id: delivery.id.clone(),
        request: delivery.request.clone(),
        outcome: Outcome::Pending,
        reason: None,
        next_at: None,
        attempts: vec![],
    });
    assert_eq!(
        detail,
        RunDetail {
            row: row.clone(),
            data: event.data.clone(),
            request: event.request.clone(),
            trace: sent.trace.clone(),
            deliveries: deliveries.collect(),
        }
    );

    let skipped = RunRow {
        id: id(0x200),
        event_out: None,
        tag_id: None,
        tag_name: None,
        version: None,
        outcome: Outcome::Skipped,
        reason: Some(Reason::NoTag),
        value: None,
        currency: None,
        ..row.clone()
    };
    assert_eq!(store.runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap(), [skipped, row]);
}

pub async fn a_repeat_is_a_duplicate_until_its_key_is_over(store: &Arc<dyn Store>) {
    let (shop, other) = (Shop::open(&**store, 1).await, Shop::open(&**store, 11).await);
    let day = 24 * 60 * MINUTE;
    let mut n = 0;
    for (shop, key, at, expected) in [
        (&shop, Some("order-1"), NOW, Accepted::Stored),
        (&shop, Some("order-1"), NOW + day - 1, Accepted::Duplicate),
        (&shop, Some("order-2"), NOW, Accepted::Stored),
        (&other, Some("order-1"), NOW, Accepted::Stored),
        (&shop, None, NOW, Accepted::Stored),
        (&shop, None, NOW, Accepted::Stored),
        // Over, so taken anew, from then on for another day.
        (&shop, Some("order-1"), NOW + day, Accepted::Stored),
        (&shop, Some("order-1"), NOW + 2 * day - 1, Accepted::Duplicate),
        (&shop, Some("order-1"), NOW + 2 * day, Accepted::Stored),
    ] {
        n += 0x10;
        let event = AcceptedEvent {
            dedupe: key.and_then(|key| dedupe(key, at + day)),
            ..shop.event(0x100 + n, at, 1)
        };
        let answer = store.accept(std::slice::from_ref(&event)).await.unwrap();
        assert_eq!(answer, [expected], "{key:?} at {at}");
        let stored = store.run(&event.runs[0].id).await.unwrap().is_some();
        assert_eq!(stored, expected == Accepted::Stored);
    }
    let waiting = store.claim(i64::MAX, "lease", i64::MAX, 100).await.unwrap();
    assert_eq!(waiting.len(), 7, "a duplicate is not delivered");
}

pub async fn a_repeat_within_a_batch_is_a_duplicate(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let keys = [Some("b"), Some("a"), Some("b"), None, Some("a"), Some("c"), None];
    let events: Vec<_> = (0..)
        .zip(keys)
        .map(|(n, key)| AcceptedEvent {
            dedupe: key.and_then(|key| dedupe(key, NOW + MINUTE)),
            ..shop.event(0x100 + 0x10 * n, NOW, 1)
        })
        .collect();
    use Accepted::{Duplicate, Stored};
    let answers = store.accept(&events).await.unwrap();
    assert_eq!(answers, [Stored, Stored, Duplicate, Stored, Duplicate, Stored, Stored]);
    let stored = store.runs(&RunFilter { limit: 10, ..RunFilter::default() }).await.unwrap();
    let ids: Vec<_> = stored.iter().rev().map(|run| run.event_id.clone()).collect();
    assert_eq!(ids, [id(0x100), id(0x110), id(0x130), id(0x150), id(0x160)], "the first of each key");
}

pub async fn a_batch_is_stored_whole_or_not_at_all(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let good = AcceptedEvent { dedupe: dedupe("order-1", NOW + MINUTE), ..shop.event(0x100, NOW, 1) };
    let mut bad = shop.event(0x200, NOW, 1);
    bad.runs[0].version_id = Some(id(0xbad));
    store.accept(&[good.clone(), bad]).await.unwrap_err();

    assert!(store.run(&good.runs[0].id).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), None);
    assert_eq!(store.accept(&[good]).await.unwrap(), [Accepted::Stored], "its key was not taken either");
    assert_eq!(store.accept(&[]).await.unwrap(), []);
}

pub async fn the_same_event_sent_twice_at_once_is_stored_once(store: &Arc<dyn Store>) {
    const KEYS: u64 = 199;
    let shop = Shop::open(&**store, 1).await;
    // Every batch of a round holds the same keys in an order of its own. The first rounds open connections,
    // the later ones meet half way.
    for round in 1..=5_u64 {
        let batches = (1..=4_u64).map(|batch| {
            let (store, shop) = (store.clone(), shop.clone());
            tokio::spawn(async move {
                let events: Vec<_> = (0..KEYS)
                    .map(|n| AcceptedEvent {
                        dedupe: dedupe(&format!("order-{round}-{}", n * 40 * batch % KEYS), NOW + MINUTE),
                        ..shop.event(0x10_0000 * round + 0x1_0000 * batch + 0x10 * n, NOW, 1)
                    })
                    .collect();
                store.accept(&events).await.unwrap()
            })
        });
        let answers = futures::future::join_all(batches).await;
        let stored = answers.iter().flat_map(|batch| batch.as_ref().unwrap());
        assert_eq!(stored.filter(|answer| **answer == Accepted::Stored).count() as u64, KEYS);
    }
}

pub async fn a_batch_may_be_large(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let events: Vec<_> = (0..1234_u64)
        .map(|n| AcceptedEvent {
            dedupe: dedupe(&format!("order-{n}"), NOW + MINUTE),
            ..shop.event(0x1000 + 0x10 * n, NOW, 2)
        })
        .collect();
    let answers = store.accept(&events).await.unwrap();
    assert_eq!(answers, [Accepted::Stored; 1234]);
    let claimed = store.claim(NOW, "lease", NOW + MINUTE, 10_000).await.unwrap();
    assert_eq!(claimed.len(), 2 * 1234);

    let ends: Vec<_> = claimed
        .iter()
        .map(|delivery| super::given::settlement(delivery, super::given::End::Delivered))
        .collect();
    let runs = store.settle(&ends).await.unwrap();
    assert!(runs.into_iter().all(|run| run.unwrap().outcome == Outcome::Delivered));
}
