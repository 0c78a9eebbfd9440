//! One's own account: name, password, sessions.

use app::error::UiError;
use app::guard::{Actor, Viewer};
use app::people::act::Act;
use app::people::views::{AccountPage, SessionView};
use serde_json::json;

use super::credentials::{check_new_password, hashing};
use super::{Result, ServerBackend, broken, checked_name, person};
use crate::admin::session::listed_as;
use crate::admin::trace::NOTHING;
use crate::store::rows::SessionRow;

pub(super) async fn account(backend: &ServerBackend, viewer: &Viewer) -> Result<AccountPage> {
    let id = &viewer.person().id;
    let user = backend.store.user(id).await.map_err(broken)?.ok_or(UiError::SignedOut)?;
    let sessions = open_sessions(backend, id).await?;
    let view = |session: SessionRow| SessionView {
        id: listed_as(&session.id_hash),
        created_at: session.created_at,
        seen_at: session.seen_at,
        address: session.address,
    };
    Ok(AccountPage {
        person: person(&user),
        two_step_since: user.two_step_since,
        sessions: sessions.into_iter().map(view).collect(),
    })
}

pub(super) async fn rename(backend: &ServerBackend, viewer: &Viewer, name: &str) -> Result<()> {
    let name = checked_name(name)?;
    let details = json!({ "to": name });
    let store = backend.noting(viewer.actor(), Act::Renamed, NOTHING, details);
    if !store.rename_user(&viewer.person().id, &name).await.map_err(broken)? {
        return Err(UiError::SignedOut);
    }
    Ok(())
}

pub(super) async fn change_password(
    backend: &ServerBackend,
    viewer: &Viewer,
    current: &str,
    new: &str,
) -> Result<()> {
    let user = backend.check_again(viewer, current).await?;
    check_new_password(&backend.settings, new, &[&user.name, &user.email])?;
    let hash = backend.passwords.hash(new).await.map_err(hashing)?;
    let store = backend.noting(viewer.actor(), Act::PasswordChanged, NOTHING, json!({}));
    store.set_password(&user.id, &hash).await.map_err(broken)?;
    backend.sessions.ended_some();
    Ok(())
}

pub(super) async fn end_session(backend: &ServerBackend, viewer: &Viewer, id: &str) -> Result<()> {
    let sessions = open_sessions(backend, &viewer.person().id).await?;
    let found = sessions.into_iter().find(|session| listed_as(&session.id_hash) == id);
    let Some(session) = found else {
        return Err(UiError::field("", "This session has ended already."));
    };
    let details = json!({ "from": session.address });
    let store = backend.noting(viewer.actor(), Act::SessionEnded, NOTHING, details);
    store.delete_session(&session.id_hash).await.map_err(broken)?;
    backend.sessions.ended_some();
    Ok(())
}

pub(super) async fn signed_out(backend: &ServerBackend, actor: &Actor) -> Result<()> {
    let entry = backend.entry(actor, Act::SignedOut, NOTHING, json!({}));
    backend.store.note(&entry).await.map_err(broken)
}

async fn open_sessions(backend: &ServerBackend, id: &str) -> Result<Vec<SessionRow>> {
    backend.store.sessions_of(id, backend.clock.now_ms()).await.map_err(broken)
}
