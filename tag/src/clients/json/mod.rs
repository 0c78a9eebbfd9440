//! The JSON client, `POST /events`: objects that *are* event data.
//!
//! A body is one event, an array, `{"defaults": {…}, "events": […]}` whose defaults each event may overwrite,
//! or NDJSON. Every event is checked on its own and told everything that is wrong with it at once.

mod fields;
mod surrogates;
mod time;

use serde_json::{Map, Value, json};

use super::item::position;
use super::{Claim, Client, Fault, FaultCode, Item, Limits, Refusal, Request};
use crate::event::Event;
use crate::reason::Reason;
use crate::trace::{Effect, Step, StepId};

/// An entry of the body: a value that may be an event, or why its line could not be read.
type Entry = Result<Parsed, Fault>;

/// A value, and whether [`surrogates`] had to be replaced in it.
struct Parsed {
    value: Value,
    replaced: bool,
}

fn parse(text: &[u8]) -> serde_json::Result<Parsed> {
    // Looks for broken UTF-8 once rather than in each text. Where there is any, the parser says where.
    let parsed = match str::from_utf8(text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(text),
    };
    parsed.map(|value| Parsed { value, replaced: false }).or_else(|error| {
        let Some(text) = surrogates::replaced(text) else { return Err(error) };
        let value = serde_json::from_slice(&text).map_err(|_| error)?;
        Ok(Parsed { value, replaced: true })
    })
}

/// Reads the events of a body.
///
/// # Errors
/// When the body as a whole is unreadable, holds nothing, or holds too many events.
pub fn claim(request: &Request, limits: Limits) -> Result<Claim, Refusal> {
    let kind = request.header("content-type").unwrap_or_default();
    let ndjson = kind.trim_start().to_ascii_lowercase().starts_with("application/x-ndjson");
    let body = request.content();
    let entries = if body.trim_ascii().is_empty() {
        vec![]
    } else if ndjson {
        lines(body, limits)?
    } else {
        document(body)?
    };
    let count = entries.len();
    if count == 0 {
        return Err(Refusal::Empty);
    }
    if count > limits.events {
        return Err(Refusal::TooManyEvents { count, limit: limits.events });
    }

    let read = |(index, entry)| {
        let summary = format!("JSON API{}", position(index, count));
        let recognised = Step::new(StepId::Recognised, Effect::Unchanged, summary);
        read(entry, recognised, request.received_at_ms, limits)
    };
    let items = entries.into_iter().enumerate().map(read).collect();
    Ok(Claim { client: Client::Json, items, command_channel: false })
}

/// What makes two events of one source the same: the name with the event id, else with the transaction id.
/// `None` when the event has neither.
pub fn dedupe_key(event: &Event) -> Option<String> {
    let id = event.text("event_id").or_else(|| event.text("transaction_id"))?;
    // A JSON array keeps the two apart, whatever characters they hold.
    Some(json!([event.name(), id]).to_string())
}

fn document(body: &[u8]) -> Result<Vec<Entry>, Refusal> {
    let Parsed { value, replaced } = parse(body).map_err(|error| not_json(&error, error.line()))?;
    let events = match value {
        Value::Array(events) => events,
        Value::Object(envelope)
            if envelope.contains_key("events") && !envelope.contains_key("event_name") =>
        {
            unwrap(envelope)?
        }
        event @ Value::Object(_) => vec![event],
        _ => return Err(Refusal::NotEvents),
    };
    Ok(events.into_iter().map(|value| Ok(Parsed { value, replaced })).collect())
}

fn unwrap(mut envelope: Map<String, Value>) -> Result<Vec<Value>, Refusal> {
    let defaults = match envelope.remove("defaults") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(defaults)) => defaults,
        Some(_) => return Err(Refusal::NotEvents),
    };
    let Some(Value::Array(events)) = envelope.remove("events") else { return Err(Refusal::NotEvents) };
    let complete = |event| match event {
        Value::Object(own) => {
            let mut event = defaults.clone();
            event.extend(own);
            Value::Object(event)
        }
        other => other,
    };
    Ok(events.into_iter().map(complete).collect())
}

/// One value a line. A broken line costs only itself, unless none can be read.
fn lines(body: &[u8], limits: Limits) -> Result<Vec<Entry>, Refusal> {
    let numbered = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
    let lines: Vec<(usize, &[u8])> = numbered.filter(|(_, line)| !line.is_empty()).collect();
    if lines.len() > limits.events {
        return Err(Refusal::TooManyEvents { count: lines.len(), limit: limits.events });
    }
    let mut first_error = None;
    let mut entries = vec![];
    for (index, line) in lines {
        entries.push(parse(line).map_err(|error| {
            let refusal = not_json(&error, index + 1);
            let fault =
                Fault::new(FaultCode::Unparsable, "", refusal.to_string().replacen("body", "line", 1));
            first_error.get_or_insert(refusal);
            fault
        }));
    }
    match first_error {
        Some(refusal) if entries.iter().all(Result::is_err) => Err(refusal),
        _ => Ok(entries),
    }
}

/// serde_json puts the position behind the reason; ours has its own fields for it.
fn not_json(error: &serde_json::Error, line: usize) -> Refusal {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default().to_owned();
    Refusal::NotJson { reason, line, column: error.column() }
}

fn read(entry: Entry, recognised: Step, received_at_ms: i64, limits: Limits) -> Item {
    let (value, recognised) = match entry {
        Ok(Parsed { value, replaced: false }) => (value, recognised),
        Ok(Parsed { value, replaced: true }) => {
            (value, recognised.note(Reason::ValueIgnored, "half of a character, which became \u{fffd}"))
        }
        Err(fault) => return Item::refused(None, vec![fault], recognised),
    };
    let deep = is_deeper(&value, limits.depth);
    let Value::Object(mut event) = value else {
        let fault = Fault::new(FaultCode::NotAnObject, "", "an event must be a JSON object");
        return Item::refused(None, vec![fault], recognised);
    };
    let faults = if deep {
        let message = format!("nested deeper than {} levels", limits.depth);
        vec![Fault::new(FaultCode::TooLarge, "", message)]
    } else {
        fields::check(&mut event, received_at_ms)
    };
    let event = Event(event);
    if faults.is_empty() {
        Item::read(event, recognised)
    } else {
        Item::refused(event.text("event_id"), faults, recognised)
    }
}

/// Whether a value nests deeper than `levels`. The parser's own limit of 128 bounds the recursion.
fn is_deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(list) => levels == 0 || list.iter().any(|value| is_deeper(value, levels - 1)),
        Value::Object(object) => levels == 0 || object.values().any(|value| is_deeper(value, levels - 1)),
        _ => false,
    }
}
