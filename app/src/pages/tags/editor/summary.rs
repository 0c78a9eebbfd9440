//! How the last save or publish ended, above the form: it takes the focus, and errors are linked.

use leptos::html::Div;
use leptos::prelude::*;
use tag::config::Problem;

use super::draft::{Draft, below};
use super::sections::with_line;
use crate::api::tags::SavedTag;
use crate::components::notice::{Notice, Tone, failure};
use crate::components::status::{State, mark};
use crate::error::UiError;

/// `ended`: the address's `publish`, `done` or `refused`. `version`: the live one.
pub(super) fn outcome(draft: Draft, ended: Memo<String>, version: Option<i64>) -> AnyView {
    let drawn = move || match draft.save.answer::<SavedTag>() {
        Some(Err(UiError::Invalid(wrong))) if wrong.iter().all(|problem| !problem.path.is_empty()) => {
            problems(|_| "The draft is not saved".to_owned(), "", Signal::stored(wrong))
        }
        Some(Err(error)) => failure(&error),
        Some(Ok(saved)) if saved.version.is_none() && saved.problems.is_empty() => {
            view! { <Notice tone=Tone::Success title="Draft saved. It is not live." /> }.into_any()
        }
        _ => match (ended.get().as_str(), version) {
            ("refused", _) => problems(
                |count| match count {
                    1 => "One thing to mend before you can publish".to_owned(),
                    many => format!("{many} things to mend before you can publish"),
                },
                "The draft is saved, errors included.",
                draft.problems.into(),
            ),
            ("done", Some(version)) => view! {
                <Notice tone=Tone::Success title=format!("Published as v{version}")>
                    <p class="quiet">
                        "Events that arrive from now on use it. " <a href="/live">"Watch them in Live"</a>
                    </p>
                </Notice>
            }
            .into_any(),
            _ => ().into_any(),
        },
    };
    view! { {drawn} }.into_any()
}

/// What is wrong. It takes the focus once; what is mended leaves the list and the focus alone.
fn problems(title: fn(usize) -> String, text: &'static str, problems: Signal<Vec<Problem>>) -> AnyView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get() {
            _ = summary.focus();
        }
    });
    let line = |problem: &Problem| {
        view! {
            <li>
                <a href=format!("#{}", field(&problem.path)) rel="external">
                    {with_line(&problem.path, &problem.text())}
                </a>
            </li>
        }
    };
    view! {
        <div
            class="notice bad"
            role="alert"
            tabindex="-1"
            node_ref=summary
            hidden=move || problems.read().is_empty()
        >
            {mark(State::Error)} <div>
                <p>
                    <strong>{move || title(problems.read().len())}</strong>
                </p>
                {(!text.is_empty()).then(|| view! { <p class="quiet">{text}</p> })}
                <ul>{move || problems.read().iter().map(line).collect_view()}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// The id of the control that a problem is about.
fn field(path: &str) -> &'static str {
    match path {
        path if below(path, "tag_ids") => "tag_ids",
        path if below(path, "region") => "region",
        path if below(path, "event_name") => "event-names",
        path if below(path, "sources") => "sources",
        _ => "name",
    }
}
