//! Signing in.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use server_fn::ServerFn;

use super::door::Door;
use crate::api::account::SignIn;
use crate::components::button::Submit;
use crate::components::field::{PasswordField, TextField};
use crate::components::notice::{failure, refused};
use crate::error::UiError;

#[component]
pub fn SignInPage() -> AnyView {
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let asked = match next.as_str() {
        "" | "/" => "Use the e-mail and password of your account.",
        _ => "The page you asked for opens next.",
    };
    // A wrong password belongs to its field; the rest concerns the whole form.
    let (wrong, other) = match refused::<SignIn>() {
        Some(error @ UiError::WrongCredentials) => (Some(error.to_string()), None),
        other => (None, other),
    };
    view! {
        <Door title="Sign in" foot="Ask an administrator if you have no account.">
            <h1>"Sign in"</h1>
            <p>{asked}</p>
            <form method="post" action=SignIn::PATH>
                <div class="fields">
                    {other.map(|error| failure(&error))}
                    <input type="hidden" name="next" value=next />
                    <TextField
                        id="email"
                        name="email"
                        label="E-mail"
                        kind="email"
                        autocomplete="username"
                        large=true
                        error=Signal::stored(None::<String>)
                    />
                    <PasswordField
                        id="password"
                        label="Password"
                        autocomplete="current-password"
                        error=Signal::stored(wrong)
                    />
                    <Submit label="Sign in" busy="Signing in…" pending=false large=true />
                </div>
            </form>
        </Door>
    }
    .into_any()
}
