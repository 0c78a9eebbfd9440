//! Buttons that submit a form and say that they are busy.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// Looks of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Primary,
    Plain,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
        }
    }
}

/// Submits the form around it. While `pending`, it shows `busy` (“Publishing…”); then and while `blocked` it
/// takes no press, and no Enter in a field goes through it.
#[component]
pub fn Submit(
    label: &'static str,
    busy: &'static str,
    #[prop(into)] pending: Signal<bool>,
    #[prop(optional, into)] blocked: Signal<bool>,
    #[prop(default = Look::Primary)] look: Look,
    #[prop(optional)] large: bool,
    /// Name and value that the form gets from this button.
    #[prop(optional)]
    sends: Option<(&'static str, &'static str)>,
    #[prop(optional)] start: Option<Icon>,
) -> AnyView {
    let class = format!("{}{}", look.class(), if large { " large wide" } else { "" });
    let (name, value) = sends.unzip();
    let off = move || pending.get() || blocked.get();
    view! {
        <button
            type="submit"
            class=class
            name=name
            value=value
            aria-busy=move || pending.get().then_some("true")
            aria-disabled=move || off().then_some("true")
            on:click=move |event| {
                if off() {
                    event.prevent_default();
                }
            }
        >
            <span class="spinner icon">{icon(Icon::Spinner)}</span>
            {start.map(icon)}
            {move || if pending.get() { busy } else { label }}
        </button>
    }
    .into_any()
}
