//! Who the event is about: the advertiser's own id, and hashed e-mail and phone.

use serde::{Deserialize, Serialize};

use super::Expression;
use super::report::Report;
use crate::identity;
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
    /// Use a token from its cookie only for the person and the consent that it was given for; a second cookie,
    /// `aatTokenFor`, says which. Default: on. Off, whatever token is there is used until it expires (Stape's
    /// template). For imported tags.
    pub follow_identity: bool,
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
            follow_identity: true,
        }
    }
}

/// Amazon documents three rules, one in each place; whoever hashes on both sides must use the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailRule {
    /// Trimmed and in lower case (Amazon's samples).
    #[default]
    Lowercase,
    /// Also without anything but `a-z 0-9 . @ -` (Events API reference).
    Strict,
    /// As strict, but `+` stays (Amazon's code for Segment).
    KeepPlus,
    /// As in lower case, and whatever text comes first, an address or not (Stape's template). For imported
    /// tags.
    Template,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRule {
    /// The digits of the E.164 form, country code first, without `+`.
    #[default]
    E164,
    /// Only spaces, `-`, `(`, `)` and `+` are removed from whatever text comes first (Stape's template). For
    /// imported tags.
    Template,
}

impl MatchId {
    pub(super) fn check(&self, report: &mut Report) -> MatchId<Compiled> {
        warn_if_fixed("match_id.value", self.value.as_ref(), "user_id", report);
        let value = report.compile("match_id.value", self.value.as_ref());
        MatchId { from_event: self.from_event, value }
    }
}

impl Matching {
    pub(super) fn check(&self, report: &mut Report) -> Matching<Compiled> {
        self.check_token_seconds(report);
        let phone_country = self.check_phone_country(report);
        warn_if_fixed("matching.email", self.email.as_ref(), "user_data.email_address", report);
        warn_if_fixed("matching.phone", self.phone.as_ref(), "user_data.phone_number", report);
        if self.enabled {
            self.warn(report);
        }
        Matching {
            enabled: self.enabled,
            from_event: self.from_event,
            email: report.compile("matching.email", self.email.as_ref()),
            phone: report.compile("matching.phone", self.phone.as_ref()),
            email_rule: self.email_rule,
            phone_rule: self.phone_rule,
            phone_country,
            token_seconds: self.token_seconds,
            follow_identity: self.follow_identity,
        }
    }

    fn check_token_seconds(&self, report: &mut Report) {
        let path = "matching.token_seconds";
        if self.token_seconds == 0 {
            let remedy = format!("Enter 1 or more; Amazon’s default is {TOKEN_SECONDS}.");
            report.problem(path, "A token that lives for no time is of no use.", remedy);
        } else if self.token_seconds > TOKEN_SECONDS_LIMIT {
            let message =
                format!("Amazon lets a token live for 7 days, which are {TOKEN_SECONDS_LIMIT} seconds.");
            report.problem(path, message, format!("Enter {TOKEN_SECONDS_LIMIT} or less."));
        }
    }

    fn check_phone_country(&self, report: &mut Report) -> Option<String> {
        let country = self.phone_country.as_deref()?.trim().to_ascii_uppercase();
        // Many write the United Kingdom so; ISO does not.
        let country = if country == "UK" { "GB".to_owned() } else { country };
        if country.is_empty() {
            return None;
        }
        if identity::calling_code(&country).is_none() {
            let message = format!("There is no country “{country}” with phones.");
            report.problem("matching.phone_country", message, "Use two letters, such as DE, GB or US.");
        }
        Some(country)
    }

    fn warn(&self, report: &mut Report) {
        if !self.from_event && self.email.is_none() && self.phone.is_none() {
            let message =
                "Advanced matching is on, but there is no e-mail address and no phone number to match.";
            report.warning(
                "matching.from_event",
                message,
                "Look in the event for them, or set one of the two.",
            );
        }
        if self.phone_rule == PhoneRule::Template {
            let message = "Phone numbers are hashed almost as they come, and Amazon may not recognise them.";
            let remedy = "Use international form, unless what else hashes them for Amazon does the same.";
            report.warning("matching.phone_rule", message, remedy);
        }
    }
}

/// One value for all events would make one person of all visitors.
fn warn_if_fixed(path: &str, value: Option<&Expression>, field: &str, report: &mut Report) {
    let set = matches!(value, Some(Expression::Constant(value)) if crate::amazon::js::truthy(value));
    if set {
        let message = "This is the same for every event, so that all visitors count as one person.";
        report.warning(path, message, format!("Use a template, such as {{{{ event.{field} }}}}."));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    /// What is wrong and what is odd, as `path: message`.
    fn said(matching: &Matching) -> (Vec<String>, Vec<String>) {
        let mut report = Report::default();
        matching.check(&mut report);
        let paths = |problems: Vec<super::super::Problem>| {
            problems.into_iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
        };
        (paths(report.problems), paths(report.warnings))
    }

    #[test]
    fn the_json_says_what_differs_from_a_new_tag() {
        let stored = json!({
            "enabled": true, "from_event": true, "email_rule": "template", "phone_rule": "template",
            "token_seconds": 60, "follow_identity": false,
        });
        let matching: Matching = from_value(stored.clone()).unwrap();
        assert_eq!((matching.email_rule, matching.phone_rule), (EmailRule::Template, PhoneRule::Template));
        assert_eq!(to_value(&matching).unwrap(), stored);
        let new: Matching = from_value(json!({})).unwrap();
        assert_eq!(new, Matching::default());
        assert!(new.follow_identity && !new.enabled);
    }

    #[test]
    fn a_token_lives_for_a_second_to_seven_days() {
        for (token_seconds, wrong) in [(0, 1), (1, 0), (9600, 0), (604_800, 0), (604_801, 1)] {
            let (problems, _) = said(&Matching { token_seconds, ..Matching::default() });
            assert_eq!(problems.len(), wrong, "{token_seconds}");
            assert!(problems.iter().all(|problem| problem.starts_with("matching.token_seconds: ")));
        }
    }

    #[test]
    fn the_country_of_phones_is_one() {
        let checked = |country: &str| {
            let mut report = Report::default();
            let matching = Matching { phone_country: Some(country.to_owned()), ..Matching::default() };
            (matching.check(&mut report).phone_country, report.problems.len())
        };
        assert_eq!(checked(" de"), (Some("DE".to_owned()), 0));
        assert_eq!(checked("uk"), (Some("GB".to_owned()), 0));
        assert_eq!(checked("  "), (None, 0));
        for wrong in ["EU", "49", "+49", "Germany", "D"] {
            assert_eq!(checked(wrong).1, 1, "{wrong}");
        }
    }

    #[test]
    fn what_would_match_nobody_or_everybody_is_odd() {
        let fixed = Some(Expression::Constant(json!("jane@example.com")));
        let template = Some(Expression::Template("{{ event.mail }}".to_owned()));
        let base = Matching { enabled: true, ..Matching::default() };
        assert_eq!(said(&base), (vec![], vec![]));
        assert_eq!(said(&Matching { email: template.clone(), ..base.clone() }), (vec![], vec![]));
        let (_, warnings) = said(&Matching { email: fixed.clone(), phone: fixed.clone(), ..base.clone() });
        assert_eq!(warnings.len(), 2);
        assert!(warnings.iter().all(|warning| !warning.contains("jane")));
        let (_, warnings) = said(&Matching { from_event: false, ..base.clone() });
        assert_eq!(warnings.len(), 1);
        let (_, warnings) = said(&Matching { phone_rule: PhoneRule::Template, ..base });
        assert_eq!(warnings.len(), 1);
        let mut report = Report::default();
        MatchId { from_event: true, value: fixed }.check(&mut report);
        assert_eq!(report.warnings.len(), 1);
    }
}
