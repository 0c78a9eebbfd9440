//! Which address leads to which page.
//!
//! Pages are rendered whole before the first byte goes out (`SsrMode::Async`): they are complete without the
//! browser part, and their status is known in time.

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::components::frame::Shell;
use crate::pages::not_found::NotFound;

#[component]
pub fn Pages() -> AnyView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                    <Route path=path!("") view=|| () ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}
