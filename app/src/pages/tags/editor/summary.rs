//! How the last save or publish ended, above the form: it takes the focus, and errors are linked.

use leptos::html::Div;
use leptos::prelude::*;
use tag::config::Problem;

use super::draft::{Draft, below};
use super::form_error;
use super::sections::with_line;
use crate::api::tags::SavedTag;
use crate::components::notice::{Notice, Tone, failure};
use crate::components::status::{State, mark};

/// `ended`: the address's `publish`, `done` or `refused`. `version`: the live one.
pub(super) fn outcome(draft: Draft, ended: Memo<String>, version: Option<i64>) -> AnyView {
    let answered = move || draft.save.answer::<SavedTag>();
    let refused = move || ended.get() == "refused" || matches!(answered(), Some(Err(_)));
    let drawn = move || {
        if let Some(Err(error)) = answered()
            && form_error(&error)
        {
            return failure(&error);
        }
        let visible = draft.visible();
        if refused() && !visible.is_empty() {
            return problems(&visible);
        }
        match (ended.get().as_str(), answered(), version) {
            (_, Some(Ok(saved)), _) if saved.version.is_none() && saved.problems.is_empty() => {
                view! { <Notice tone=Tone::Success title="Draft saved. It is not live." /> }.into_any()
            }
            ("done", _, Some(version)) => view! {
                <Notice tone=Tone::Success title=format!("Published as v{version}")>
                    <p class="quiet">
                        "Events that arrive from now on use it. " <a href="/live">"Watch them in Live"</a>
                    </p>
                </Notice>
            }
            .into_any(),
            _ => ().into_any(),
        }
    };
    view! { {drawn} }.into_any()
}

fn problems(problems: &[Problem]) -> AnyView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = summary.get() {
            _ = summary.focus();
        }
    });
    let title = match problems.len() {
        1 => "One thing to mend before you can publish".to_owned(),
        many => format!("{many} things to mend before you can publish"),
    };
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
        <div class="notice bad" role="alert" tabindex="-1" node_ref=summary>
            {mark(State::Error)} <div>
                <p>
                    <strong>{title}</strong>
                </p>
                <p class="quiet">"The draft is saved, errors included."</p>
                <ul>{problems.iter().map(line).collect_view()}</ul>
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
