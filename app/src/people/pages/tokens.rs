//! API tokens: what programs may do here.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::{done, role_options, settings};
use crate::api::tokens::{CreateToken, RevokeToken};
use crate::components::button::Submit;
use crate::components::field::{Field, PasswordField, TextField};
use crate::components::form::typed;
use crate::components::notice::{Notice, Tone, failure, refused};
use crate::components::time::Time;
use crate::error::UiError;
use crate::guard;
use crate::people::views::{ShownOnce, TokenStanding, TokenView, scope_name};
use crate::views::Role;

#[component]
pub fn TokensPage() -> AnyView {
    settings("API tokens", "With a token, a program does what a person does here.", content)
}

async fn content() -> Result<AnyView, UiError> {
    let (caller, admin) = guard::admin()?;
    let tokens = caller.backend.tokens(&admin).await?;
    let made = match caller.session.take_aside().await? {
        Some(ShownOnce::Token { name, token }) => Some(made(&name, &token, &caller.public_url)),
        _ => None,
    };
    let list = match tokens.is_empty() {
        true => view! { <p class="quiet">"No program has a token yet."</p> }.into_any(),
        false => view! { <ul class="card rows">{tokens.into_iter().map(row).collect_view()}</ul> }.into_any(),
    };
    let said = done(&[("revoked", "The token is revoked. What used it is refused from now on.")]);
    let error = refused::<RevokeToken>().map(|error| failure(&error));
    Ok(view! {
        {made}
        {said}
        {error}
        {list}
        {new_token()}
    }
    .into_any())
}

fn made(name: &str, token: &str, public_url: &str) -> AnyView {
    let example = format!("curl {public_url}/api/v1/me -H 'Authorization: Bearer {token}'");
    let (title, token) = (format!("This is the token “{name}”."), token.to_owned());
    view! {
        <Notice tone=Tone::Success title>
            <p>
                <code class="secret" id="new-token">{token}</code>
            </p>
            <p>"It is shown only now. To try it:"</p>
            <p>
                <code class="secret">{example}</code>
            </p>
        </Notice>
    }
    .into_any()
}

fn row(token: TokenView) -> AnyView {
    let standing = match token.standing {
        TokenStanding::Works => view! { "Works until " <Time at=token.expires_at /> }.into_any(),
        TokenStanding::Over => view! { "Over since " <Time at=token.expires_at /> }.into_any(),
        TokenStanding::Revoked => "Revoked".into_any(),
        TokenStanding::MakerDisabled => "Stopped: whoever made it is shut out".into_any(),
    };
    let used = match token.last_used_at {
        Some(at) => view! { ", last used " <Time at=at /> }.into_any(),
        None => ", never used".into_any(),
    };
    let by = token.made_by.unwrap_or_else(|| "the command line".into());
    let revocable = matches!(token.standing, TokenStanding::Works | TokenStanding::MakerDisabled);
    let revoke = revocable.then(|| {
        view! {
            <form method="post" action=RevokeToken::PATH>
                <input type="hidden" name="id" value=token.id />
                <button type="submit" class="button small">
                    "Revoke"
                    <span class="hidden-text">" the token " {token.name.clone()}</span>
                </button>
            </form>
        }
    });
    view! {
        <li class=if revocable { "" } else { "faint" }>
            <div>
                <strong class="cut"><bdi>{token.name.clone()}</bdi></strong>
                <small>
                    "Scope " {scope_name(token.scope)} ". Made " <Time at=token.created_at /> " by "
                    <bdi>{by}</bdi> {used} ". " {standing}
                </small>
            </div>
            {revoke}
        </li>
    }
    .into_any()
}

fn new_token() -> AnyView {
    let error = refused::<CreateToken>();
    let at = |path: &str| Signal::stored(error.as_ref().and_then(|error| error.at(path)).map(str::to_owned));
    let (name, current) = (at("name"), at("current"));
    let other = error.clone().filter(|error| ["name", "current"].iter().all(|path| error.at(path).is_none()));
    let none = Signal::stored(None::<String>);
    let value = typed::<CreateToken>("name").unwrap_or_default();
    view! {
        <section class="card settings-card settings-list" id="new">
            <h2>"New token"</h2>
            <form method="post" action=CreateToken::PATH>
                <div class="fields">
                    {other.map(|error| failure(&error))}
                    <TextField
                        id="name"
                        name="name"
                        label="Name"
                        value
                        autocomplete="off"
                        help="What will use it, such as Nightly export."
                        error=name
                    />
                    <Field
                        id="scope"
                        label="Scope"
                        help="Never more than your own role allows, whatever is chosen here."
                        error=none
                    >
                        <select class="input" id="scope" name="scope" aria-describedby="scope-message">
                            {role_options(Role::Viewer, may)}
                        </select>
                    </Field>
                    <Field id="days" label="Works for" error=none>
                        <select class="input" id="days" name="days" aria-describedby="days-message">
                            <option value="30">"30 days"</option>
                            <option value="90" selected>
                                "90 days"
                            </option>
                            <option value="365">"A year"</option>
                        </select>
                    </Field>
                    <PasswordField
                        id="current"
                        name="current"
                        label="Your password"
                        autocomplete="current-password"
                        error=current
                    />
                    <div class="form-end">
                        <Submit label="Make the token" busy="Making…" pending=false />
                    </div>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn may(scope: Role) -> &'static str {
    match scope {
        Role::Viewer => "read: see everything",
        Role::Editor => "write: also change drafts",
        Role::Publisher => "publish: also change what runs",
        Role::Admin => "admin: everything, people included",
    }
}
