//! Whether a change stops purchases that were sent so far.

use super::{Change, How, Weight, sample};
use crate::config::{TagConfig, catalog};

/// Gives each change that stops purchases its weight.
pub(super) fn weigh(changes: &mut [Change], old: &TagConfig, new: &TagConfig) {
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
