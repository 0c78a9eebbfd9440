//! The list of sources; each row opens to its snippet, key and origins.

use leptos::prelude::*;

use super::connect::{connect, write_key};
use super::{described, kind_icon};
use crate::api::sources::load_sources;
use crate::components::empty::Empty;
use crate::components::frame::PageHead;
use crate::components::icon::{Icon, icon};
use crate::components::loaded::loaded;
use crate::components::number::grouped;
use crate::components::time::Time;
use crate::views;
use crate::wire::loading;

#[component]
pub fn SourcesPage() -> AnyView {
    let page = loading(|| (), |()| load_sources());
    loaded(page, |page: views::SourcesPage| {
        let list = if page.sources.is_empty() {
            view! {
                <Empty
                    icon=Icon::Source
                    title="No source yet"
                    text="A source is a website or a back end that sends events here. Each gets a write key of its own, so you always see where an event came from."
                >
                    <a class="button primary" href="/sources/new">
                        {icon(Icon::Plus)}
                        "New source"
                    </a>
                </Empty>
            }
            .into_any()
        } else {
            let rows = page.sources.iter().enumerate();
            let rows = rows.map(|(index, source)| row(source, &page.public_url, index == 0));
            view! { <div class="card sources">{rows.collect_view()}</div> }.into_any()
        };
        let some = !page.sources.is_empty();
        view! {
            <div class="page">
                <PageHead title="Sources" text="A source is a website, an app or a back end that sends events here.">
                    {some
                        .then(|| {
                            view! {
                                <a class="button primary" href="/sources/new">
                                    {icon(Icon::Plus)}
                                    "New source"
                                </a>
                            }
                        })}
                </PageHead>
                {list}
            </div>
        }
        .into_any()
    })
}

fn row(source: &views::SourceView, public_url: &str, open: bool) -> AnyView {
    let last = match source.last_event_at {
        Some(at) => view! {
            <i class="dot ok"></i>
            <span>"Last " <Time at=at /></span>
        }
        .into_any(),
        None => view! {
            <i class="dot off"></i>
            <span>"No event yet"</span>
        }
        .into_any(),
    };
    let feeds = match source.feeds.as_slice() {
        [] => "feeds no tag".to_owned(),
        [only] => format!("feeds {}", only.name),
        many => format!("feeds {} tags", many.len()),
    };
    view! {
        <details class="source" name="source" open=open>
            <summary>
                <span class="tile">{icon(kind_icon(source.kind))}</span>
                <span class="source-name">
                    <strong class="cut">{source.name.clone()}</strong>
                    <small class="cut">{described(source)}</small>
                </span>
                <span class="source-count">
                    <strong class=if source.events_24h == 0 { "zero" } else { "" }>{grouped(source.events_24h)}</strong>
                    <small>"in 24 hours"</small>
                </span>
                <span class="source-last">
                    <span>{last}</span>
                    <small class="cut">{feeds}</small>
                </span>
                <span class="chevron">{icon(Icon::Down)}</span>
            </summary>
            <div class="source-body">
                {connect(source, public_url)} <div class="source-side">
                    {write_key(source)} {facts(source)}
                    <a class="button" href=format!("/sources/{}", source.id)>
                        {icon(Icon::Pencil)}
                        "Open and edit"
                        <span class="hidden-text">" " {source.name.clone()}</span>
                    </a>
                </div>
            </div>
        </details>
    }
    .into_any()
}

/// Origins and tags.
pub(super) fn facts(source: &views::SourceView) -> AnyView {
    let origins = match source.origins.as_slice() {
        [] => view! { <span class="faint">"none"</span> }.into_any(),
        origins => origins
            .iter()
            .map(|origin| view! { <bdi class="line">{origin.clone()}</bdi> })
            .collect_view()
            .into_any(),
    };
    view! {
        <dl class="facts">
            <dt>"Allowed origins"</dt>
            <dd>{origins}</dd>
            <dt>"Feeds"</dt>
            <dd>{feeds(source)}</dd>
            <dt>"Made"</dt>
            <dd>
                <Time at=source.created_at />
            </dd>
        </dl>
    }
    .into_any()
}

fn feeds(source: &views::SourceView) -> AnyView {
    if source.feeds.is_empty() {
        return view! { <span class="faint">"no published tag"</span> }.into_any();
    }
    source
        .feeds
        .iter()
        .map(|tag| view! { <a class="line" href=format!("/tags/{}", tag.id)>{tag.name.clone()}</a> })
        .collect_view()
        .into_any()
}
