//! How much a change matters: what weakens consent or stops purchases wants a second thought.

use serde::{Deserialize, Serialize};

use super::{Change, consent, purchases};
use crate::amazon::js;
use crate::config::{TagConfig, catalog, path};

/// From the heaviest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// More leaves than before of somebody who did not consent, or Amazon is told more than they said.
    WeakensConsent,
    /// A purchase that was sent no longer is.
    StopsPurchases,
    /// Something is less protected, or works only under conditions.
    Riskier,
    Plain,
}

impl Weight {
    pub const ALL: [Self; 4] = [Self::WeakensConsent, Self::StopsPurchases, Self::Riskier, Self::Plain];

    /// A mark beside the change; none for the plain ones.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::WeakensConsent => Some("Weaker consent"),
            Self::StopsPurchases => Some("Stops purchases"),
            Self::Riskier => Some("Riskier"),
            Self::Plain => None,
        }
    }
}

/// Whether publishing these asks for the tag's name.
pub fn needs_typed_name(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.weight <= Weight::StopsPurchases)
}

/// Gives each change its weight, and says what makes it heavy.
pub(super) fn weigh(changes: &mut [Change], old: &TagConfig, new: &TagConfig) {
    risks(changes, new);
    purchases::weigh(changes, old, new);
    consent::weigh(changes, old, new);
}

impl Change {
    pub(super) fn weighs(&mut self, weight: Weight, consequence: &str) {
        self.weight = weight;
        if !consequence.is_empty() {
            self.consequence = consequence.to_owned();
        }
    }
}

/// Settings that are risky at a value (as JSON; none means any), and why.
const RISKS: [(&str, &str, &str); 9] = [
    ("logs.full", "true", "Whoever reads the logs can recognise visitors."),
    ("cookies.http_only", "false", "Any script on the page can read the tag’s cookies."),
    (
        "matching.follow_identity",
        "false",
        "Until it ends, a token also serves another person in the same browser.",
    ),
    (
        "matching.email_rule",
        "",
        "Hashes change; whoever hashes for Amazon elsewhere must clean in the same way.",
    ),
    (
        "matching.phone_rule",
        "",
        "Hashes change; whoever hashes for Amazon elsewhere must clean in the same way.",
    ),
    ("optimistic", "true", "Cookies can no longer be set, and the sender no longer learns of failures."),
    ("region", "", "A tag ID belongs to one region; in another one Amazon may not know it."),
    (
        "consent.gate",
        "ad_storage",
        "Events without ad_storage granted in Google’s consent mode are no longer sent, purchases included.",
    ),
    (
        "consent.gate",
        "ad_storage_and_user_data",
        "Events without ad_storage and ad_user_data granted in Google’s consent mode are no longer sent, purchases included.",
    ),
];

fn risks(changes: &mut [Change], new: &TagConfig) {
    for change in changes {
        let is = |value: &str| {
            value.is_empty() || path::get(new, &change.path).is_some_and(|is| js::text(&is) == value)
        };
        let found = RISKS.iter().find(|(path, value, _)| *path == change.path && is(value));
        if let Some((_, _, why)) = found {
            change.weighs(Weight::Riskier, why);
        }
        // The last one was taken off the list.
        if new.sources.is_empty() && catalog::is_within(&change.path, "sources") {
            change.weighs(Weight::Riskier, "The tag now takes events from every source.");
        }
    }
}
