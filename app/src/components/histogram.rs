//! Thirty minutes as bars: what was sent or skipped stands, failures hang below the axis.

use leptos::prelude::*;
use tag::outcome::Outcome;

use super::number::grouped;
use super::status::{State, status};
use super::time::{Time, TimeStyle};
use crate::views::Bar;

const MINUTE: i64 = 60_000;
const MINUTES: i64 = 30;
/// The drawing's own units, tenths of a pixel; it is stretched to the width there is. Whole numbers, because
/// writing fractions costs the browser part 8 KB.
const STEP: u64 = 200;
const STANDING: u64 = 960;
const HANGING: u64 = 240;

/// The order in which they stand on each other, the sent ones first.
const UPWARD: [Outcome; 5] =
    [Outcome::Delivered, Outcome::Skipped, Outcome::Held, Outcome::Retrying, Outcome::Pending];
const DOWNWARD: [Outcome; 3] = [Outcome::Refused, Outcome::GivenUp, Outcome::Cancelled];

/// The bars of the half hour that ends at `now`, with a table as the other way to read them.
pub fn histogram(now: i64, bars: &[Bar]) -> AnyView {
    let minutes = minutes(now, bars);
    let total: u64 = minutes.iter().map(Minute::total).sum();
    let failed: u64 = minutes.iter().map(|minute| minute.sum(&DOWNWARD)).sum();
    let spoken = format!(
        "{} in the last 30 minutes, {} of them refused or given up.",
        super::number::counted(total, "event run", "event runs"),
        grouped(failed)
    );
    if total == 0 {
        return view! { <p class="faint">"Here is a bar for each minute with events."</p> }.into_any();
    }
    let width = STEP * MINUTES.unsigned_abs();
    view! {
        <div role="img" aria-label=spoken>
            <svg
                class="histogram"
                viewBox=format!("0 0 {width} {}", STANDING + HANGING)
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                {rectangles(&minutes)
                    .into_iter()
                    .map(|r| {
                        view! {
                            <rect
                                class=State::from(r.outcome).class()
                                x=r.x
                                y=r.y
                                width=STEP - 40
                                height=r.height
                            />
                        }
                    })
                    .collect_view()}
                <line class="axis" x1="0" x2=width y1=STANDING y2=STANDING />
            </svg>
        </div>
        <div class="histogram-ends" aria-hidden="true">
            <Time at=now - (MINUTES - 1) * MINUTE style=TimeStyle::Minute />
            <Time at=now - MINUTES / 2 * MINUTE style=TimeStyle::Minute />
            <Time at=now style=TimeStyle::Minute />
        </div>
        <div class="histogram-foot">
            {legend(&minutes)}
            {table(&minutes)}
        </div>
    }
    .into_any()
}

/// What happened in one minute.
#[derive(Debug, PartialEq)]
struct Minute {
    at: i64,
    counts: Vec<(Outcome, u64)>,
}

impl Minute {
    fn of(&self, outcome: Outcome) -> u64 {
        self.counts.iter().filter(|(o, _)| *o == outcome).map(|(_, count)| count).sum()
    }

    fn sum(&self, outcomes: &[Outcome]) -> u64 {
        outcomes.iter().map(|outcome| self.of(*outcome)).sum()
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// All thirty minutes, the quiet ones too. Bars outside of them are left out.
fn minutes(now: i64, bars: &[Bar]) -> Vec<Minute> {
    let last = now.div_euclid(MINUTE) * MINUTE;
    (0..MINUTES)
        .map(|index| {
            let at = last - (MINUTES - 1 - index) * MINUTE;
            let within = bars.iter().filter(|bar| bar.at.div_euclid(MINUTE) * MINUTE == at);
            Minute { at, counts: within.map(|bar| (bar.outcome, bar.count)).collect() }
        })
        .collect()
}

#[derive(Debug, PartialEq)]
struct Rectangle {
    outcome: Outcome,
    x: u64,
    y: u64,
    height: u64,
}

/// Both directions share one scale, except that a failure is never thinner than can be seen.
fn rectangles(minutes: &[Minute]) -> Vec<Rectangle> {
    let highest = minutes.iter().map(|minute| minute.sum(&UPWARD)).max().unwrap_or(0).max(4);
    let mut rectangles = vec![];
    for (x, minute) in (20..).step_by(STEP as usize).zip(minutes) {
        let mut y = STANDING;
        for outcome in UPWARD {
            let count = minute.of(outcome);
            if count > 0 {
                let height = (STANDING * count / highest).max(15);
                y = y.saturating_sub(height);
                rectangles.push(Rectangle { outcome, x, y, height: height.max(20) - 10 });
            }
        }
        let mut y = STANDING + 10;
        for outcome in DOWNWARD {
            let count = minute.of(outcome);
            if count > 0 {
                let height = (STANDING * count / highest).clamp(60, HANGING / 2);
                rectangles.push(Rectangle { outcome, x, y, height });
                y += height;
            }
        }
    }
    rectangles
}

fn legend(minutes: &[Minute]) -> AnyView {
    let seen = UPWARD
        .into_iter()
        .chain(DOWNWARD)
        .filter(|outcome| minutes.iter().any(|minute| minute.of(*outcome) > 0));
    let words = seen.map(|outcome| {
        let state = State::from(outcome);
        status(state, state.word())
    });
    view! { <div class="legend">{words.collect_view()}</div> }.into_any()
}

fn table(minutes: &[Minute]) -> AnyView {
    let row = |minute: &Minute| {
        let cells = Outcome::ALL.map(|outcome| {
            let count = minute.of(outcome);
            view! { <td class=if count == 0 { "num zero" } else { "num" }>{grouped(count)}</td> }
        });
        view! {
            <tr>
                <td>
                    <Time at=minute.at style=TimeStyle::Minute />
                </td>
                {cells.collect_view()}
            </tr>
        }
    };
    let heads = Outcome::ALL.map(|outcome| {
        view! { <th class="num" scope="col">{State::from(outcome).word()}</th> }
    });
    let busy = minutes.iter().rev().filter(|minute| minute.total() > 0);
    view! {
        <details class="as-table">
            <summary>"Show as table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Events by minute">
                <table class="table dense">
                    <caption class="hidden-text">"Event runs by minute and outcome, newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Minute"</th>
                            {heads.collect_view()}
                        </tr>
                    </thead>
                    <tbody>{busy.map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(at: i64, outcome: Outcome, count: u64) -> Bar {
        Bar { at, outcome, count }
    }

    #[test]
    fn the_half_hour_ends_with_the_minute_of_now() {
        let now = 100 * MINUTE + 59_999;
        let bars = [
            bar(100 * MINUTE, Outcome::Delivered, 3),
            bar(71 * MINUTE, Outcome::Skipped, 2),
            bar(70 * MINUTE, Outcome::Refused, 9),
        ];
        let minutes = minutes(now, &bars);
        assert_eq!(minutes.len(), 30);
        assert_eq!(minutes.first().map(|m| (m.at, m.of(Outcome::Skipped))), Some((71 * MINUTE, 2)));
        assert_eq!(minutes.last().map(|m| (m.at, m.of(Outcome::Delivered))), Some((100 * MINUTE, 3)));
        assert_eq!(minutes.iter().map(Minute::total).sum::<u64>(), 5, "older bars are left out");
    }

    #[test]
    fn one_failure_among_thousands_is_still_seen_below_the_axis() {
        let bars = [bar(0, Outcome::Delivered, 5000), bar(0, Outcome::Refused, 1)];
        let drawn = rectangles(&minutes(0, &bars));
        let failure = drawn.iter().find(|r| r.outcome == Outcome::Refused).expect("drawn");
        assert!(failure.height >= 60 && failure.y > STANDING);
        let inside = |r: &Rectangle| r.y + r.height <= STANDING + HANGING;
        assert!(drawn.iter().all(inside));
    }
}
