//! What the event tells Amazon besides its name: taken from the event, then set by hand.
//!
//! By hand beats taken, a later list beats an earlier one, and what is not set never erases what was found.
//! A parameter keeps the place at which it first came up.

mod automatic;
mod fit;

use std::borrow::Cow;

use serde_json::Value;

use super::{js, names};
use crate::config::Attributes;
use crate::config::attributes::Attribute;
use crate::privacy::{mask_made, mask_name, mask_text};
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Fact, Note, Step, StepId};
use crate::value::{Compiled, Scope};
use crate::words;

/// The *Attributes* step, and the parameters in their order.
pub(crate) fn attributes(
    config: &Attributes<Compiled>,
    amazon_name: &str,
    scope: Scope<'_>,
) -> (Step, Vec<Param>) {
    let purchase = amazon_name == names::PURCHASE;
    let mut found = Found::default();
    automatic::take(&config.automatic, scope.event, purchase, &mut found);
    found.set_all("all", &config.all, scope);
    if purchase {
        found.set_all("purchases", &config.purchases, scope);
    }
    let is_reserved = |name: &str| names::is_reserved(name, config.fit);
    for attribute in config.custom.iter().filter(|attribute| is_reserved(&attribute.name)) {
        found.note(Reason::ReservedName, mask_text(&attribute.name).into_owned());
    }
    found.set_all("custom", &config.custom, scope);
    found.given.retain(|given| !is_reserved(&given.name));
    finish(found, config, scope)
}

/// A parameter before it is made to fit.
struct Given<'a> {
    name: Cow<'static, str>,
    value: Cow<'a, Value>,
    origin: Cow<'static, str>,
    field: Cow<'static, str>,
    by_hand: bool,
    /// By a template.
    made: bool,
}

#[derive(Default)]
struct Found<'a> {
    given: Vec<Given<'a>>,
    notes: Vec<Note>,
}

impl<'a> Found<'a> {
    fn set(&mut self, given: Given<'a>) {
        match self.given.iter_mut().find(|known| known.name == given.name) {
            Some(known) => *known = given,
            None => self.given.push(given),
        }
    }

    fn set_all(&mut self, list: &str, attributes: &'a [Attribute<Compiled>], scope: Scope<'a>) {
        for (index, Attribute { name, value }) in attributes.iter().enumerate() {
            let Some(expression) = value else { continue };
            let field = || format!("attributes.{list}.{index}");
            match expression.look_up(scope) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    let (name, origin, field) = (name.clone().into(), expression.origin(), field().into());
                    let made = expression.is_template();
                    self.set(Given { name, value, origin, field, by_hand: true, made });
                }
                Err(_) => self.note(Reason::TemplateFailed, field() + ".value"),
            }
        }
    }

    fn note(&mut self, reason: Reason, subject: impl Into<Cow<'static, str>>) {
        self.notes.push(Note { reason, subject: subject.into() });
    }
}

fn finish(found: Found<'_>, config: &Attributes<Compiled>, scope: Scope<'_>) -> (Step, Vec<Param>) {
    let Found { given, notes } = found;
    let mut step = Step::new(StepId::Attributes, Effect::Unchanged, "");
    step.notes = notes;
    for key in ["event_id", "transaction_id", "currency", "value"] {
        if let Some(value) = scope.event.field(key).filter(|value| !value.is_null()) {
            step = step.input(key, mask_text(&js::text(value)));
        }
    }
    if let Some(Value::Array(items)) = scope.event.field("items") {
        step = step.input("items", items.len().to_string());
    }
    let mut params = Vec::with_capacity(given.len());
    let mut by_hand = Vec::with_capacity(given.len());
    step.outputs.reserve(given.len());
    for given in given {
        let name = mask_name(given.name.clone());
        let Some(value) = fit::fit(config.fit, &given.name, &given.value) else {
            step = step.note(Reason::AttributeDropped, name);
            continue;
        };
        let shown = if given.made { mask_made(&value, scope.event).into() } else { mask_text(&value) };
        step = step.output(name, shown);
        params.push(Param::new(given.name, value, given.origin).field(given.field));
        by_hand.push(given.by_hand);
    }
    if !params.is_empty() {
        step.effect = Effect::Changed;
    }
    step.summary = summary(&step.outputs, &by_hand, &step.notes).into();
    (step, params)
}

/// `by_hand` says of each output whether the tag set it.
fn summary(outputs: &[Fact], by_hand: &[bool], notes: &[Note]) -> String {
    let part = |wanted: bool, whence: &str| {
        let outputs = outputs.iter().zip(by_hand).filter(|(_, by_hand)| **by_hand == wanted);
        let names: Vec<&str> = outputs.map(|(output, _)| output.name.as_ref()).collect();
        let count = names.len().to_string();
        (!names.is_empty()).then(|| [&count, " set ", whence, ": ", &words::list(&names)].concat())
    };
    let mut summary = match (part(false, "from the event"), part(true, "by the tag")) {
        (None, None) => "Nothing to set: no id, no value and no attribute".to_owned(),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(taken), Some(by_hand)) => format!("{taken}; {by_hand}"),
    };
    if notes.iter().any(|note| note.reason == Reason::PurchaseOnly) {
        summary.push_str("; the currency stays out, Amazon takes it for purchases only");
    }
    let others = notes.iter().filter(|note| note.reason != Reason::PurchaseOnly).count();
    if others > 0 {
        summary.push_str(&format!("; {} left out", words::count(others, "value")));
    }
    summary
}

#[cfg(test)]
mod tests;
