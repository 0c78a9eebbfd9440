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
use crate::views::{LiveRow, RunView};

/// The whole path, to show what was not reached.
const PATH: [StepId; 9] = [
    StepId::Received,
    StepId::Recognised,
    StepId::Read,
    StepId::Named,
    StepId::Attributes,
    StepId::Region,
    StepId::Built,
    StepId::Sent,
    StepId::Answered,
];

pub(super) fn timeline(run: &RunView) -> AnyView {
    let tag_id = run.row.tag.as_ref().map(|tag| tag.id.as_str());
    let steps = run.steps.iter().map(|step| view! { <li class=class(step)>{drawn(step, tag_id)}</li> });
    let missed = not_reached(run).into_iter().map(|id| {
        view! {
            <li class="missed">
                <span class="step">
                    <i class="node"></i>
                    <b>{id.label()}</b>
                    <span></span>
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

fn class(step: &Step) -> &'static str {
    match step.effect {
        Change::Unchanged => "unchanged",
        Change::Changed => "changed",
        Change::Stopped => "stopped bad",
        Change::Waiting => "waiting retry",
    }
}

fn effect(change: Change) -> &'static str {
    match change {
        Change::Unchanged => "unchanged",
        Change::Changed => "changed",
        Change::Stopped => "stopped here",
        Change::Waiting => "tried again",
    }
}

/// Gates, where a run can end, carry the shape of a state; other steps a dot.
fn node(step: &Step) -> AnyView {
    let gate = matches!(step.id, StepId::Sent | StepId::Answered);
    match step.effect {
        Change::Stopped => mark(State::Refused),
        Change::Waiting => mark(State::Retrying),
        Change::Changed if gate => mark(State::Delivered),
        Change::Changed | Change::Unchanged => view! { <i class="node"></i> }.into_any(),
    }
}

fn drawn(step: &Step, tag_id: Option<&str>) -> AnyView {
    let head = view! {
        {node(step)}
        <b>{step.id.label()}</b>
        <span class="summary">{line(&step.summary).into_owned()}</span>
        <span class="effect">{effect(step.effect)}</span>
    }
    .into_any();
    let explains = step.reason.is_some_and(|reason| reason != Reason::Accepted);
    let bare = step.inputs.is_empty() && step.outputs.is_empty() && step.field.is_none() && !explains;
    if bare {
        return view! { <span class="step">{head}</span> }.into_any();
    }
    let open = matches!(step.effect, Change::Stopped | Change::Waiting);
    view! {
        <details open=open>
            <summary class="step">
                {head} <span class="chevron">{small_icon(Icon::Right)}</span>
            </summary>
            <div class="step-card">
                {facts(step)} {step.reason.filter(|_| explains).map(explained)}
                {foot(step.reason, step.field.as_deref(), tag_id)}
            </div>
        </details>
    }
    .into_any()
}

fn facts(step: &Step) -> Option<AnyView> {
    let column = |title: &'static str, facts: &[Fact]| {
        (!facts.is_empty()).then(|| {
            let facts = facts.iter().map(|fact| {
                view! {
                    <dt>{line(&fact.name).into_owned()}</dt>
                    <dd>{long(&fact.value)}</dd>
                }
            });
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

fn explained(reason: Reason) -> AnyView {
    view! {
        <p class="step-why">
            {reason.text()} "."
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
