//! Whether a change weakens consent, tried on made-up visitors who did not give it.

use serde_json::Value;

use super::{Change, Weight};
use crate::config::{Consent, Expression, Tag, TagConfig, check, path};
use crate::consent;
use crate::context::Browser;
use crate::event::Event;
use crate::value::Scope;

/// Gives each change of the consent settings that weakens them its weight.
pub(super) fn weigh(changes: &mut [Change], old: &TagConfig, new: &TagConfig) {
    if old.consent == new.consent {
        return;
    }
    let (before, after) = (path::json(old), path::json(new));
    let mut found = false;
    for change in changes.iter_mut().filter(|change| change.path.starts_with("consent.")) {
        let value = path::at(&after, &change.path).cloned().unwrap_or_default();
        let mut one = before.clone();
        path::put(&mut one, &change.path, value.clone());
        let proven = path::config(&one).and_then(|one| weaker(&old.consent, &one.consent));
        let told = fixed(&change.path, &value).map(str::to_owned).or(proven);
        if let Some(why) = told.or_else(|| less(&change.path, &value).map(str::to_owned)) {
            change.weighs(Weight::WeakensConsent, &why);
            found = true;
        }
    }
    if let Some(why) = weaker(&old.consent, &new.consent).filter(|_| !found) {
        for change in changes.iter_mut().filter(|change| change.path.starts_with("consent.")) {
            change.weighs(Weight::WeakensConsent, &why);
        }
    }
}

/// What is the same for everybody, whatever they chose.
fn fixed(path: &str, value: &Value) -> Option<&'static str> {
    let text = serde_json::from_slice::<Expression>(&serde_json::to_vec(value).ok()?).ok()?.fixed()?;
    match path {
        "consent.tcf.string" | "consent.gpp.string" => {
            Some("Amazon is told the same for every visitor, whatever each of them chose.")
        }
        "consent.tcf.applies" if text == "0" => Some("Amazon is told that GDPR applies to nobody."),
        "consent.amazon.ad_storage" | "consent.amazon.user_data" if text.eq_ignore_ascii_case("granted") => {
            Some("Amazon is told that every visitor has consented.")
        }
        _ => None,
    }
}

/// What is looked at less, or passed on with less care.
fn less(path: &str, value: &Value) -> Option<&'static str> {
    match path {
        "consent.tcf.from_event"
        | "consent.gpp.from_event"
        | "consent.amazon.from_event"
        | "consent.country.from_event"
            if *value == Value::Bool(false) =>
        {
            Some("What the event says about the visitor’s choice is no longer looked at.")
        }
        "consent.send" if *value == "all" => {
            Some("Amazon is told things that it cannot read, or that contradict each other.")
        }
        _ => None,
    }
}

/// Visitors who refuse or say nothing, as the end of a sentence, and their events.
/// As text, because it is smaller in the browser part than code that makes the events.
const VISITORS: [(&str, &str); 7] = [
    (
        "who refuse in Google’s consent mode",
        r#"{"event_location":{"country":"US"},"consent_state":{"ad_storage":"denied","ad_user_data":"denied"}}"#,
    ),
    (
        "who refuse ad_user_data in Google’s consent mode",
        r#"{"event_location":{"country":"US"},"consent_state":{"ad_storage":"granted","ad_user_data":"denied"}}"#,
    ),
    (
        "who refuse in the consent banner",
        r#"{"event_location":{"country":"DE"},"gdpr":1,"gdpr_consent":"CQdNs2AQdNs2AEsABBENB4FgAMLAAAAAAAYg"}"#,
    ),
    (
        "who refuse in Amazon’s own signals",
        r#"{"event_location":{"country":"US"},"amazon_consent":{"ad_storage":"DENIED","user_data":"DENIED"}}"#,
    ),
    ("in Europe about whose consent nothing is known", r#"{"event_location":{"country":"DE"}}"#),
    ("in America who opted out", r#"{"event_location":{"country":"US"},"us_privacy":"1YYN"}"#),
    ("about whose consent nothing is known", "{}"),
];

/// What leaves of a visitor who did not consent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Leaves {
    Nothing,
    Event,
    Person,
}

/// The first kind of visitor of whom more leaves than before, in a sentence.
fn weaker(old: &Consent, new: &Consent) -> Option<String> {
    let [old, new] = [tag_of(old)?, tag_of(new)?];
    VISITORS.into_iter().find_map(|(who, event)| {
        let event = Event(serde_json::from_slice(event.as_bytes()).ok()?);
        let scope = Scope { event: &event, browser: Browser::default() };
        let leaves = |tag: &Tag| match consent::resolve(&tag.consent, scope).1 {
            Err(_) => Leaves::Nothing,
            Ok(resolved) if resolved.identifiers => Leaves::Person,
            Ok(_) => Leaves::Event,
        };
        let (before, after) = (leaves(&old), leaves(&new));
        let what = if before == Leaves::Nothing { "Events of" } else { "What identifies" };
        (after > before).then(|| format!("{what} visitors {who} would now be sent."))
    })
}

fn tag_of(consent: &Consent) -> Option<Tag> {
    let tag_ids = vec!["any".to_owned()];
    check(&TagConfig { tag_ids, consent: consent.clone(), ..TagConfig::default() }).tag.ok()
}
