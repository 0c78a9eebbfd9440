//! Signing in.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::door::Door;
use crate::api::account::SignIn;
use crate::components::button::Submit;
use crate::components::field::{PasswordField, TextField};
use crate::components::notice::failure;
use crate::error::UiError;

#[component]
pub fn SignInPage() -> AnyView {
    let sign_in = ServerAction::<SignIn>::new();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let asked = match next.as_str() {
        "" | "/" => "Use the e-mail and password of your account.",
        _ => "The page you asked for opens next.",
    };
    let error = move || sign_in.value().get().and_then(Result::err);
    // A wrong password belongs to its field; the rest concerns the whole form.
    let wrong = Signal::derive(move || {
        error().filter(|error| *error == UiError::WrongCredentials).map(|error| error.to_string())
    });
    let other = move || error().filter(|error| *error != UiError::WrongCredentials);
    view! {
        <Door title="Sign in" foot="Ask an administrator if you have no account.">
            <h1>"Sign in"</h1>
            <p>{asked}</p>
            <ActionForm action=sign_in>
                <div class="fields">
                    {move || other().map(|error| failure(&error))}
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
                        error=wrong
                    />
                    <Submit label="Sign in" busy="Signing in…" pending=sign_in.pending() large=true />
                </div>
            </ActionForm>
        </Door>
    }
    .into_any()
}
