//! People: who may come in and what they may do, and who is invited.

use leptos::prelude::*;
use server_fn::ServerFn;

use super::{done, explained, role_options, settings};
use crate::api::people::*;
use crate::components::button::{Look, Submit};
use crate::components::chip::chip;
use crate::components::field::{Field, TextField};
use crate::components::icon::{Icon, icon};
use crate::components::notice::{Notice, Tone, failure, refused};
use crate::components::time::Time;
use crate::error::UiError;
use crate::guard;
use crate::people::views::{InviteView, Member, NewInvite, PeoplePage, ShownOnce};
use crate::views::Role;

#[component]
pub fn MembersPage() -> AnyView {
    settings("People", "Who may come in, and what they may do.", content)
}

async fn content() -> Result<AnyView, UiError> {
    let (caller, admin) = guard::admin()?;
    let page = caller.backend.people(&admin).await?;
    let link = match caller.session.take_aside().await? {
        Some(ShownOnce::Invite(invite)) => Some(new_link(invite, &caller.public_url)),
        _ => None,
    };
    let PeoplePage { people, invites, now } = page;
    let me = admin.person().id.clone();
    Ok(view! {
        {link}
        {said()}
        {trouble()}
        <ul class="card rows">
            {people.into_iter().map(|member| row(member, &me)).collect_view()}
        </ul>
        {(!invites.is_empty()).then(|| invited(invites, now))}
        {invite_form()}
    }
    .into_any())
}

fn said() -> AnyView {
    done(&[
        ("revoked", "The invitation is taken back; its link no longer works."),
        ("role", "The role is changed. They sign in again and find what it allows."),
        ("disabled", "They are shut out, and their sessions and API tokens have ended."),
        ("enabled", "They may sign in again."),
        ("signed-out", "They are signed out everywhere."),
        ("two-step-reset", "They sign in with their password alone until they set it up again."),
    ])
}

/// What was refused, whichever form it was.
fn trouble() -> AnyView {
    let error = refused::<SetRole>()
        .or_else(refused::<Disable>)
        .or_else(refused::<Enable>)
        .or_else(refused::<SignOutPerson>)
        .or_else(refused::<ResetTwoStep>)
        .or_else(refused::<RenewInvite>)
        .or_else(refused::<RevokeInvite>);
    error.map(|error| failure(&error)).into_any()
}

fn new_link(invite: NewInvite, public_url: &str) -> AnyView {
    let link = format!("{public_url}/invite?token={}", invite.token);
    let title = format!("Send this link to {}.", invite.email);
    view! {
        <Notice tone=Tone::Success title>
            <p>
                <code class="secret" id="invite-link">{link}</code>
            </p>
            <p>"It works once, until " <Time at=invite.expires_at /> ", and is shown only now. Sidetag sends no mail."</p>
        </Notice>
    }
    .into_any()
}

fn row(member: Member, me: &str) -> AnyView {
    let Member { person, disabled, two_step, since, last_seen } = member;
    let state = match (disabled, last_seen) {
        (true, _) => "Shut out".into_any(),
        (false, Some(at)) => view! { "Last seen " <Time at=at /> }.into_any(),
        (false, None) => "Not signed in".into_any(),
    };
    let mine = person.id == me;
    view! {
        <li class=if disabled { "faint" } else { "" }>
            <details>
                <summary>
                    <span class="tile">{icon(Icon::User)}</span>
                    <span class="row-name">
                        <strong class="cut">
                            <bdi>{person.name.clone()}</bdi>
                        </strong>
                        <small class="cut"><bdi>{person.email.clone()}</bdi></small>
                    </span>
                    <span class="row-state">
                        <strong>{person.role.label()}</strong>
                        <small>{state}</small>
                    </span>
                    <span class="row-marks">
                        {mine.then(|| chip("you"))} {two_step.then(|| chip("two steps"))}
                    </span>
                    <span class="chevron">{icon(Icon::Down)}</span>
                </summary>
                <div class="row-body">
                    <p class="quiet">"Here since " <Time at=since /></p>
                    {role_form(&person.id, person.role)}
                    <div class="form-end">
                        {press(SignOutPerson::PATH, &person.id, "Sign out everywhere")}
                        {two_step.then(|| press(ResetTwoStep::PATH, &person.id, "Turn off two-step sign-in"))}
                        {if disabled {
                            press(Enable::PATH, &person.id, "Let in again")
                        } else {
                            press(Disable::PATH, &person.id, "Shut out")
                        }}
                    </div>
                </div>
            </details>
        </li>
    }
    .into_any()
}

fn role_form(id: &str, role: Role) -> AnyView {
    let select = format!("role-{id}");
    view! {
        <form method="post" action=SetRole::PATH class="inline-form">
            <input type="hidden" name="id" value=id.to_owned() />
            <label class="hidden-text" for=select.clone()>
                "Role"
            </label>
            <select class="input" id=select name="role">
                {role_options(role, explained)}
            </select>
            <Submit label="Change role" busy="Changing…" pending=false look=Look::Plain />
        </form>
    }
    .into_any()
}

/// A button that does one thing to what has this id.
fn press(path: &'static str, id: &str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=path>
            <input type="hidden" name="id" value=id.to_owned() />
            <button type="submit" class="button small">
                {label}
            </button>
        </form>
    }
    .into_any()
}

fn invited(invites: Vec<InviteView>, now: i64) -> AnyView {
    let row = move |invite: InviteView| {
        let over = invite.expires_at <= now;
        view! {
            <li>
                <div>
                    <strong class="cut"><bdi>{invite.email}</bdi></strong>
                    <small>
                        {invite.role.label()} ", invited by " <bdi>{invite.invited_by}</bdi>
                        {if over { ", over since " } else { ", until " }} <Time at=invite.expires_at />
                    </small>
                </div>
                <div class="form-end">
                    {press(RenewInvite::PATH, &invite.id, "New link")}
                    {press(RevokeInvite::PATH, &invite.id, "Take back")}
                </div>
            </li>
        }
    };
    view! {
        <section class="settings-list" aria-labelledby="invited">
            <h2 id="invited">"Invited"</h2>
            <ul class="card rows">{invites.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn invite_form() -> AnyView {
    let error = refused::<Invite>();
    let at_email = error.as_ref().and_then(|error| error.at("email")).map(str::to_owned);
    let other = error.filter(|error| error.at("email").is_none());
    view! {
        <section class="card settings-card settings-list" id="invite">
            <h2>"Invite somebody"</h2>
            <form method="post" action=Invite::PATH>
                <div class="fields">
                    {other.map(|error| failure(&error))}
                    <TextField
                        id="email"
                        name="email"
                        label="E-mail"
                        kind="email"
                        autocomplete="off"
                        help="They sign in with it. You get a link to pass on."
                        error=Signal::stored(at_email)
                    />
                    <Field id="role" label="Role" error=Signal::stored(None::<String>)>
                        <select class="input" id="role" name="role" aria-describedby="role-message">
                            {role_options(Role::Editor, explained)}
                        </select>
                    </Field>
                    <div class="form-end">
                        <Submit label="Make an invitation link" busy="Making…" pending=false />
                    </div>
                </div>
            </form>
        </section>
    }
    .into_any()
}
