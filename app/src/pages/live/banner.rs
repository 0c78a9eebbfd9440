//! The strip above the list while it stands still against the reader's will.

use leptos::prelude::*;

use super::Page;
use super::words::age;
use crate::components::icon::{Icon, icon, small_icon};
use crate::components::status::{State, mark};
use crate::live::connection::Connection;

/// A restart mends itself faster than a strip can be read.
const PATIENCE_MS: i64 = 2_500;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strip {
    None,
    Broken,
    SignedOut,
}

pub(super) fn banner(page: Page) -> AnyView {
    let live = page.live;
    let strip = Memo::new(move |_| match live.connection.get() {
        Connection::Broken { since, .. } if live.now.get() - since >= PATIENCE_MS => Strip::Broken,
        Connection::SignedOut => Strip::SignedOut,
        _ => Strip::None,
    });
    view! {
        {move || match strip.get() {
            Strip::None => ().into_any(),
            Strip::Broken => broken(page),
            Strip::SignedOut => signed_out(page),
        }}
        // The strip counts seconds, so only its begin and end are said.
        <p class="hidden-text" role="status">
            {move || match strip.get() {
                Strip::None => "",
                Strip::Broken => "The live connection broke. Sidetag tries again by itself.",
                Strip::SignedOut => "You were signed out.",
            }}
        </p>
    }
    .into_any()
}

fn broken(page: Page) -> AnyView {
    let live = page.live;
    let passed = move || match live.connection.get() {
        Connection::Broken { since, next_at, .. } => {
            let now = live.now.get();
            let next = if next_at <= now {
                "Trying now.".to_owned()
            } else {
                format!("Next try in {}.", age(next_at - now + 999))
            };
            (age(now - since), next)
        }
        _ => (age(0), "Trying now.".to_owned()),
    };
    view! {
        <div class="live-strip retry">
            {mark(State::Warning)}
            <p>
                <strong>"The live connection broke " {move || passed().0} " ago. "</strong>
                {move || passed().1}
                " From here we cannot see whether events still arrive."
            </p>
            <button type="button" class="button small" on:click=move |_| live.connect()>
                {small_icon(Icon::Replay)}
                "Try now"
            </button>
        </div>
    }
    .into_any()
}

fn signed_out(page: Page) -> AnyView {
    let next = move || format!("/sign-in?next={}", page.address.read().href());
    view! {
        <div class="live-strip note">
            {icon(Icon::Lock)} <p>
                <strong>"You were signed out. "</strong>
                "The list stands still; events are taken in all the same."
            </p>
            <a class="button small" href=next rel="external">
                "Sign in"
            </a>
        </div>
    }
    .into_any()
}
