//! The tag run: one tag and one event in, the plan and its trace out.

use serde::{Deserialize, Serialize};

use crate::amazon::attributes::attributes;
use crate::amazon::{naming, pixel};
use crate::config::{Region, Tag};
use crate::context::Context;
use crate::event::Event;
use crate::reason::Reason;
use crate::trace::{Effect, Step, StepId, Trace};
use crate::trigger;
use crate::value::Scope;
use crate::words;

/// What a run decided, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Amazon's name of the event, once it has one.
    pub event_out: Option<String>,
    pub decision: Decision,
    pub trace: Trace,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// One request per tag ID, in the order of the configuration. Never empty.
    Send(Vec<EventRequest>),
    /// Nothing is sent.
    Skip(Reason),
}

/// A GET request that reports the event to one tag ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRequest {
    pub tag_id: String,
    /// The exact address to request.
    pub url: String,
    /// The query's parameters, decoded, in order.
    pub params: Vec<Param>,
}

/// One outgoing parameter and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    pub name: String,
    pub value: String,
    /// Where it was taken from, in words: `transaction_id`, `Tag IDs, first of 2`, `Fixed`.
    pub origin: String,
    /// The configuration field that decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Param {
    pub fn new(name: impl Into<String>, value: impl Into<String>, origin: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), origin: origin.into(), field: None }
    }

    pub fn field(mut self, path: impl Into<String>) -> Self {
        self.field = Some(path.into());
        self
    }
}

/// Runs a tag on an event: trigger, name, attributes, region, requests.
pub fn run(tag: &Tag, event: &Event, context: Context<'_>) -> Run {
    let mut trace = Trace::default();
    let scope = Scope { event, browser: context.browser };

    let (step, triggered) = trigger::matches(&tag.trigger, scope);
    trace.steps.push(step);
    if let Err(reason) = triggered {
        return Run { event_out: None, decision: Decision::Skip(reason), trace };
    }

    let (step, named) = naming::name(&tag.event_name, event.name());
    trace.steps.push(step);
    let named = match named {
        Ok(named) => named,
        Err(reason) => return Run { event_out: None, decision: Decision::Skip(reason), trace },
    };
    let event_out = Some(named.value.clone());

    let (step, attributes) = attributes(&tag.attributes, &named.value, scope);
    trace.steps.push(step);
    let attributes = match attributes {
        Ok(attributes) => attributes,
        Err(reason) => return Run { event_out, decision: Decision::Skip(reason), trace },
    };

    let endpoint = context.endpoints.pixel(tag.region);
    trace.steps.push(region(tag.region, endpoint));

    let requests = requests(tag, endpoint, &named, &time(event, context.now_ms), &attributes);
    trace.steps.push(built(&requests));
    Run { event_out, decision: Decision::Send(requests), trace }
}

fn region(region: Region, endpoint: &str) -> Step {
    let after_scheme = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let host = after_scheme.split('/').next().unwrap_or_default();
    let summary = format!("{}: {host}", region.label());
    Step::new(StepId::Region, Effect::Unchanged, summary).output("address", endpoint).field("region")
}

/// The `ts` parameter.
fn time(event: &Event, now_ms: i64) -> Param {
    match event.time_ms() {
        Some(time) => Param::new("ts", time.to_string(), "Time of the event"),
        None => Param::new("ts", now_ms.to_string(), "Time of arrival"),
    }
}

fn requests(
    tag: &Tag,
    endpoint: &str,
    named: &Param,
    time: &Param,
    attributes: &[Param],
) -> Vec<EventRequest> {
    let count = tag.tag_ids.len();
    let request = |(index, tag_id): (usize, &String)| {
        let origin = match count {
            1 => "Tag ID".to_owned(),
            _ => format!("Tag IDs, {} of {count}", words::ordinal(index + 1)),
        };
        let mut params = vec![
            Param::new("pid", tag_id, origin).field(format!("tag_ids.{index}")),
            named.clone(),
            Param::new("eventSource", pixel::EVENT_SOURCE, "Fixed"),
            time.clone(),
        ];
        params.extend_from_slice(attributes);
        EventRequest { tag_id: tag_id.clone(), url: pixel::url(endpoint, &params), params }
    };
    tag.tag_ids.iter().enumerate().map(request).collect()
}

fn built(requests: &[EventRequest]) -> Step {
    let several = if requests.len() > 1 { ", one for each tag ID" } else { "" };
    let summary = format!("{}{several}", words::count(requests.len(), "event request"));
    let step = Step::new(StepId::Built, Effect::Changed, summary).field("tag_ids");
    requests.iter().fold(step, |step, request| step.output("pid", &request.tag_id))
}
