//! A configuration in one or two sentences: for lists, the head of its form, and whoever has to approve it.

mod changes;
mod events;

use super::consent::{Gate, Identifiers};
use super::logs::Console;
use super::{Expression, SourceNames, TagConfig, wording};
use crate::words;
pub use changes::summary_of_changes;

/// What the tag does. Makes sense of an unfinished configuration too.
pub fn summary(config: &TagConfig) -> String {
    summary_with(config, &|_| None)
}

/// The same with names for sources.
pub fn summary_with(config: &TagConfig, sources: SourceNames<'_>) -> String {
    let events = events::events(config);
    let from = from(config, sources);
    let mut ids: Vec<String> = vec![];
    for id in config.tag_ids.iter().map(|id| id.trim().to_lowercase()).filter(|id| !id.is_empty()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let to = match ids.len() {
        0 => "no tag ID yet,".to_owned(),
        1 => "one tag ID".to_owned(),
        count => format!("{} tag IDs", words::cardinal(count)),
    };
    let gate = match config.consent.gate {
        Gate::Always => "",
        Gate::AdStorage => ", only with consent to ad storage",
        Gate::AdStorageAndUserData => ", only with consent to ad storage and user data",
    };
    let first = format!("Sends {events} from {from} to {to} in {}{gate}.", config.region.label());
    match more(config).join("; ") {
        rest if rest.is_empty() => first,
        rest => format!("{first} {}.", upper(&rest)),
    }
}

fn from(config: &TagConfig, sources: SourceNames<'_>) -> String {
    let names: Option<Vec<String>> = config.sources.iter().map(|id| sources(id)).collect();
    match (config.sources.len(), names) {
        (0, _) => "every source".to_owned(),
        (1..=3, Some(names)) => words::list(&names.iter().map(String::as_str).collect::<Vec<_>>()),
        (1, None) => "one source".to_owned(),
        (count, _) => format!("{} sources", words::cardinal(count)),
    }
}

/// What else there is to know, the most important first.
fn more(config: &TagConfig) -> Vec<String> {
    let TagConfig { consent, matching, attributes, .. } = config;
    let mut more = vec![];
    if [&consent.amazon.ad_storage, &consent.amazon.user_data].into_iter().any(|set| is_granted(set.as_ref()))
    {
        more.push("Amazon is told that every visitor has consented".to_owned());
    }
    more.push(match consent.identifiers {
        Identifiers::Always => "what identifies visitors is sent whatever they chose".to_owned(),
        Identifiers::WithConsent => "where a visitor refuses, what identifies them stays here".to_owned(),
    });
    let [email, phone] = [&matching.email, &matching.phone].map(|set| set.is_some() || matching.from_event);
    let hashed = match (email, phone) {
        _ if !matching.enabled => None,
        (true, true) => Some("e-mail and phone are"),
        (true, false) => Some("the e-mail address is"),
        (false, true) => Some("the phone number is"),
        (false, false) => None,
    };
    more.extend(hashed.map(|hashed| format!("{hashed} hashed for advanced matching")));
    if config.match_id.value.is_some() {
        more.push("a match ID says which customer it is".to_owned());
    }
    let rows = [&attributes.all, &attributes.purchases, &attributes.custom];
    match rows.into_iter().flatten().filter(|row| row.value.is_some()).count() {
        0 => {}
        1 => more.push("one attribute is set by hand".to_owned()),
        count => more.push(format!("{} attributes are set by hand", words::cardinal(count))),
    }
    if config.optimistic {
        more.push("senders are answered before Amazon has answered".to_owned());
    }
    let logs = match (config.logs.bigquery.is_some(), config.logs.console) {
        (true, Console::Always) => Some("BigQuery and the server’s log"),
        (true, _) => Some("BigQuery"),
        (false, Console::Always) => Some("the server’s log"),
        (false, _) => None,
    };
    let full = if config.logs.full { " with personal values" } else { "" };
    more.extend(logs.map(|logs| format!("every request is logged to {logs}{full}")));
    more
}

/// Whether it says yes for everybody.
fn is_granted(set: Option<&Expression>) -> bool {
    set.and_then(Expression::fixed).is_some_and(|text| text.eq_ignore_ascii_case("granted"))
}

fn upper(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// A name from outside, as it may be shown.
fn quoted(name: &str) -> String {
    format!("“{}”", wording::text(name.trim()))
}

#[cfg(test)]
mod tests;
