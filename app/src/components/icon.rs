//! The line icons and the glyph: own drawings on a 16 and a 24 grid. They are decoration; the words beside
//! them carry the meaning.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident: $path:literal,)*) => {
        /// The names of the icons.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($name),* }

        impl Icon {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),* }
            }
        }
    };
}

icons! {
    Arrow: "M2.6 8h10.6M9.6 4.4L13.2 8l-3.6 3.6",
    Check: "M3 8.6l3.3 3.3L13 4.6",
    Clock: "M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 4.9V8l2.1 1.3",
    Close: "M4 4l8 8M12 4l-8 8",
    Copy: "M6.9 5.6h5.3a1.3 1.3 0 0 1 1.3 1.3v5.3a1.3 1.3 0 0 1-1.3 1.3H6.9a1.3 1.3 0 0 1-1.3-1.3V6.9a1.3 1.3 0 0 1 1.3-1.3zM10.4 5.6V3.8a1.3 1.3 0 0 0-1.3-1.3H3.8a1.3 1.3 0 0 0-1.3 1.3v5.3a1.3 1.3 0 0 0 1.3 1.3h1.8",
    Down: "M4 6.2l4 4 4-4",
    Eye: "M1.6 8S4 3.7 8 3.7 14.4 8 14.4 8 12 12.3 8 12.3 1.6 8 1.6 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
    EyeOff: "M6.4 3.9A6 6 0 0 1 8 3.7c4 0 6.4 4.3 6.4 4.3a11 11 0 0 1-1.7 2.1M4.2 5A10.7 10.7 0 0 0 1.6 8S4 12.3 8 12.3a6 6 0 0 0 2.9-.8M2.5 2.5l11 11",
    Filter: "M2.2 4.2h11.6M4.6 8h6.8M6.7 11.8h2.6",
    Globe: "M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM2.2 8h11.6M8 2.1c1.8 1.7 2.7 3.7 2.7 5.9S9.8 12.2 8 13.9C6.2 12.2 5.3 10.2 5.3 8S6.2 3.8 8 2.1z",
    Help: "M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM6.3 6.3A1.8 1.8 0 1 1 8.7 8c-.5.2-.7.6-.7 1.1v.2M8 11.3v.01",
    Left: "M9.8 4l-4 4 4 4",
    Live: "M1.5 8h2.7l2-4.8 3.2 9.6 2-4.8h3.1",
    Lock: "M4.6 7.2h6.8a1.2 1.2 0 0 1 1.2 1.2v3.9a1.2 1.2 0 0 1-1.2 1.2H4.6a1.2 1.2 0 0 1-1.2-1.2V8.4a1.2 1.2 0 0 1 1.2-1.2zM5.4 7.2V5.1a2.6 2.6 0 0 1 5.2 0v2.1",
    Logout: "M6.5 2.8H3.8a1 1 0 0 0-1 1v8.4a1 1 0 0 0 1 1h2.7M10.4 5.2L13.2 8l-2.8 2.8M13 8H6.4",
    Overview: "M2.6 11.8a5.6 5.6 0 1 1 10.8 0M8 11.2l2.6-3.6",
    Pause: "M5.6 3.6v8.8M10.4 3.6v8.8",
    Play: "M5 3.3v9.4L12.4 8 5 3.3z",
    Pencil: "M10.4 3.1l2.5 2.5M3 13l.6-3 7.2-7.2a1.2 1.2 0 0 1 1.7 0l.7.7a1.2 1.2 0 0 1 0 1.7L6 12.4 3 13z",
    Plus: "M8 3v10M3 8h10",
    Replay: "M13.3 8a5.3 5.3 0 1 1-1.7-3.9M13.4 2.4v2.7h-2.7",
    Right: "M6.2 4l4 4-4 4",
    Search: "M7.1 11.6a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.2 3.2",
    Server: "M3.6 2.6h8.8a1 1 0 0 1 1 1v2.8a1 1 0 0 1-1 1H3.6a1 1 0 0 1-1-1V3.6a1 1 0 0 1 1-1zM3.6 8.6h8.8a1 1 0 0 1 1 1v2.8a1 1 0 0 1-1 1H3.6a1 1 0 0 1-1-1V9.6a1 1 0 0 1 1-1zM5.2 5h.01M5.2 11h.01",
    Settings: "M2.4 5h6M11.8 5h1.8M2.4 11h1.8M7.6 11h6M10.1 6.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM5.9 12.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z",
    Shield: "M8 1.9l4.9 1.7v4.2c0 2.9-2 5.1-4.9 6.3-2.9-1.2-4.9-3.4-4.9-6.3V3.6L8 1.9z",
    Source: "M2.5 9.2h3.2l.9 1.8h2.8l.9-1.8h3.2M4.3 3.2h7.4l1.8 6v2.6a1.2 1.2 0 0 1-1.2 1.2H3.7a1.2 1.2 0 0 1-1.2-1.2V9.2l1.8-6z",
    Spinner: "M8 2.4A5.6 5.6 0 1 1 2.4 8",
    Tag: "M2.2 8l3.5-4.3a1.4 1.4 0 0 1 1.1-.5h5.3a1.4 1.4 0 0 1 1.4 1.4v6.8a1.4 1.4 0 0 1-1.4 1.4H6.8a1.4 1.4 0 0 1-1.1-.5L2.2 8zM6.9 8h.01",
    Test: "M6 2.2h4M6.7 2.2v4L3.2 12a1.2 1.2 0 0 0 1 1.8h7.6a1.2 1.2 0 0 0 1-1.8L9.3 6.2v-4M5 9.6h6",
    Undo: "M5.4 3.2L2.6 6l2.8 2.8M2.6 6h7.3a3.5 3.5 0 0 1 0 7H6.2",
    Up: "M4 9.8l4-4 4 4",
    User: "M8 7.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM2.9 13.6c.3-2.6 2.2-4.1 5.1-4.1s4.8 1.5 5.1 4.1",
    Warn: "M8 2.7l5.9 10.2a.4.4 0 0 1-.3.6H2.4a.4.4 0 0 1-.3-.6L8 2.7zM8 6.7v3M8 11.5v.01",
    WifiOff: "M2.5 2.5l11 11M1.8 6.2A9 9 0 0 1 5 4.2M7.3 3.7a9 9 0 0 1 6.9 2.5M4 8.7a5.8 5.8 0 0 1 2.7-1.5M10.2 7.5c.7.3 1.3.7 1.8 1.2M6.2 11.1a2.6 2.6 0 0 1 3.6 0M8 13.2v.01",
}

/// The icon at 16 px.
pub fn icon(icon: Icon) -> AnyView {
    sized(icon, "icon")
}

/// The icon at 14 px, for small buttons.
pub fn small_icon(icon: Icon) -> AnyView {
    sized(icon, "icon small")
}

/// The icon at 18 px, for the bars.
pub fn large_icon(icon: Icon) -> AnyView {
    sized(icon, "icon large")
}

fn sized(icon: Icon, class: &'static str) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
    .into_any()
}

/// The bar and the luggage tag.
pub fn glyph() -> AnyView {
    view! {
        <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
            <rect class="bar" x="2" y="3" width="3" height="18" rx="1.5" />
            <path class="label" fill-rule="evenodd" d=GLYPH_LABEL />
        </svg>
    }
    .into_any()
}

const GLYPH_LABEL: &str = "M7.4 11.06 11.7 5.8A2.2 2.2 0 0 1 13.4 5H19.8A2.2 2.2 0 0 1 22 7.2V16.8A2.2 2.2 0 0 1 19.8 19H13.4A2.2 2.2 0 0 1 11.7 18.2L7.4 12.94A1.48 1.48 0 0 1 7.4 11.06ZM14.6 10.25a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5Z";
