//! An invitation, as the invited person opens it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use server_fn::ServerFn;

use super::explained;
use crate::api::own::AcceptInvite;
use crate::components::button::Submit;
use crate::components::field::{PasswordField, TextField};
use crate::components::form::typed;
use crate::components::loaded::{blank, later};
use crate::components::notice::{failure, refused};
use crate::components::time::Time;
use crate::guard::caller;
use crate::pages::door::Door;
use crate::people::views::InviteOffer;

#[component]
pub fn InvitePage() -> AnyView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let drawn = later(blank, move || {
        let token = token.clone();
        Box::pin(async move {
            let offer = match caller() {
                Ok(caller) => caller.backend.invite_offer(&token).await,
                Err(error) => Err(error),
            };
            match offer {
                Ok(Some(offer)) => open(token, offer),
                Ok(None) => closed(),
                Err(error) => failure(&error),
            }
        })
    });
    view! {
        <Door title="Invitation" foot=concat!("Sidetag ", env!("CARGO_PKG_VERSION"))>
            {drawn}
        </Door>
    }
    .into_any()
}

fn open(token: String, offer: InviteOffer) -> AnyView {
    let error = refused::<AcceptInvite>();
    let at = |path: &str| Signal::stored(error.as_ref().and_then(|error| error.at(path)).map(str::to_owned));
    let (name, password) = (at("name"), at("password"));
    let other =
        error.clone().filter(|error| ["name", "password"].iter().all(|path| error.at(path).is_none()));
    let value = typed::<AcceptInvite>("name").unwrap_or_default();
    view! {
        <h1>"Welcome to Sidetag"</h1>
        <p>
            <bdi>{offer.invited_by}</bdi> " invited you. This link works once, until "
            <Time at=offer.expires_at /> "."
        </p>
        <form method="post" action=AcceptInvite::PATH>
            <div class="fields">
                {other.map(|error| failure(&error))}
                <input type="hidden" name="token" value=token />
                <dl class="facts">
                    <dt>"You sign in with"</dt>
                    <dd><bdi>{offer.email.clone()}</bdi></dd>
                    <dt>"Your role"</dt>
                    <dd>{explained(offer.role)}</dd>
                </dl>
                // For password managers, which file the password under it.
                <input type="hidden" name="email" autocomplete="username" value=offer.email />
                <TextField
                    id="name"
                    name="name"
                    label="Name"
                    value
                    autocomplete="name"
                    large=true
                    error=name
                />
                <PasswordField
                    id="password"
                    label="Password"
                    autocomplete="new-password"
                    help="At least 12 characters. A few random words are good."
                    minlength=12
                    error=password
                />
                <Submit label="Create account" busy="Creating…" pending=false large=true />
            </div>
        </form>
    }
    .into_any()
}

fn closed() -> AnyView {
    view! {
        <h1>"This invitation no longer works"</h1>
        <p>"It was used, taken back, or its seven days are over. Ask whoever invited you for a new link."</p>
        <a class="button primary large wide" href="/sign-in">
            "Sign in"
        </a>
    }
    .into_any()
}
