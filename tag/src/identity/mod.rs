//! Who the event is about: finds an e-mail address and a phone number, writes them as the tag's rules say and
//! hashes them.
//!
//! The plain values end here: what leaves this module is a hash or a masked shape.

mod countries;
mod email;
mod phone;
mod reading;

pub(crate) use countries::calling_code;
pub(crate) use reading::sha256;

use std::ops::ControlFlow;

use serde_json::Value;

use crate::amazon::js;
use crate::config::Matching;
use crate::config::matching::{EmailRule, PhoneRule};
use crate::event::Event;
use crate::privacy;
use crate::reason::Reason;
use crate::trace::{Effect, Fact, Note, Step, StepId};
use crate::value::{Compiled, Scope};
use crate::words;
use reading::{Found, Reading};

/// What was found, and how.
pub(crate) struct Identity {
    pub(crate) step: Step,
    /// At most one of each kind, the e-mail first.
    pub(crate) records: Vec<HashedRecord>,
}

/// One thing that Amazon may know a person by.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct HashedRecord {
    pub(crate) kind: Kind,
    /// In lower-case hex.
    pub(crate) sha256: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Email,
    Phone,
}

impl Kind {
    /// Amazon's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phonenumber",
        }
    }

    /// The name of its written form in the trace.
    fn written(self) -> &'static str {
        match self {
            Self::Email => "email, as hashed",
            Self::Phone => "phonenumber, as hashed",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::Phone => "phone",
        }
    }

    /// Where the tag's own setting is.
    fn field(self) -> &'static str {
        match self {
            Self::Email => "matching.email",
            Self::Phone => "matching.phone",
        }
    }

    /// Where the event may have it, in the order in which Stape's template looks.
    fn paths(self) -> [&'static str; 5] {
        match self {
            Self::Email => [
                "email",
                "email_address",
                "user_data.email",
                "user_data.email_address",
                "user_data.sha256_email_address",
            ],
            Self::Phone => [
                "phone",
                "phone_number",
                "user_data.phone",
                "user_data.phone_number",
                "user_data.sha256_phone_number",
            ],
        }
    }
}

/// The *Identity* step.
pub(crate) fn find(matching: &Matching<Compiled>, scope: Scope<'_>) -> Identity {
    let mut step = Step::new(StepId::Identity, Effect::Unchanged, "").field("matching");
    let mut records = vec![];
    if !matching.enabled {
        step.summary = Reason::MatchingOff.text().into();
        return Identity { step: step.field("matching.enabled").reason(Reason::MatchingOff), records };
    }
    for kind in [Kind::Email, Kind::Phone] {
        let mut search = Search { kind, matching, step };
        if let ControlFlow::Break(Some(record)) = search.run(scope) {
            records.push(record);
        }
        step = search.step;
    }
    if records.is_empty() {
        step.summary = "No e-mail address and no phone number that could be used".into();
        return Identity { step: step.reason(Reason::NoIdentity), records };
    }
    step.effect = Effect::Changed;
    let labels: Vec<&str> = records.iter().map(|record| record.kind.label()).collect();
    step.summary = ["Found and hashed: ", &words::list(&labels)].concat().into();
    Identity { step, records }
}

/// The search for one kind, through the tag's setting and then the event.
struct Search<'a> {
    kind: Kind,
    matching: &'a Matching<Compiled>,
    step: Step,
}

/// How a value is searched for a text that can be used.
type Way = fn(&Value, &dyn Fn(&str) -> Reading) -> Reading;

/// Breaks when the search is over, with or without a result.
type Flow = ControlFlow<Option<HashedRecord>>;

impl Search<'_> {
    fn run(&mut self, scope: Scope<'_>) -> Flow {
        let field = self.kind.field();
        let setting = match self.kind {
            Kind::Email => &self.matching.email,
            Kind::Phone => &self.matching.phone,
        };
        match setting.as_ref().map(|setting| setting.evaluate(scope)) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(value))) => self.take(&value, field, reading::first)?,
            Some(Err(_)) => self.note(Reason::TemplateFailed, field),
        }
        if self.matching.from_event { self.look(scope.event) } else { ControlFlow::Continue(()) }
    }

    fn look(&mut self, event: &Event) -> Flow {
        let way: Way = if self.as_template() { reading::as_template_takes } else { reading::first };
        for path in self.kind.paths() {
            if let Some(value) = event.get(path) {
                self.take(value, path, way)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Stape's template stops at the first thing it meets, usable or not.
    fn as_template(&self) -> bool {
        match self.kind {
            Kind::Email => self.matching.email_rule == EmailRule::Template,
            Kind::Phone => self.matching.phone_rule == PhoneRule::Template,
        }
    }

    /// Takes what is at a place, if it can be used.
    fn take(&mut self, value: &Value, path: &'static str, way: Way) -> Flow {
        if !js::truthy(value) {
            return ControlFlow::Continue(());
        }
        let Matching { email_rule, phone_rule, ref phone_country, .. } = *self.matching;
        let reading = match self.kind {
            Kind::Email => way(value, &|text| email::read(text, email_rule)),
            Kind::Phone => way(value, &|text| phone::read(text, phone_rule, phone_country.as_deref())),
        };
        match reading {
            Reading::Nothing => ControlFlow::Continue(()),
            Reading::Unusable => {
                self.note(Reason::IdentityUnusable, path);
                if self.as_template() { ControlFlow::Break(None) } else { ControlFlow::Continue(()) }
            }
            Reading::Usable(found) => ControlFlow::Break(Some(self.record(found, value, path))),
        }
    }

    fn record(&mut self, found: Found, value: &Value, path: &'static str) -> HashedRecord {
        let Found { sha256, plain, doubt } = found;
        if let Some(reason) = doubt {
            self.note(reason, path);
        }
        // Of a list it is not worth saying which one: the shape of what was hashed follows.
        let before = match value {
            Value::String(text) => privacy::shape(text),
            Value::Number(number) => privacy::shape(&number.to_string()),
            Value::Array(_) => "a list".to_owned(),
            _ => "an object".to_owned(),
        };
        let hashed = plain.map_or_else(|| "hashed by the sender".to_owned(), |plain| privacy::shape(&plain));
        let name = self.kind.name();
        self.step.inputs.push(Fact::new(path, before));
        self.step.outputs.push(Fact::new(self.kind.written(), hashed));
        self.step.outputs.push(Fact::new(name, sha256.as_str()));
        HashedRecord { kind: self.kind, sha256 }
    }

    fn note(&mut self, reason: Reason, subject: &'static str) {
        self.step.notes.push(Note { reason, subject: subject.into() });
    }
}

#[cfg(test)]
mod tests;
