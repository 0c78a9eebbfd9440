//! The counters and the histogram of the last 30 minutes, kept up to date from rows.
//!
//! A row comes once for every state it takes, so the state it leaves must be taken off again. Only states
//! that can still change are remembered; a final one never comes twice.

use std::collections::BTreeMap;

use tag::outcome::Outcome;

use crate::views::{Bar, LivePage, LiveRow};

/// How many minutes are counted.
pub const MINUTES: i64 = 30;

const MINUTE_MS: i64 = 60_000;

/// Runs of one minute, by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Outcome::ALL.len()]);

impl Counts {
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0[index(outcome)]
    }

    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, outcome: Outcome, count: u64) {
        self.0[index(outcome)] += count;
    }

    fn take(&mut self, outcome: Outcome) {
        let count = &mut self.0[index(outcome)];
        *count = count.saturating_sub(1);
    }
}

fn index(outcome: Outcome) -> usize {
    outcome as usize
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// By the minute's begin.
    minutes: BTreeMap<i64, Counts>,
    /// Rows counted under an outcome that is not final, by id.
    open: BTreeMap<String, (i64, Outcome)>,
    /// The newest row of the picture. It and all before it are counted already.
    counted_to: String,
    /// The begin of the newest minute.
    current: i64,
}

impl Tally {
    pub fn new(page: &LivePage) -> Self {
        let mut tally = Self::default();
        for bar in &page.histogram {
            tally.minutes.entry(minute(bar.at)).or_default().add(bar.outcome, bar.count);
        }
        for row in page.rows.iter().filter(|row| !row.outcome.is_final()) {
            tally.open.insert(row.id.clone(), (minute(row.at), row.outcome));
        }
        tally.counted_to = page.rows.iter().map(|row| row.id.as_str()).max().unwrap_or_default().to_owned();
        tally.advance(page.now);
        tally
    }

    /// Counts a row's new state and takes off the one before. Whether the row is a new one.
    pub fn accept(&mut self, row: &LiveRow) -> bool {
        self.advance(row.at);
        let at = minute(row.at);
        if at < self.first() {
            return false;
        }
        let left = match self.open.remove(&row.id) {
            Some((_, outcome)) => Some(outcome),
            None if row.id <= self.counted_to => Some(state_before(row)),
            None => None,
        };
        let counts = self.minutes.entry(at).or_default();
        if let Some(outcome) = left {
            counts.take(outcome);
        }
        counts.add(row.outcome, 1);
        if !row.outcome.is_final() {
            self.open.insert(row.id.clone(), (at, row.outcome));
        }
        left.is_none()
    }

    /// Lets go of minutes that are too long ago at `now`. Whether a new minute has begun.
    pub fn advance(&mut self, now: i64) -> bool {
        if minute(now) <= self.current {
            return false;
        }
        self.current = minute(now);
        let first = self.first();
        self.minutes.retain(|at, _| *at >= first);
        self.open.retain(|_, (at, _)| *at >= first);
        true
    }

    /// One bar a minute and outcome, oldest first, only those with events.
    pub fn bars(&self) -> Vec<Bar> {
        let of_minute = |(&at, &counts): (&i64, &Counts)| {
            Outcome::ALL.map(|outcome| Bar { at, outcome, count: counts.of(outcome) })
        };
        self.minutes.iter().flat_map(of_minute).filter(|bar| bar.count > 0).collect()
    }

    pub fn count(&self, outcome: Outcome) -> u64 {
        self.minutes.values().map(|counts| counts.of(outcome)).sum()
    }

    pub fn total(&self) -> u64 {
        self.minutes.values().map(Counts::total).sum()
    }

    fn first(&self) -> i64 {
        self.current - (MINUTES - 1) * MINUTE_MS
    }
}

fn minute(at: i64) -> i64 {
    at - at.rem_euclid(MINUTE_MS)
}

/// The state a row was in before this one, when it was counted by the server and is not known here.
fn state_before(row: &LiveRow) -> Outcome {
    if row.attempts > 1 { Outcome::Retrying } else { Outcome::Pending }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000 * MINUTE_MS + 30_000;

    fn row(id: &str, minutes_ago: i64, outcome: Outcome, attempts: u64) -> LiveRow {
        LiveRow {
            id: id.into(),
            event_id: id.into(),
            at: NOW - minutes_ago * MINUTE_MS,
            source: String::new(),
            event_in: "purchase".into(),
            event_out: None,
            tag: None,
            version: None,
            outcome,
            reason: None,
            value: None,
            currency: None,
            http_status: None,
            latency_ms: None,
            attempts,
            next_at: None,
            test: false,
        }
    }

    fn page(rows: Vec<LiveRow>, histogram: Vec<Bar>) -> LivePage {
        LivePage {
            rows,
            more: true,
            stream_id: String::new(),
            histogram,
            now: NOW,
            sources: vec![],
            published_tags: 1,
        }
    }

    fn bar(minutes_ago: i64, outcome: Outcome, count: u64) -> Bar {
        Bar { at: minute(NOW) - minutes_ago * MINUTE_MS, outcome, count }
    }

    #[test]
    fn the_picture_is_counted_and_its_bars_come_back() {
        let bars =
            vec![bar(29, Outcome::Delivered, 7), bar(0, Outcome::Skipped, 1), bar(0, Outcome::Refused, 2)];
        let mut tally = Tally::new(&page(vec![], bars.clone()));
        assert_eq!((tally.bars(), tally.total()), (bars, 10));
        tally.accept(&row("z", 0, Outcome::Refused, 1));
        assert_eq!(tally.bars().last(), Some(&bar(0, Outcome::Refused, 3)));
    }

    #[test]
    fn a_row_is_counted_once_whatever_states_it_passes() {
        let mut tally = Tally::new(&page(vec![], vec![]));
        for (outcome, attempts) in [(Outcome::Pending, 0), (Outcome::Retrying, 1), (Outcome::Delivered, 2)] {
            let new = tally.accept(&row("b", 0, outcome, attempts));
            assert_eq!(new, outcome == Outcome::Pending);
            assert_eq!((tally.count(outcome), tally.total()), (1, 1), "{outcome:?}");
        }
    }

    #[test]
    fn a_row_of_the_picture_leaves_the_state_the_picture_gave_it() {
        let known = row("b", 1, Outcome::Retrying, 1);
        let bars = vec![bar(1, Outcome::Retrying, 2), bar(1, Outcome::Pending, 1)];
        let mut tally = Tally::new(&page(vec![known], bars));
        tally.accept(&row("b", 1, Outcome::GivenUp, 8));
        assert_eq!((tally.count(Outcome::Retrying), tally.count(Outcome::GivenUp)), (1, 1));

        tally.accept(&row("a1", 1, Outcome::Delivered, 3));
        tally.accept(&row("a2", 1, Outcome::Delivered, 1));
        assert_eq!(
            tally.count(Outcome::Retrying),
            0,
            "rows the picture did not list were counted all the same"
        );
        assert_eq!((tally.count(Outcome::Pending), tally.total()), (0, 3));
    }

    #[test]
    fn minutes_fall_out_as_time_goes_on() {
        let bars = vec![bar(29, Outcome::Delivered, 5), bar(28, Outcome::Delivered, 3)];
        let mut tally = Tally::new(&page(vec![], bars));
        tally.advance(NOW + MINUTE_MS);
        assert_eq!(tally.total(), 3);
        tally.accept(&row("late", 200, Outcome::Delivered, 1));
        assert_eq!(tally.total(), 3, "a row from before the window does not count");
        tally.accept(&row("z", -5, Outcome::Delivered, 1));
        assert_eq!(tally.total(), 1, "a newer row moves the window");
    }

    #[test]
    fn thousands_of_final_rows_leave_nothing_behind_but_counts() {
        let mut tally = Tally::new(&page(vec![], vec![]));
        for n in 0..5_000 {
            let id = format!("{n:05}");
            tally.accept(&row(&id, 0, Outcome::Pending, 0));
            tally.accept(&row(&id, 0, Outcome::Delivered, 1));
        }
        assert_eq!((tally.count(Outcome::Delivered), tally.total(), tally.open.len()), (5_000, 5_000, 0));
    }
}
