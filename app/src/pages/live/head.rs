//! The head of the list: how it stands, its buttons, the counters that filter it, and the histogram.

use leptos::prelude::*;
use tag::outcome::Outcome;

use super::{Address, Page, keys};
use crate::components::histogram::histogram;
use crate::components::icon::{Icon, icon, small_icon};
use crate::components::number::grouped;
use crate::components::status::{State, mark};
use crate::components::time::{Time, TimeStyle};
use crate::live::connection::Connection;
use crate::live::feed::{Mode, Waiting};

/// What the counters offer as filters. What is on its way is over in a moment.
const COUNTED: [Outcome; 5] =
    [Outcome::Delivered, Outcome::Skipped, Outcome::Retrying, Outcome::Refused, Outcome::GivenUp];

pub(super) fn head(page: Page, nothing_yet: Memo<bool>) -> AnyView {
    view! {
        <header class="live-head">
            <div class="live-title">
                <h1>"Live"</h1>
                {standing(page, nothing_yet)}
                <div class="live-actions">{actions(page, nothing_yet)}</div>
            </div>
            {move || {
                (!nothing_yet.get())
                    .then(|| {
                        view! {
                            {counters(page)}
                            {bars(page)}
                        }
                    })
            }}
        </header>
        {pill(page)}
    }
    .into_any()
}

/// In a word: does the list follow, and what waits.
fn standing(page: Page, nothing_yet: Memo<bool>) -> AnyView {
    let live = page.live;
    // Not the counts: they change with each row, and only their own text does then.
    let mode = Memo::new(move |_| live.feed.read().mode());
    let waiting = move || match live.feed.read().waiting() {
        Waiting { count: 0, .. } => String::new(),
        waiting => format!("· {} waiting", count(waiting)),
    };
    let said = move || {
        if page.address.read().before.is_some() {
            return still(page, "Older events, as of ");
        }
        match (live.connection.get(), mode.get()) {
            (Connection::SignedOut, _) => dotted("dot", "Signed out"),
            (Connection::Broken { .. } | Connection::Resting, _) => still(page, "As of "),
            (Connection::Connecting, _) if !page.ready.get() => still(page, "As of "),
            (Connection::Connecting, _) => dotted("dot", "Connecting").into_any(),
            (Connection::Open, _) if nothing_yet.get() => {
                dotted("dot ok pulse", "Connected, listening").into_any()
            }
            (Connection::Open, Mode::Following) => dotted("dot ok pulse", "Following").into_any(),
            (Connection::Open, Mode::Reading) => view! { {dotted("dot ok", "Reading")} {waiting} }.into_any(),
            (Connection::Open, Mode::Paused) => view! { {dotted("dot", "Paused")} {waiting} }.into_any(),
        }
    };
    view! { <p class="live-standing">{said}</p> }.into_any()
}

fn dotted(class: &'static str, words: impl IntoView + 'static) -> AnyView {
    let words = words.into_any();
    view! {
        <i class=class></i>
        <span>{words}</span>
    }
    .into_any()
}

fn still(page: Page, words: &'static str) -> AnyView {
    let at = page.live.as_of.get_untracked();
    dotted("dot", view! { {words} <Time at=at style=TimeStyle::Second /> })
}

fn count(waiting: Waiting) -> String {
    let more = if waiting.at_least { "+" } else { "" };
    format!("{}{more}", grouped(waiting.count as u64))
}

/// Nothing here works without the browser part, so until then it is not seen.
fn actions(page: Page, nothing_yet: Memo<bool>) -> AnyView {
    // What stands still, or is not there, can be neither paused nor followed.
    let moves = Memo::new(move |_| page.address.read().before.is_none() && !nothing_yet.get());
    let mode = Memo::new(move |_| page.live.feed.read().mode());
    let paused = move || mode.get() == Mode::Paused;
    let following = move || mode.get() == Mode::Following;
    view! {
        {move || {
            moves.get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button small"
                            aria-pressed=move || paused().to_string()
                            on:click=move |_| page.pause_or_resume()
                        >
                            {move || small_icon(if paused() { Icon::Play } else { Icon::Pause })}
                            <span>{move || if paused() { "Resume" } else { "Pause" }}</span>
                            <kbd>"Space"</kbd>
                        </button>
                        <button
                            type="button"
                            class="button small"
                            aria-pressed=move || following().to_string()
                            on:click=move |_| page.follow_or_hold()
                        >
                            {small_icon(Icon::Down)}
                            <span>"Follow"</span>
                            <kbd>"F"</kbd>
                        </button>
                    }
                })
        }}
        {keys::sheet(page.characters)}
    }
    .into_any()
}

fn counters(page: Page) -> AnyView {
    let tally = page.live.tally;
    let chosen = Memo::new(move |_| page.address.read().outcome);
    let to = move |outcome| Address { outcome, before: None, ..page.address.get() }.href();
    let counter = move |outcome: Option<Outcome>| {
        let state = outcome.map(State::from);
        let count = Memo::new(move |_| {
            let tally = tally.read();
            outcome.map_or_else(|| tally.total(), |outcome| tally.count(outcome))
        });
        view! {
            <a
                class="counter"
                href=move || to(outcome)
                aria-current=move || (chosen.get() == outcome).then_some("true")
                class:none=move || count.get() == 0
            >
                {state.map(mark)}
                {state.map_or("All", State::word)}
                " "
                <b>{move || grouped(count.get())}</b>
            </a>
        }
    };
    view! {
        <nav class="live-counters" aria-label="Filter by result; numbers of the last 30 minutes">
            {counter(None)}
            {COUNTED.map(|outcome| counter(Some(outcome))).collect_view()}
        </nav>
    }
    .into_any()
}

/// Drawn again once a second at most, however much arrives.
fn bars(page: Page) -> AnyView {
    let live = page.live;
    let picture = Memo::new(move |_| (live.now.get(), live.tally.read_untracked().bars()));
    let minute = Memo::new(move |_| picture.read().0.div_euclid(60_000));
    let bars = Memo::new(move |_| picture.read().1.clone());
    view! { <div class="live-histogram">{move || histogram(minute.get() * 60_000, &bars.read())}</div> }
        .into_any()
}

/// New rows that wait while somebody reads.
fn pill(page: Page) -> AnyView {
    let waiting = Memo::new(move |_| page.live.feed.read().waiting());
    let paused = Memo::new(move |_| page.live.feed.read().mode() == Mode::Paused);
    let any = Memo::new(move |_| waiting.get().count > 0);
    let below = move || {
        let below = waiting.get().below as u64;
        (below > 0).then(|| {
            view! {
                <span class="live-below">
                    {grouped(below)} " of them are too many for the list. Page to them below it."
                </span>
            }
        })
    };
    let drawn = move || {
        any.get().then(|| {
            view! {
                <p class="live-pill">
                    <button type="button" on:click=move |_| page.show_waiting()>
                        {icon(Icon::Up)}
                        {move || count(waiting.get())}
                        {move || if paused.get() { " waiting" } else { " new" }}
                    </button>
                    {below}
                </p>
            }
        })
    };
    view! { <div class="live-pill-place">{drawn}</div> }.into_any()
}
