use std::collections::HashSet;
use std::sync::Arc;

use server::store::Store;
use server::store::rows::*;
use tag::amazon::reply::Reply;
use tag::outcome::Outcome;
use tag::reason::Reason;

use super::given::{End, MINUTE, NOW, Shop, exact, id, settlement};

pub async fn claimers_never_share_a_delivery(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let events: Vec<_> = (0..60).map(|n| shop.event(0x100 + 0x10 * n, NOW, 2)).collect();
    store.accept(&events).await.unwrap();

    let claimers = (0..4).map(|worker| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = vec![];
            loop {
                let lease = format!("worker {worker}");
                let claimed = store.claim(NOW, &lease, NOW + MINUTE, 7).await.unwrap();
                assert!(claimed.len() <= 7);
                assert!(claimed.iter().all(|delivery| delivery.lease == lease));
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|delivery| delivery.id));
            }
        })
    });
    let claimed: Vec<_> =
        futures::future::join_all(claimers).await.into_iter().flat_map(|mine| mine.unwrap()).collect();
    assert_eq!(claimed.len(), 120);
    assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 120);
}

pub async fn the_oldest_due_delivery_comes_first(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    assert_eq!(store.next_due().await.unwrap(), None);
    let events = [
        shop.event(0x300, NOW + 20, 2),
        shop.event(0x100, NOW + 10, 1),
        shop.event(0x200, NOW, 1),
        shop.event(0x400, NOW + 21, 1),
    ];
    store.accept(&events).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(NOW));

    assert_eq!(store.claim(NOW - 1, "a", NOW + MINUTE, 9).await.unwrap(), []);
    assert_eq!(store.claim(NOW, "a", NOW + MINUTE, 0).await.unwrap(), []);
    let ids = |claimed: Vec<Claimed>| claimed.into_iter().map(|delivery| delivery.id).collect::<Vec<_>>();
    let first = store.claim(NOW + 20, "a", NOW + MINUTE, 3).await.unwrap();
    let expected = Claimed {
        id: id(0x202),
        run_id: id(0x201),
        attempts: 0,
        request: exact(&events[2].runs[0].deliveries[0]),
        log: None,
        lease: "a".into(),
        accepted_at: NOW,
        stopped: None,
    };
    assert_eq!(first[0], expected);
    assert_eq!(ids(first), [id(0x202), id(0x102), id(0x302)]);
    assert_eq!(store.next_due().await.unwrap(), Some(NOW + 20));
    assert_eq!(ids(store.claim(NOW + 20, "a", NOW + MINUTE, 9).await.unwrap()), [id(0x303)]);
    assert_eq!(store.next_due().await.unwrap(), Some(NOW + 21));
}

pub async fn a_lease_that_is_over_is_freed_and_fences_off_its_holder(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 1)]).await.unwrap();
    let slow = store.claim(NOW, "slow", NOW + 100, 1).await.unwrap().remove(0);

    assert_eq!(store.free_expired(NOW + 99).await.unwrap(), 0);
    assert_eq!(store.claim(NOW + 99, "quick", NOW + 200, 1).await.unwrap(), []);
    assert_eq!(store.free_expired(NOW + 100).await.unwrap(), 1);
    assert_eq!(store.free_expired(NOW + 100).await.unwrap(), 0);

    let nothing_changed = store.run(&slow.run_id).await.unwrap();
    let late = settlement(&slow, End::Refused);
    assert_eq!(store.settle(std::slice::from_ref(&late)).await.unwrap(), [None], "freed");
    let quick = store.claim(NOW + 100, "quick", NOW + 200, 1).await.unwrap().remove(0);
    assert_eq!((&quick.id, quick.attempts), (&slow.id, 0));
    assert_eq!(store.settle(&[late]).await.unwrap(), [None], "somebody else's");
    assert_eq!(store.run(&slow.run_id).await.unwrap(), nothing_changed);

    // Over but not freed: nobody else can have it, so the answer still counts.
    let run = store.settle(&[settlement(&quick, End::Delivered)]).await.unwrap().remove(0).unwrap();
    assert_eq!(run.outcome, Outcome::Delivered);
    assert_eq!(store.free_expired(i64::MAX).await.unwrap(), 0, "done is done");
    assert_eq!(store.claim(i64::MAX, "late", i64::MAX, 1).await.unwrap(), []);
}

pub async fn a_delivery_is_settled_once(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 1)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap().remove(0);

    let stale = Settlement { lease: "b".into(), ..settlement(&claimed, End::GivenUp) };
    let unknown = Settlement { delivery_id: id(0xbad), ..settlement(&claimed, End::GivenUp) };
    let (first, second) = (settlement(&claimed, End::Delivered), settlement(&claimed, End::Refused));
    let answers = store.settle(&[stale, first, second.clone(), unknown]).await.unwrap();
    let outcomes: Vec<_> = answers.iter().map(|run| run.as_ref().map(|run| run.outcome)).collect();
    assert_eq!(outcomes, [None, Some(Outcome::Delivered), None, None]);
    assert_eq!(store.settle(&[second]).await.unwrap(), [None]);
    assert_eq!(store.settle(&[]).await.unwrap(), []);

    let detail = store.run(&claimed.run_id).await.unwrap().unwrap();
    assert_eq!(detail.deliveries[0].attempts.len(), 1);
    assert_eq!(detail.row.outcome, Outcome::Delivered);
}

pub async fn starting_frees_every_lease(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 2), shop.event(0x200, NOW, 1)]).await.unwrap();
    let before = store.claim(NOW, "before the crash", i64::MAX, 2).await.unwrap();
    let done = settlement(&before[0], End::Delivered);
    store.settle(&[done]).await.unwrap();

    assert_eq!(store.free_all().await.unwrap(), 1);
    let ids: Vec<_> =
        store.claim(NOW, "after", NOW + MINUTE, 9).await.unwrap().into_iter().map(|d| d.id).collect();
    assert_eq!(ids, [id(0x103), id(0x202)]);
}

pub async fn a_failed_try_is_repeated_until_it_is_delivered(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 1)]).await.unwrap();

    let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap().remove(0);
    let failed = settlement(&claimed, End::RetryAt(NOW + 5000));
    let run = store.settle(std::slice::from_ref(&failed)).await.unwrap().remove(0).unwrap();
    assert_eq!((run.outcome, run.reason), (Outcome::Retrying, Some(Reason::TransientStatus)));
    assert_eq!((run.http_status, run.latency_ms), (Some(503), Some(41)));
    assert_eq!((run.attempts, run.next_at), (1, Some(NOW + 5000)));
    let detail = store.run(&run.id).await.unwrap().unwrap();
    assert_eq!(detail.row, run);
    assert_eq!(detail.deliveries[0].next_at, Some(NOW + 5000));

    assert_eq!(store.next_due().await.unwrap(), Some(NOW + 5000));
    assert_eq!(store.claim(NOW + 4999, "b", NOW + MINUTE, 1).await.unwrap(), []);
    let claimed = store.claim(NOW + 5000, "b", NOW + MINUTE, 1).await.unwrap().remove(0);
    assert_eq!((claimed.attempts, claimed.accepted_at), (1, NOW));
    let mut unreachable = settlement(&claimed, End::RetryAt(NOW + 9000));
    unreachable.reason = Reason::TimedOut;
    unreachable.attempt.as_mut().unwrap().reply = Reply::TimedOut;
    let run = store.settle(std::slice::from_ref(&unreachable)).await.unwrap().remove(0).unwrap();
    assert_eq!((run.reason, run.http_status, run.latency_ms), (Some(Reason::TimedOut), None, Some(42)));

    let claimed = store.claim(NOW + 9000, "c", NOW + MINUTE, 1).await.unwrap().remove(0);
    let delivered = settlement(&claimed, End::Delivered);
    let run = store.settle(std::slice::from_ref(&delivered)).await.unwrap().remove(0).unwrap();
    assert_eq!((run.outcome, run.reason), (Outcome::Delivered, Some(Reason::Accepted)));
    assert_eq!((run.http_status, run.attempts, run.next_at), (Some(200), 3, None));

    let detail = store.run(&run.id).await.unwrap().unwrap();
    assert_eq!(detail.row, run);
    let delivery = &detail.deliveries[0];
    assert_eq!((delivery.outcome, delivery.next_at), (Outcome::Delivered, None));
    let tries = [failed, unreachable, delivered].map(|end| end.attempt.unwrap());
    assert_eq!(delivery.attempts, tries);
    assert_eq!(store.next_due().await.unwrap(), None);
}

pub async fn a_run_stands_as_the_delivery_that_asks_for_most_attention(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    store.accept(&[shop.event(0x100, NOW, 4)]).await.unwrap();
    let claimed = store.claim(NOW, "a", NOW + MINUTE, 4).await.unwrap();

    for (delivery, end, outcome, reason, next_at) in [
        (&claimed[0], End::Delivered, Outcome::Pending, None, None),
        (
            &claimed[1],
            End::RetryAt(NOW + 900),
            Outcome::Retrying,
            Some(Reason::TransientStatus),
            Some(NOW + 900),
        ),
        (
            &claimed[2],
            End::RetryAt(NOW + 500),
            Outcome::Retrying,
            Some(Reason::TransientStatus),
            Some(NOW + 500),
        ),
        (&claimed[3], End::Refused, Outcome::Retrying, Some(Reason::TransientStatus), Some(NOW + 500)),
    ] {
        let run = store.settle(&[settlement(delivery, end)]).await.unwrap().remove(0).unwrap();
        assert_eq!((run.outcome, run.reason, run.next_at), (outcome, reason, next_at), "{end:?}");
    }

    let claimed = store.claim(NOW + 900, "b", NOW + MINUTE, 4).await.unwrap();
    let ends = [settlement(&claimed[0], End::Delivered), settlement(&claimed[1], End::GivenUp)];
    let runs = store.settle(&ends).await.unwrap();
    let run = runs[0].clone().unwrap();
    assert_eq!((run.outcome, run.reason), (Outcome::GivenUp, Some(Reason::GivenUp)));
    assert_eq!((run.http_status, run.attempts, run.next_at), (Some(503), 2, None));
    assert_eq!(runs[1], runs[0], "both see the run as it stands after both");

    let detail = store.run(&run.id).await.unwrap().unwrap();
    let outcomes: Vec<_> = detail.deliveries.iter().map(|delivery| delivery.outcome).collect();
    assert_eq!(outcomes, [Outcome::Delivered, Outcome::GivenUp, Outcome::Delivered, Outcome::Refused]);
    let filter = RunFilter { outcome: Some(Outcome::GivenUp), limit: 9, ..RunFilter::default() };
    assert_eq!(store.runs(&filter).await.unwrap(), [run]);
}

/// Two settles that each see the other's delivery as unsettled would leave the run pending for ever.
pub async fn settling_a_run_from_many_sides_sums_it_up_right(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    for round in 1..=8_u64 {
        let events = [shop.event(0x1000 * round, NOW, 6), shop.event(0x1000 * round + 0x100, NOW, 6)];
        store.accept(&events).await.unwrap();
        let claimed = store.claim(NOW, "a", NOW + MINUTE, 12).await.unwrap();
        // Each batch holds deliveries of both runs, half of them in the other order.
        let batches = (0..6).map(|place| {
            let store = store.clone();
            let mut ends = vec![
                settlement(&claimed[place], End::Delivered),
                settlement(&claimed[6 + place], End::Delivered),
            ];
            if place % 2 == 1 {
                ends.reverse();
            }
            tokio::spawn(async move { store.settle(&ends).await.unwrap() })
        });
        for batch in futures::future::join_all(batches).await {
            assert!(batch.unwrap().iter().all(Option::is_some));
        }
        for event in &events {
            let detail = store.run(&event.runs[0].id).await.unwrap().unwrap();
            assert_eq!(detail.row.outcome, Outcome::Delivered);
        }
    }
}

/// What is shown never holds it, and a second worker sends what the first would have sent.
pub async fn the_exact_request_is_sent_on_every_try_and_never_shown(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let event = shop.event(0x101, NOW, 1);
    let delivery = &event.runs[0].deliveries[0];
    let log = serde_json::from_value(serde_json::json!({ "full": true, "trace_id": "t" })).unwrap();
    assert!(delivery.sealed.is_some());
    let mut logged = event.clone();
    logged.runs[0].deliveries[0].log = Some(log);
    store.accept(std::slice::from_ref(&logged)).await.unwrap();
    let shown = async || store.run(&event.runs[0].id).await.unwrap().unwrap().deliveries.remove(0).request;
    for end in [End::RetryAt(NOW), End::Delivered] {
        assert_eq!(shown().await, delivery.request);
        let claimed = store.claim(NOW, "a", NOW + MINUTE, 1).await.unwrap().remove(0);
        assert_eq!(claimed.request, exact(delivery));
        assert_eq!(claimed.log, logged.runs[0].deliveries[0].log);
        store.settle(&[settlement(&claimed, end)]).await.unwrap();
    }
    assert_eq!(shown().await, delivery.request);
}
