//! What frames the pages before somebody is signed in.

use leptos::prelude::*;

use crate::components::icon::glyph;

/// One column; with an `aside`, two from 1000 px on.
#[component]
pub fn Door(
    title: &'static str,
    #[prop(optional)] foot: &'static str,
    #[prop(optional_no_strip)] aside: Option<AnyView>,
    children: Children,
) -> AnyView {
    let class = if aside.is_some() { "door split" } else { "door" };
    view! {
        <leptos_meta::Title text=title />
        <div class=class>
            <div class="door-main">
                <header>
                    <a class="brand" href="/" aria-label="Sidetag">
                        {glyph()}
                        <span>"Sidetag"</span>
                    </a>
                </header>
                <main class="door-form" id="page">
                    {children()}
                </main>
                <footer class="door-foot">{foot}</footer>
            </div>
            {aside.map(|aside| view! { <aside class="door-aside">{aside}</aside> })}
        </div>
    }
    .into_any()
}
