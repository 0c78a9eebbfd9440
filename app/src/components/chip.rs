//! Version numbers in a label's shape, and small words on a ground.

use leptos::prelude::*;

/// `v12` in a label with a pointed end; petrol when that version is the live one.
pub fn tag_chip(version: i64, live: bool) -> AnyView {
    let class = if live { "tag-chip current" } else { "tag-chip" };
    let spoken = if live { format!("version {version}, live") } else { format!("version {version}") };
    view! {
        <span class=class>
            <span aria-hidden="true">"v" {version}</span>
            <span class="hidden-text">{spoken}</span>
        </span>
    }
    .into_any()
}

/// A change of the reader's own that is not live yet.
pub fn change_chip(text: &'static str) -> AnyView {
    view! { <span class="chip change">{text}</span> }.into_any()
}

/// A grey word, such as "test".
pub fn chip(text: &'static str) -> AnyView {
    view! { <span class="chip">{text}</span> }.into_any()
}
