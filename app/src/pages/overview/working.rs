//! Is it working? Counts and bars of the last half hour.

use leptos::prelude::*;
use tag::outcome::Outcome;

use crate::components::histogram::histogram;
use crate::components::number::grouped;
use crate::components::status::{State, mark, status};
use crate::views::{Bar, Overview};

pub(super) fn draw(overview: &Overview) -> AnyView {
    let figures = Figures::of(&overview.histogram);
    let (state, answer) = figures.answer(overview.published);
    view! {
        <section class="card working" aria-labelledby="working">
            <div class="card-head">
                <h2 id="working">"Is it working?"</h2>
                {status(state, answer)}
                <a href="/live">"Open live"</a>
            </div>
            <div class="card-body">
                <dl class="figures">
                    {figure(figures.total, None, "in the last 30 minutes", None)}
                    {figure(figures.delivered, Some(State::Delivered), "delivered", figures.share(figures.delivered))}
                    {figure(figures.skipped, Some(State::Skipped), "skipped", figures.share(figures.skipped))}
                    {figure(figures.waiting, Some(State::Retrying), "on their way or retrying", None)}
                    {figure(figures.failed, Some(State::Refused), "refused or given up", figures.share(figures.failed))}
                </dl>
                {histogram(overview.now, &overview.histogram)}
            </div>
        </section>
    }
    .into_any()
}

fn figure(number: u64, state: Option<State>, words: &'static str, share: Option<String>) -> AnyView {
    let label = if state.is_none() { "received" } else { words };
    let detail = if state.is_none() { words.to_owned() } else { share.unwrap_or_default() };
    view! {
        <div>
            <dt>
                {state.map(mark)} {label} " " <span class="faint">{detail}</span>
            </dt>
            <dd class=if number == 0 { "zero" } else { "" }>{grouped(number)}</dd>
        </div>
    }
    .into_any()
}

/// The counts as the page groups them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Figures {
    total: u64,
    delivered: u64,
    skipped: u64,
    waiting: u64,
    failed: u64,
}

impl Figures {
    fn of(bars: &[Bar]) -> Self {
        let mut figures = Self::default();
        for Bar { outcome, count, .. } in bars {
            figures.total += count;
            let group = match outcome {
                Outcome::Delivered => &mut figures.delivered,
                Outcome::Skipped => &mut figures.skipped,
                Outcome::Pending | Outcome::Retrying | Outcome::Held => &mut figures.waiting,
                Outcome::Refused | Outcome::GivenUp | Outcome::Cancelled => &mut figures.failed,
            };
            *group += count;
        }
        figures
    }

    /// `91.9 %`; nothing when there is nothing to compare with.
    fn share(&self, part: u64) -> Option<String> {
        let tenths = (1000 * part + self.total / 2).checked_div(self.total).filter(|_| part > 0)?;
        Some(format!("{}.{} %", tenths / 10, tenths % 10))
    }

    fn answer(&self, published: bool) -> (State, String) {
        match (self.total, self.failed, self.delivered) {
            (0, ..) => (State::Off, "No events in 30 minutes".to_owned()),
            (_, 0, 1..) => (State::Delivered, "Yes".to_owned()),
            (_, 1.., 1..) => (State::Warning, "Yes, with failures to look at".to_owned()),
            (_, 1.., 0) => (State::Refused, "No, Amazon took none".to_owned()),
            (_, 0, 0) if self.waiting > 0 => (State::Retrying, "Events wait for Amazon".to_owned()),
            (_, 0, 0) if published => (State::Skipped, "Events arrive, but all were skipped".to_owned()),
            (_, 0, 0) => (State::Off, "Events arrive, nothing is published".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(counts: &[(Outcome, u64)]) -> Figures {
        let bars: Vec<Bar> = counts.iter().map(|&(outcome, count)| Bar { at: 0, outcome, count }).collect();
        Figures::of(&bars)
    }

    #[test]
    fn the_answer_is_no_bolder_than_the_counts() {
        let state = |counts: &[(Outcome, u64)], published| figures(counts).answer(published).0;
        assert_eq!(state(&[], true), State::Off);
        assert_eq!(state(&[(Outcome::Delivered, 1)], true), State::Delivered);
        assert_eq!(state(&[(Outcome::Delivered, 9000), (Outcome::GivenUp, 1)], true), State::Warning);
        assert_eq!(state(&[(Outcome::Refused, 1), (Outcome::Skipped, 5)], true), State::Refused);
        assert_eq!(state(&[(Outcome::Pending, 1), (Outcome::Skipped, 5)], true), State::Retrying);
        assert_eq!(state(&[(Outcome::Skipped, 5)], true), State::Skipped);
        assert_eq!(state(&[(Outcome::Skipped, 5)], false), State::Off);
    }

    #[test]
    fn groups_add_up_to_the_total() {
        let all = Outcome::ALL.map(|outcome| (outcome, 2));
        let figures = figures(&all);
        assert_eq!(figures, Figures { total: 16, delivered: 2, skipped: 2, waiting: 6, failed: 6 });
        assert_eq!(figures.share(4).as_deref(), Some("25.0 %"));
        assert_eq!(Figures::default().share(0), None);
    }
}
