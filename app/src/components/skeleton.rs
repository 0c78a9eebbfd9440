//! Placeholders that keep the height of what is being loaded.

use leptos::prelude::*;

/// Title, one block and rows, as most pages have.
pub fn page_skeleton() -> AnyView {
    skeleton("page", &["title", "short", "block", "row", "row", "row"])
}

/// `class`: of the place that waits. `lines`: their classes in the style sheet.
pub fn skeleton(class: &'static str, lines: &'static [&'static str]) -> AnyView {
    view! {
        <div class=class aria-busy="true">
            <span class="hidden-text" role="status">
                "Loading"
            </span>
            <div class="skeleton" aria-hidden="true">
                {lines.iter().map(|class| view! { <i class=*class></i> }).collect_view()}
            </div>
        </div>
    }
    .into_any()
}
