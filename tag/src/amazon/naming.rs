//! From an event's name to Amazon's, by the tag's setting.

use super::{names, pixel};
use crate::config::{EventName, Unmapped};
use crate::privacy::mask_text;
use crate::reason::Reason;
use crate::run::{Param, Skipped};
use crate::trace::{Effect, Step, StepId};

/// How an event came by its Amazon name.
#[derive(Clone, Copy)]
enum How {
    /// The tag sends every event under this standard name.
    Standard,
    /// The tag sends every event under a name of its own.
    Custom,
    /// Translated from GA4's name.
    Translated,
    /// It had Amazon's name already.
    Kept,
    /// Amazon has no such name; sent all the same.
    Unmapped,
}

impl How {
    fn summary(self, from: &str, to: &str) -> String {
        match self {
            Self::Standard | Self::Custom => format!("{from} becomes {to}, like every event of this tag"),
            Self::Translated => [from, " becomes ", to].concat(),
            Self::Kept => format!("{to} is Amazon’s own name"),
            Self::Unmapped => format!("{to} has no Amazon name; it goes out as it is, as a custom event"),
        }
    }

    fn effect(self) -> Effect {
        match self {
            Self::Standard | Self::Custom | Self::Translated => Effect::Changed,
            Self::Kept | Self::Unmapped => Effect::Unchanged,
        }
    }

    fn origin(self) -> &'static str {
        match self {
            Self::Standard => "Standard event",
            Self::Custom => "Custom event name",
            Self::Translated => "event_name → GA4 name map",
            Self::Kept | Self::Unmapped => "event_name",
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Standard | Self::Custom => "event_name.name",
            Self::Translated | Self::Kept => "event_name",
            Self::Unmapped => "event_name.unmapped",
        }
    }
}

/// The *Named* step, and the `event` parameter or why there is none.
pub(crate) fn name(mode: &EventName, from: &str) -> (Step, Result<Param, Skipped>) {
    let shown = if from.is_empty() { "An event without a name".into() } else { mask_text(from) };
    let step =
        |effect, summary| Step::new(StepId::Named, effect, summary).input("event_name", mask_text(from));
    let Some((how, to)) = named(mode, from) else {
        let step = step(Effect::Stopped, format!("{shown} has no Amazon name"));
        let reason = if from.is_empty() { Reason::NameMissing } else { Reason::UnmappedName };
        return (step.field(How::Unmapped.field()).reason(reason), Err(reason.into()));
    };
    let length = pixel::length(to);
    if length > pixel::NAME_LIMIT {
        let summary = format!("The name has {length} characters; Amazon allows {}", pixel::NAME_LIMIT);
        let reason = Reason::NameTooLong;
        let stopped = step(Effect::Stopped, summary).field(how.field()).reason(reason);
        return (stopped, Err(Skipped { reason, subject: to.to_owned() }));
    }
    let out = mask_text(to);
    let step = step(how.effect(), how.summary(&shown, &out)).field(how.field()).output("event", out);
    (step, Ok(Param::new("event", to, how.origin()).field(how.field())))
}

fn named<'a>(mode: &'a EventName, from: &'a str) -> Option<(How, &'a str)> {
    match mode {
        EventName::Standard { name } => Some((How::Standard, name)),
        EventName::Custom { name } => Some((How::Custom, name)),
        EventName::Inherit { unmapped } => {
            if let Some(name) = names::from_ga4(from) {
                Some((How::Translated, name))
            } else if names::is_standard(from) {
                Some((How::Kept, from))
            } else {
                (*unmapped == Unmapped::Send && !from.is_empty()).then_some((How::Unmapped, from))
            }
        }
    }
}
