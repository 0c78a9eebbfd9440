//! The keyboard of the live page: which key means what, and the sheet that lists them.
//!
//! Keys that are plain characters can be switched off (WCAG 2.2, 2.1.4).

use leptos::ev::keydown;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::address::Tab;
use crate::components::icon::{Icon, icon};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Move so many rows down, or up.
    Move(isize),
    First,
    Last,
    Close,
    Pause,
    Follow,
    Open(Tab),
    Help,
}

/// Where the focus is.
#[derive(Clone, Copy, Debug, Default)]
struct Focus {
    /// In a field that takes the key itself.
    typing: bool,
    /// On something that a space presses.
    pressable: bool,
    in_list: bool,
}

fn command(key: &str, focus: Focus, characters: bool) -> Option<Command> {
    let plain = |command| characters.then_some(command);
    match key {
        _ if focus.typing => None,
        "Escape" => Some(Command::Close),
        "ArrowDown" if focus.in_list => Some(Command::Move(1)),
        "ArrowUp" if focus.in_list => Some(Command::Move(-1)),
        "Home" if focus.in_list => Some(Command::First),
        "End" if focus.in_list => Some(Command::Last),
        "j" => plain(Command::Move(1)),
        "k" => plain(Command::Move(-1)),
        "f" => plain(Command::Follow),
        "?" => plain(Command::Help),
        " " if !focus.pressable => plain(Command::Pause),
        _ => {
            let number = key.parse::<usize>().ok()?.checked_sub(1)?;
            Tab::ALL.get(number).and_then(|tab| plain(Command::Open(*tab)))
        }
    }
}

/// Listens until the page is left. `obey` says whether it did anything; then the browser does not.
pub(super) fn listen(characters: RwSignal<bool>, obey: impl Fn(Command) -> bool + 'static) {
    let listening = window_event_listener(keydown, move |event: KeyboardEvent| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let asked = command(&event.key(), focus(&event), characters.get_untracked());
        if asked.is_some_and(&obey) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

fn focus(event: &KeyboardEvent) -> Focus {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return Focus::default();
    };
    let within = |selector| element.closest(selector).ok().flatten().is_some();
    Focus {
        typing: within("input:not([type=checkbox]), textarea, select, [contenteditable]"),
        pressable: within("button, summary, input"),
        in_list: within(".live-rows"),
    }
}

const SHEET: &str = "live-keys";
const STORED: &str = "sidetag.keys";

/// Whether character keys are on, as this browser remembers it.
pub(super) fn remembered() -> bool {
    storage().and_then(|storage| storage.get_item(STORED).ok().flatten()).as_deref() != Some("off")
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

pub(super) fn show_sheet() {
    let sheet = document().get_element_by_id(SHEET).and_then(|sheet| sheet.dyn_into::<HtmlElement>().ok());
    if let Some(sheet) = sheet {
        _ = sheet.toggle_popover();
    }
}

/// The button that opens the sheet, and the sheet: a native popover.
pub(super) fn sheet(characters: RwSignal<bool>) -> AnyView {
    let switch = move |event| {
        let on = event_target_checked(&event);
        characters.set(on);
        if let Some(storage) = storage() {
            _ = storage.set_item(STORED, if on { "on" } else { "off" });
        }
    };
    view! {
        <button type="button" class="button square small" popovertarget=SHEET aria-label="Keyboard" title="Keyboard">
            {icon(Icon::Help)}
        </button>
        <div class="menu live-keys" id=SHEET popover="auto" role="dialog" aria-label="Keyboard">
            <h2>"Keyboard"</h2>
            <dl>
                {KEYS
                    .map(|(keys, does)| {
                        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
                        view! {
                            <div>
                                <dt>{keys}</dt>
                                <dd>{does}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            <label class="switch-row">
                <input type="checkbox" class="switch" role="switch" prop:checked=characters on:change=switch />
                <b>"Character keys"</b>
                <small>"Off leaves the arrows, Enter and Esc."</small>
            </label>
        </div>
    }
    .into_any()
}

const KEYS: [(&str, &str); 8] = [
    ("J K", "next, previous event"),
    ("↓ ↑", "the same, inside the list"),
    ("Enter", "open the event"),
    ("Esc", "close it"),
    ("1–6", "its parts: why, outgoing …"),
    ("Space", "pause, resume"),
    ("F", "follow"),
    ("?", "this list"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Focus = Focus { typing: false, pressable: false, in_list: false };
    const LIST: Focus = Focus { in_list: true, ..PAGE };

    #[test]
    fn keys_mean_what_the_sheet_says() {
        for (key, asked) in [
            ("j", Some(Command::Move(1))),
            ("k", Some(Command::Move(-1))),
            (" ", Some(Command::Pause)),
            ("f", Some(Command::Follow)),
            ("?", Some(Command::Help)),
            ("Escape", Some(Command::Close)),
            ("1", Some(Command::Open(Tab::Why))),
            ("6", Some(Command::Open(Tab::Json))),
            ("7", None),
            ("0", None),
            ("x", None),
            ("Enter", None),
        ] {
            assert_eq!(command(key, PAGE, true), asked, "{key:?}");
        }
    }

    #[test]
    fn arrows_scroll_the_page_unless_the_list_has_the_focus() {
        assert_eq!(command("ArrowDown", PAGE, true), None);
        assert_eq!(command("ArrowDown", LIST, true), Some(Command::Move(1)));
        assert_eq!(command("End", LIST, true), Some(Command::Last));
    }

    #[test]
    fn a_field_keeps_its_keys_and_a_button_its_space() {
        let field = Focus { typing: true, ..PAGE };
        for key in ["j", " ", "Escape", "ArrowDown"] {
            assert_eq!(command(key, field, true), None, "{key:?}");
        }
        assert_eq!(command(" ", Focus { pressable: true, ..PAGE }, true), None);
    }

    #[test]
    fn character_keys_can_be_switched_off() {
        for key in ["j", "k", "f", "?", " ", "1"] {
            assert_eq!(command(key, LIST, false), None, "{key:?}");
        }
        assert_eq!(command("ArrowUp", LIST, false), Some(Command::Move(-1)));
        assert_eq!(command("Escape", PAGE, false), Some(Command::Close));
    }
}
