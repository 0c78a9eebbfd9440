//! Beside the form: the live version, and what publishing would change.

use leptos::prelude::*;

use super::Opened;
use super::changes::Change;
use super::draft::Draft;
use crate::components::chip::tag_chip;
use crate::components::icon::{Icon, icon};
use crate::components::time::Time;

pub(super) fn aside(opened: &Opened, draft: Draft) -> AnyView {
    let Some(live) = &opened.live else {
        return view! {
            <h2>"Before you publish"</h2>
            <p class="quiet">
                "A draft sends nothing. Publishing makes it a version; events that arrive from then on are sent to Amazon."
            </p>
            <ul class="promises">
                <li>{icon(Icon::Test)} "Send a test event from a source’s page"</li>
                <li>{icon(Icon::Live)} "Read in Live what was sent, and why"</li>
                <li>{icon(Icon::Undo)} "Change it at any time: each publish is a version"</li>
            </ul>
        }
        .into_any();
    };
    let list = move || {
        let changes = draft.changes.get();
        if changes.is_empty() {
            return view! { <p class="quiet">"Nothing. The draft is what is live."</p> }.into_any();
        }
        view! { <ul class="changes">{changes.into_iter().map(line).collect_view()}</ul> }.into_any()
    };
    view! {
        <h2>"What publishing changes"</h2>
        {list}
        <h2>"Live now" {tag_chip(live.number, true)}</h2>
        <dl class="facts">
            <dt>"Published"</dt>
            <dd>
                <Time at=live.published_at />
            </dd>
            <dt>"By"</dt>
            <dd>
                <bdi>{live.published_by.clone()}</bdi>
            </dd>
            <dt>"Does"</dt>
            <dd>{tag::config::summary(&live.config)}</dd>
        </dl>
    }
    .into_any()
}

fn line(change: Change) -> AnyView {
    view! {
        <li>
            <a class="quiet" href=format!("#{}", change.section.id()) rel="external">
                {change.section.title()}
            </a>
            " › "
            <strong>{change.field}</strong>
            <p>
                <span class="hidden-text">"before: "</span>
                <bdi class="quiet">{change.before}</bdi>
                <span class="flip">{icon(Icon::Arrow)}</span>
                <span class="hidden-text">"after: "</span>
                <bdi class="after">{change.after}</bdi>
            </p>
        </li>
    }
    .into_any()
}
