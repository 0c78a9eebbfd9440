//! The event's name and time.

use super::Finding;
use crate::amazon::names;
use crate::config::EventName;
use crate::event::Event;
use crate::reason::Reason;
use crate::run::Param;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long Amazon takes events (documented for the Events API).
const OLDEST_MS: i64 = 21 * DAY_MS;

/// How far a sender's clock may go before ours without a word.
const CLOCK_MS: i64 = 5 * 60 * 1000;

pub(super) fn time(event: &Event, now_ms: i64) -> Option<Finding> {
    let age_ms = now_ms.saturating_sub(event.time_ms()?);
    let reason = if age_ms > OLDEST_MS {
        Reason::EventTooOld
    } else if age_ms < -CLOCK_MS {
        Reason::EventInFuture
    } else {
        return None;
    };
    Some(Finding::new(reason).about("timestamp_micros"))
}

/// About an inherited name; one from the tag was checked with it.
pub(super) fn name(mode: &EventName, params: &[Param]) -> Option<Finding> {
    let named = params.iter().find(|param| param.name == "event")?;
    if !matches!(mode, EventName::Inherit { .. }) || names::is_standard(&named.value) {
        return None;
    }
    let rejected = |c: char| names::REJECTED.contains(c) || c.is_control();
    let reason = if named.value.contains(rejected) { Reason::NameCharacters } else { Reason::CustomEvent };
    Some(Finding::new(reason).about("event_name").field(Some("event_name.unmapped")))
}
