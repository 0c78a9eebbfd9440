//! Which events a tag sends, and under which name: `purchases and leads`, `every event as Lead`.

use std::borrow::Cow;

use super::quoted;
use crate::amazon::names;
use crate::config::trigger::{Condition, Operator};
use crate::config::{EventName, TagConfig, Trigger, Unmapped};
use crate::words;

/// What people call the events that Amazon has a name for.
const NOUNS: [(&str, &str); 9] = [
    ("purchase", "purchases"),
    ("generate_lead", "leads"),
    ("sign_up", "sign-ups"),
    ("begin_checkout", "checkouts"),
    ("add_to_cart", "items put in the cart"),
    ("page_view", "page views"),
    ("gtm.dom", "page views"),
    ("search", "searches"),
    ("view_search_results", "searches"),
];

/// More than this are counted.
const SHOWN: usize = 4;

pub(super) fn events(config: &TagConfig) -> String {
    let skips = config.event_name == EventName::Inherit { unmapped: Unmapped::Skip };
    let (names, narrowed) = match &config.trigger {
        Trigger::All => (None, Cow::Borrowed("every event")),
        Trigger::Names(names) => (Some(names.iter().map(String::as_str).collect::<Vec<_>>()), "".into()),
        Trigger::Conditions { any, except } => conditions(any, except),
    };
    let Some(names) = names else {
        let only = match (&config.trigger, skips) {
            (_, false) => "",
            (Trigger::All, true) => " that Amazon has a name for",
            (_, true) => ", if Amazon has a name for them,",
        };
        return format!("{narrowed}{only}{}", under(&config.event_name, None));
    };
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| names::from_ga4(name).is_some());
    if skips && known.is_empty() && !unknown.is_empty() {
        return "no event, because Amazon has no name for them,".to_owned();
    }
    let mut shown: Vec<String> = vec![];
    for name in if skips { &known } else { &names } {
        let noun = NOUNS
            .iter()
            .find(|(ga4, _)| ga4 == name)
            .map_or_else(|| quoted(name), |(_, noun)| (*noun).to_owned());
        if !shown.contains(&noun) {
            shown.push(noun);
        }
    }
    let count = shown.len();
    if count > SHOWN + 1 {
        shown.truncate(SHOWN);
        shown.push(format!("{} other events", words::cardinal(count - SHOWN)));
    } else if let Some(last) = shown.last_mut().filter(|last| last.starts_with('“')) {
        last.push_str(" events");
    }
    let shown = match shown.as_slice() {
        [] => "no event yet".to_owned(),
        shown => words::list(&shown.iter().map(String::as_str).collect::<Vec<_>>()),
    };
    format!("{shown}{narrowed}{}", under(&config.event_name, Some(&names)))
}

/// The names that an event must have, where the conditions ask for some, and how else they narrow it.
fn conditions<'a>(
    any: &'a [Vec<Condition>],
    except: &[Vec<Condition>],
) -> (Option<Vec<&'a str>>, Cow<'static, str>) {
    let is_name = |condition: &&Condition| {
        condition.field == "event_name" && condition.operator == Operator::Equals && !condition.not
    };
    let name =
        |group: &'a Vec<Condition>| group.iter().find(is_name).map(|condition| condition.value.as_str());
    let names: Option<Vec<&str>> = any.iter().map(name).collect();
    let narrowed = match (any, names.is_some(), except.is_empty()) {
        ([], _, true) => "no event yet".into(),
        ([], _, false) => "every event but its exceptions".into(),
        (_, true, true) if any.iter().all(|group| group.len() == 1) => "".into(),
        (_, true, true) => " that meet further conditions".into(),
        (_, true, false) => " that meet further conditions, but for exceptions,".into(),
        ([group], false, true) if group.len() == 1 => {
            let told: String = group.iter().map(Condition::told).collect();
            format!("events where {}", super::wording::text(&told)).into()
        }
        (_, false, true) => "events that meet its conditions".into(),
        (_, false, false) => "events that meet its conditions, but for exceptions,".into(),
    };
    (names.filter(|names| !names.is_empty()), narrowed)
}

/// The name at Amazon, unless it is the one that anybody would expect.
fn under(event_name: &EventName, names: Option<&[&str]>) -> String {
    match event_name {
        EventName::Inherit { .. } => String::new(),
        EventName::Standard { name } | EventName::Custom { name } if name.trim().is_empty() => {
            " under a name not chosen yet".to_owned()
        }
        EventName::Standard { name } => {
            let expected = |names: &[&str]| names.iter().all(|ga4| names::from_ga4(ga4) == Some(name));
            if names.is_some_and(expected) {
                String::new()
            } else {
                format!(" as {}", super::wording::text(name))
            }
        }
        EventName::Custom { name } => format!(" as {}", quoted(name)),
    }
}
