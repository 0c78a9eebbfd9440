use super::*;

fn row(n: usize) -> LiveRow {
    row_with(n, Outcome::Delivered)
}

fn row_with(n: usize, outcome: Outcome) -> LiveRow {
    LiveRow {
        id: format!("{n:06}"),
        event_id: format!("e{n}"),
        at: 1_000 * n as i64,
        source: "Web shop".into(),
        event_in: "purchase".into(),
        event_out: Some("Off-AmazonPurchases".into()),
        tag: None,
        version: None,
        outcome,
        reason: None,
        value: None,
        currency: None,
        http_status: None,
        latency_ms: None,
        attempts: 1,
        next_at: None,
        test: false,
    }
}

/// Rows `from` down to `to`, newest first.
fn rows(from: usize, to: usize) -> Vec<LiveRow> {
    (to..=from).rev().map(row).collect()
}

fn ids(feed: &Feed) -> Vec<usize> {
    feed.rows().iter().map(|row| row.id.parse().unwrap()).collect()
}

fn outcome(feed: &Feed, n: usize) -> Outcome {
    feed.get(&format!("{n:06}")).unwrap().outcome
}

#[test]
fn new_rows_go_on_top_and_late_ones_where_they_belong() {
    let mut feed = Feed::new(rows(3, 1), false, None);
    feed.accept(row(6));
    feed.accept(row(5));
    feed.accept(row(4));
    assert_eq!(ids(&feed), [6, 5, 4, 3, 2, 1]);
}

#[test]
fn a_known_row_changes_in_place_while_following_and_while_reading() {
    let mut feed = Feed::new(vec![row(3), row_with(2, Outcome::Pending), row(1)], false, None);
    feed.accept(row_with(2, Outcome::Retrying));
    assert_eq!((ids(&feed), outcome(&feed, 2)), (vec![3, 2, 1], Outcome::Retrying));

    feed.hold(true);
    feed.accept(row_with(2, Outcome::Delivered));
    assert_eq!((ids(&feed), outcome(&feed, 2)), (vec![3, 2, 1], Outcome::Delivered));
    assert_eq!(feed.waiting().count, 0, "a change of a shown row is no new row");
}

#[test]
fn thousands_of_rows_leave_the_newest_and_say_that_there_are_more() {
    let mut feed = Feed::new(rows(3, 1), false, None);
    for n in 4..=5_000 {
        feed.accept(row(n));
    }
    assert_eq!(ids(&feed), (4_501..=5_000).rev().collect::<Vec<_>>());
    assert!(feed.more());

    feed.accept(row(17));
    assert_eq!(feed.rows().len(), BOUND, "a row that fell out stays out");
    assert!(feed.get("000017").is_none());
}

#[test]
fn an_unknown_row_below_the_list_is_left_to_the_server() {
    let mut feed = Feed::new(rows(10, 8), true, None);
    feed.accept(row(2));
    assert_eq!(ids(&feed), [10, 9, 8], "7 to 3 would be missing between");

    let mut whole = Feed::new(rows(10, 8), false, None);
    whole.accept(row(2));
    assert_eq!(ids(&whole), [10, 9, 8, 2], "nothing is missing when the list is whole");
}

#[test]
fn reading_moves_nothing_and_letting_go_shows_what_waited() {
    let mut feed = Feed::new(rows(3, 1), false, None);
    feed.hold(true);
    assert_eq!(feed.mode(), Mode::Reading);
    for n in 4..=41 {
        feed.accept(row(n));
    }
    assert_eq!(ids(&feed), [3, 2, 1]);
    assert_eq!(feed.waiting(), Waiting { count: 38, below: 0, at_least: false });

    feed.accept(row_with(20, Outcome::Refused));
    assert_eq!(feed.waiting().count, 38, "a waiting row that changes still is one row");

    feed.hold(false);
    assert_eq!(ids(&feed), (1..=41).rev().collect::<Vec<_>>());
    assert_eq!(outcome(&feed, 20), Outcome::Refused);
    assert_eq!(feed.waiting(), Waiting::default());
}

#[test]
fn what_waits_can_be_shown_without_following_again() {
    let mut feed = Feed::new(rows(3, 1), false, None);
    feed.hold(true);
    feed.accept(row(4));
    feed.show_waiting();
    feed.accept(row(5));
    assert_eq!((ids(&feed), feed.mode()), (vec![4, 3, 2, 1], Mode::Reading));
    feed.follow();
    assert_eq!((ids(&feed), feed.mode()), (vec![5, 4, 3, 2, 1], Mode::Following));
}

#[test]
fn pause_freezes_even_the_states_of_rows_and_resume_loses_nothing() {
    let mut feed = Feed::new(vec![row_with(2, Outcome::Retrying), row(1)], false, None);
    feed.pause(true);
    feed.accept(row_with(2, Outcome::GivenUp));
    for n in 3..=214 {
        feed.accept(row(n));
    }
    assert_eq!((ids(&feed), outcome(&feed, 2)), (vec![2, 1], Outcome::Retrying));
    assert_eq!(feed.waiting().count, 212);

    feed.pause(false);
    assert_eq!(ids(&feed), (1..=214).rev().collect::<Vec<_>>());
    assert_eq!(outcome(&feed, 2), Outcome::GivenUp);
}

#[test]
fn resuming_while_a_row_is_open_shows_what_waited_and_goes_on_reading() {
    let mut feed = Feed::new(rows(2, 1), false, None);
    feed.pause(true);
    feed.hold(true);
    feed.accept(row(3));
    feed.hold(false);
    assert_eq!(ids(&feed), [2, 1], "letting go does not end the pause");
    feed.hold(true);
    feed.pause(false);
    feed.accept(row(4));
    assert_eq!((ids(&feed), feed.mode()), (vec![3, 2, 1], Mode::Reading));
}

#[test]
fn beyond_the_bound_the_newest_wait_and_the_rest_is_counted() {
    let mut feed = Feed::new(rows(3, 1), false, None);
    feed.pause(true);
    for n in 4..=4_003 {
        feed.accept(row(n));
    }
    assert_eq!(feed.waiting(), Waiting { count: 4_000, below: 3_500, at_least: false });
    feed.accept(row_with(100, Outcome::Refused));
    assert_eq!(feed.waiting().count, 4_000, "a dropped row that changes is not counted twice");

    feed.pause(false);
    assert_eq!(ids(&feed), (3_504..=4_003).rev().collect::<Vec<_>>());
    assert!(feed.more(), "what is not shown is older and can be paged to");
}

#[test]
fn a_filter_takes_rows_when_they_come_to_match_and_keeps_those_being_read() {
    let mut feed = Feed::new(vec![row_with(1, Outcome::Delivered)], false, Some(Outcome::Delivered));
    feed.accept(row_with(2, Outcome::Pending));
    assert_eq!(ids(&feed), [1]);
    feed.accept(row_with(2, Outcome::Delivered));
    assert_eq!(ids(&feed), [2, 1]);

    let mut retrying = Feed::new(vec![row_with(1, Outcome::Retrying)], false, Some(Outcome::Retrying));
    retrying.accept(row_with(1, Outcome::Delivered));
    assert_eq!((ids(&retrying), outcome(&retrying, 1)), (vec![1], Outcome::Delivered));

    retrying.hold(true);
    retrying.accept(row_with(2, Outcome::Retrying));
    retrying.accept(row_with(2, Outcome::Delivered));
    assert_eq!(retrying.waiting().count, 0, "it no longer matches before it was shown");
}

#[test]
fn a_new_picture_replaces_the_list_while_following() {
    let mut feed = Feed::new(rows(5, 1), false, None);
    feed.resync(rows(900, 801), true);
    assert_eq!(ids(&feed), (801..=900).rev().collect::<Vec<_>>());
    assert!(feed.more());
    assert_eq!(feed.waiting(), Waiting::default());
}

#[test]
fn a_new_picture_waits_while_reading_and_says_that_there_may_be_a_gap() {
    let mut feed = Feed::new(vec![row(3), row_with(2, Outcome::Retrying), row(1)], false, None);
    feed.hold(true);
    feed.resync(rows(900, 801), true);
    assert_eq!(ids(&feed), [3, 2, 1]);
    assert_eq!(feed.waiting(), Waiting { count: 100, below: 0, at_least: true });

    feed.accept(row(901));
    feed.accept(row_with(2, Outcome::Delivered));
    feed.accept(row(700));
    assert_eq!((feed.waiting().count, outcome(&feed, 2)), (101, Outcome::Delivered));

    feed.hold(false);
    assert_eq!(ids(&feed), (801..=901).rev().collect::<Vec<_>>(), "nothing older: there is a gap below");
}

#[test]
fn a_new_picture_that_joins_the_list_brings_new_states_and_no_gap() {
    let mut feed = Feed::new(vec![row_with(3, Outcome::Pending), row(2), row(1)], true, None);
    feed.hold(true);
    feed.resync(rows(5, 2), true);
    assert_eq!((ids(&feed), outcome(&feed, 3)), (vec![3, 2, 1], Outcome::Delivered));
    assert_eq!(feed.waiting(), Waiting { count: 2, below: 0, at_least: false });
    feed.accept(row_with(3, Outcome::Refused));
    feed.show_waiting();
    assert_eq!((ids(&feed), outcome(&feed, 3)), (vec![5, 4, 3, 2], Outcome::Refused));
}

#[test]
fn a_new_picture_while_paused_leaves_the_screen_alone() {
    let mut feed = Feed::new(vec![row_with(2, Outcome::Pending), row(1)], false, None);
    feed.pause(true);
    feed.resync(rows(3, 1), false);
    assert_eq!((ids(&feed), outcome(&feed, 2)), (vec![2, 1], Outcome::Pending));
    feed.pause(false);
    assert_eq!((ids(&feed), outcome(&feed, 2)), (vec![3, 2, 1], Outcome::Delivered));
}

#[test]
fn an_empty_list_shows_the_first_row_even_while_something_is_open() {
    let mut feed = Feed::default();
    feed.hold(true);
    feed.accept(row(1));
    feed.accept(row(2));
    assert_eq!((ids(&feed), feed.waiting().count), (vec![1], 1));

    let mut paused = Feed::default();
    paused.pause(true);
    paused.accept(row(1));
    assert_eq!((ids(&paused), paused.waiting().count), (vec![], 1));
}

#[test]
fn the_latest_state_is_known_while_it_waits() {
    let mut feed = Feed::new(vec![row_with(1, Outcome::Pending)], false, None);
    feed.pause(true);
    feed.accept(row_with(1, Outcome::Refused));
    feed.accept(row_with(2, Outcome::Retrying));
    let latest = |id| feed.latest(id).map(|row| row.outcome);
    assert_eq!(latest("000001"), Some(Outcome::Refused));
    assert_eq!(latest("000002"), Some(Outcome::Retrying));
    assert_eq!(latest("000003"), None);
}

#[test]
fn neighbours_end_where_the_list_ends() {
    let feed = Feed::new(rows(3, 1), false, None);
    let id = |found: Option<&Arc<LiveRow>>| found.map(|row| row.id.clone());
    assert_eq!(id(feed.neighbour(Some("000002"), 1)).as_deref(), Some("000001"));
    assert_eq!(id(feed.neighbour(Some("000002"), -1)).as_deref(), Some("000003"));
    assert_eq!(id(feed.neighbour(Some("000003"), -1)), None);
    assert_eq!(id(feed.neighbour(Some("000001"), 1)), None);
    assert_eq!(id(feed.neighbour(None, 1)).as_deref(), Some("000003"));
    assert_eq!(id(feed.neighbour(Some("gone"), 1)).as_deref(), Some("000003"));
    assert_eq!(id(Feed::default().neighbour(None, 1)), None);
}
