//! States as a silhouette, a word and a colour, in this order of importance.

use leptos::prelude::*;
use tag::outcome::Outcome;

/// What a mark can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Delivered,
    Skipped,
    Retrying,
    Refused,
    GivenUp,
    /// Waits for its tag.
    Held,
    Cancelled,
    /// On its way, its first try not over.
    Pending,
    /// Odd, but no obstacle.
    Warning,
    /// An error in a form.
    Error,
    /// A part of a form that is complete.
    Complete,
    /// Not reached, off.
    Off,
}

impl From<Outcome> for State {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pending => Self::Pending,
            Outcome::Retrying => Self::Retrying,
            Outcome::Held => Self::Held,
            Outcome::Delivered => Self::Delivered,
            Outcome::Skipped => Self::Skipped,
            Outcome::Refused => Self::Refused,
            Outcome::GivenUp => Self::GivenUp,
            Outcome::Cancelled => Self::Cancelled,
        }
    }
}

impl State {
    /// The state's plain word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delivered => "Delivered",
            Self::Skipped => "Skipped",
            Self::Retrying => "Retrying",
            Self::Refused => "Refused",
            Self::GivenUp => "Given up",
            Self::Held => "Held",
            Self::Cancelled => "Cancelled",
            Self::Pending => "On its way",
            Self::Warning => "Needs a look",
            Self::Error => "Needs mending",
            Self::Complete => "Complete",
            Self::Off => "Off",
        }
    }

    /// The class that gives the colours `--word`, `--soft` and `--mark`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Delivered | Self::Complete => "ok",
            Self::Skipped | Self::Cancelled => "skip-state",
            Self::Retrying | Self::Held | Self::Warning => "retry",
            Self::Refused | Self::GivenUp | Self::Error => "bad",
            Self::Pending | Self::Off => "off",
        }
    }

    /// Filled shape, lines, and what is cut out of the filled shape.
    fn drawing(self) -> [&'static str; 3] {
        match self {
            Self::Delivered => [DISC, "", "M4.9 8.2 7 10.3 11.1 5.9"],
            Self::Skipped => ["", "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM3.8 12.2l8.4-8.4", ""],
            Self::Retrying => ["", "M13.5 9.2A5.6 5.6 0 1 1 12.2 4.2M12.7 1.7v2.8H9.9", ""],
            Self::Refused | Self::Error => [OCTAGON, "", "m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"],
            Self::GivenUp => ["", "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM5.4 8h5.2", ""],
            Self::Held => ["", "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM6.5 5.8v4.4M9.5 5.8v4.4", ""],
            Self::Cancelled => ["", "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM5.9 5.9l4.2 4.2m0-4.2-4.2 4.2", ""],
            Self::Pending => ["", "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM5.4 8h.01M8 8h.01M10.6 8h.01", ""],
            Self::Warning => [
                "M6.8 2.2a1.4 1.4 0 0 1 2.4 0l5.3 9.4a1.4 1.4 0 0 1-1.2 2.1H2.7a1.4 1.4 0 0 1-1.2-2.1z",
                "",
                "M8 5.8v3.1M8 11.3v.01",
            ],
            Self::Complete => ["", "M3 8.6l3.3 3.3L13 4.6", ""],
            Self::Off => ["", "M10.4 8a2.4 2.4 0 1 1-4.8 0 2.4 2.4 0 0 1 4.8 0z", ""],
        }
    }
}

const DISC: &str = "M8 1.25a6.75 6.75 0 1 1 0 13.5 6.75 6.75 0 0 1 0-13.5z";
const OCTAGON: &str = "M5.4 1.5h5.2l3.9 3.9v5.2l-3.9 3.9H5.4l-3.9-3.9V5.4z";

/// The silhouette alone. It says nothing to a screen reader: put a word beside it.
pub fn mark(state: State) -> AnyView {
    let [filled, lines, cuts] = state.drawing();
    view! {
        <svg class=format!("mark {}", state.class()) viewBox="0 0 16 16" aria-hidden="true">
            <path fill="currentColor" d=filled />
            <path class="lines" d=lines />
            <path class="cuts" d=cuts />
        </svg>
    }
    .into_any()
}

/// Mark and word. `text` says more than the plain word, as in "Delivered, try 2".
pub fn status(state: State, text: impl Into<String>) -> AnyView {
    drawn(state, "status", text.into())
}

/// Mark and word where success recedes: delivered is ink with a green mark.
pub fn status_in_list(state: State, text: impl Into<String>) -> AnyView {
    let class = if state == State::Delivered { "status ink" } else { "status" };
    drawn(state, class, text.into())
}

/// Mark and word on a ground of their own; outside lists only.
pub fn status_pill(state: State, text: impl Into<String>) -> AnyView {
    drawn(state, "status pill", text.into())
}

fn drawn(state: State, class: &str, text: String) -> AnyView {
    view! { <span class=format!("{class} {}", state.class())>{mark(state)} <span class="cut">{text}</span></span> }
        .into_any()
}
