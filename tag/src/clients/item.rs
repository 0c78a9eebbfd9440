//! How one event of a request is handed on: with the *Read* step that says what came of it.

use serde_json::Value;

use super::{Fault, FaultCode, Item};
use crate::event::Event;
use crate::privacy::mask_text;
use crate::trace::{Effect, Step, StepId};
use crate::words;

/// What the *Read* step shows of an event, when it is there.
const SHOWN: [&str; 6] = ["event_name", "event_id", "transaction_id", "value", "currency", "page_location"];

impl Item {
    pub(super) fn read(event: Event, recognised: Step) -> Self {
        let items = event.get("items").and_then(Value::as_array).map_or(0, Vec::len);
        let mut summary = String::with_capacity(48);
        if items > 0 {
            summary.extend([words::count(items, "item").as_str(), ", "]);
        }
        summary.extend([words::count(event.0.len(), "field").as_str(), " in the common names"]);
        let mut step = Step::new(StepId::Read, Effect::Changed, summary);
        for name in SHOWN {
            if let Some(value) = event.look_up_text(name) {
                step = step.output(name, mask_text(&value));
            }
        }
        Self { event_id: event.text("event_id"), event: Ok(event), steps: vec![recognised, step] }
    }

    pub(super) fn refused(event_id: Option<String>, faults: Vec<Fault>, recognised: Step) -> Self {
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        let summary = format!("Not taken: {}", messages.join("; "));
        let mut step = Step::new(StepId::Read, Effect::Stopped, summary);
        for fault in &faults {
            step = step.input(mask_text(&fault.path).into_owned(), &fault.message);
        }
        Self { event_id, event: Err(faults), steps: vec![recognised, step] }
    }
}

impl Fault {
    pub(super) fn new(code: FaultCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, path: path.into(), message: message.into() }
    }
}

/// `, event 2 of 3` behind the client's name, when the request holds more than one.
pub(super) fn position(index: usize, count: usize) -> String {
    if count == 1 { String::new() } else { format!(", event {} of {count}", index + 1) }
}
