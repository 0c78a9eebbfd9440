//! Made-up purchases that show what a change does.

use serde_json::{Map, Value};

use crate::amazon::{Endpoints, js, names};
use crate::config::trigger::{Condition, Operator};
use crate::config::{EventName, Tag, TagConfig, Trigger, Unmapped, check, path};
use crate::context::{Browser, Context};
use crate::event::Event;
use crate::reason::Reason;
use crate::run::{Decision, run};

/// A purchase with everything in it, consent for Amazon included. As text, because it is smaller in the browser
/// part than code that makes it.
const PURCHASE: &str = r#"{"event_name":"purchase","event_id":"e-1","transaction_id":"T-1024","value":72.4,
"currency":"EUR","page_location":"https://shop.example/thank-you","page_hostname":"shop.example","user_id":"u-1",
"items":[{"item_id":"A1","item_brand":"Acme","item_category":"Mugs","price":36.2,"quantity":2}],
"event_location":{"country":"DE"},"consent_state":{"ad_storage":"granted","ad_user_data":"granted"},"gdpr":1,
"gdpr_consent":"CQdNs2AQdNs2AEsABBENB4FgAPLAAAAAAAYgIzQAwAOQK8AyACMwAAAAAA.IHBwAYAAgcGA"}"#;

/// More samples than this say nothing new.
const SAMPLES: usize = 40;

/// An event, and what is around it.
#[derive(Clone, Default)]
struct Sample {
    event: Value,
    cookies: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    query: String,
}

/// Whether a purchase that the old tag sends as one is no longer sent, or no longer as one.
pub(super) fn stops(old: &TagConfig, new: &TagConfig) -> bool {
    let (Some(before), Some(after)) = (runnable(old), runnable(new)) else { return false };
    let (mut all, mut left) = (0, 0);
    for sample in samples(old, new) {
        let Ok(was) = sample.sent(&before) else { continue };
        let is = sample.sent(&after);
        let unmapped = is == Err(Reason::UnmappedName);
        all += 1;
        left += usize::from(is.is_ok());
        let name = sample.event.get("event_name").and_then(Value::as_str).unwrap_or_default();
        let ended = was == names::PURCHASE && is.as_deref() != Ok(names::PURCHASE);
        // A shop may call its purchases as it likes.
        if ended || name == "purchase" && is.is_err() || name == UNKNOWN && unmapped {
            return true;
        }
    }
    all > 0 && left == 0
}

/// Whether the tag sends purchases at all.
pub(super) fn sends(config: &TagConfig) -> bool {
    let Some(tag) = runnable(config) else { return false };
    samples(config, config).iter().any(|sample| {
        let name = sample.event.get("event_name").and_then(Value::as_str);
        sample.sent(&tag).is_ok_and(|sent| sent == names::PURCHASE || name == Some("purchase"))
    })
}

/// Only what decides whether an event runs, and under which name.
fn runnable(config: &TagConfig) -> Option<Tag> {
    let TagConfig { trigger, event_name, .. } = config.clone();
    check(&TagConfig { tag_ids: vec!["any".to_owned()], trigger, event_name, ..TagConfig::default() })
        .tag
        .ok()
}

/// A name that Amazon does not know.
const UNKNOWN: &str = "order_completed";

/// Purchases with much and with little in them, then such as the old trigger asks for, and each of them once
/// more as the new exceptions ask for.
fn samples(old: &TagConfig, new: &TagConfig) -> Vec<Sample> {
    let full: Value = serde_json::from_slice(PURCHASE.as_bytes()).unwrap_or_default();
    let mut little = Value::Object(Map::new());
    path::put(&mut little, "event_name", "purchase".into());
    let mut bases = vec![full.clone(), little];
    let mut named = |name: &str| {
        let mut event = full.clone();
        path::put(&mut event, "event_name", name.into());
        bases.push(event);
    };
    let groups: &[Vec<Condition>] = match &old.trigger {
        Trigger::Conditions { any, .. } => any,
        Trigger::Names(names) => {
            names.iter().take(SAMPLES).for_each(|name| named(name));
            &[]
        }
        Trigger::All => &[],
    };
    if new.event_name == (EventName::Inherit { unmapped: Unmapped::Skip }) {
        named(UNKNOWN);
    }
    let except: &[Vec<Condition>] = match &new.trigger {
        Trigger::Conditions { except, .. } => except,
        _ => &[],
    };
    let plain = || bases.iter().map(|event| Sample { event: event.clone(), ..Sample::default() });
    let asked = || plain().chain(groups.iter().flat_map(|group| plain().map(|sample| sample.with(group))));
    let left_out = except.iter().flat_map(|group| asked().map(|sample| sample.with(group)));
    asked().take(SAMPLES).chain(left_out.take(SAMPLES)).collect()
}

impl Sample {
    /// Changed so that the conditions hold, where that is easy to see.
    fn with(mut self, group: &[Condition]) -> Self {
        for Condition { field, operator, value, .. } in group.iter().filter(|condition| !condition.not) {
            let number = |more: f64| value.trim().parse::<f64>().map(|limit| Value::from(limit + more)).ok();
            let wanted = match operator {
                Operator::Matches => None,
                Operator::Exists => Some("1".into()),
                Operator::Less => number(-1.0),
                Operator::Greater => number(1.0),
                Operator::LessOrEqual | Operator::GreaterOrEqual => number(0.0),
                Operator::Equals | Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
                    Some(value.as_str().into())
                }
            };
            let Some(wanted) = wanted else { continue };
            match field.split_once('.') {
                Some(("cookie", name)) => {
                    self.cookies.push((name.to_owned(), js::text(&wanted).into_owned()));
                }
                Some(("header", name)) => {
                    self.headers.push((name.to_ascii_lowercase(), js::text(&wanted).into_owned()));
                }
                Some(("query", name)) => {
                    let mut query = form_urlencoded::Serializer::new(self.query);
                    self.query = query.append_pair(name, &js::text(&wanted)).finish();
                }
                // Where the event holds something of another form, the condition stays unmet.
                _ => drop(path::put(&mut self.event, field, wanted)),
            }
        }
        self
    }

    /// The name under which a tag sends it, or why it does not.
    fn sent(&self, tag: &Tag) -> Result<String, Reason> {
        let event = Event(self.event.as_object().cloned().unwrap_or_else(Map::new));
        let endpoints = Endpoints::default();
        let browser = Browser { headers: &self.headers, cookies: &self.cookies, query: &self.query };
        let run = run(tag, &event, Context { browser, ..Context::new(0, &endpoints) });
        match run.decision {
            Decision::Send(_) => Ok(run.event_out.unwrap_or_default()),
            Decision::Skip(skipped) => Err(skipped.reason),
        }
    }
}
