//! The list of events with what stands above and below it.

use leptos::prelude::*;

use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent};

use super::row::{row, row_of};
use super::{Address, Page, empty};
use crate::components::icon::{Icon, icon};

pub(super) fn list(page: Page) -> AnyView {
    let feed = page.live.feed;
    let any = Memo::new(move |_| !feed.read().rows().is_empty());
    view! {
        {move || if any.get() { table(page) } else { empty::nothing_matches(page) }}
        {pager(page)}
    }
    .into_any()
}

fn table(page: Page) -> AnyView {
    let feed = page.live.feed;
    let focus_in = move |event: FocusEvent| {
        page.within.set(true);
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(id) = element.and_then(|element| row_of(&element.id())) {
            page.focused.set(Some(id));
        }
    };
    let focus_out = move |_| page.within.set(false);
    view! {
        <table class="live-rows" role="table" on:focusin=focus_in on:focusout=focus_out>
            <caption class="hidden-text">"Events, newest first"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col" class="result">
                        "Result, time"
                    </th>
                    <th role="columnheader" scope="col" class="event">
                        "Event, tag, reason"
                    </th>
                    <th role="columnheader" scope="col" class="source">
                        "Source"
                    </th>
                    <th role="columnheader" scope="col" class="value num">
                        "Value"
                    </th>
                    <th role="columnheader" scope="col" class="http num">
                        "HTTP"
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For
                    each=move || feed.read().rows().to_vec()
                    key=|row| row.id.clone()
                    children=move |first| row(page, first)
                />
            </tbody>
        </table>
    }
    .into_any()
}

fn pager(page: Page) -> AnyView {
    let older = Memo::new(move |_| {
        let feed = page.live.feed.read();
        let last = feed.rows().last().filter(|_| feed.more()).map(|row| row.id.clone());
        last.map(|last| Address { before: Some(last), ..page.address.read().closed() }.href())
    });
    let past = Memo::new(move |_| page.address.read().before.is_some());
    let now = move || Address { before: None, ..page.address.read().closed() }.href();
    view! {
        <nav class="live-pager" aria-label="Older and newer events">
            {move || {
                past.get()
                    .then(|| view! { <a class="button small" href=now>{icon(Icon::Up)} "Back to now"</a> })
            }}
            {move || {
                older
                    .get()
                    .map(|href| view! { <a class="button small" href=href>"Older" {icon(Icon::Down)}</a> })
            }}
        </nav>
    }
    .into_any()
}
