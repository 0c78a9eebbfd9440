//! Which address leads to which page.
//!
//! Pages are rendered whole before the first byte goes out (`SsrMode::Async`): they are complete without the
//! browser part, and their status is known in time.

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::components::frame::Shell;
use crate::pages::live::LivePage;
use crate::pages::not_found::NotFound;
use crate::pages::overview::OverviewPage;
use crate::pages::setup::SetupPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::sources::list::SourcesPage;
use crate::pages::sources::new::NewSourcePage;
use crate::pages::sources::one::SourcePage;
use crate::pages::tags::editor::{NewTagPage, TagPage};
use crate::pages::tags::list::TagsPage;

#[component]
pub fn Pages() -> AnyView {
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                    <Route path=path!("") view=OverviewPage ssr=SsrMode::Async />
                    <Route path=path!("/live/:id?") view=LivePage ssr=SsrMode::Async />
                    <Route path=path!("/sources") view=SourcesPage ssr=SsrMode::Async />
                    <Route path=path!("/sources/new") view=NewSourcePage ssr=SsrMode::Async />
                    <Route path=path!("/sources/:id") view=SourcePage ssr=SsrMode::Async />
                    <Route path=path!("/tags") view=TagsPage ssr=SsrMode::Async />
                    <Route path=path!("/tags/new") view=NewTagPage ssr=SsrMode::Async />
                    <Route path=path!("/tags/:id") view=TagPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}
