//! What a page shows when it could not be loaded: what happened, what to do, what is safe.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::{Icon, icon};
use crate::error::UiError;

/// Fills the sheet in the page's place.
pub fn trouble(error: &UiError) -> AnyView {
    if *error == UiError::NotFound {
        crate::status::not_found();
    }
    let (drawn, title, text) = match error {
        UiError::SignedOut => (Icon::Lock, "You are signed out", "Sign in to go on where you were."),
        UiError::Forbidden => (
            Icon::Lock,
            "Not allowed for your role",
            "An administrator can give you a role that may see this.",
        ),
        UiError::NotFound => (
            Icon::Search,
            "This does not exist",
            "It was deleted, or the address has a slip. Nothing else is affected.",
        ),
        UiError::Unavailable => (
            Icon::Server,
            "The database does not answer",
            "Nothing was changed. Senders are told to try again, so their events are not lost.",
        ),
        UiError::Unreachable => (
            Icon::WifiOff,
            "The server does not answer",
            "Check the connection, then load the page again. From here we cannot see whether events still arrive.",
        ),
        _ => (
            Icon::Warn,
            "Something went wrong here",
            "The server’s log has the details. Events are taken in all the same.",
        ),
    };
    let path = use_location().pathname;
    let action = match error {
        UiError::SignedOut => view! {
            <a class="button primary" href=move || format!("/sign-in?next={}", path.get()) rel="external">
                "Sign in"
            </a>
        }
        .into_any(),
        UiError::NotFound | UiError::Forbidden => {
            view! { <a class="button" href="/">"Go to the overview"</a> }.into_any()
        }
        _ => view! {
            <a class="button" href="" rel="external">
                {icon(Icon::Replay)}
                "Load again"
            </a>
        }
        .into_any(),
    };
    view! {
        <leptos_meta::Title text=title />
        <div class="empty" role="alert">
            <span class="disc">{icon(drawn)}</span>
            <h1>{title}</h1>
            <p>{text}</p>
            <div class="actions">{action}</div>
        </div>
    }
    .into_any()
}
