//! Country and consent, beyond what the run's *Consent* step says by itself.

use super::Finding;
use crate::config::{Region, Tag};
use crate::consent::Resolved;
use crate::reason::Reason;

/// Outside the EEA and the United Kingdom: countries that Amazon Ads serves from Europe, and those that it serves
/// from North America, which for tags are Japan and Australia too.
const EUROPE: [&str; 7] = ["AE", "CH", "EG", "IN", "SA", "TR", "ZA"];
const AMERICA: [&str; 6] = ["AU", "BR", "CA", "JP", "MX", "US"];

pub(super) fn findings(tag: &Tag, consent: &Resolved<'_>) -> Vec<Finding> {
    let mut findings = vec![];
    let Some(country) = consent.country() else { return findings };
    if let Some(home) = home(country, consent)
        && home != tag.region
    {
        let case = format!("The visitor is in {country}, and the tag reports to {}", tag.region.label());
        findings.push(Finding::new(Reason::RegionMismatch).saying(&case).field(Some("region")));
    }
    if consent.is_needed() && consent.is_silent() {
        let case = format!("The visitor is in {country}");
        findings.push(Finding::new(Reason::ConsentSignalMissing).saying(&case).field(Some("consent")));
    }
    findings
}

/// The region that reports a country's events, where that is known.
fn home(country: &str, consent: &Resolved<'_>) -> Option<Region> {
    if consent.is_needed() || EUROPE.contains(&country) {
        Some(Region::Eu)
    } else {
        AMERICA.contains(&country).then_some(Region::Na)
    }
}
