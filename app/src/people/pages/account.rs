//! One's own account.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::{done, sessions, settings};
use crate::api::own::{BeginTwoStep, ChangePassword, EndSession, EndTwoStep, Rename};
use crate::components::button::{Look, Submit};
use crate::components::field::{PasswordField, TextField};
use crate::components::form::typed;
use crate::components::notice::{failure, refused};
use crate::components::time::Time;
use crate::error::UiError;
use crate::guard;
use crate::people::views::AccountPage;

#[component]
pub fn OwnAccountPage() -> AnyView {
    settings("Your account", "Your name, your password, and where you are signed in.", content)
}

async fn content() -> Result<AnyView, UiError> {
    let (caller, viewer) = guard::viewer()?;
    let page = caller.backend.account(&viewer).await?;
    let here = caller.session.listed_as();
    let said = done(&[
        ("renamed", "Your name is changed."),
        ("password", "Your password is changed. Every other session is ended."),
        ("session", "The session is ended."),
        ("two-step-off", "Two-step sign-in is off."),
    ]);
    let error = refused::<EndSession>().map(|error| failure(&error));
    Ok(view! {
        {said}
        {error}
        <div class="settings-grid">{name(&page)} {password()} {two_step(&page)}</div>
        {sessions::list(page.sessions, &here)}
    }
    .into_any())
}

fn name(page: &AccountPage) -> AnyView {
    let error = refused::<Rename>().map(|error| error.to_string());
    let value = typed::<Rename>("name").unwrap_or_else(|| page.person.name.clone());
    view! {
        <section class="card settings-card">
            <h2>"Name"</h2>
            <form method="post" action=Rename::PATH>
                <div class="fields">
                    <TextField
                        id="name"
                        name="name"
                        label="Name"
                        value
                        autocomplete="name"
                        help="As your colleagues see it beside what you changed."
                        error=Signal::stored(error)
                    />
                    <dl class="facts">
                        <dt>"E-mail"</dt>
                        <dd><bdi>{page.person.email.clone()}</bdi></dd>
                        <dt>"Role"</dt>
                        <dd>{page.person.role.label()}</dd>
                    </dl>
                    <div class="form-end">
                        <Submit label="Save name" busy="Saving…" pending=false look=Look::Plain />
                    </div>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn password() -> AnyView {
    let error = refused::<ChangePassword>();
    let at = |path: &str| Signal::stored(error.as_ref().and_then(|error| error.at(path)).map(str::to_owned));
    let (current, new) = (at("current"), at("password"));
    let other =
        error.clone().filter(|error| ["current", "password"].iter().all(|path| error.at(path).is_none()));
    view! {
        <section class="card settings-card">
            <h2>"Password"</h2>
            <form method="post" action=ChangePassword::PATH>
                <div class="fields">
                    {other.map(|error| failure(&error))}
                    <PasswordField
                        id="current"
                        name="current"
                        label="Current password"
                        autocomplete="current-password"
                        error=current
                    />
                    <PasswordField
                        id="password"
                        label="New password"
                        autocomplete="new-password"
                        help="At least 12 characters. Ends every other session of yours."
                        minlength=12
                        error=new
                    />
                    <div class="form-end">
                        <Submit label="Change password" busy="Changing…" pending=false look=Look::Plain />
                    </div>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn two_step(page: &AccountPage) -> AnyView {
    let (words, form) = match page.two_step_since {
        Some(since) => (
            view! { "On since " <Time at=since /> ": signing in asks for a code from your app." }.into_any(),
            password_and(EndTwoStep::PATH, "Turn off", refused::<EndTwoStep>()),
        ),
        None => (
            "Off. With it, a password alone lets nobody in: signing in also asks for a code from an app on \
             your phone."
                .into_any(),
            password_and(BeginTwoStep::PATH, "Set up", refused::<BeginTwoStep>()),
        ),
    };
    view! {
        <section class="card settings-card">
            <h2>"Two-step sign-in"</h2>
            <p>{words}</p>
            {form}
        </section>
    }
    .into_any()
}

fn password_and(path: &'static str, label: &'static str, error: Option<UiError>) -> AnyView {
    view! {
        <form method="post" action=path>
            <div class="fields">
                <PasswordField
                    id="two-step-current"
                    name="current"
                    label="Your password"
                    autocomplete="current-password"
                    error=Signal::stored(error.map(|error| error.to_string()))
                />
                <div class="form-end">
                    <Submit label busy=label pending=false look=Look::Plain />
                </div>
            </div>
        </form>
    }
    .into_any()
}
