//! What Amazon would drop or misunderstand, said before anything is sent. Amazon has no test mode, and its
//! answers say nothing; this is ours.

mod attributes;
mod consent;
mod currency;
mod event;

use serde::{Deserialize, Serialize};

use crate::config::Tag;
use crate::consent as signals;
use crate::context::Context;
use crate::event::Event;
use crate::privacy::mask_text;
use crate::reason::Reason;
use crate::run::{Decision, EventRequest, Plan, run};
use crate::trace::{Effect, Step};
use crate::value::Scope;

/// One thing to know about an event and a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub reason: Reason,
    pub severity: Severity,
    /// What it is, in a marketer's words.
    pub message: String,
    /// What to do about it, when there is something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The configuration field behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The parameter or the path in the event that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// How bad it is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The event, or a part of it, will not count.
    Lost,
    /// It may count as something else than it is.
    Doubtful,
    /// Worth knowing.
    Notice,
}

/// What there is to know about the event, worst first. Nothing, when all is well.
///
/// An event that the tag does not run for has one finding, which says so.
pub fn lint(tag: &Tag, event: &Event, context: Context<'_>) -> Vec<Finding> {
    let run = run(tag, event, context);
    let mut findings: Vec<Finding> = run.trace.steps.iter().flat_map(of_step).collect();
    if run.decision == Decision::Skip(Reason::NotTriggered.into()) {
        return findings;
    }
    let scope = Scope { event, browser: context.browser };
    findings.extend(event::time(event, context.now_ms));
    if let (_, Ok(consent)) = signals::resolve(&tag.consent, scope) {
        findings.extend(consent::findings(tag, &consent));
    }
    if let Decision::Send(Plan { requests, .. }) = &run.decision
        && let Some(EventRequest { params, .. }) = requests.first()
    {
        findings.extend(event::name(&tag.event_name, params));
        findings.extend(attributes::findings(params, tag, scope));
    }
    // A sort of the standard library would be 3 KB in a browser.
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity).cloned();
    [Severity::Lost, Severity::Doubtful, Severity::Notice].into_iter().flat_map(of).collect()
}

/// What a step of the run has stopped at, left out or noted.
fn of_step(step: &Step) -> Vec<Finding> {
    let stopped = step.reason.filter(|_| step.effect == Effect::Stopped).map(|reason| {
        let finding = Finding::new(reason).saying(&step.summary);
        Finding { field: step.field.as_deref().map(str::to_owned), ..finding }
    });
    let noted = step.notes.iter().map(|note| Finding::new(note.reason).about(&note.subject));
    stopped.into_iter().chain(noted).collect()
}

impl Finding {
    fn new(reason: Reason) -> Self {
        Self {
            reason,
            severity: severity(reason),
            message: format!("{}.", reason.text()),
            remedy: reason.remedy().map(str::to_owned),
            field: None,
            subject: None,
        }
    }

    /// Puts what it is in this case before what it means.
    fn saying(self, case: &str) -> Self {
        let case = case.trim_end_matches('.');
        if self.message.trim_end_matches('.') == case {
            return self;
        }
        Self { message: format!("{case}. {}", self.message), ..self }
    }

    fn about(self, subject: &str) -> Self {
        Self { subject: Some(mask_text(subject).into_owned()), ..self }
    }

    fn field(self, field: Option<&str>) -> Self {
        Self { field: field.map(str::to_owned), ..self }
    }
}

fn severity(reason: Reason) -> Severity {
    match reason {
        Reason::ConsentDenied
        | Reason::ConsentUnknown
        | Reason::ConsentStringMissing
        | Reason::ConsentSignalMissing
        | Reason::CountryMissing
        | Reason::UnmappedName
        | Reason::NameMissing
        | Reason::NameTooLong
        | Reason::NameCharacters
        | Reason::AttributeNameTooLong
        | Reason::ValueTooLong
        | Reason::ValueNegative
        | Reason::ValueNotNumber
        | Reason::AttributeDropped
        | Reason::EventTooOld
        | Reason::TemplateFailed
        | Reason::IdentityUnusable => Severity::Lost,
        Reason::DedupeShared
        | Reason::EventInFuture
        | Reason::CurrencyUnknown
        | Reason::PurchaseAttribute
        | Reason::PurchaseIncomplete
        | Reason::ValueDecimals
        | Reason::ValueIgnored
        | Reason::UnitsUnusable
        | Reason::ConsentUnreadable
        | Reason::PhoneWithoutCountry
        | Reason::MatchIdPersonal
        | Reason::ReservedName => Severity::Doubtful,
        _ => Severity::Notice,
    }
}

#[cfg(test)]
mod tests;
