//! Where each signal can arrive, in the order in which the places are asked. Finds text; reads nothing into it.

use std::borrow::Cow;

use serde_json::Value;

use super::Signal;
use super::amazon::{self, Amazon};
use super::country::{self, Place};
use super::unreadable::Unreadable;
use crate::context::Browser;
use crate::event::Event;

/// Something that arrived, and the place in a marketer's words: `gdpr_consent`, `cookie euconsent-v2`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) source: &'static str,
}

impl<T> Found<T> {
    pub(super) fn signal<U>(self, read: impl FnOnce(T) -> U) -> Signal<U> {
        Signal { value: read(self.value), source: self.source }
    }
}

type Text<'a> = Found<Cow<'a, str>>;

/// Amazon's own signals, or why they could not be read.
pub(super) type Own = Found<Result<Amazon, Unreadable>>;

const APPLIES: [&str; 3] = ["gdpr", "x-sst-system_properties.gdpr", "x-ga-mp2-gdpr"];
const STRING: [&str; 3] = ["gdpr_consent", "x-sst-system_properties.gdpr_consent", "x-ga-mp2-gdpr_consent"];
const GPP: [&str; 3] = ["gpp", "x-sst-system_properties.gpp", "x-ga-mp2-gpp"];
const GPP_SID: [&str; 3] = ["gpp_sid", "x-sst-system_properties.gpp_sid", "x-ga-mp2-gpp_sid"];
const US_PRIVACY: [&str; 3] = ["us_privacy", "x-sst-system_properties.us_privacy", "x-ga-mp2-us_privacy"];
const COUNTRY: [&str; 2] = ["event_location.country", "user_location.country_id"];

/// Whether GDPR applies: 0, 1, or 2 for unknown.
pub(super) fn applies(event: &Event) -> Option<Found<i64>> {
    APPLIES.into_iter().find_map(|source| {
        let value = whole(event.get(source)?).filter(|value| (0..=2).contains(value))?;
        Some(Found { value, source })
    })
}

/// A whole number however it is written; `true` is 1.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::Number(number) => number.as_i64().or_else(|| {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0)?;
            Some(whole as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The TCF string. Amazon's cookie may hold one too and is asked last.
pub(super) fn tcf<'a>(event: &'a Event, browser: &Browser<'a>, amazon: Option<&Own>) -> Option<Text<'a>> {
    // The name is a habit of consent platforms, not a standard.
    first(event, &STRING)
        .or_else(|| cookie(browser, "euconsent-v2", "cookie euconsent-v2"))
        .or_else(|| first(event, &["common_cookie.euconsent-v2"]))
        .or_else(|| within(amazon, |amazon| amazon.tcf.as_deref()))
}

pub(super) fn gpp<'a>(event: &'a Event, amazon: Option<&Own>) -> Option<Text<'a>> {
    first(event, &GPP).or_else(|| within(amazon, |amazon| amazon.gpp.as_deref()))
}

fn within<'a>(amazon: Option<&Own>, part: fn(&Amazon) -> Option<&str>) -> Option<Text<'a>> {
    let Found { value, source } = amazon?;
    Some(Found { value: Cow::Owned(part(value.as_ref().ok()?)?.to_owned()), source })
}

/// Which sections of the GPP string apply.
pub(super) fn gpp_sid(event: &Event) -> Option<Cow<'_, str>> {
    GPP_SID.into_iter().find_map(|path| match event.get(path)? {
        Value::Array(ids) => {
            let ids: Vec<String> = ids.iter().filter_map(whole).map(|id| id.to_string()).collect();
            Some(Cow::Owned(ids.join(",")))
        }
        value => text(value),
    })
}

pub(super) fn us_privacy(event: &Event) -> Option<Text<'_>> {
    first(event, &US_PRIVACY)
}

/// Amazon's own signals: the event's `amazon_consent`, else the cookie.
pub(super) fn amazon(event: &Event, browser: &Browser<'_>) -> Option<Own> {
    if let Some(value) = event.field("amazon_consent").and_then(amazon::fields) {
        return Some(Found { value: Ok(value), source: "amazon_consent" });
    }
    let Found { value, source } = amazon_cookie(event, browser)?;
    Some(Found { value: amazon::cookie(&value), source })
}

fn amazon_cookie<'a>(event: &'a Event, browser: &Browser<'a>) -> Option<Text<'a>> {
    cookie(browser, amazon::COOKIE, "cookie amzn_consent")
        .or_else(|| first(event, &["common_cookie.amzn_consent"]))
}

/// The visitor's country as the event says it. `user_data.address.country` is where a customer lives, not
/// where a visitor is.
pub(super) fn country(event: &Event) -> Option<Found<Place>> {
    COUNTRY.into_iter().find_map(|source| {
        let value = country::read(event.get(source)?.as_str()?)?;
        Some(Found { value, source })
    })
}

/// Global Privacy Control. `1` is the only value there is.
pub(super) fn gpc(browser: &Browser<'_>) -> bool {
    browser.header("sec-gpc").is_some_and(|value| value.trim() == "1")
}

fn first<'a>(event: &'a Event, paths: &[&'static str]) -> Option<Text<'a>> {
    paths.iter().find_map(|source| Some(Found { value: text(event.get(source)?)?, source }))
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

fn cookie<'a>(browser: &Browser<'a>, name: &str, source: &'static str) -> Option<Text<'a>> {
    let value = browser.cookie(name)?.trim();
    (!value.is_empty()).then_some(Found { value: Cow::Borrowed(value), source })
}
