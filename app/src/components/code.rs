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
    block(label, copied, shown.into_any())
}

/// A piece of code and its colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Plain(String),
    /// A comment.
    Remark(String),
    /// A word of the language or a command.
    Word(String),
    Text(String),
    Number(String),
    /// A write key: shortened until the reader asks for it.
    Key(WriteKey),
}

/// A block of highlighted code. Keys are copied whole.
pub fn highlighted(label: &'static str, pieces: &[Piece]) -> AnyView {
    let drawn = pieces.iter().map(|piece| match piece {
        Piece::Plain(text) => text.clone().into_any(),
        Piece::Remark(text) => view! { <span class="c">{text.clone()}</span> }.into_any(),
        Piece::Word(text) => view! { <span class="k">{text.clone()}</span> }.into_any(),
        Piece::Text(text) => view! { <span class="s">{text.clone()}</span> }.into_any(),
        Piece::Number(text) => view! { <span class="n">{text.clone()}</span> }.into_any(),
        Piece::Key(key) => view! { <span class="s">{key.view()}</span> }.into_any(),
    });
    let drawn = drawn.collect_view().into_any();
    block(label, whole(pieces), drawn)
}

fn whole(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Remark(text) | Piece::Word(text) | Piece::Text(text) | Piece::Number(text) => {
            text.clone()
        }
        Piece::Key(key) => key.0.clone(),
    };
    pieces.iter().map(text).collect()
}

fn block(label: &'static str, copied: String, code: AnyView) -> AnyView {
    view! {
        <figure class="code">
            <figcaption>{label} <CopyButton text=copied label="Copy" /></figcaption>
            <pre>
                <code>{code}</code>
            </pre>
        </figure>
    }
    .into_any()
}

/// A source's write key. It is drawn twice, shortened and whole; a ticked `.reveal` around it decides which
/// one is seen, so that it works without the browser part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteKey(pub String);

impl WriteKey {
    pub fn view(&self) -> AnyView {
        view! {
            <span class="key-short">{self.short()}</span>
            <span class="key-whole">{self.0.clone()}</span>
        }
        .into_any()
    }

    /// The first eight and the last two characters; too short a key shows none.
    fn short(&self) -> String {
        let chars: Vec<char> = self.0.chars().collect();
        match chars.len() {
            0..16 => "•".repeat(10),
            length => {
                let (head, tail) = (&chars[..8], &chars[length - 2..]);
                format!("{}••••••{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_shows_nothing_and_a_long_one_its_ends() {
        assert_eq!(WriteKey("web_7Qm4vT2kR9xLpZ8R2".into()).short(), "web_7Qm4••••••R2");
        assert_eq!(WriteKey("abcdefghijklmno".into()).short(), "••••••••••");
        assert_eq!(WriteKey("schlüssel_schlüssel".into()).short(), "schlüsse••••••el");
    }

    #[test]
    fn code_is_copied_with_the_whole_key() {
        let pieces = [Piece::Plain("key=".into()), Piece::Key(WriteKey("web_7Qm4vT2kR9xLpZ8R2".into()))];
        assert_eq!(whole(&pieces), "key=web_7Qm4vT2kR9xLpZ8R2");
    }
}
