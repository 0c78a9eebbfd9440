//! The second step of signing in.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use server_fn::ServerFn;

use crate::api::own::GiveCode;
use crate::components::button::Submit;
use crate::components::field::TextField;
use crate::components::loaded::{blank, later};
use crate::components::notice::{failure, refused};
use crate::guard::caller;
use crate::pages::door::Door;

#[component]
pub fn CodePage() -> AnyView {
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let drawn = later(blank, move || {
        let next = next.clone();
        Box::pin(async move {
            let awaited = match caller() {
                Ok(caller) => caller.session.awaits_code().await,
                Err(error) => Err(error),
            };
            match awaited {
                Ok(Some(_)) => form(next),
                Ok(None) => too_late(),
                Err(error) => failure(&error),
            }
        })
    });
    view! {
        <Door title="Sign in" foot="No code and no recovery code? An administrator can help.">
            {drawn}
        </Door>
    }
    .into_any()
}

fn form(next: String) -> AnyView {
    let error = refused::<GiveCode>();
    let wrong = error.as_ref().and_then(|error| error.at("code")).map(str::to_owned);
    let other = error.filter(|error| error.at("code").is_none());
    view! {
        <h1>"Enter your code"</h1>
        <p>"Your authenticator app shows six digits. A recovery code works too, once."</p>
        <form method="post" action=GiveCode::PATH>
            <div class="fields">
                {other.map(|error| failure(&error))}
                <input type="hidden" name="next" value=next />
                <TextField
                    id="code"
                    name="code"
                    label="Code"
                    autocomplete="one-time-code"
                    large=true
                    error=Signal::stored(wrong)
                />
                <Submit label="Sign in" busy="Signing in…" pending=false large=true />
            </div>
        </form>
    }
    .into_any()
}

fn too_late() -> AnyView {
    view! {
        <h1>"Begin again"</h1>
        <p>"A code is taken for five minutes after the password. Nothing else is affected."</p>
        <a class="button primary large wide" href="/sign-in">
            "Sign in"
        </a>
    }
    .into_any()
}
