//! A recorded run, run again by us: settings through the importer, the event through the run, Amazon's recorded
//! answers back into it.

use serde::Serialize;
use serde_json::{Value, json};
use tag::amazon::reply::{self, Verdict};
use tag::amazon::{Endpoints, envelope};
use tag::config::check;
use tag::context::{Browser, Context, Sites};
use tag::cookie::SetCookie;
use tag::gtm;
use tag::run::{Decision, Plan, run};

use super::vector::{Cookie, Vector};

/// What came of it, in the vectors' terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Replayed {
    pub(crate) outcome: &'static str,
    pub(crate) token_request: Option<Value>,
    pub(crate) event_requests: Vec<String>,
    pub(crate) cookies: Vec<Value>,
    pub(crate) browser_pixels: Vec<String>,
    pub(crate) console: Vec<Value>,
    pub(crate) bigquery: Vec<Value>,
    /// Why nothing was sent: the reason's code, or that the settings do not make a tag.
    pub(crate) stopped: Option<String>,
}

pub(crate) fn replay(vector: &Vector, sites: &dyn Sites) -> Replayed {
    let input = &vector.input;
    let config = gtm::template(&input.tag).config;
    let Ok(tag) = check(&config).tag else {
        return Replayed { outcome: "failure", stopped: Some("config".into()), ..Replayed::default() };
    };
    todo!()
}
