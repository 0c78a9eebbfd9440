//! Consent: which signals an event brings, what they say about Amazon, and what follows for a tag.
//!
//! [`read`] reports and judges nothing; `resolve` applies a tag's settings. Neither makes consent up: what was
//! not said stays unsaid.

mod amazon;
mod bits;
mod choice;
mod country;
mod find;
mod google;
mod gpp;
mod resolve;
mod tcf;
mod unreadable;
mod us;

pub use amazon::Amazon;
pub use choice::Choice;
pub use google::Google;
pub use gpp::Gpp;
pub use tcf::{Restriction, Tcf};
pub use unreadable::Unreadable;
pub use us::{Usnat, Uspv1};

pub(crate) use country::{Place, read as place};
pub(crate) use find::whole;
pub(crate) use gpp::decode as gpp;
pub(crate) use resolve::{NoToken, Resolved, resolve};
pub(crate) use tcf::decode as tcf;

use std::borrow::Cow;

use serde::Serialize;

use crate::context::Browser;
use crate::event::Event;

/// Every consent signal that came with an event. Serialises as a record of what they say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signals {
    pub google: Google,
    pub google_source: Option<&'static str>,
    pub gdpr_applies: Option<Signal<bool>>,
    pub tcf: Option<Signal<Reading<Tcf>>>,
    pub gpp: Option<Signal<Reading<Gpp>>>,
    pub us_privacy: Option<Signal<String>>,
    /// The browser's `Sec-GPC`. A GPP string may say it too, in its own section.
    pub gpc: bool,
    pub amzn_consent: Option<Signal<Reading<Amazon>>>,
}

/// A signal and where it arrived. Serialises as the signal alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Signal<T> {
    pub value: T,
    #[serde(skip)]
    pub source: &'static str,
}

/// What a string or cookie says, or why it says nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reading<T> {
    Read(T),
    Unreadable { error: Unreadable },
}

impl<T> From<Result<T, Unreadable>> for Reading<T> {
    fn from(result: Result<T, Unreadable>) -> Self {
        match result {
            Ok(value) => Self::Read(value),
            Err(error) => Self::Unreadable { error },
        }
    }
}

/// Reads every signal that can arrive with an event.
pub fn read(event: &Event, browser: &Browser<'_>) -> Signals {
    let (google, google_source) = google::read(event);
    let applies = find::applies(event).filter(|found| found.value != 2);
    let amazon = find::amazon(event, browser);
    let tcf = find::tcf(event, browser, amazon.as_ref());
    let gpp = find::gpp(event, amazon.as_ref());
    Signals {
        google,
        google_source,
        gdpr_applies: applies.map(|found| found.signal(|value| value == 1)),
        tcf: tcf.map(|found| found.signal(|text| tcf::decode(&text).into())),
        gpp: gpp.map(|found| found.signal(|text| read_gpp(&text, event).into())),
        us_privacy: find::us_privacy(event).map(|found| found.signal(Cow::into_owned)),
        gpc: find::gpc(browser),
        amzn_consent: amazon.map(|found| found.signal(Reading::from)),
    }
}

/// Reads a GPP string with the sections that the event says apply.
fn read_gpp(text: &str, event: &Event) -> Result<Gpp, Unreadable> {
    let mut gpp = gpp::decode(text)?;
    gpp.applicable = find::gpp_sid(event).map(|ids| gpp::applicable(&ids)).unwrap_or_default();
    Ok(gpp)
}

#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
