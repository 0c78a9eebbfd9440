//! The formats that senders speak. Each client recognises its requests and reads them into events.

pub mod ga4;
pub mod json;

mod decimal;
pub(crate) mod hash;
mod item;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::trace::Step;

/// Reads a request with the client of its path: `/events` is our JSON, every other path a GA4 hit.
///
/// # Errors
/// When the request holds no readable event at all. An event that is merely wrong is an [`Item`] with faults.
pub fn claim(request: &Request, limits: Limits) -> Result<Claim, Refusal> {
    match request.path.as_str() {
        "/events" => json::claim(request, limits),
        _ => ga4::claim(request, limits, ga4::Options::default()),
    }
}

/// An incoming HTTP request as a plain value.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// Without query, and with any configured prefix removed.
    pub path: String,
    /// The raw query, without the question mark.
    pub query: String,
    /// Names in lower case, repeats joined with `, `.
    pub headers: Vec<(String, String)>,
    /// Decompressed, within the route's size limit.
    pub body: Vec<u8>,
    /// The visitor's or caller's address, after trusted proxies; `None` when unknown or a loopback.
    pub client_ip: Option<IpAddr>,
    /// Unix milliseconds.
    pub received_at_ms: i64,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The cookies as sent, still percent-encoded.
    pub fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.header("cookie").unwrap_or_default().split(';');
        pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
    }

    /// The body without the byte order mark that some senders put first.
    pub(crate) fn content(&self) -> &[u8] {
        self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body)
    }
}

/// Which format a request was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// gtag.js and everything that speaks its `/g/collect` format.
    Ga4,
    /// Our own JSON, `POST /events`.
    Json,
}

impl Client {
    pub fn label(self) -> &'static str {
        match self {
            Self::Ga4 => "GA4 web",
            Self::Json => "JSON API",
        }
    }
}

/// A request that a client recognised.
#[derive(Clone, Debug)]
pub struct Claim {
    pub client: Client,
    /// One entry per event in the request, in order.
    pub items: Vec<Item>,
    /// The sender can be told to load pixels in its answer (`richsstsse`).
    pub command_channel: bool,
}

/// One event of a request: read, or refused with everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Item {
    /// The sender's id of it, when it could be read.
    pub event_id: Option<String>,
    pub event: Result<Event, Vec<Fault>>,
    /// The *Recognised* and *Read* steps of its trace.
    pub steps: Vec<Step>,
}

/// One thing wrong with one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub code: FaultCode,
    /// JSON Pointer inside the event (RFC 6901).
    pub path: String,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    Required,
    Invalid,
    OutOfRange,
    NotAnObject,
    TooLarge,
    Unparsable,
}

/// A request that holds no readable event at all. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the body is not JSON: {reason} at line {line}, column {column}")]
    NotJson { reason: String, line: usize, column: usize },
    #[error("the body must be an event object or an array of events")]
    NotEvents,
    #[error("the request holds no event")]
    Empty,
    #[error("{count} events in one request; at most {limit} are taken")]
    TooManyEvents { count: usize, limit: usize },
    #[error("this is not a GA4 hit: the query needs v=2 and a measurement id (tid)")]
    NotGa4,
}

impl Refusal {
    /// The stable code of the answer.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "unparsable",
            Self::NotEvents => "not_an_object",
            Self::Empty => "required",
            Self::TooManyEvents { .. } => "too_large",
            Self::NotGa4 => "invalid",
        }
    }
}

/// Limits on what one request may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Events in one request.
    pub events: usize,
    /// How deep JSON may nest.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: 1000, depth: 32 }
    }
}
