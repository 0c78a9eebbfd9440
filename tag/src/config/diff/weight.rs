//! How much a change matters: what weakens consent or stops purchases wants a second thought.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::amazon::js;
use super::{Change, How, sample};
use crate::config::{Expression, TagConfig, catalog, path};

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
    purchases(changes, old, new);
    consent(changes, old, new);
}

impl Change {
    fn weighs(&mut self, weight: Weight, consequence: &str) {
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
    ("matching.email_rule", "", "Hashes change; whoever hashes for Amazon elsewhere must clean in the same way."),
    ("matching.phone_rule", "", "Hashes change; whoever hashes for Amazon elsewhere must clean in the same way."),
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
    }
}

fn purchases(changes: &mut [Change], old: &TagConfig, new: &TagConfig) {
    let is_in = |change: &Change, group: &str| catalog::is_within(&change.path, group);
    let added = |change: &Change| change.path.starts_with("trigger.names.") && change.how == How::Added;
    let trigger = TagConfig { trigger: new.trigger.clone(), ..old.clone() };
    let event_name = TagConfig { event_name: new.event_name.clone(), ..old.clone() };
    let mut ended = vec![];
    for (group, one) in [("trigger", &trigger), ("event_name", &event_name)] {
        if changes.iter().any(|change| is_in(change, group)) && sample::stops(old, one) {
            ended.push(group);
        }
    }
    // Each by itself may do no harm, and both together.
    if ended.is_empty() && new.trigger != old.trigger && sample::stops(old, new) {
        ended = vec!["trigger", "event_name"];
    }
    for change in changes.iter_mut().filter(|change| !added(change)) {
        if ended.iter().any(|group| is_in(change, group)) {
            change.weighs(Weight::StopsPurchases, "Purchases that were sent so far may no longer be.");
        }
    }
    let narrower = old.sources.is_empty() && !new.sources.is_empty();
    let fewer = |change: &Change| {
        let removed = change.how == How::Removed;
        match catalog::of(&change.path).map(|field| field.path) {
            Some("tag_ids") if removed => Some("Purchases no longer go to this tag ID."),
            Some("sources") if removed && !new.sources.is_empty() => {
                Some("Purchases from this source are no longer sent.")
            }
            Some("sources") if narrower => Some("Purchases from all other sources are no longer sent."),
            _ => None,
        }
    };
    if changes.iter().any(|change| fewer(change).is_some()) && sample::sends(old) {
        for change in changes {
            if let Some(why) = fewer(change) {
                change.weighs(Weight::StopsPurchases, why);
            }
        }
    }
}

fn consent(changes: &mut [Change], old: &TagConfig, new: &TagConfig) {
    if old.consent == new.consent {
        return;
    }
    let (before, after) = (path::json(old), path::json(new));
    let mut found = false;
    for change in changes.iter_mut().filter(|change| change.path.starts_with("consent.")) {
        let value = path::at(&after, &change.path).cloned().unwrap_or_default();
        let mut one = before.clone();
        path::put(&mut one, &change.path, value.clone());
        let proven = path::config(&one).and_then(|one| sample::weaker(&old.consent, &one.consent));
        if let Some(why) = proven.or_else(|| told(&change.path, &value).map(str::to_owned)) {
            change.weighs(Weight::WeakensConsent, &why);
            found = true;
        }
    }
    if let Some(why) = sample::weaker(&old.consent, &new.consent).filter(|_| !found) {
        for change in changes.iter_mut().filter(|change| change.path.starts_with("consent.")) {
            change.weighs(Weight::WeakensConsent, &why);
        }
    }
}

/// What is weaker whoever the visitor is.
fn told(path: &str, value: &Value) -> Option<&'static str> {
    match path {
        "consent.tcf.from_event" | "consent.gpp.from_event" | "consent.amazon.from_event"
        | "consent.country.from_event"
            if *value == Value::Bool(false) =>
        {
            Some("What the visitor’s browser says about it is no longer looked at.")
        }
        "consent.send" if *value == "all" => Some("Amazon is told things that it cannot read, or that contradict each other."),
        "consent.tcf.string" | "consent.gpp.string" if constant(value).is_some() => {
            Some("Amazon is told the same for every visitor, whatever each of them chose.")
        }
        "consent.tcf.applies" if constant(value).is_some_and(|value| value == "0") => {
            Some("Amazon is told that GDPR applies to nobody.")
        }
        "consent.amazon.ad_storage" | "consent.amazon.user_data"
            if constant(value).is_some_and(|value| value.eq_ignore_ascii_case("granted")) =>
        {
            Some("Amazon is told that every visitor has consented.")
        }
        _ => None,
    }
}

/// The text that an expression comes to for every event.
fn constant(value: &Value) -> Option<String> {
    let text = serde_json::to_vec(value).ok()?;
    serde_json::from_slice::<Expression>(&text).ok()?.fixed()
}
