//! When the tag may run, and which consent it passes on.

use serde::{Deserialize, Serialize};

use super::Expression;

mod check;

/// Consent is read from the event and the browser's cookies, or set by hand; it is never made up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Consent<E = Expression> {
    /// Which of Google's consent states the event needs before the tag runs. Default: none. A state that nobody
    /// said is not granted.
    pub gate: Gate,
    /// The visitor's country.
    pub country: Country<E>,
    /// The visitor's address.
    pub ip: Ip<E>,
    /// IAB TCF v2.
    pub tcf: Tcf<E>,
    /// IAB GPP.
    pub gpp: Gpp<E>,
    /// Amazon's own consent signals.
    pub amazon: Amazon<E>,
    /// How many of the signals go to Amazon. Default: the one that Amazon would use.
    pub send: Send,
    /// Whether ids of the visitor may leave when the signals say no. Default: only with consent.
    pub identifiers: Identifiers,
}

impl<E> Default for Consent<E> {
    fn default() -> Self {
        Self {
            gate: Gate::default(),
            country: Country::default(),
            ip: Ip::default(),
            tcf: Tcf::default(),
            gpp: Gpp::default(),
            amazon: Amazon::default(),
            send: Send::default(),
            identifiers: Identifiers::default(),
        }
    }
}

/// What must be granted before the tag runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Nothing: Amazon receives the signals and decides.
    #[default]
    Always,
    /// `ad_storage` (Stape's template).
    AdStorage,
    /// `ad_storage` and `ad_user_data` (Amazon's browser template 3.6 and later).
    AdStorageAndUserData,
}

/// Amazon needs a country with every event (help article G2648JUCRZU662V5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Country<E = Expression> {
    /// Look for it in the event (`event_location.country`, `user_location.country_id`) and in the `amzn_consent`
    /// cookie when nothing else says it. Default: on.
    pub from_event: bool,
    /// ISO 3166 alpha-2, in any case; `UK` is taken for `GB`. What is no country is not used, except that
    /// `Send::All` passes it on as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<E>,
    /// A request header in which a proxy states it, such as `cf-ipcountry`. Beats the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

impl<E> Default for Country<E> {
    fn default() -> Self {
        Self { from_event: true, value: None, header: None }
    }
}

/// The visitor's IP address, part of Amazon's consent block. Never the address of a customer's server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Ip<E = Expression> {
    /// Take the event's `ip_override` when `value` is not set. Default: on.
    pub from_event: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<E>,
}

impl<E> Default for Ip<E> {
    fn default() -> Self {
        Self { from_event: true, value: None }
    }
}

/// TCF v2: whether GDPR applies, and the consent string.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Tcf<E = Expression> {
    /// Look for them in the event and in the `euconsent-v2` cookie where they are not set. Default: on.
    pub from_event: bool,
    /// `gdpr`: 0, 1, or 2 for unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies: Option<E>,
    /// `gdpr_pd`: 0, 1, or -1 for unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_data: Option<E>,
    /// `gdpr_consent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<E>,
}

impl<E> Default for Tcf<E> {
    fn default() -> Self {
        Self { from_event: true, applies: None, personal_data: None, string: None }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Gpp<E = Expression> {
    /// Look for it in the event when it is not set. Default: on.
    pub from_event: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<E>,
}

impl<E> Default for Gpp<E> {
    fn default() -> Self {
        Self { from_event: true, string: None }
    }
}

/// `amzn_ad_storage` and `amzn_user_data`: `GRANTED` or `DENIED`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Amazon<E = Expression> {
    /// Look for them in the event's `amazon_consent` and in the `amzn_consent` cookie where neither is set.
    /// Default: on.
    pub from_event: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_storage: Option<E>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_data: Option<E>,
}

impl<E> Default for Amazon<E> {
    fn default() -> Self {
        Self { from_event: true, ad_storage: None, user_data: None }
    }
}

/// Amazon wants one of TCF, GPP and its own signals; of several it uses TCF (help article GE2Q65JXRZA8D4KJ).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Send {
    /// TCF, else GPP, else Amazon's own, passing over what cannot be read and a TCF string where GDPR does not
    /// apply. Where GDPR applies and there is no TCF string, no token is asked for.
    #[default]
    One,
    /// Everything there is, values set by hand as they are written (Stape's template). Where GDPR applies and
    /// there is no TCF string, an event that would need a token is not sent. For imported tags.
    All,
}

/// The visitor's ids: the token of advanced matching, the match id, measurement tokens and the IP address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifiers {
    /// Withheld when a signal denies consent to Amazon, and in the EEA and the United Kingdom, or where GDPR
    /// applies, also when no signal grants it. Nothing is sent where GDPR applies and there is no signal for
    /// Amazon at all, because Amazon would not take it (help article GE2Q65JXRZA8D4KJ).
    #[default]
    WithConsent,
    /// Sent whatever the signals say; Amazon decides (Stape's template). For imported tags.
    Always,
}
