//! People, as an administrator manages them, and their invitations.

use app::error::UiError;
use app::guard::Admin;
use app::people::act::Act;
use app::people::views::{InviteOffer, InviteView, Member, NewInvite, PeoplePage};
use app::views::{Person, Role};
use serde_json::json;

use super::credentials::{check_new_password, checked_email, hashing};
use super::{DAY_MS, Result, ServerBackend, broken, checked_name, person, role, stored_role};
use crate::admin::setup::hash;
use crate::store::rows::{Changed, Invite, User};

pub(super) async fn list(backend: &ServerBackend) -> Result<PeoplePage> {
    let now = backend.clock.now_ms();
    let mut people = vec![];
    for user in backend.store.users().await.map_err(broken)? {
        let sessions = backend.store.sessions_of(&user.id, now).await.map_err(broken)?;
        people.push(Member {
            person: person(&user),
            disabled: user.disabled_at.is_some(),
            two_step: user.two_step_since.is_some(),
            since: user.created_at,
            last_seen: sessions.iter().map(|session| session.seen_at).max(),
        });
    }
    let invites = backend.store.invites().await.map_err(broken)?;
    let view = |invite: Invite| InviteView {
        id: invite.id,
        email: invite.email,
        role: role(invite.role),
        invited_by: invite.created_by,
        expires_at: invite.expires_at,
    };
    Ok(PeoplePage { people, invites: invites.into_iter().map(view).collect(), now })
}

pub(super) async fn invite(
    backend: &ServerBackend,
    admin: &Admin,
    email: &str,
    role: Role,
) -> Result<NewInvite> {
    let email = checked_email(email)?;
    let (token, expires_at) = new_link(backend);
    let now = backend.clock.now_ms();
    let invite = Invite {
        id: backend.ids.id(now),
        email,
        role: stored_role(role),
        created_at: now,
        created_by: admin.person().name.clone(),
        expires_at,
    };
    let details = json!({ "role": invite.role.name() });
    let store = backend.noting(admin.actor(), Act::Invited, (&invite.id, &invite.email), details);
    if !store.create_invite(&invite, &hash(&token)).await.map_err(broken)? {
        return Err(UiError::field("email", "Somebody with this e-mail has an account already."));
    }
    Ok(NewInvite { email: invite.email, token, expires_at })
}

pub(super) async fn renew_invite(backend: &ServerBackend, admin: &Admin, id: &str) -> Result<NewInvite> {
    let email = invited_email(backend, id).await?;
    let (token, expires_at) = new_link(backend);
    let store = backend.noting(admin.actor(), Act::InviteRenewed, (id, &email), json!({}));
    let renewed = store.renew_invite(id, &hash(&token), expires_at).await.map_err(broken)?;
    renewed.map(|invite| NewInvite { email: invite.email, token, expires_at }).ok_or_else(gone)
}

pub(super) async fn revoke_invite(backend: &ServerBackend, admin: &Admin, id: &str) -> Result<()> {
    let email = invited_email(backend, id).await?;
    let store = backend.noting(admin.actor(), Act::InviteRevoked, (id, &email), json!({}));
    store.revoke_invite(id).await.map_err(broken)?.map(drop).ok_or_else(gone)
}

pub(super) async fn invite_offer(backend: &ServerBackend, token: &str) -> Result<Option<InviteOffer>> {
    let now = backend.clock.now_ms();
    let invite = backend.store.invite_by_token(&hash(token), now).await.map_err(broken)?;
    Ok(invite.map(|invite| InviteOffer {
        email: invite.email,
        role: role(invite.role),
        invited_by: invite.created_by,
        expires_at: invite.expires_at,
    }))
}

pub(super) async fn accept_invite(
    backend: &ServerBackend,
    token: &str,
    name: &str,
    password: &str,
    address: &str,
) -> Result<Person> {
    let now = backend.clock.now_ms();
    // Before the costly hash: whoever has no link makes no work.
    let invite = backend.store.invite_by_token(&hash(token), now).await.map_err(broken)?.ok_or_else(gone)?;
    let name = checked_name(name)?;
    check_new_password(&backend.settings, password, &[&name, &invite.email])?;
    let user = User {
        id: backend.ids.id(now),
        email: invite.email,
        name,
        role: invite.role,
        password_hash: backend.passwords.hash(password).await.map_err(hashing)?,
        created_at: now,
        disabled_at: None,
        two_step_since: None,
    };
    let details = json!({ "role": user.role.name(), "invited_by": invite.created_by });
    let store = backend.store.noting(backend.entry_of(&user, Act::InviteAccepted, address, details));
    if !store.accept_invite(&user, &hash(token), now).await.map_err(broken)? {
        return Err(gone());
    }
    tracing::info!(user.id, "invitation accepted");
    Ok(person(&user))
}

pub(super) async fn set_role(backend: &ServerBackend, admin: &Admin, id: &str, to: Role) -> Result<()> {
    let user = member(backend, id).await?;
    let details = json!({ "from": user.role.name(), "to": stored_role(to).name() });
    let store = backend.noting(admin.actor(), Act::RoleChanged, (id, &user.name), details);
    changed(store.set_role(id, stored_role(to)).await.map_err(broken)?)?;
    backend.sessions.ended_some();
    Ok(())
}

pub(super) async fn set_enabled(
    backend: &ServerBackend,
    admin: &Admin,
    id: &str,
    enabled: bool,
) -> Result<()> {
    let user = member(backend, id).await?;
    let act = if enabled { Act::Enabled } else { Act::Disabled };
    let at = (!enabled).then(|| backend.clock.now_ms());
    let store = backend.noting(admin.actor(), act, (id, &user.name), json!({}));
    changed(store.set_disabled(id, at).await.map_err(broken)?)?;
    backend.sessions.ended_some();
    Ok(())
}

pub(super) async fn sign_out(backend: &ServerBackend, admin: &Admin, id: &str) -> Result<()> {
    let user = member(backend, id).await?;
    let store = backend.noting(admin.actor(), Act::SignedOutEverywhere, (id, &user.name), json!({}));
    store.end_sessions(id, None).await.map_err(broken)?;
    backend.sessions.ended_some();
    Ok(())
}

pub(super) async fn reset_two_step(backend: &ServerBackend, admin: &Admin, id: &str) -> Result<()> {
    let user = member(backend, id).await?;
    let store = backend.noting(admin.actor(), Act::TwoStepReset, (id, &user.name), json!({}));
    store.remove_two_step(id).await.map_err(broken)?;
    backend.changing(admin.actor()).end_sessions(id, None).await.map_err(broken)?;
    backend.sessions.ended_some();
    Ok(())
}

fn new_link(backend: &ServerBackend) -> (String, i64) {
    let days = i64::try_from(backend.settings.invite_days).unwrap_or(7).min(365);
    (backend.ids.secret(32), backend.clock.now_ms() + days * DAY_MS)
}

async fn member(backend: &ServerBackend, id: &str) -> Result<User> {
    backend.store.user(id).await.map_err(broken)?.ok_or(UiError::NotFound)
}

async fn invited_email(backend: &ServerBackend, id: &str) -> Result<String> {
    let invites = backend.store.invites().await.map_err(broken)?;
    invites.into_iter().find(|invite| invite.id == id).map(|invite| invite.email).ok_or_else(gone)
}

fn changed(changed: Changed) -> Result<()> {
    match changed {
        Changed::Done => Ok(()),
        Changed::NotFound => Err(UiError::NotFound),
        Changed::LastAdmin => Err(UiError::field(
            "role",
            "This is the only administrator who can sign in. Make somebody else an administrator first.",
        )),
    }
}

fn gone() -> UiError {
    UiError::field("", "This invitation was used, taken back, or is over. Make a new one.")
}
