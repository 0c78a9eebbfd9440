//! What moves the live page besides the stream: keys, scrolling, and the commands of its buttons.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::{Element, HtmlElement, IntersectionObserver, IntersectionObserverEntry};

use super::keys::{self, Command};
use super::row::element_id;
use super::{Address, Page};
use crate::live::feed::Mode;

impl Page {
    /// Starts all that only the browser can do.
    pub(super) fn come_alive(self) {
        let Self { live, address, .. } = self;
        Effect::new(move |_| {
            self.ready.set(true);
            self.characters.set(keys::remembered());
            if address.read_untracked().before.is_none() {
                live.start();
            }
        });
        let navigate = use_navigate();
        Effect::new(move |_| {
            let navigate = navigate.clone();
            let go = move |address: Address| {
                let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
                navigate(&address.href(), options);
            };
            keys::listen(self.characters, move |command| self.obey(command, &go));
        });
        Effect::new(move |_| {
            if let Some(top) = self.top.get() {
                watch(&top, self.scrolled);
            }
        });
        Effect::new(move |_| {
            let held = self.scrolled.get() || self.within.get() || address.read().id.is_some();
            live.feed.update(|feed| feed.hold(held));
        });
        self.refresh_details();
    }

    pub(super) fn pause_or_resume(self) {
        self.live.feed.update(|feed| feed.pause(feed.mode() != Mode::Paused));
    }

    pub(super) fn follow_or_hold(self) {
        let follow = self.live.feed.read_untracked().mode() != Mode::Following;
        self.live.feed.update(|feed| if follow { feed.follow() } else { feed.hold(true) });
        if follow {
            self.scroll_to_top();
        }
    }

    pub(super) fn show_waiting(self) {
        self.live.feed.update(crate::live::feed::Feed::show_waiting);
        self.scroll_to_top();
    }

    fn scroll_to_top(self) {
        if let Some(top) = self.top.get_untracked() {
            top.scroll_into_view();
        }
    }

    /// Whether there was anything to do.
    fn obey(self, command: Command, go: &impl Fn(Address)) -> bool {
        // An open popover takes its own keys.
        if command != Command::Help && document().query_selector(":popover-open").ok().flatten().is_some() {
            return false;
        }
        let address = self.address.get_untracked();
        match command {
            Command::Move(by) => self.step(by, go),
            Command::First => {
                self.focus_row(self.live.feed.read_untracked().rows().first().map(|row| row.id.clone()), go)
            }
            Command::Last => {
                self.focus_row(self.live.feed.read_untracked().rows().last().map(|row| row.id.clone()), go)
            }
            Command::Close => {
                let Some(id) = address.id.clone() else { return false };
                go(address.closed());
                focus(&element_id(&id));
                true
            }
            Command::Open(tab) if address.id.is_some() => {
                go(Address { tab, ..address });
                true
            }
            Command::Open(_) => false,
            Command::Pause => {
                self.pause_or_resume();
                true
            }
            Command::Follow => {
                self.follow_or_hold();
                true
            }
            Command::Help => {
                keys::show_sheet();
                true
            }
        }
    }

    fn step(self, by: isize, go: &impl Fn(Address)) -> bool {
        let open = self.address.read_untracked().id.clone();
        let from = if self.within.get_untracked() { self.focused.get_untracked() } else { None };
        let from = from.or(open);
        let feed = self.live.feed.read_untracked();
        let to = feed.neighbour(from.as_deref(), by).map(|row| row.id.clone());
        drop(feed);
        self.focus_row(to, go)
    }

    /// Puts the focus on a row. The details, when they are open, go along.
    fn focus_row(self, id: Option<String>, go: &impl Fn(Address)) -> bool {
        let Some(id) = id else { return false };
        focus(&element_id(&id));
        let address = self.address.get_untracked();
        if address.id.as_ref().is_some_and(|open| *open != id) {
            go(address.at(&id));
        }
        true
    }

    /// Loads the open row's details again when the stream says that it changed.
    fn refresh_details(self) {
        let state = Memo::new(move |_| {
            let address = self.address.read();
            let feed = self.live.feed.read();
            let row = address.id.as_ref().and_then(|id| feed.latest(id));
            (address.id.clone(), row.map(|row| (row.outcome, row.attempts, row.next_at)))
        });
        Effect::new(move |last: Option<_>| {
            let now = state.get();
            if let Some((id, before)) = last
                && id == now.0
                && before != now.1
            {
                self.run.refetch();
            }
            now
        });
    }
}

fn focus(element_id: &str) {
    let element = document().get_element_by_id(element_id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        _ = element.focus();
    }
}

/// Keeps `scrolled` true while `top` is out of sight, whatever it is that scrolls.
fn watch(top: &Element, scrolled: RwSignal<bool>) {
    let seen = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Some(entry) = entries.iter().last() {
            scrolled.set(!entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
        }
    });
    let Ok(observer) = IntersectionObserver::new(seen.as_ref().unchecked_ref()) else { return };
    observer.observe(top);
    let watching = StoredValue::new_local((observer, seen));
    on_cleanup(move || watching.with_value(|(observer, _)| observer.disconnect()));
}
