//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::components::icon::{Icon, icon};

/// Drawn alone, without the frame: a guest may see it too.
#[component]
pub fn NotFound() -> AnyView {
    crate::status::not_found();
    view! {
        <leptos_meta::Title text="Not found" />
        <main class="empty" id="page">
            <span class="disc">{icon(Icon::Search)}</span>
            <h1>"There is no such page"</h1>
            <p>"The address has a slip, or the page has moved. Nothing else is affected."</p>
            <div class="actions">
                <a class="button" href="/">
                    "Go to the overview"
                </a>
            </div>
        </main>
    }
    .into_any()
}
