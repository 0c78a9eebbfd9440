//! Six steps from nothing to the first delivered event. Done steps keep one line with their result, the
//! current one opens with its action, later ones stay grey.

use leptos::prelude::*;
use tag::outcome::Outcome;

use crate::components::icon::{Icon, icon};
use crate::components::path::event_path;
use crate::components::status::{State, mark, status};
use crate::components::time::{Time, TimeStyle};
use crate::views::{LiveRow, Overview};

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub title: &'static str,
    /// Its result, once it is done.
    pub done: Option<String>,
    /// What it is for, until then.
    pub text: &'static str,
    pub action: Option<Action>,
}

/// The link that does the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    pub icon: Icon,
    pub label: &'static str,
    pub href: String,
}

/// The steps in their order. A step can be done before an earlier one.
pub(super) fn steps(overview: &Overview) -> [Step; 6] {
    let action = |icon, label, href: String| Some(Action { icon, label, href });
    let tag_page =
        overview.first_tag.as_ref().map_or("/tags/new".to_owned(), |tag| format!("/tags/{}", tag.id));
    let test_page = overview
        .first_source
        .as_ref()
        .map_or("/sources/new".to_owned(), |source| format!("/sources/{}#test-event", source.id));
    let last = overview.last_event.as_ref();
    let delivered = overview.last_delivered.as_ref();
    [
        Step {
            title: "Create the administrator",
            done: Some(overview.administrator.clone()),
            text: "",
            action: None,
        },
        Step {
            title: "Connect a source",
            done: overview.first_source.as_ref().map(|source| source.name.clone()),
            text: "A source is a website or a back end that sends events here. You get a snippet and a curl line for it.",
            action: action(Icon::Plus, "New source", "/sources/new".to_owned()),
        },
        Step {
            title: "Create a tag",
            done: overview.first_tag.as_ref().map(|tag| tag.name.clone()),
            text: "A tag decides which events go to Amazon and under which name. Have your Amazon tag ID at hand.",
            action: action(Icon::Plus, "New tag", "/tags/new".to_owned()),
        },
        Step {
            title: "Publish it",
            done: overview.published.then(|| "live".to_owned()),
            text: "Production starts to send from here. Until then nothing leaves this server.",
            action: action(Icon::Tag, "Open the tag", tag_page),
        },
        Step {
            title: "Receive an event",
            done: last.map(|row| format!("{} arrived", row.event_in)),
            text: "Send a test event from here, or open a page that carries the snippet.",
            action: action(Icon::Test, "Send a test event", test_page.clone()),
        },
        Step {
            title: "See it delivered, and why",
            done: delivered.map(|row| format!("{} was accepted by Amazon", row.event_in)),
            text: "Read each step of your newest event, from its receipt to Amazon’s answer.",
            action: match last {
                Some(row) => action(Icon::Live, "See why and what", format!("/live/{}", row.id)),
                None => action(Icon::Live, "Open live", "/live".to_owned()),
            },
        },
    ]
}

pub(super) fn draw(overview: &Overview, steps: &[Step; 6]) -> AnyView {
    let done = steps.iter().filter(|step| step.done.is_some()).count();
    let current = steps.iter().position(|step| step.done.is_none());
    let line = |(index, step): (usize, &Step)| match (&step.done, current == Some(index)) {
        (Some(result), _) => finished(step.title, result),
        (None, true) => open(index + 1, step, overview.last_event.as_ref().filter(|_| index == 5)),
        (None, false) => later(index + 1, step.title),
    };
    view! {
        <section class="card checklist" aria-labelledby="checklist">
            <div class="card-head">
                <h2 id="checklist">"First conversion"</h2>
                <span class="quiet">{done} " of 6 done"</span>
                <span class="progress" aria-hidden="true">
                    {(0..6).map(|index| view! { <i class:done=index < done></i> }).collect_view()}
                </span>
            </div>
            <ol>{steps.iter().enumerate().map(line).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn finished(title: &'static str, result: &str) -> AnyView {
    view! {
        <li class="done">
            {mark(State::Delivered)} <p class="cut">
                <span class="hidden-text">"Done: "</span>
                <strong>{title}</strong>
                " "
                <bdi class="quiet">{result.to_owned()}</bdi>
            </p>
        </li>
    }
    .into_any()
}

fn open(number: usize, step: &Step, event: Option<&LiveRow>) -> AnyView {
    let action = step.action.as_ref().map(|action| {
        view! {
            <a class="button primary" href=action.href.clone()>
                {icon(action.icon)}
                {action.label}
            </a>
        }
    });
    view! {
        <li class="now" aria-current="step">
            <span class="step-number" aria-hidden="true">
                {number}
            </span>
            <div>
                <h3>{step.title}</h3>
                <p class="quiet">{step.text}</p>
                {event.map(event_card)}
                {action}
            </div>
        </li>
    }
    .into_any()
}

fn later(number: usize, title: &'static str) -> AnyView {
    view! {
        <li class="later">
            <span class="step-number" aria-hidden="true">
                {number}
            </span>
            <p>{title}</p>
        </li>
    }
    .into_any()
}

/// One event in two lines.
fn event_card(row: &LiveRow) -> AnyView {
    let state = State::from(row.outcome);
    let value = row.value.as_ref().map(|value| {
        view! { <strong>{value.clone()} " " {row.currency.clone()}</strong> }
    });
    let reason = (row.outcome != Outcome::Delivered).then_some(row.reason).flatten();
    view! {
        <div class="card event-card">
            <div class="event-card-line">
                {status(state, state.word())} <Time at=row.at style=TimeStyle::Second />
            </div>
            <div class="event-card-line">{event_path(&row.event_in, row.event_out.as_deref())} {value}</div>
            {reason.map(|reason| view! { <p class="quiet">{reason.text()} "."</p> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::{SourceChoice, TagLink};

    fn nothing_yet() -> Overview {
        Overview {
            administrator: "mara@shop.example".into(),
            first_source: None,
            first_tag: None,
            published: false,
            last_event: None,
            last_delivered: None,
            now: 0,
            histogram: vec![],
            losses: vec![],
        }
    }

    fn done(overview: &Overview) -> Vec<bool> {
        steps(overview).iter().map(|step| step.done.is_some()).collect()
    }

    #[test]
    fn each_fact_ticks_its_own_step() {
        let mut overview = nothing_yet();
        assert_eq!(done(&overview), [true, false, false, false, false, false]);
        // In an order of one's own: the tag before the source.
        overview.first_tag = Some(TagLink { id: "t1".into(), name: "EU purchases".into() });
        assert_eq!(done(&overview), [true, false, true, false, false, false]);
        overview.first_source = Some(SourceChoice { id: "s1".into(), name: "Web shop".into() });
        overview.published = true;
        assert_eq!(done(&overview), [true, true, true, true, false, false]);
    }

    #[test]
    fn actions_lead_to_what_exists_already() {
        let mut overview = nothing_yet();
        let href = |overview: &Overview, step: usize| steps(overview)[step].action.clone().map(|a| a.href);
        assert_eq!(href(&overview, 3).as_deref(), Some("/tags/new"));
        assert_eq!(href(&overview, 4).as_deref(), Some("/sources/new"));
        overview.first_tag = Some(TagLink { id: "t1".into(), name: "EU purchases".into() });
        overview.first_source = Some(SourceChoice { id: "s1".into(), name: "Web shop".into() });
        assert_eq!(href(&overview, 3).as_deref(), Some("/tags/t1"));
        assert_eq!(href(&overview, 4).as_deref(), Some("/sources/s1#test-event"));
    }
}
