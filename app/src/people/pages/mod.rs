//! Which address leads to which of these pages, and what they share.

pub mod account;
pub mod audit;
pub mod code;
pub mod invite;
pub mod members;
mod sessions;
pub mod tokens;
pub mod two_step;

use std::future::Future;

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::path;

use crate::components::frame::{PageHead, Shell};
use crate::components::loaded::{blank, later};
use crate::components::notice::{Notice, Tone};
use crate::components::trouble::trouble;
use crate::error::UiError;
use crate::pages::not_found::NotFound;
use crate::views::Role;

/// These pages as an app of their own, beside [`crate::App`].
#[component]
pub fn PlainPages() -> AnyView {
    leptos_meta::provide_meta_context();
    view! {
        <leptos_meta::Title formatter=|title: String| format!("{title} · Sidetag") />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in/code") view=code::CodePage ssr=SsrMode::Async />
                <Route path=path!("/invite") view=invite::InvitePage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                    <Route path=path!("/settings/account") view=account::OwnAccountPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/account/two-step") view=two_step::TwoStepPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/people") view=members::MembersPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/tokens") view=tokens::TokensPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/audit") view=audit::AuditPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}

/// The settings, in the order of their tabs. All but the first are an administrator's.
const TABS: [(&str, &str); 4] = [
    ("/settings/account", "Your account"),
    ("/settings/people", "People"),
    ("/settings/tokens", "API tokens"),
    ("/settings/audit", "Audit log"),
];

/// One page of the settings: head, tabs, and what `content` draws, or what went wrong.
fn settings<F>(title: &'static str, text: &'static str, content: fn() -> F) -> AnyView
where
    F: Future<Output = Result<AnyView, UiError>> + Send + 'static,
{
    let drawn = later(blank, move || {
        Box::pin(async move { content().await.unwrap_or_else(|error| trouble(&error)) })
    });
    view! {
        <div class="page">
            <PageHead title text />
            {tabs()}
            {drawn}
        </div>
    }
    .into_any()
}

fn tabs() -> AnyView {
    let role = crate::guard::viewer().map(|(_, viewer)| viewer.person().role);
    let shown = if role == Ok(Role::Admin) { &TABS[..] } else { &TABS[..1] };
    let path = use_location().pathname.get_untracked();
    let tab = |(href, name): &(&'static str, &'static str)| {
        let current = path.starts_with(href).then_some("page");
        view! { <a href=*href aria-current=current>{*name}</a> }
    };
    view! { <nav class="tabs" aria-label="Settings">{shown.iter().map(tab).collect_view()}</nav> }.into_any()
}

/// What was just done, when the address says so (`?done=…`).
fn done(said: &[(&str, &'static str)]) -> AnyView {
    let done = use_query_map().with_untracked(|query| query.get("done")).unwrap_or_default();
    let words = said.iter().find(|(name, _)| *name == done).map(|(_, words)| *words);
    words.map(|words| view! { <Notice tone=Tone::Success title=words /> }).into_any()
}

/// One choice of a role in a form.
fn role_options(chosen: Role, words: fn(Role) -> &'static str) -> AnyView {
    Role::ALL
        .map(|role| {
            view! { <option value=value(role) selected=role == chosen>{words(role)}</option> }
        })
        .collect_view()
        .into_any()
}

/// A role in a form.
fn value(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Editor => "editor",
        Role::Publisher => "publisher",
        Role::Admin => "admin",
    }
}

/// What a role may do, in a line.
fn explained(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: sees everything, changes nothing",
        Role::Editor => "Editor: changes drafts, nothing that runs",
        Role::Publisher => "Publisher: publishes, pauses, connects sources",
        Role::Admin => "Administrator: all of it, and people and settings",
    }
}
