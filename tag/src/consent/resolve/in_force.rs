//! The value in force for each part of a tag's consent: set by hand, else found where the tag may look.

use std::borrow::Cow;

use serde_json::Value;

use super::reader::{Reader, SETTING};
use crate::config::Consent;
use crate::consent::amazon::Amazon;
use crate::consent::choice::Choice;
use crate::consent::country::{Country, Place};
use crate::consent::find::{self, Own};
use crate::consent::gpp::Gpp;
use crate::consent::tcf::{self, Tcf};
use crate::consent::{read_gpp, us};
use crate::trace::{Fact, Step};
use crate::value::{Compiled, Scope};

/// A value, how it was written and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Set<T, W> {
    /// `None` when what is written cannot be read.
    pub(super) value: Option<T>,
    pub(super) written: W,
    pub(super) origin: Cow<'static, str>,
}

/// A consent string.
pub(super) type Text<'a, T> = Set<T, Cow<'a, str>>;

/// Everything that counts.
pub(super) struct InForce<'a> {
    /// 0, 1, or 2 for unknown.
    pub(super) applies: Option<(i64, Cow<'static, str>)>,
    /// 0, 1, or -1 for unknown. By hand only.
    pub(super) personal_data: Option<i64>,
    pub(super) tcf: Option<Text<'a, Tcf>>,
    pub(super) gpp: Option<Text<'a, Gpp>>,
    /// Of the older string `us_privacy`.
    pub(super) us_opt_out: bool,
    /// Written as `[ad_storage, user_data]`.
    pub(super) amazon: Option<Set<Amazon, [Option<Value>; 2]>>,
    pub(super) country: Option<Set<Place, Value>>,
    pub(super) ip: Option<Value>,
}

impl<'a> InForce<'a> {
    /// Notes in the step what was looked at, and what could not be used. `own` is what Amazon's cookie says.
    pub(super) fn gather(
        policy: &'a Consent<Compiled>,
        scope: Scope<'a>,
        own: Option<&Own>,
        step: &mut Step,
    ) -> Self {
        let Scope { event, browser } = scope;
        let mut reader = Reader { policy, scope, own, step };
        let applies = reader.applies();
        let personal_data =
            reader.flag("consent.tcf.personal_data", policy.tcf.personal_data.as_ref(), -1..=1);
        let found = || find::tcf(event, &browser, own).filter(|_| policy.tcf.from_event);
        let tcf = reader.text("consent.tcf.string", policy.tcf.string.as_ref(), found, tcf::decode);
        let found = || find::gpp(event, own).filter(|_| policy.gpp.from_event);
        let read = |text: &str| read_gpp(text, event);
        let gpp = reader.text("consent.gpp.string", policy.gpp.string.as_ref(), found, read);
        let us_privacy = find::us_privacy(event).and_then(|found| us::uspv1(&found.value));
        let us_opt_out = us_privacy.is_some_and(|string| string.opted_out());
        let amazon = reader.amazon();
        let country = reader.country();
        let ip = reader.ip();
        let in_force = Self { applies, personal_data, tcf, gpp, us_opt_out, amazon, country, ip };
        in_force.facts(&mut step.inputs);
        in_force
    }

    /// Whether GDPR applies, if that was said.
    pub(super) fn gdpr(&self) -> Option<bool> {
        match self.applies.as_ref()?.0 {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn country_code(&self) -> Option<&'static str> {
        match self.place()? {
            Place::Country(country) => Some(country.code()),
            Place::Europe => None,
        }
    }

    fn place(&self) -> Option<Place> {
        self.country.as_ref()?.value
    }

    /// Whether Amazon wants consent for the visitor.
    pub(super) fn needs_consent(&self) -> bool {
        self.gdpr() == Some(true)
            || self.place().is_some_and(|place| match place {
                Place::Country(country) => Country::needs_consent(country),
                Place::Europe => true,
            })
    }

    fn facts(&self, facts: &mut Vec<Fact>) {
        // Where it was found; of what is set in the tag, what it is.
        let mut fact = |origin: &Cow<'static, str>, what: &str, said: &str| {
            let set = *origin == SETTING;
            let name = if set { [what, " (tag setting)"].concat().into() } else { origin.clone() };
            facts.push(Fact::new(name, said));
        };
        if let Some((applies, origin)) = &self.applies {
            let said = match applies {
                0 => "GDPR does not apply",
                1 => "GDPR applies",
                _ => "Not known whether GDPR applies",
            };
            fact(origin, "GDPR", said);
        }
        if let Some(Set { value: Some(tcf), origin, .. }) = &self.tcf {
            fact(origin, "TCF", tcf_words(tcf));
        }
        if let Some(Set { value: Some(gpp), origin, .. }) = &self.gpp {
            let said = match gpp.europe() {
                _ if gpp.opted_out() => "GPP string, opted out",
                Some(tcf) => tcf_words(tcf),
                None => "GPP string, not opted out",
            };
            fact(origin, "GPP", said);
        }
        if self.us_opt_out {
            fact(&"us_privacy".into(), "", "Opted out");
        }
        if let Some(Set { value: Some(Amazon { ad_storage, user_data, .. }), origin, .. }) = &self.amazon {
            let said = |state: &Option<Choice>| state.map_or("not said", Choice::label);
            fact(
                origin,
                "Amazon’s signals",
                &format!("ad storage {}, user data {}", said(ad_storage), said(user_data)),
            );
        }
        if let (Some(code), Some(country)) = (self.country_code(), &self.country) {
            fact(&country.origin, "Country", code);
        }
    }
}

fn tcf_words(tcf: &Tcf) -> &'static str {
    match tcf.allows_amazon {
        Some(true) => "TCF string, allows Amazon",
        Some(false) => "TCF string, does not allow Amazon",
        None => "TCF string, cut before it says whether it allows Amazon",
    }
}
