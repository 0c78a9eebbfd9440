//! The tabs of an open row: links, so that they work without the browser part; arrows move among them.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::Page;
use super::address::{Address, Tab};

pub(super) const PANEL: &str = "live-part";

pub(super) fn element_id(tab: Tab) -> String {
    format!("tab-{}", tab.label().replace(' ', "-").to_lowercase())
}

/// `count`: the number beside the name, none when it is 0.
pub(super) fn tabs(page: Page, current: Memo<Tab>, count: impl Fn(Tab) -> usize) -> AnyView {
    let tab = |tab: Tab| {
        let count = count(tab);
        let href = move || Address { tab, ..page.address.get() }.href();
        let here = move || current.get() == tab;
        view! {
            <a
                id=element_id(tab)
                href=href
                role="tab"
                aria-selected=move || here().to_string()
                aria-controls=PANEL
                tabindex=move || (page.ready.get() && !here()).then_some("-1")
            >
                {tab.label()}
                {(count > 0).then(|| view! { <span class="badge">{count}</span> })}
            </a>
        }
    };
    let tabs = Tab::ALL.map(tab).collect_view();
    view! {
        <div class="tabs live-tabs" role="tablist" aria-label="Parts of the event" on:keydown=move |event| turn(&event, current)>
            {tabs}
        </div>
    }
    .into_any()
}

/// Opens the tab beside the current one, and takes the focus there.
fn turn(event: &KeyboardEvent, current: Memo<Tab>) {
    let at = Tab::ALL.iter().position(|tab| *tab == current.get_untracked()).unwrap_or_default();
    let last = Tab::ALL.len() - 1;
    let to = match event.key().as_str() {
        "ArrowRight" => (at + 1) % Tab::ALL.len(),
        "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    let link = document().get_element_by_id(&element_id(Tab::ALL[to]));
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        link.click();
        _ = link.focus();
    }
}
