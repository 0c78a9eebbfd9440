//! Who the event is about: the advertiser's own id, and hashed e-mail and phone.

use serde::{Deserialize, Serialize};

use super::Expression;
use super::report::Report;
use crate::value::Compiled;

/// The advertiser's own id of a customer (`MATCH_ID`), the same online and offline. Never an e-mail or phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct MatchId<E = Expression> {
    /// Take the event's `user_id` when `value` is not set. Default: on.
    pub from_event: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<E>,
}

impl<E> Default for MatchId<E> {
    fn default() -> Self {
        Self { from_event: true, value: None }
    }
}

/// Advanced matching: hashed e-mail and phone are exchanged for a token at Amazon's envelope address, and the
/// token goes with the events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, bound(deserialize = "E: Deserialize<'de>"))]
pub struct Matching<E = Expression> {
    /// Default: off.
    pub enabled: bool,
    /// Look for e-mail and phone in the event where they are not set. Default: on.
    pub from_event: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<E>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<E>,
    /// How an e-mail is written before it is hashed.
    pub email_rule: EmailRule,
    /// How a phone is written before it is hashed.
    pub phone_rule: PhoneRule,
    /// ISO 3166 alpha-2 country whose calling code a national phone number gets, such as `DE`. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country: Option<String>,
    /// Life of the token and its cookie in seconds, 1 to 604800 (7 days, Amazon's limit). Default: 9600.
    pub token_seconds: u32,
}

/// Amazon's default life of a token, in seconds.
pub const TOKEN_SECONDS: u32 = 9600;

/// The longest life that Amazon allows a token, in seconds: 7 days.
pub const TOKEN_SECONDS_LIMIT: u32 = 604_800;

impl<E> Default for Matching<E> {
    fn default() -> Self {
        Self {
            enabled: false,
            from_event: true,
            email: None,
            phone: None,
            email_rule: EmailRule::default(),
            phone_rule: PhoneRule::default(),
            phone_country: None,
            token_seconds: TOKEN_SECONDS,
        }
    }
}

/// Amazon documents three rules, one in each place; whoever hashes on both sides must use the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailRule {
    /// Trimmed and in lower case (Amazon's samples; Stape's template).
    #[default]
    Lowercase,
    /// Also without anything but `a-z 0-9 . @ -` (Events API reference).
    Strict,
    /// As strict, but `+` stays (Amazon's code for Segment).
    KeepPlus,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRule {
    /// The digits of the E.164 form, country code first, without `+`.
    #[default]
    E164,
    /// Only spaces, `-`, `(`, `)` and `+` are removed (Stape's template). For imported tags.
    Template,
}

impl MatchId {
    pub(super) fn check(&self, report: &mut Report) -> MatchId<Compiled> {
        let value = report.compile("match_id.value", self.value.as_ref());
        MatchId { from_event: self.from_event, value }
    }
}

impl Matching {
    pub(super) fn check(&self, report: &mut Report) -> Matching<Compiled> {
        Matching {
            enabled: self.enabled,
            from_event: self.from_event,
            email: report.compile("matching.email", self.email.as_ref()),
            phone: report.compile("matching.phone", self.phone.as_ref()),
            email_rule: self.email_rule,
            phone_rule: self.phone_rule,
            phone_country: self.phone_country.clone(),
            token_seconds: self.token_seconds,
        }
    }
}
