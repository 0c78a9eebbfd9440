//! What a tag logs outside Sidetag, where its configuration asks for it.
//!
//! [`tag::log`] makes the records; [`Logging::write`] is the one place from which they go to where the tag wants
//! them. The live page and the history do not depend on it.

mod console;

use serde::{Deserialize, Serialize};
use tag::config::Logs;
use tag::context::Browser;
use tag::log::{About, Record, trace_id};
use tag::privacy::mask_text;

/// How a tag logs one event. It is stored with the event's deliveries, so that a later try is logged like the
/// first, whatever the tag says by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// Write what identifies a visitor.
    full: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

impl Logging {
    /// `None` when the tag does not log this event.
    pub fn of(logs: &Logs, preview: bool, browser: Browser<'_>) -> Option<Self> {
        let trace_id = trace_id(browser).map(|id| mask_text(id).into_owned());
        logs.console.takes(preview).then_some(Self { full: logs.full, trace_id })
    }

    pub fn about<'a>(&'a self, time_ms: i64, event_name: Option<&'a str>) -> About<'a> {
        About { time_ms, event_name, trace_id: self.trace_id.as_deref() }
    }

    pub fn write(&self, record: &Record) {
        if self.full {
            console::write(record);
        } else {
            console::write(&record.redacted());
        }
    }
}
