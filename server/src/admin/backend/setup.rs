//! Setup: the first administrator.

use app::error::UiError;
use app::people::act::Act;
use app::views::{Person, SetupLink};
use serde_json::json;

use super::credentials::{check_new_password, checked_email, hashing};
use super::{Result, ServerBackend, broken, checked_name, person};
use crate::admin::setup;
use crate::store::rows::{self, User};

pub(super) async fn setup_link(backend: &ServerBackend, token: &str) -> Result<SetupLink> {
    if backend.store.has_users().await.map_err(broken)? {
        return Ok(SetupLink::Done);
    }
    let expiry = backend
        .store
        .setup_token_expiry(&setup::hash(token), backend.clock.now_ms())
        .await
        .map_err(broken)?;
    Ok(expiry.map_or(SetupLink::Closed, |expires_at| SetupLink::Open { expires_at }))
}

pub(super) async fn create_administrator(
    backend: &ServerBackend,
    token: &str,
    name: &str,
    email: &str,
    password: &str,
    address: &str,
) -> Result<Person> {
    let name = checked_name(name)?;
    let email = checked_email(email)?;
    check_new_password(&backend.settings, password, &[&name, &email])?;
    // Before the costly hash: whoever has no link makes no work.
    if !matches!(setup_link(backend, token).await?, SetupLink::Open { .. }) {
        return Err(UiError::SetupClosed);
    }
    let now = backend.clock.now_ms();
    let user = User {
        id: backend.ids.id(now),
        email,
        name,
        role: rows::Role::Admin,
        password_hash: backend.passwords.hash(password).await.map_err(hashing)?,
        created_at: now,
        disabled_at: None,
        two_step_since: None,
    };
    let entry = backend.entry_of(&user, Act::SetUp, address, json!({}));
    let store = backend.store.noting(entry);
    if !store.create_first_user(&user, &setup::hash(token), now).await.map_err(broken)? {
        return Err(UiError::SetupClosed);
    }
    tracing::info!(user.id, "first administrator created");
    Ok(person(&user))
}
