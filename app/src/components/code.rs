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
        Piece::Plain(text)
        | Piece::Remark(text)
        | Piece::Word(text)
        | Piece::Text(text)
        | Piece::Number(text) => text.clone(),
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

/// A source's write key, its middle hidden until a `.reveal` around it is ticked. The style sheet does it, so
/// that it works without the browser part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteKey(pub String);

impl WriteKey {
    pub fn view(&self) -> AnyView {
        let [head, middle, tail] = self.parts().map(str::to_owned);
        view! {
            {head}
            <span class="key-middle">
                <span>{middle}</span>
            </span>
            {tail}
        }
        .into_any()
    }

    /// The first eight characters, what is hidden, the last two; of a short key all is hidden.
    fn parts(&self) -> [&str; 3] {
        let at = |index: usize| self.0.char_indices().nth(index).map_or(self.0.len(), |(byte, _)| byte);
        let length = self.0.chars().count();
        if length < 16 {
            return ["", &self.0, ""];
        }
        let (head, tail) = (at(8), at(length - 2));
        [&self.0[..head], &self.0[head..tail], &self.0[tail..]]
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
        let parts = |key: &str| WriteKey(key.to_owned()).parts().map(str::to_owned);
        assert_eq!(parts("web_7Qm4vT2kR9xLpZ8R2"), ["web_7Qm4", "vT2kR9xLpZ8", "R2"]);
        assert_eq!(parts("abcdefghijklmno"), ["", "abcdefghijklmno", ""]);
        assert_eq!(parts("schlüssel_schlüssel"), ["schlüsse", "l_schlüss", "el"]);
    }

    #[test]
    fn code_is_copied_with_the_whole_key() {
        let pieces = [Piece::Plain("key=".into()), Piece::Key(WriteKey("web_7Qm4vT2kR9xLpZ8R2".into()))];
        assert_eq!(whole(&pieces), "key=web_7Qm4vT2kR9xLpZ8R2");
    }
}
