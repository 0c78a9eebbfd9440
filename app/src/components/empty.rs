//! What a list shows while it has nothing to show: what will appear and how to make it appear.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// `children` are the actions.
#[component]
pub fn Empty(icon: Icon, title: &'static str, text: &'static str, children: Children) -> AnyView {
    view! {
        <div class="empty">
            <span class="disc">{self::icon(icon)}</span>
            <h2>{title}</h2>
            <p>{text}</p>
            <div class="actions">{children()}</div>
        </div>
    }
    .into_any()
}
