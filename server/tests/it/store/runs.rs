use std::sync::Arc;

use server::store::Store;
use server::store::rows::*;
use tag::outcome::Outcome;

use super::given::{End, MINUTE, NOW, Shop, id, settlement};

fn ids(runs: &[RunRow]) -> Vec<String> {
    runs.iter().map(|run| run.id.clone()).collect()
}

pub async fn pages_hold_still_while_events_come_in(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let run_id = |n: u64| id(0x1000 + 0x10 * n + 1);
    let accept = async |numbers: std::ops::Range<u64>| {
        let events: Vec<_> = numbers.map(|n| shop.event(0x1000 + 0x10 * n, NOW, 1)).collect();
        store.accept(&events).await.unwrap();
    };
    accept(0..10).await;

    let mut filter = RunFilter { limit: 4, ..RunFilter::default() };
    let mut seen = vec![];
    for page in 1.. {
        let runs = store.runs(&filter).await.unwrap();
        let Some(last) = runs.last() else { break };
        filter.before = Some(last.id.clone());
        seen.extend(ids(&runs));
        accept(10 * page..10 * page + 3).await;
    }
    let expected: Vec<_> = (0..10).rev().map(run_id).collect();
    assert_eq!(seen, expected);

    filter = RunFilter { limit: 0, ..RunFilter::default() };
    assert_eq!(store.runs(&filter).await.unwrap(), []);
    filter.limit = -1;
    assert_eq!(store.runs(&filter).await.unwrap(), []);
}

pub async fn filters_combine(store: &Arc<dyn Store>) {
    let (one, two) = (Shop::open(&**store, 1).await, Shop::open(&**store, 11).await);
    // An event of the first source through the second's tag.
    let mut crossed = one.event(0x400, NOW, 0);
    crossed.runs[0].version_id = Some(two.version.id.clone());
    let events = [one.event(0x100, NOW, 1), one.event(0x200, NOW, 0), two.event(0x300, NOW, 1), crossed];
    store.accept(&events).await.unwrap();

    let (source, tag) = (Some(one.source.id), Some(two.version.tag_id));
    let any = RunFilter { limit: 9, ..RunFilter::default() };
    for (filter, expected) in [
        (RunFilter { source_id: source.clone(), ..any.clone() }, vec![0x401, 0x201, 0x101]),
        (RunFilter { tag_id: tag.clone(), ..any.clone() }, vec![0x401, 0x301]),
        (RunFilter { outcome: Some(Outcome::Skipped), ..any.clone() }, vec![0x401, 0x201]),
        (RunFilter { outcome: Some(Outcome::Delivered), ..any.clone() }, vec![]),
        (
            RunFilter { source_id: source.clone(), outcome: Some(Outcome::Skipped), ..any.clone() },
            vec![0x401, 0x201],
        ),
        (RunFilter { source_id: source.clone(), tag_id: tag, ..any.clone() }, vec![0x401]),
        (RunFilter { source_id: source, before: Some(id(0x401)), limit: 1, ..any }, vec![0x201]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(id).collect();
        assert_eq!(ids(&store.runs(&filter).await.unwrap()), expected, "{filter:?}");
    }
    assert_eq!(store.run(&id(0xbad)).await.unwrap(), None);
}

pub async fn the_histogram_counts_stretches_from_its_start(store: &Arc<dyn Store>) {
    let shop = Shop::open(&**store, 1).await;
    let since = NOW + 7;
    let events = [
        shop.event(0x100, since - 1, 1),
        shop.event(0x200, since, 1),
        shop.event(0x300, since + MINUTE - 1, 0),
        shop.event(0x400, since + MINUTE - 1, 1),
        shop.event(0x500, since + 3 * MINUTE, 1),
    ];
    store.accept(&events).await.unwrap();
    let bucket = |at, outcome, count| Bucket { at, outcome, count };
    assert_eq!(
        store.histogram(since, MINUTE).await.unwrap(),
        [
            bucket(since, Outcome::Pending, 2),
            bucket(since, Outcome::Skipped, 1),
            bucket(since + 3 * MINUTE, Outcome::Pending, 1),
        ]
    );

    let claimed = store.claim(since, "a", since + MINUTE, 2).await.unwrap();
    store.settle(&[settlement(&claimed[1], End::Delivered)]).await.unwrap();
    assert_eq!(store.histogram(since, MINUTE).await.unwrap()[0], bucket(since, Outcome::Delivered, 1));
    assert_eq!(store.histogram(since + 4 * MINUTE, MINUTE).await.unwrap(), []);
}

pub async fn traffic_is_counted_by_source_and_by_tag(store: &Arc<dyn Store>) {
    let (one, two) = (Shop::open(&**store, 1).await, Shop::open(&**store, 11).await);
    let mut untaken = two.event(0x600, NOW + 50, 0);
    untaken.runs[0].version_id = None;
    let events = [
        one.event(0x100, NOW - 1, 1),
        one.event(0x200, NOW, 1),
        one.event(0x300, NOW + 20, 1),
        one.event(0x400, NOW + 10, 0),
        two.event(0x500, NOW + 40, 1),
        untaken,
    ];
    store.accept(&events).await.unwrap();

    let row = |id: &str, outcome, count, last_at| Traffic { id: id.to_owned(), outcome, count, last_at };
    let (a, b) = (&one.source.id, &two.source.id);
    assert_eq!(
        store.traffic_by_source(NOW).await.unwrap(),
        [
            row(a, Outcome::Pending, 2, NOW + 20),
            row(a, Outcome::Skipped, 1, NOW + 10),
            row(b, Outcome::Pending, 1, NOW + 40),
            row(b, Outcome::Skipped, 1, NOW + 50),
        ]
    );
    let (a, b) = (&one.version.tag_id, &two.version.tag_id);
    assert_eq!(
        store.traffic_by_tag(NOW).await.unwrap(),
        [
            row(a, Outcome::Pending, 2, NOW + 20),
            row(a, Outcome::Skipped, 1, NOW + 10),
            row(b, Outcome::Pending, 1, NOW + 40),
        ]
    );
    assert_eq!(store.traffic_by_source(NOW + 51).await.unwrap(), []);
}
