//! Code to copy.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use leptos::wasm_bindgen::closure::Closure;

use super::icon::{Icon, small_icon};

/// A block of code. `shown` may be shortened; `copied` is what the clipboard gets.
#[component]
pub fn CodeBlock(
    label: &'static str,
    #[prop(into)] shown: String,
    #[prop(optional, into)] copied: String,
) -> AnyView {
    let copied = if copied.is_empty() { shown.clone() } else { copied };
    view! {
        <figure class="code">
            <figcaption>{label} <CopyButton text=copied label="Copy" /></figcaption>
            <pre>
                <code>{shown}</code>
            </pre>
        </figure>
    }
    .into_any()
}

/// Puts `text` on the clipboard and says so for two seconds. Without the browser part it is hidden: it
/// could do nothing.
#[component]
pub fn CopyButton(#[prop(into)] text: String, label: &'static str) -> AnyView {
    let (ready, set_ready) = signal(false);
    let (copied, set_copied) = signal(false);
    Effect::new(move |_| set_ready.set(clipboard().is_some()));
    let copy = move |_| {
        let Some(clipboard) = clipboard() else { return };
        let done = Closure::once(move |_: JsValue| {
            set_copied.set(true);
            set_timeout(move || set_copied.set(false), COPIED_FOR);
        });
        _ = clipboard.write_text(&text).then(&done);
        // The browser calls it once and then lets go of it.
        done.forget();
    };
    view! {
        <button type="button" class="button ghost small" hidden=move || !ready.get() on:click=copy>
            {move || small_icon(if copied.get() { Icon::Check } else { Icon::Copy })}
            <span aria-live="polite">{move || if copied.get() { "Copied" } else { label }}</span>
        </button>
    }
    .into_any()
}

const COPIED_FOR: Duration = Duration::from_secs(2);

/// Browsers offer it on https and on loopback only.
fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = window().navigator();
    let offered = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    (!offered.is_undefined()).then(|| navigator.clipboard())
}
