//! The GA4 web client: what gtag.js, and everything that imitates it, sends to `/g/collect`.
//!
//! A request is one hit in its query, or a batch whose lines in the body share the query. Nobody documents
//! the wire; the parameters were learnt from gtag.js and recorded hits. Unknown ones are kept, under
//! `x-ga-mp2-`, so that nothing a site sends is lost.

mod hints;
mod items;
mod params;
mod user_data;

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::item::position;
use super::{Claim, Client, Fault, FaultCode, Item, Limits, Refusal, Request};
use crate::event::Event;
use crate::privacy::mask_text;
use crate::trace::{Effect, Step, StepId};

/// Hits in one request. gtag.js batches at most 20; since every line repeats the query's parameters, a
/// larger number would let a small request grow without bound.
const HITS: usize = 100;

/// What an operator may choose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Take the client id from the server-set `FPID` cookie, as server-side GTM does when told to.
    pub fpid: bool,
}

/// A decoded parameter.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The parameters of one hit, each name once.
struct Hit<'a>(Vec<&'a Pair<'a>>);

impl<'a> Hit<'a> {
    /// The query's parameters and a line's; where both name one, the line wins, and the last of a repeat.
    fn merge(query: &'a [Pair<'a>], line: &'a [Pair<'a>]) -> Self {
        let mut seen = HashSet::new();
        let last_first = line.iter().rev().chain(query.iter().rev());
        let mut pairs: Vec<_> = last_first.filter(|(name, _)| seen.insert(name.as_ref())).collect();
        pairs.reverse();
        Self(pairs)
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.pairs().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Everything that keeps it from being an event.
    fn faults(&self) -> Vec<Fault> {
        let mut faults = vec![];
        if self.get("v") != Some("2") {
            let message = "the hit is not of protocol version 2 (v=2)";
            faults.push(Fault::new(FaultCode::Invalid, "/x-ga-protocol_version", message));
        }
        if self.get("tid").is_none_or(str::is_empty) {
            let message = "the hit has no measurement id (tid)";
            faults.push(Fault::new(FaultCode::Required, "/x-ga-measurement_id", message));
        }
        if self.get("en").is_none_or(str::is_empty) {
            faults.push(Fault::new(FaultCode::Required, "/event_name", "the hit has no event name (en)"));
        }
        faults
    }

    fn is_ga4(&self) -> bool {
        self.get("v") == Some("2") && self.get("tid").is_some_and(|stream| !stream.is_empty())
    }
}

/// Reads a hit or a batch of hits.
///
/// # Errors
/// [`Refusal::NotGa4`] when no hit has `v=2` and `tid`, [`Refusal::TooManyEvents`].
pub fn claim(request: &Request, limits: Limits, options: Options) -> Result<Claim, Refusal> {
    let query: Vec<Pair> = form_urlencoded::parse(request.query.as_bytes()).collect();
    let lines = request.content().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
    let limit = limits.events.min(HITS);
    if lines.len() > limit {
        return Err(Refusal::TooManyEvents { count: lines.len(), limit });
    }

    let mut lines: Vec<Vec<Pair>> =
        lines.into_iter().map(|line| form_urlencoded::parse(line).collect()).collect();
    if lines.is_empty() {
        lines.push(vec![]);
    }
    let hits: Vec<Hit> = lines.iter().map(|line| Hit::merge(&query, line)).collect();
    if !hits.iter().any(Hit::is_ga4) {
        return Err(Refusal::NotGa4);
    }

    let read = |(index, hit): (usize, &Hit)| {
        let stream = mask_text(hit.get("tid").unwrap_or_default());
        let place = position(index, hits.len());
        let summary = format!("GA4 web client, stream {stream}{place}");
        let recognised = Step::new(StepId::Recognised, Effect::Unchanged, summary);
        let faults = hit.faults();
        if faults.is_empty() {
            Item::read(event(hit, request, options), recognised)
        } else {
            Item::refused(hit.get("ep.event_id").map(str::to_owned), faults, recognised)
        }
    };
    let items = hits.iter().enumerate().map(read).collect();
    let command_channel = query.iter().any(|(name, _)| name == "richsstsse");
    Ok(Claim { client: Client::Ga4, items, command_channel })
}

/// A hit in the common names. The site's own parameters come last, because they win.
fn event(hit: &Hit, request: &Request, options: Options) -> Event {
    let mut event = params::base(hit);
    connection(&mut event, hit, request);
    if options.fpid
        && let Some(id) =
            request.cookies().find(|(name, _)| *name == "FPID").and_then(|(_, value)| fpid(value))
        && let Some(from_page) = event.insert("client_id".into(), id.into())
    {
        event.insert("x-ga-js_client_id".into(), from_page);
    }
    params::own(&mut event, hit);
    if let Some(em) = hit.get("em") {
        user_data::add_hashed(&mut event, em);
    }
    Event(event)
}

/// What only the connection knows: address, browser, arrival.
fn connection(event: &mut Map<String, Value>, hit: &Hit, request: &Request) {
    if let Some(hints) = hints::read(hit, request) {
        event.insert("client_hints".into(), hints.into());
    }
    let stated = hit.get("_uip").and_then(|ip| ip.parse::<IpAddr>().ok());
    if let Some(ip) = stated.or(request.client_ip) {
        event.insert("ip_override".into(), ip.to_string().into());
    }
    if let Some(agent) = request.header("user-agent") {
        event.insert("user_agent".into(), agent.into());
    }
    params::put(event, "x-sst-system_properties", "request_start_time_ms", request.received_at_ms.into());
}

/// The client id in an `FPID` cookie: `FPID2.<n>.<id>.<seconds>`, or without the seconds.
fn fpid(cookie: &str) -> Option<String> {
    let cookie = percent_decode_str(cookie).decode_utf8().ok()?;
    let mut parts = cookie.splitn(4, '.').skip(2);
    let id = parts.next().filter(|id| !id.is_empty())?;
    Some(parts.next().map_or_else(|| id.to_owned(), |since| format!("{id}.{since}")))
}
