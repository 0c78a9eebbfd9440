//! The live debugger: the list of events as they come, and what happened to each and why.
//!
//! The server renders the first picture, and the page works as plain links. In the browser it then follows
//! the stream. It draws what the trace says and never guesses.

mod address;
mod attempts;
mod banner;
mod control;
mod data;
mod detail;
mod empty;
mod head;
mod incoming;
mod keys;
mod list;
mod outgoing;
mod row;
mod tabs;
mod text;
mod why;
mod words;

use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::api::live::{load_live, load_run};
use crate::api::sources::load_sources;
use crate::components::loaded::later;
use crate::components::skeleton::page_skeleton;
use crate::components::trouble::trouble;
use crate::error::UiError;
use crate::live::Live;
use crate::views::{LivePage as Picture, RunView, SourceChoice, SourcesPage};
use address::Address;
use crate::wire::{Loading, loading};

/// The details of the open row; `None` while no row is open.
type Run = Loading<Option<Result<RunView, UiError>>>;

/// How to send events; loaded only while there are none.
type HowToSend = Loading<Option<SourcesPage>>;

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Page {
    live: Live,
    address: Memo<Address>,
    run: Run,
    how_to_send: HowToSend,
    sources: StoredValue<Vec<SourceChoice>>,
    published_tags: u64,
    /// The browser part has taken over.
    ready: RwSignal<bool>,
    /// Keys that are plain characters act.
    characters: RwSignal<bool>,
    /// The head of the list is out of sight.
    scrolled: RwSignal<bool>,
    /// The row that has the focus, or had it last.
    focused: RwSignal<Option<String>>,
    /// The focus is in the list.
    within: RwSignal<bool>,
    /// The head of the list.
    top: NodeRef<Div>,
    is_open: StoredValue<Selector<Option<String>>>,
    is_entry: StoredValue<Selector<Option<String>>>,
}

#[component]
pub fn LivePage() -> AnyView {
    let (path, query) = (use_params_map(), use_query_map());
    let address = Memo::new(move |_| Address::read(&path.read(), &query.read()));
    let picture = loading(
        move || {
            let address = address.read();
            (address.outcome, address.before.clone())
        },
        |(outcome, before)| load_live(outcome, before),
    );
    let run = loading(
        move || address.read().id.clone(),
        |id| async move {
            match id {
                Some(id) => Some(load_run(id).await),
                None => None,
            }
        },
    );
    let how_to_send = loading(
        || (),
        move |()| async move {
            match picture.await {
                Ok(picture) if picture.rows.is_empty() => load_sources().await.ok(),
                _ => None,
            }
        },
    );
    let drawn = later(page_skeleton, move || {
        Box::pin(async move {
            match picture.await {
                Ok(picture) => board(Page::new(&picture, address, run, how_to_send)),
                Err(error) => trouble(&error),
            }
        })
    });
    view! {
        <leptos_meta::Title text="Live" />
        {drawn}
    }
    .into_any()
}

fn board(page: Page) -> AnyView {
    let Page { live, address, .. } = page;
    let open = Memo::new(move |_| address.read().id.is_some());
    let nothing_yet = Memo::new(move |_| {
        let address = address.read();
        address.outcome.is_none() && address.before.is_none() && live.feed.read().rows().is_empty()
    });
    page.come_alive();
    view! {
        <div class="live" class:has-detail=open class:ready=page.ready>
            {banner::banner(page)}
            <section class="live-list" aria-label="Events">
                {head::head(page, nothing_yet)}
                <div class="live-scroll">
                    <div class="live-head-mark" node_ref=page.top></div>
                    {move || if nothing_yet.get() { empty::nothing_yet(page) } else { list::list(page) }}
                </div>
            </section>
            {move || open.get().then(|| detail::detail(page))}
            <p class="hidden-text" role="status">
                {live.said}
            </p>
        </div>
    }
    .into_any()
}

impl Page {
    fn new(picture: &Picture, address: Memo<Address>, run: Run, how_to_send: HowToSend) -> Self {
        let live = Live::new(picture, address.read_untracked().outcome);
        let focused = RwSignal::new(None::<String>);
        let entry = Memo::new(move |_| {
            let feed = live.feed.read();
            let row = |id: Option<&String>| id.and_then(|id| feed.get(id));
            let focused = focused.read();
            let address = address.read();
            let entry = row(focused.as_ref()).or(row(address.id.as_ref())).or(feed.rows().first());
            entry.map(|row| row.id.clone())
        });
        Self {
            live,
            address,
            run,
            how_to_send,
            sources: StoredValue::new(picture.sources.clone()),
            published_tags: picture.published_tags,
            ready: RwSignal::new(false),
            characters: RwSignal::new(true),
            scrolled: RwSignal::new(false),
            focused,
            within: RwSignal::new(false),
            top: NodeRef::new(),
            is_open: StoredValue::new(Selector::new(move || address.read().id.clone())),
            is_entry: StoredValue::new(Selector::new(move || entry.get())),
        }
    }
}
