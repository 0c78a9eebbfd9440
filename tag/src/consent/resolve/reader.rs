//! Works out single consent settings: by hand before found, empty is not set, and a note for what is unusable.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::in_force::{Set, Text};
use crate::amazon::js;
use crate::config::Consent;
use crate::config::consent::Send;
use crate::consent::amazon::Amazon;
use crate::consent::choice::Choice;
use crate::consent::country::{self, Place};
use crate::consent::find::{self, Found, Own};
use crate::consent::unreadable::Unreadable;
use crate::reason::Reason;
use crate::trace::{Note, Step};
use crate::value::{Compiled, Scope};

/// The origin of what a marketer set.
pub(super) const SETTING: &str = "Tag setting";

pub(super) struct Reader<'a, 's> {
    pub(super) policy: &'a Consent<Compiled>,
    pub(super) scope: Scope<'a>,
    /// What Amazon's cookie says.
    pub(super) own: Option<&'s Own>,
    pub(super) step: &'s mut Step,
}

impl<'a> Reader<'a, '_> {
    fn note(&mut self, reason: Reason, subject: impl Into<Cow<'static, str>>) {
        self.step.notes.push(Note { reason, subject: subject.into() });
    }

    /// What was set by hand, as JavaScript would take it for set.
    fn manual(&mut self, path: &'static str, expression: Option<&Compiled>) -> Option<Value> {
        match expression?.evaluate(self.scope) {
            Ok(value) => value,
            Err(_) => {
                self.note(Reason::TemplateFailed, path);
                None
            }
        }
    }

    pub(super) fn applies(&mut self) -> Option<(i64, Cow<'static, str>)> {
        let tcf = &self.policy.tcf;
        if let Some(applies) = self.flag("consent.tcf.applies", tcf.applies.as_ref(), 0..=2) {
            return Some((applies, SETTING.into()));
        }
        let found = find::applies(self.scope.event).filter(|_| tcf.from_event)?;
        Some((found.value, found.source.into()))
    }

    /// A number that was set by hand and is one of the few that Amazon knows.
    pub(super) fn flag(
        &mut self,
        path: &'static str,
        expression: Option<&Compiled>,
        known: RangeInclusive<i64>,
    ) -> Option<i64> {
        let value = self.manual(path, expression)?;
        let flag = find::whole(&value).filter(|flag| known.contains(flag));
        if flag.is_none() {
            self.note(Reason::ValueIgnored, path);
        }
        flag
    }

    /// A consent string. One that cannot be read stays as it was written: the reference passes it on.
    pub(super) fn text<T>(
        &mut self,
        path: &'static str,
        expression: Option<&Compiled>,
        found: impl FnOnce() -> Option<Found<Cow<'a, str>>>,
        decode: impl FnOnce(&str) -> Result<T, Unreadable>,
    ) -> Option<Text<'a, T>> {
        let manual = self.manual(path, expression).filter(js::truthy);
        let (written, origin) = match manual {
            Some(value) => (js::text(&value).into_owned().into(), SETTING.into()),
            None => {
                let Found { value, source } = found()?;
                (value, source.into())
            }
        };
        let value = match decode(&written) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(Reason::ConsentUnreadable, format!("{origin}: it {error}"));
                None
            }
        };
        Some(Set { value, written, origin })
    }

    /// Amazon's own signals: as soon as one is set by hand, the cookie is not asked for the other.
    pub(super) fn amazon(&mut self) -> Option<Set<Amazon, [Option<Value>; 2]>> {
        let amazon = &self.policy.amazon;
        let mut state = |path, expression: Option<&Compiled>| {
            let written = self.manual(path, expression).filter(js::truthy);
            let value = written.as_ref().and_then(Choice::read);
            if written.is_some() && value.is_none() {
                self.note(Reason::ValueIgnored, path);
            }
            (value, written)
        };
        let (ad_storage, ad_storage_written) = state("consent.amazon.ad_storage", amazon.ad_storage.as_ref());
        let (user_data, user_data_written) = state("consent.amazon.user_data", amazon.user_data.as_ref());
        if ad_storage_written.is_some() || user_data_written.is_some() {
            let value = Some(Amazon { ad_storage, user_data, ..Amazon::default() });
            return Some(Set {
                value,
                written: [ad_storage_written, user_data_written],
                origin: SETTING.into(),
            });
        }
        let Found { value, source } = self.own.filter(|_| amazon.from_event)?;
        match value {
            Ok(Amazon { ad_storage, user_data, .. }) => {
                let (ad_storage, user_data) = (*ad_storage, *user_data);
                ad_storage.or(user_data)?;
                let written = [ad_storage, user_data].map(|state| Some(state?.amazon().into()));
                let value = Some(Amazon { ad_storage, user_data, ..Amazon::default() });
                Some(Set { value, written, origin: (*source).into() })
            }
            Err(error) => {
                self.note(Reason::ConsentUnreadable, format!("{source}: it {error}"));
                None
            }
        }
    }

    /// The first real country: by hand, from the header, the event, Amazon's cookie.
    pub(super) fn country(&mut self) -> Option<Set<Place, Value>> {
        let setting = &self.policy.country;
        let mut europe = None;
        if let Some(written) = self.manual("consent.country.value", setting.value.as_ref()).filter(js::truthy)
        {
            match written.as_str().and_then(country::read) {
                Some(place @ Place::Country(_)) => {
                    return Some(Set { value: Some(place), written, origin: SETTING.into() });
                }
                // The reference sends whatever is set.
                value if self.policy.send == Send::All => {
                    self.note(Reason::ValueIgnored, "consent.country.value");
                    self.note(Reason::CountryMissing, "consent.country");
                    return Some(Set { value, written, origin: SETTING.into() });
                }
                value => {
                    self.note(Reason::ValueIgnored, "consent.country.value");
                    europe = value.map(|place| (place, SETTING.into()));
                }
            }
        }
        if let Some((place, origin)) = self.found_country() {
            match place {
                Place::Country(country) => {
                    let written = country.code().into();
                    return Some(Set { value: Some(place), written, origin });
                }
                Place::Europe => {
                    let subject = format!("{origin}: EU is no country");
                    self.note(Reason::ValueIgnored, subject);
                    europe = europe.or(Some((place, origin)));
                }
            }
        }
        self.note(Reason::CountryMissing, "consent.country");
        europe.map(|(place, origin)| Set { value: Some(place), written: Value::Null, origin })
    }

    /// The first country, else the first `EU`.
    fn found_country(&self) -> Option<(Place, Cow<'static, str>)> {
        let setting = &self.policy.country;
        let header = setting.header.as_deref().and_then(|name| {
            let place = country::read(self.scope.browser.header(name)?)?;
            Some((place, format!("header {name}").into()))
        });
        let event = || {
            let Found { value, source } = find::country(self.scope.event)?;
            Some((value, source.into()))
        };
        let cookie = || {
            let Found { value, source } = self.own?;
            Some((value.as_ref().ok()?.country?, (*source).into()))
        };
        let event = setting.from_event.then(event).flatten();
        let cookie = setting.from_event.then(cookie).flatten();
        let mut found: Vec<(Place, Cow<'static, str>)> =
            [header, event, cookie].into_iter().flatten().collect();
        let best = found.iter().position(|(place, _)| *place != Place::Europe).unwrap_or_default();
        (best < found.len()).then(|| found.swap_remove(best))
    }

    /// The visitor's address. The reference sends whatever is set.
    pub(super) fn ip(&mut self) -> Option<Value> {
        let setting = &self.policy.ip;
        let any = self.policy.send == Send::All;
        let usable =
            |value: &Value| any || value.as_str().is_some_and(|ip| ip.trim().parse::<IpAddr>().is_ok());
        if let Some(value) = self.manual("consent.ip.value", setting.value.as_ref()).filter(js::truthy) {
            if usable(&value) {
                return Some(value);
            }
            self.note(Reason::ValueIgnored, "consent.ip.value");
        }
        let found =
            self.scope.event.field("ip_override").filter(|ip| setting.from_event && js::truthy(ip))?;
        if usable(found) {
            return Some(found.clone());
        }
        self.note(Reason::ValueIgnored, "ip_override");
        None
    }
}
