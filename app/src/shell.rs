//! The HTML document around the app, as the server writes it.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::api::theme::Theme;
use crate::people::PlainPages;

/// The content-hashed names of the embedded site. Without one (a server built without the browser part)
/// pages are plain HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteNames {
    pub js: Option<String>,
    pub wasm: Option<String>,
    pub css: Option<String>,
}

/// The document of a page that the browser part takes over.
pub fn shell(names: SiteNames) -> AnyView {
    let SiteNames { js, wasm, css } = names;
    let script = js.zip(wasm).map(|(js, wasm)| hydration(&js, &wasm));
    document(css, script.into_any(), || view! { <App /> }.into_any())
}

/// The document of a page that only the server draws.
pub fn plain_shell(names: SiteNames) -> AnyView {
    document(names.css, ().into_any(), || view! { <PlainPages /> }.into_any())
}

/// Every inline script carries the response's nonce; there are no inline styles. `body` is drawn last, so that
/// the head knows what its pages put there.
fn document(css: Option<String>, script: AnyView, body: fn() -> AnyView) -> AnyView {
    let style = css.map(|css| view! { <link rel="stylesheet" href=format!("/assets/{css}") /> });
    view! {
        <!DOCTYPE html>
        <html lang="en" class=Theme::current().class()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <link rel="icon" href=FAVICON />
                {style}
                {script}
                <MetaTags />
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
    .into_any()
}

fn hydration(js: &str, wasm: &str) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let script = format!(
        "import init, {{ hydrate }} from '/assets/{js}';\n\
         init({{ module_or_path: '/assets/{wasm}' }}).then(hydrate);"
    );
    view! {
        <link rel="modulepreload" href=format!("/assets/{js}") nonce=nonce.clone() />
        <link rel="preload" href=format!("/assets/{wasm}") r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce>
            {script}
        </script>
    }
}

/// The glyph, one colour per theme.
const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cstyle%3E.b%7Bfill:%23151d20%7D.l%7Bfill:%23006272%7D@media(prefers-color-scheme:dark)%7B.b%7Bfill:%23eeede8%7D.l%7Bfill:%236bd0d6%7D%7D%3C/style%3E%3Crect class='b' x='2' y='3' width='3' height='18' rx='1.5'/%3E%3Cpath class='l' fill-rule='evenodd' d='M7.4 11.06 11.7 5.8A2.2 2.2 0 0 1 13.4 5H19.8A2.2 2.2 0 0 1 22 7.2V16.8A2.2 2.2 0 0 1 19.8 19H13.4A2.2 2.2 0 0 1 11.7 18.2L7.4 12.94A1.48 1.48 0 0 1 7.4 11.06ZM14.6 10.25a1.75 1.75 0 1 0 0 3.5a1.75 1.75 0 1 0 0-3.5Z'/%3E%3C/svg%3E";
