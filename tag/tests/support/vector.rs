//! A recorded run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tag::amazon::reply::Reply;
use tag::event::Event;

#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    /// What makes this run special: `Q…` where the template errs, `S…` where the recording is uncertain.
    pub(crate) quirks: Vec<String>,
    pub(crate) input: Input,
    pub(crate) expected: Expected,
}

impl Vector {
    /// The quirks of the template that this run shows, for which we need not agree. Q45 and Q46 concern nothing
    /// but the shape of a log record, which the comparison repairs.
    pub(crate) fn errors(&self) -> Vec<&str> {
        let repaired = |quirk: &&str| quirk.starts_with("Q45-") || quirk.starts_with("Q46-");
        let quirks = self.quirks.iter().map(String::as_str);
        quirks.filter(|quirk| quirk.starts_with('Q') && !repaired(quirk)).collect()
    }

    /// Where the recording rests on an assumption, for which nobody need agree.
    pub(crate) fn assumptions(&self) -> Vec<&str> {
        self.quirks.iter().map(String::as_str).filter(|quirk| quirk.starts_with('S')).collect()
    }

    /// The plain e-mail addresses and phone numbers of the event and the settings, as they are written there.
    pub(crate) fn persons(&self) -> Vec<String> {
        let mut persons = vec![];
        for (key, value) in &self.input.event.0 {
            let person = key.contains("mail") || key.contains("phone") || key == "user_data";
            if person {
                texts(value, &mut persons);
            }
        }
        if let Some(rows) = self.input.tag.get("userDataAttributesList") {
            texts(rows, &mut persons);
        }
        let hashed = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        // Shorter ones are part of too much else.
        persons.retain(|text| text.len() > 8 && text.contains(['@', '0', '1', '5']) && !hashed(text.trim()));
        persons
    }

    /// Amazon's recorded answer for a tag ID.
    pub(crate) fn answer(&self, tag_id: &str) -> Reply {
        let rows = self.input.tag.get("tagIdsList").and_then(Value::as_array).unwrap();
        let is_it = |row: &Value| {
            let value = row.get("value");
            value.is_some_and(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned).trim() == tag_id)
        };
        let index = rows.iter().position(is_it).unwrap();
        self.input.upstream.iu3[index].reply()
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(object) => object.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

#[derive(Deserialize)]
pub(crate) struct Input {
    pub(crate) tag: Map<String, Value>,
    pub(crate) event: Event,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) cookies: BTreeMap<String, Vec<String>>,
    pub(crate) now_ms: i64,
    pub(crate) preview: bool,
    pub(crate) pixel_supported: bool,
    pub(crate) upstream: Upstream,
}

#[derive(Deserialize)]
pub(crate) struct Upstream {
    pub(crate) envelope: Answer,
    /// One for each entry of `tagIdsList`.
    pub(crate) iu3: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Answered { status: u16, headers: BTreeMap<String, Value>, body: String },
    Failed { error: String },
}

impl Answer {
    pub(crate) fn reply(&self) -> Reply {
        match self {
            Self::Answered { status, headers, body } => {
                let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let headers =
                    headers.iter().map(|(name, value)| (name.to_lowercase(), text(value))).collect();
                Reply::Answered { status: *status, headers, body: body.clone() }
            }
            Self::Failed { error } if error == "timed_out" => Reply::TimedOut,
            Self::Failed { error } => Reply::Unreachable { error: error.clone() },
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Expected {
    pub(crate) outcome: String,
    pub(crate) token_request: Option<Value>,
    pub(crate) event_requests: Vec<String>,
    pub(crate) cookies: Vec<Cookie>,
    pub(crate) browser_pixels: Vec<String>,
    pub(crate) console: Vec<Value>,
    pub(crate) bigquery: Vec<Insert>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) options: Value,
}

#[derive(Deserialize)]
pub(crate) struct Insert {
    pub(crate) rows: Vec<Value>,
}
