//! A labelled control with one line below it: help, which an error replaces.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::status::{State, mark};

/// Label, control and message. `children` is the control; it carries `id`, `aria-describedby={id}-message`
/// and `aria-invalid`.
#[component]
pub fn Field(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] help: &'static str,
    #[prop(into)] error: Signal<Option<String>>,
    children: Children,
) -> AnyView {
    view! {
        <div class="field">
            <label class="field-head" for=id>
                {label}
                {optional.then(|| view! { <span class="optional">"optional"</span> })}
            </label>
            {children()}
            {message(id, help, error)}
        </div>
    }
    .into_any()
}

/// The line below a control.
pub fn message(id: &'static str, help: &'static str, error: Signal<Option<String>>) -> AnyView {
    let line = move || match error.get() {
        Some(text) => {
            view! { <p class="message bad">{mark(State::Error)} <span>{text}</span></p> }.into_any()
        }
        None if help.is_empty() => ().into_any(),
        None => view! { <p class="message">{help}</p> }.into_any(),
    };
    view! { <div id=format!("{id}-message")>{line}</div> }.into_any()
}

/// A one-line text field.
#[component]
pub fn TextField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    /// The browser insists on it.
    #[prop(default = true)]
    required: bool,
    #[prop(optional)] large: bool,
    #[prop(optional)] help: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(into)] error: Signal<Option<String>>,
) -> AnyView {
    view! {
        <Field id label help error>
            <input
                class=if large { "input large" } else { "input" }
                id=id
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                aria-describedby=format!("{id}-message")
                aria-invalid=move || error.get().map(|_| "true")
            />
        </Field>
    }
    .into_any()
}

/// A password with a button that shows it.
#[component]
pub fn PasswordField(
    id: &'static str,
    #[prop(default = "password")] name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] help: &'static str,
    #[prop(optional)] minlength: Option<u32>,
    #[prop(into)] error: Signal<Option<String>>,
) -> AnyView {
    let (ready, set_ready) = signal(false);
    let (shown, set_shown) = signal(false);
    Effect::new(move |_| set_ready.set(true));
    view! {
        <Field id label help error>
            <span class="with-button">
                <input
                    class="input large"
                    id=id
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    required
                    minlength=minlength
                    autocomplete=autocomplete
                    aria-describedby=format!("{id}-message")
                    aria-invalid=move || error.get().map(|_| "true")
                />
                <button
                    type="button"
                    class="button ghost small"
                    hidden=move || !ready.get()
                    aria-pressed=move || shown.get().to_string()
                    aria-controls=id
                    on:click=move |_| set_shown.update(|shown| *shown = !*shown)
                >
                    {move || icon(if shown.get() { Icon::EyeOff } else { Icon::Eye })}
                    "Show"
                    <span class="hidden-text">" password"</span>
                </button>
            </span>
        </Field>
    }
    .into_any()
}
