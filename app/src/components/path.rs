//! The path `in → Out`, everywhere an event becomes Amazon's.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// The event's own name and the name Amazon gets; without one, nothing was sent.
pub fn event_path(event_in: &str, event_out: Option<&str>) -> AnyView {
    let out = match event_out {
        Some(name) => view! { <span class="out cut">{name.to_owned()}</span> }.into_any(),
        None => view! { <span class="none">"not sent"</span> }.into_any(),
    };
    view! {
        <span class="path">
            <span class="in cut">{event_in.to_owned()}</span>
            <span class="flip">{icon(Icon::Arrow)}</span>
            <span class="hidden-text">" becomes "</span>
            {out}
        </span>
    }
    .into_any()
}
