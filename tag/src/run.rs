//! The tag run: one tag and one event in, the plan and its trace out.
//!
//! Trigger, consent, name, attributes, identity, match id, measurement tokens, region, token, requests: each
//! step is a function of its own that explains itself, and here is nothing but their order. What Amazon answers
//! comes back through [`crate::amazon::token::Ask::answered`], [`crate::amazon::reply::read`] and
//! [`crate::amazon::sync::next`].

use std::borrow::Cow;
use std::iter;

use serde::{Deserialize, Serialize};

use crate::amazon::attributes::attributes;
use crate::amazon::match_id::{self, MATCH_ID};
use crate::amazon::sync::Policy;
use crate::amazon::token::{Ask, Holder, TokenPlan};
use crate::amazon::{measurement, naming, pixel};
use crate::config::{Region, Tag};
use crate::consent;
use crate::context::Context;
use crate::cookie::{self, SetCookie};
use crate::event::Event;
use crate::identity;
use crate::privacy::{mask_name, mask_text};
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
    Send(Plan),
    /// Nothing is sent.
    Skip(Skipped),
}

/// Why nothing is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    pub reason: Reason,
    /// What it is about, as the event has it: the name or value that is too long. Never store it.
    pub subject: String,
}

impl From<Reason> for Skipped {
    fn from(reason: Reason) -> Self {
        Self { reason, subject: String::new() }
    }
}

/// What to send, and what to tell the browser meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// One request per tag ID, in the order of the configuration. Never empty.
    pub requests: Vec<EventRequest>,
    /// Cookies for the sender's answer, whatever Amazon says.
    pub cookies: Vec<SetCookie>,
}

/// A GET request that reports the event to one tag ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRequest {
    pub tag_id: String,
    /// The address without its query.
    #[serde(default)]
    pub endpoint: String,
    /// The query's parameters, decoded, in order.
    pub params: Vec<Param>,
    /// A token to ask for first; the event goes without when there is none. The requests of one run share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Ask>,
    /// Who follows Amazon's redirect for its cookie.
    #[serde(default)]
    pub sync: Policy,
}

impl EventRequest {
    /// The exact address to request.
    pub fn url(&self) -> String {
        pixel::url(&self.endpoint, &self.params)
    }

    /// The same request with the token that Amazon gave.
    pub fn with_token(&self, token: Option<Param>) -> Self {
        let mut request = self.clone();
        request.params.extend(token);
        request
    }
}

/// One outgoing parameter and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    pub name: Cow<'static, str>,
    pub value: String,
    /// Where it was taken from, in words: `transaction_id`, `Tag IDs, first of 2`, `Fixed`.
    pub origin: Cow<'static, str>,
    /// The configuration field that decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Cow<'static, str>>,
}

impl Param {
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
        origin: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name: name.into(), value: value.into(), origin: origin.into(), field: None }
    }

    pub fn field(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(path.into());
        self
    }
}

/// Room for the steps and parameters of most runs.
const USUAL: usize = 16;

/// Runs a tag on an event.
pub fn run(tag: &Tag, event: &Event, context: Context<'_>) -> Run {
    let mut trace = Trace { steps: Vec::with_capacity(USUAL) };
    let mut event_out = None;
    let decision = match plan(tag, event, context, &mut trace, &mut event_out) {
        Ok(plan) => Decision::Send(plan),
        Err(skipped) => Decision::Skip(skipped),
    };
    Run { event_out, decision, trace }
}

/// The steps in their order. The first that stops ends the run.
fn plan(
    tag: &Tag,
    event: &Event,
    context: Context<'_>,
    trace: &mut Trace,
    event_out: &mut Option<String>,
) -> Result<Plan, Skipped> {
    let scope = Scope { event, browser: context.browser };

    let (step, triggered) = trigger::matches(&tag.trigger, scope);
    trace.steps.push(step);
    triggered?;

    let (step, consent) = consent::resolve(&tag.consent, scope);
    trace.steps.push(step);
    let mut consent = consent?;

    let (step, named) = naming::name(&tag.event_name, event.name());
    trace.steps.push(step);
    let named = named?;
    *event_out = Some(named.value.clone());

    let (step, attributes) = attributes(&tag.attributes, &named.value, scope);
    trace.steps.push(step);

    let endpoint = context.endpoints.pixel(tag.region);
    let mut params = Vec::with_capacity(USUAL);
    params.push(named);
    params.push(Param::new("eventSource", pixel::EVENT_SOURCE, "Fixed"));
    params.push(time(event, context.now_ms));
    params.append(&mut consent.params);
    let mut cookies = vec![];
    let mut ask = None;
    if consent.identifiers {
        let identity = identity::find(&tag.matching, scope);
        let (match_step, match_id) = match_id::find(&tag.match_id, scope);
        trace.steps.extend([identity.step, match_step]);
        let mut rest = attributes;
        set(&mut rest, match_id);
        fit(&rest, trace)?;
        let mut token = None;
        if tag.matching.enabled {
            let holder = Holder {
                matching: &tag.matching,
                browser: context.browser,
                records: identity.records,
                consent: consent.envelope(),
                domain: cookie::domain(&tag.cookies, event, context.browser, context.sites),
                http_only: tag.cookies.http_only,
            };
            let (step, plan) = holder.plan(&context.endpoints.envelope);
            match plan {
                Ok(plan) => token = Some((step, plan)),
                Err(reason) => {
                    trace.steps.push(step);
                    return Err(reason.into());
                }
            }
        }
        // From here on nothing stops the run, so that the step tells the truth about its cookie.
        let measured = measurement::measure(&tag.measurement, &tag.cookies, tag.region, event, context);
        trace.steps.push(measured.step);
        params.extend(measured.param);
        params.extend(rest);
        cookies.extend(measured.cookie);
        if let Some((step, plan)) = token {
            trace.steps.push(step);
            match plan {
                TokenPlan::Use(param) => params.push(param),
                TokenPlan::Ask(asked) => ask = Some(*asked),
                TokenPlan::None(_) => {}
            }
        }
    } else {
        // Imported tags may set it as an attribute.
        let rest: Vec<Param> = attributes.into_iter().filter(|param| param.name != MATCH_ID).collect();
        fit(&rest, trace)?;
        params.extend(rest);
    }

    trace.steps.push(region(tag.region, endpoint));
    let sync = Policy { mode: tag.cookie_sync, optimistic: tag.optimistic, browser: context.pixels };
    let requests = requests(tag, endpoint, params, ask, sync);
    trace.steps.push(built(&requests));
    Ok(Plan { requests, cookies })
}

/// In the place of an attribute of the same name, which imported tags may have.
fn set(params: &mut Vec<Param>, param: Option<Param>) {
    let Some(param) = param else { return };
    match params.iter_mut().find(|known| known.name == param.name) {
        Some(known) => *known = param,
        None => params.push(param),
    }
}

/// Amazon drops the whole event for one value that is too long, so such an event is not sent.
fn fit(params: &[Param], trace: &mut Trace) -> Result<(), Skipped> {
    let Some((long, length)) = pixel::too_long(params) else { return Ok(()) };
    let reason = Reason::ValueTooLong;
    let name = mask_name(long.name.clone());
    let summary = format!("{name} has {length} characters; Amazon allows {}", pixel::VALUE_LIMIT);
    let mut step =
        Step::new(StepId::Built, Effect::Stopped, summary).reason(reason).input(name, mask_text(&long.value));
    step.field.clone_from(&long.field);
    trace.steps.push(step);
    Err(Skipped { reason, subject: long.value.clone() })
}

fn region(region: Region, endpoint: &str) -> Step {
    let after_scheme = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let host = after_scheme.split('/').next().unwrap_or_default();
    let summary = [region.label(), ": ", host].concat();
    Step::new(StepId::Region, Effect::Unchanged, summary).output("address", endpoint).field("region")
}

/// The `ts` parameter.
fn time(event: &Event, now_ms: i64) -> Param {
    match event.time_ms() {
        Some(time) => Param::new("ts", time.to_string(), "Time of the event"),
        None => Param::new("ts", now_ms.to_string(), "Time of arrival"),
    }
}

/// The same parameters for each tag ID.
fn requests(
    tag: &Tag,
    endpoint: &str,
    params: Vec<Param>,
    ask: Option<Ask>,
    sync: Policy,
) -> Vec<EventRequest> {
    let count = tag.tag_ids.len();
    let mut requests = Vec::with_capacity(count);
    // The last takes what the others copy.
    let common = iter::repeat_n((params, ask), count);
    for ((index, tag_id), (params, token)) in tag.tag_ids.iter().enumerate().zip(common) {
        let origin: Cow<'static, str> = match count {
            1 => "Tag ID".into(),
            _ => format!("Tag IDs, {} of {count}", words::ordinal(index + 1)).into(),
        };
        let pid = Param::new("pid", tag_id, origin).field(format!("tag_ids.{index}"));
        requests.push(EventRequest {
            tag_id: tag_id.clone(),
            endpoint: endpoint.to_owned(),
            params: [pid].into_iter().chain(params).collect(),
            token,
            sync,
        });
    }
    requests
}

fn built(requests: &[EventRequest]) -> Step {
    let several = if requests.len() > 1 { ", one for each tag ID" } else { "" };
    let summary = words::count(requests.len(), "event request") + several;
    let step = Step::new(StepId::Built, Effect::Changed, summary).field("tag_ids");
    requests.iter().fold(step, |step, request| step.output("pid", &request.tag_id))
}
