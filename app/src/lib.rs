//! The browser interface: pages, components, server functions, and the port they reach the server through.
//!
//! The same code renders on the server (`ssr`) and takes over in the browser (`hydrate`). It knows no
//! database and no HTTP client.

use leptos::prelude::*;

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod components;
pub mod configuration;
pub mod error;
#[cfg(feature = "ssr")]
pub mod guard;
pub mod live;
pub mod name;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod people;
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;
pub mod status;
pub mod views;
pub mod wire;

#[cfg(feature = "ssr")]
pub use shell::{SiteNames, plain_shell, shell};

/// The whole interface.
#[component]
pub fn App() -> AnyView {
    leptos_meta::provide_meta_context();
    view! {
        <leptos_meta::Title formatter=|title: String| format!("{title} · Sidetag") />
        <routes::Pages />
    }
    .into_any()
}

/// Takes over the page the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    hydrate_body(App);
}
