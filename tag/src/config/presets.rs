//! Four starting points for a new tag. Each needs nothing but a tag ID to be published.

use super::consent::{Consent, Gate};
use super::matching::{MatchId, Matching, TOKEN_SECONDS_LIMIT};
use super::{EventName, Expression, Region, TagConfig, Trigger, Unmapped};

/// A starting point.
#[derive(Debug)]
pub struct Preset {
    /// For addresses and the API; never changes.
    pub id: &'static str,
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub description: &'static str,
    config: fn() -> TagConfig,
}

/// In the order in which they are offered.
pub static PRESETS: [Preset; 4] = [
    Preset {
        id: "shop-ga4",
        name: "Shop with GA4",
        description: "Purchases, carts, checkouts, searches and page views as GA4 reports them, each under Amazon’s name.",
        config: shop,
    },
    Preset {
        id: "leads",
        name: "Lead generation",
        description: "Leads and sign-ups alone, so that Amazon optimises for them.",
        config: leads,
    },
    Preset {
        id: "login",
        name: "Customers who sign in",
        description: "The customer’s ID as match ID, and hashed e-mail and phone, so that Amazon recognises customers.",
        config: login,
    },
    Preset {
        id: "eu-strict",
        name: "Europe, strict consent",
        description: "For Europe: nothing is sent unless ad storage and user data are granted.",
        config: strict,
    },
];

impl Preset {
    /// The default with what the preset sets.
    pub fn config(&self) -> TagConfig {
        (self.config)()
    }
}

/// The preset of that id.
pub fn preset(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

fn shop() -> TagConfig {
    TagConfig { event_name: EventName::Inherit { unmapped: Unmapped::Skip }, ..TagConfig::default() }
}

fn leads() -> TagConfig {
    let trigger = Trigger::Names(["generate_lead", "sign_up"].map(str::to_owned).to_vec());
    TagConfig { trigger, ..TagConfig::default() }
}

fn login() -> TagConfig {
    let value = Some(Expression::Template("{{ event.user_id }}".to_owned()));
    TagConfig {
        match_id: MatchId { value, ..MatchId::default() },
        matching: Matching { enabled: true, token_seconds: TOKEN_SECONDS_LIMIT, ..Matching::default() },
        ..shop()
    }
}

fn strict() -> TagConfig {
    TagConfig {
        region: Region::Eu,
        consent: Consent { gate: Gate::AdStorageAndUserData, ..Consent::default() },
        ..shop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{check, diff, summary};

    #[test]
    fn every_preset_runs_once_there_is_a_tag_id() {
        for preset in &PRESETS {
            let config = preset.config();
            assert!(config.tag_ids.is_empty() && config.sources.is_empty(), "{}", preset.id);
            assert!(!diff(&TagConfig::default(), &config).is_empty(), "{}", preset.id);
            let tag_ids = vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".to_owned()];
            let checked = check(&TagConfig { tag_ids, ..config });
            assert!(checked.tag.is_ok() && checked.warnings.is_empty(), "{}: {checked:?}", preset.id);
        }
    }

    #[test]
    fn a_preset_is_found_by_its_id() {
        for known in &PRESETS {
            assert_eq!(preset(known.id).map(|preset| preset.name), Some(known.name));
        }
        assert!(preset("other").is_none());
    }

    #[test]
    fn the_summary_says_what_the_preset_promises() {
        let said: Vec<String> = PRESETS.iter().map(|preset| summary(&preset.config())).collect();
        assert_eq!(
            said,
            [
                "Sends every event that Amazon has a name for from every source to no tag ID yet, in North America. Where a visitor refuses, what identifies them stays here.",
                "Sends leads and sign-ups from every source to no tag ID yet, in North America. Where a visitor refuses, what identifies them stays here.",
                "Sends every event that Amazon has a name for from every source to no tag ID yet, in North America. Where a visitor refuses, what identifies them stays here; e-mail and phone are hashed for advanced matching; a match ID says which customer it is.",
                "Sends every event that Amazon has a name for from every source to no tag ID yet, in Europe, only with consent to ad storage and user data. Where a visitor refuses, what identifies them stays here.",
            ]
        );
    }
}
