//! Placeholders that keep the height of what is being loaded.

use leptos::prelude::*;

/// Title, one block and rows, as most pages have.
pub fn page_skeleton() -> AnyView {
    view! {
        <div class="page" aria-busy="true">
            <span class="hidden-text" role="status">
                "Loading"
            </span>
            <div class="skeleton" aria-hidden="true">
                <i class="title"></i>
                <i class="short"></i>
                <i class="block"></i>
                <i class="row"></i>
                <i class="row"></i>
                <i class="row"></i>
            </div>
        </div>
    }
    .into_any()
}
