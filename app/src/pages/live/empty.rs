//! What the list shows while there is nothing in it.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::{Address, Page, words};
use crate::api::sources::SendTestEvent;
use crate::components::button::Submit;
use crate::components::loaded::{blank, later};
use crate::components::icon::{Icon, glyph, icon};
use crate::components::notice::{failure, refused};
use crate::components::status::{State, mark};
use crate::pages::sources::connect;
use crate::views::{Sample, SourceChoice};

/// Nothing has arrived yet: what will appear here, and the shortest way to see it.
pub(super) fn nothing_yet(page: Page) -> AnyView {
    let sources = page.sources.get_value();
    let published = page.published_tags;
    let known = match sources.as_slice() {
        [] => (State::Off, "No source yet: it tells Sidetag who may send".to_owned()),
        [one] => (State::Complete, format!("Source {} is ready", one.name)),
        many => (State::Complete, format!("{} sources are ready", many.len())),
    };
    let tags = match published {
        0 => (State::Warning, "No tag is published: events will be listed and skipped".to_owned()),
        1 => (State::Complete, "1 tag is published".to_owned()),
        many => (State::Complete, format!("{many} tags are published")),
    };
    view! {
        <div class="live-empty">
            <div>
            <span class="live-pulse" aria-hidden="true">
                {glyph()}
            </span>
            <h2>"No event has arrived yet"</h2>
            <p class="quiet">
                "Each event your sites and servers send appears here within a second, with every step from \
                 receipt to Amazon’s answer."
            </p>
            {if sources.is_empty() {
                view! {
                    <a class="button primary" href="/sources/new">
                        {icon(Icon::Plus)}
                        "Create a source"
                    </a>
                }
                .into_any()
            } else {
                view! { <TestEvent sources=sources.clone() /> }.into_any()
            }}
            <ul class="live-known">
                {[known, tags].map(|(state, text)| view! { <li>{mark(state)} {text}</li> }).collect_view()}
            </ul>
            </div>
            {how_to_send(page)}
        </div>
    }
    .into_any()
}

/// The first source's snippet and curl line.
fn how_to_send(page: Page) -> AnyView {
    later(blank, move || {
        Box::pin(async move {
            let known = page.how_to_send.await;
            let first = known.as_ref().and_then(|known| Some((known.sources.first()?, &known.public_url)));
            first.map(|(source, url)| view! { <div class="live-how">{connect(source, url)}</div> }).into_any()
        })
    })
}

/// Sends a marked event through the same path as production, and opens it.
#[component]
fn TestEvent(sources: Vec<SourceChoice>) -> AnyView {
    let error = refused::<SendTestEvent>().map(|error| failure(&error));
    let source = match sources.as_slice() {
        [one] => view! { <input type="hidden" name="source_id" value=one.id.clone() /> }.into_any(),
        many => {
            let choices = many.iter().map(|source| {
                view! { <option value=source.id.clone()>{source.name.clone()}</option> }
            });
            view! {
                <label>
                    <span class="hidden-text">"Source"</span>
                    <select class="input" name="source_id">
                        {choices.collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
    };
    view! {
        <form method="post" action=SendTestEvent::PATH class="live-test">
            {source}
            <label>
                <span class="hidden-text">"Event"</span>
                <select class="input" name="sample">
                    {Sample::ALL
                        .map(|sample| {
                            let chosen = sample == Sample::Purchase;
                            view! { <option value=sample.name() selected=chosen>{sample.name()}</option> }
                        })
                        .collect_view()}
                </select>
            </label>
            <Submit label="Send a test event" busy="Sending…" pending=false start=Icon::Test />
            {error}
        </form>
    }
    .into_any()
}

/// The list is narrowed, and nothing in it is like that.
pub(super) fn nothing_matches(page: Page) -> AnyView {
    let outcome = move || page.address.read().outcome;
    let all = move || Address { outcome: None, before: None, ..page.address.get() }.href();
    view! {
        <div class="empty">
            <span class="disc">{icon(Icon::Filter)}</span>
            <h2>{move || words::none_with(outcome())}</h2>
            <p>{move || outcome().map(|_| "When there is one, it appears here by itself.")}</p>
            <div class="actions">
                <a class="button" href=all>
                    "Show all events"
                </a>
            </div>
        </div>
    }
    .into_any()
}
