//! *Why*: the steps of the trace as a timeline, from receipt to Amazon's last answer.

use leptos::prelude::*;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::trace::{Effect as Change, Fact, Step, StepId};

use super::data::long;
use super::text::line;
use super::words;
use crate::components::icon::{Icon, small_icon};
use crate::components::status::{State, mark};
use crate::components::time::{Time, TimeStyle};
use crate::views::{LiveRow, RunView};

/// The path of every event that is sent, to show what was not reached.
const PATH: [StepId; 14] = [
    StepId::Received,
    StepId::Recognised,
    StepId::Read,
    StepId::Triggered,
    StepId::Consent,
    StepId::Named,
    StepId::Attributes,
    StepId::Identity,
    StepId::MatchId,
    StepId::Measurement,
    StepId::Region,
    StepId::Built,
    StepId::Sent,
    StepId::Answered,
];

pub(super) fn timeline(run: &RunView) -> AnyView {
    let tag_id = run.row.tag.as_ref().map(|tag| tag.id.as_str());
    let last_try = run.steps.iter().rposition(|step| step.id == StepId::Sent).unwrap_or_default();
    let steps = run.steps.iter().enumerate().map(|(index, step)| {
        let end = End::of(step, index >= last_try, run.row.outcome);
        view! { <li class=end.class()>{drawn(step, end, tag_id)}</li> }
    });
    let missed = not_reached(run).into_iter().map(|id| {
        view! {
            <li class="missed">
                <span class="step">
                    <i class="node"></i>
                    <b>{id.label()}</b>
                    <span class="summary"></span>
                    <span class="effect">"not reached"</span>
                </span>
            </li>
        }
    });
    view! {
        <ol class="timeline">{steps.collect_view()} {missed.collect_view()}</ol>
        {ending(run)}
    }
    .into_any()
}

/// The steps that a run which ended early never came to.
fn not_reached(run: &RunView) -> Vec<StepId> {
    if !run.row.outcome.is_final() || run.row.outcome == Outcome::Delivered {
        return vec![];
    }
    let reached = |id: &StepId| run.steps.iter().any(|step| step.id == *id);
    let last = PATH.iter().rposition(reached).map_or(0, |last| last + 1);
    PATH[last..].to_vec()
}

/// How a step ended, in the light of how the run did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Unchanged,
    Changed,
    Stopped,
    /// It failed, and the next step is another try.
    TriedAgain,
    /// It failed, and another try is due.
    Waiting,
    /// It failed, and that was the last try.
    GivenUp,
}

impl End {
    /// `last`: of the last try.
    fn of(step: &Step, last: bool, outcome: Outcome) -> Self {
        match (step.effect, outcome) {
            (Change::Unchanged, _) => Self::Unchanged,
            (Change::Changed, _) => Self::Changed,
            (Change::Stopped, _) => Self::Stopped,
            (Change::Waiting, Outcome::GivenUp) if last => Self::GivenUp,
            (Change::Waiting, _) if last => Self::Waiting,
            (Change::Waiting, _) => Self::TriedAgain,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Stopped | Self::GivenUp => "stopped bad",
            Self::TriedAgain | Self::Waiting => "waiting retry",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Stopped => "stopped here",
            Self::TriedAgain => "tried again",
            Self::Waiting => "will be tried again",
            Self::GivenUp => "given up",
        }
    }

    /// What ended the run, or holds it up, is open at once.
    fn is_open(self) -> bool {
        matches!(self, Self::Stopped | Self::Waiting | Self::GivenUp)
    }

    /// Gates, where a run can end, carry the shape of a state; other steps a dot.
    fn node(self, id: StepId) -> AnyView {
        let gate = matches!(id, StepId::Sent | StepId::Answered);
        match self {
            Self::Stopped => mark(State::Refused),
            Self::GivenUp => mark(State::GivenUp),
            Self::TriedAgain | Self::Waiting => mark(State::Retrying),
            Self::Changed if gate => mark(State::Delivered),
            Self::Changed | Self::Unchanged => view! { <i class="node"></i> }.into_any(),
        }
    }
}

fn drawn(step: &Step, end: End, tag_id: Option<&str>) -> AnyView {
    let head = view! {
        {end.node(step.id)}
        <b>{step.id.label()}</b>
        <span class="summary">{line(&step.summary).into_owned()}</span>
        <span class="effect">{end.word()}</span>
    }
    .into_any();
    let explains = step.reason.is_some_and(|reason| reason != Reason::Accepted);
    let told = explains || !step.notes.is_empty();
    let bare = step.inputs.is_empty() && step.outputs.is_empty() && step.field.is_none() && !told;
    if bare {
        return view! { <span class="step">{head}</span> }.into_any();
    }
    view! {
        <details open=end.is_open()>
            <summary class="step">
                {head} <span class="chevron">{small_icon(Icon::Right)}</span>
            </summary>
            <div class="step-card">
                {facts(step)} {step.reason.filter(|_| explains).map(|reason| explained("", reason))}
                {step.notes.iter().map(|note| explained(&note.subject, note.reason)).collect_view()}
                {foot(step.reason, step.field.as_deref(), tag_id)}
            </div>
        </details>
    }
    .into_any()
}

fn facts(step: &Step) -> Option<AnyView> {
    let column = |title: &'static str, facts: &[Fact]| {
        (!facts.is_empty()).then(|| {
            let facts = facts.iter().map(fact);
            view! {
                <div>
                    <h3>{title}</h3>
                    <dl class="facts">{facts.collect_view()}</dl>
                </div>
            }
        })
    };
    let (inputs, outputs) = (column("Looked at", &step.inputs), column("Came out", &step.outputs));
    (inputs.is_some() || outputs.is_some())
        .then(|| view! { <div class="step-facts">{inputs} {outputs}</div> }.into_any())
}

/// Times and durations are written as such; other names are wire names and stay.
fn fact(fact: &Fact) -> AnyView {
    let Fact { name, value } = fact;
    let (name, value) = match (name.strip_suffix("_at_ms"), name.strip_suffix("_ms"), value.parse::<i64>()) {
        (Some(name), _, Ok(at)) => {
            (format!("{name} at"), view! { <Time at=at style=TimeStyle::Milli /> }.into_any())
        }
        (None, Some(name), Ok(ms)) => (name.replace('_', " "), words::latency(ms.unsigned_abs()).into_any()),
        _ => (line(name).into_owned(), long(value)),
    };
    view! {
        <dt>{name}</dt>
        <dd>{value}</dd>
    }
    .into_any()
}

/// `subject`: what was left out or ignored, when the step went on without it.
fn explained(subject: &str, reason: Reason) -> AnyView {
    let subject = (!subject.is_empty()).then(|| view! { <code>{line(subject).into_owned()}</code> ": " });
    view! {
        <p class="step-why">
            {subject} {reason.text()} "."
            {reason.remedy().map(|remedy| view! { <span><strong>"What to do. "</strong> {remedy}</span> })}
        </p>
    }
    .into_any()
}

fn foot(reason: Option<Reason>, field: Option<&str>, tag_id: Option<&str>) -> Option<AnyView> {
    let setting = field.zip(tag_id).map(|(field, tag_id)| {
        view! {
            <a href=setting(tag_id, field)>
                "Open this setting" {small_icon(Icon::Arrow)}
            </a>
        }
    });
    let code = reason.map(|reason| view! { <code>{reason.code()}</code> });
    (setting.is_some() || code.is_some())
        .then(|| view! { <p class="step-foot">{code} {setting}</p> }.into_any())
}

/// Where a field of a tag is set.
pub(super) fn setting(tag_id: &str, field: &str) -> String {
    format!("/tags/{tag_id}#{field}")
}

/// The last word: what an acceptance means, or the reason that no step gave.
fn ending(run: &RunView) -> Option<AnyView> {
    let LiveRow { outcome, reason, latency_ms, .. } = &run.row;
    let reason = (*reason)?;
    let told = run.steps.iter().any(|step| step.reason == Some(reason) && reason != Reason::Accepted);
    if told {
        return None;
    }
    let took = latency_ms.filter(|_| *outcome == Outcome::Delivered);
    let took = took.map(|ms| format!("{} at Amazon. ", words::latency(ms)));
    Some(
        view! {
            <div class="live-ending">
                {mark((*outcome).into())} <p>
                    {took} {reason.text()} ". " {reason.remedy()}
                    " " <code>{reason.code()}</code>
                </p>
            </div>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_try_reads_by_what_came_after_it() {
        let failed = Step::new(StepId::Answered, Change::Waiting, "503");
        assert_eq!(End::of(&failed, false, Outcome::Delivered), End::TriedAgain);
        assert_eq!(End::of(&failed, true, Outcome::Retrying), End::Waiting);
        assert_eq!(End::of(&failed, true, Outcome::GivenUp), End::GivenUp);
        assert_eq!(End::of(&failed, false, Outcome::GivenUp), End::TriedAgain);
        assert!(!End::TriedAgain.is_open() && End::Waiting.is_open() && End::GivenUp.is_open());
    }
}
