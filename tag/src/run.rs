//! The tag run: one tag and one event in, the plan and its trace out.

use serde::{Deserialize, Serialize};

use crate::amazon::Endpoints;
use crate::config::Tag;
use crate::event::Event;
use crate::reason::Reason;
use crate::trace::Trace;

/// What a run may know of the world.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Unix milliseconds.
    pub now_ms: i64,
    pub endpoints: &'a Endpoints,
}

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
