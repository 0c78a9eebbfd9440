//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use super::door::Door;

/// Drawn without the frame: a guest may see it too.
#[component]
pub fn NotFound() -> AnyView {
    crate::status::not_found();
    view! {
        <Door title="Not found">
            <h1>"There is no such page"</h1>
            <p>"The address has a slip, or the page has moved. Nothing else is affected."</p>
            <a class="button large wide" href="/">
                "Go to the overview"
            </a>
        </Door>
    }
    .into_any()
}
