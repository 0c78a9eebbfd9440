//! Banners and errors inside a page.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use server_fn::ServerFn;
use server_fn::error::ServerFnUrlError;

use super::status::{State, mark};
use crate::error::UiError;

/// How loud a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Success,
    Error,
}

/// Shape, bold fact, then consequence. Errors are announced at once, the rest when it suits.
#[component]
pub fn Notice(
    tone: Tone,
    #[prop(into)] title: String,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let (class, role, state) = match tone {
        Tone::Success => ("notice ok", "status", State::Delivered),
        Tone::Error => ("notice bad", "alert", State::Error),
    };
    view! {
        <div class=class role=role>
            {mark(state)} <div>
                <p>
                    <strong>{title}</strong>
                </p>
                {children.map(|children| children())}
            </div>
        </div>
    }
    .into_any()
}

/// What went wrong with something the reader did, in place. What was typed stays where it is.
pub fn failure(error: &UiError) -> AnyView {
    let next = match error {
        UiError::SignedOut => Some(
            view! {
                <p class="quiet">
                    "What you typed is still here. "
                    <a href="/sign-in" target="_blank">
                        "Sign in in a new window"
                    </a> ", then try again."
                </p>
            }
            .into_any(),
        ),
        // Their version is at the address without the query, which may hold what was typed.
        UiError::Conflict { .. } => Some(
            view! {
                <p>
                    <a href="?" target="_blank">
                        "Open their version in a new window"
                    </a>
                </p>
            }
            .into_any(),
        ),
        _ => None,
    };
    view! { <Notice tone=Tone::Error title=error.to_string()>{next}</Notice> }.into_any()
}

/// Why the form of this server function was refused, when a plain post of it led back to this page.
pub fn refused<S: ServerFn<Error = UiError>>() -> Option<UiError> {
    // Leptos's `ServerActionError` says the same, but for as long as the document is there: also on the next page.
    use_query_map().with_untracked(|query| {
        let error = query.get_str("__err").filter(|_| query.get_str("__path") == Some(S::PATH))?;
        Some(ServerFnUrlError::<UiError>::decode_err(error))
    })
}
