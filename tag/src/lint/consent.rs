//! Country and consent, as far as the mere presence of signals tells. What they say, the run's *Consent* step
//! works out.

use serde_json::Value;

use super::Finding;
use crate::config::{Region, Tag};
use crate::reason::Reason;
use crate::value::{Compiled, Scope};

/// The European Economic Area and the United Kingdom, where Amazon needs a consent signal.
const CONSENT: [&str; 32] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "UK",
];

/// Others that Amazon Ads serves from Europe, and those that it serves from North America: of tags these are
/// Japan and Australia too.
const EUROPE: [&str; 7] = ["AE", "CH", "EG", "IN", "SA", "TR", "ZA"];
const AMERICA: [&str; 6] = ["AU", "BR", "CA", "JP", "MX", "US"];

pub(super) fn findings(tag: &Tag, scope: Scope<'_>) -> Vec<Finding> {
    let mut findings = vec![];
    let signals = Signals { tag, scope };
    let finding = |reason| Finding::new(reason).field(Some("consent"));
    if signals.applies() && !signals.has_tcf() {
        findings.push(finding(Reason::ConsentStringMissing).about("gdpr_consent"));
    }
    let Some(country) = signals.country() else {
        findings.push(Finding::new(Reason::CountryMissing).field(Some("consent.country")));
        return findings;
    };
    if let Some(home) = home(&country)
        && home != tag.region
    {
        let case = format!("The visitor is in {country}, and the tag reports to {}", tag.region.label());
        findings.push(Finding::new(Reason::RegionMismatch).saying(&case).field(Some("region")));
    }
    if CONSENT.contains(&country.as_str()) && !signals.has_any() {
        let case = format!("The visitor is in {country}");
        findings.push(finding(Reason::ConsentSignalMissing).saying(&case));
    }
    findings
}

/// The region that reports a country's events, where that is known.
fn home(country: &str) -> Option<Region> {
    if CONSENT.contains(&country) || EUROPE.contains(&country) {
        Some(Region::Eu)
    } else {
        AMERICA.contains(&country).then_some(Region::Na)
    }
}

struct Signals<'a> {
    tag: &'a Tag,
    scope: Scope<'a>,
}

impl Signals<'_> {
    fn country(&self) -> Option<String> {
        let setting = &self.tag.consent.country;
        let header = setting.header.as_deref().and_then(|name| self.scope.browser.header(name));
        let found = || {
            let event = |path| self.scope.event.text(path);
            setting
                .from_event
                .then(|| event("event_location.country").or_else(|| event("user_location.country_id")))
                .flatten()
                .or_else(|| setting.from_event.then(|| self.cookie_country()).flatten())
        };
        let country =
            self.text(setting.value.as_ref()).or_else(|| header.map(str::to_owned)).or_else(found)?;
        let country = country.trim().to_ascii_uppercase();
        // EU is no country, though some consent platforms write it.
        let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        (is_code && country != "EU").then_some(country)
    }

    fn cookie_country(&self) -> Option<String> {
        let cookie: Value = serde_json::from_str(self.scope.browser.cookie("amzn_consent")?).ok()?;
        cookie.pointer("/geo/countryCode")?.as_str().map(str::to_owned)
    }

    /// Whether GDPR is said to apply.
    fn applies(&self) -> bool {
        let tcf = &self.tag.consent.tcf;
        let said = self.text(tcf.applies.as_ref()).or_else(|| self.first(tcf.from_event, "gdpr"));
        said.is_some_and(|said| matches!(said.trim(), "1" | "true"))
    }

    fn has_tcf(&self) -> bool {
        let tcf = &self.tag.consent.tcf;
        self.text(tcf.string.as_ref()).is_some()
            || self.first(tcf.from_event, "gdpr_consent").is_some()
            || tcf.from_event && self.scope.browser.cookie("euconsent-v2").is_some()
    }

    fn has_any(&self) -> bool {
        let (gpp, amazon) = (&self.tag.consent.gpp, &self.tag.consent.amazon);
        self.has_tcf()
            || self.text(gpp.string.as_ref()).is_some()
            || self.first(gpp.from_event, "gpp").is_some()
            || self.text(amazon.ad_storage.as_ref()).is_some()
            || self.text(amazon.user_data.as_ref()).is_some()
            || amazon.from_event && self.scope.browser.cookie("amzn_consent").is_some()
    }

    fn text(&self, setting: Option<&Compiled>) -> Option<String> {
        let value = setting?.look_up(self.scope).ok()??;
        Some(crate::amazon::js::text(&value)).filter(|text| !text.trim().is_empty())
    }

    /// The IAB parameter where a client may have put it.
    fn first(&self, look: bool, name: &str) -> Option<String> {
        let places = [name.to_owned(), format!("x-sst-system_properties.{name}"), format!("x-ga-mp2-{name}")];
        places.iter().filter(|_| look).find_map(|path| self.scope.event.text(path))
    }
}
