//! Setup and sign-in.

use std::collections::HashSet;

use app::error::UiError;
use app::views::{Person, Role, SetupLink};

use super::{Result, ServerBackend, broken, checked_name, unsigned};
use crate::admin::password::PasswordError;
use crate::admin::{Settings, setup};
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
    };
    if !backend.store.create_first_user(&user, &setup::hash(token), now).await.map_err(broken)? {
        return Err(UiError::SetupClosed);
    }
    tracing::info!(user.id, "first administrator created");
    Ok(person(&user))
}

pub(super) async fn check_credentials(
    backend: &ServerBackend,
    email: &str,
    password: &str,
    address: &str,
) -> Result<Person> {
    let email = email.trim().to_lowercase();
    let keys = [format!("email {email}"), format!("address {address}")];
    let now = backend.clock.now_ms();
    let wait_ms = keys.iter().map(|key| backend.throttle().wait_ms(key, now)).max().unwrap_or(0);
    if wait_ms > 0 {
        return Err(UiError::Throttled { seconds: unsigned(wait_ms).div_ceil(1000) });
    }
    if password.len() > backend.settings.password_max * 4 {
        return Err(UiError::WrongCredentials);
    }
    let user = backend.store.user_by_email(&email).await.map_err(broken)?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let matches = backend.passwords.matches(stored, password).await.map_err(hashing)?;
    match user.filter(|_| matches) {
        Some(user) => {
            keys.iter().for_each(|key| backend.throttle().succeeded(key));
            tracing::info!(user.id, "signed in");
            Ok(person(&user))
        }
        None => {
            keys.iter().for_each(|key| backend.throttle().failed(key, now));
            tracing::warn!(address, "sign-in refused");
            Err(UiError::WrongCredentials)
        }
    }
}

/// Length above all, as NIST 800-63B and ASVS 5.0 §6.2 ask; no rules about kinds of characters.
fn check_new_password(settings: &Settings, password: &str, personal: &[&str]) -> Result<()> {
    let length = password.chars().count();
    let (least, most) = (settings.password_min, settings.password_max);
    let lower = password.to_lowercase();
    let message = if length < least {
        format!("This has {length} characters; at least {least} are needed.")
    } else if length > most {
        format!("This has {length} characters; at most {most} are taken.")
    } else if personal.iter().any(|text| lower == text.to_lowercase()) {
        "Choose something other than your name or e-mail.".into()
    } else if lower.chars().collect::<HashSet<_>>().len() < 4 {
        "This repeats the same few characters. Use a few words instead.".into()
    } else {
        return Ok(());
    };
    Err(UiError::field("password", message))
}

/// The person a stored user is to the interface.
pub fn person(user: &User) -> Person {
    let role = match user.role {
        rows::Role::Viewer => Role::Viewer,
        rows::Role::Editor => Role::Editor,
        rows::Role::Admin => Role::Admin,
    };
    Person { id: user.id.clone(), name: user.name.clone(), email: user.email.clone(), role }
}

/// One `@` with something on both sides: more would refuse addresses that exist.
fn checked_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let whole = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if !whole || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(UiError::field("email", "This is not an e-mail address, such as mara@shop.example."));
    }
    Ok(email)
}

fn hashing(error: PasswordError) -> UiError {
    match error {
        PasswordError::Busy => UiError::Throttled { seconds: 5 },
        error => {
            tracing::error!(%error, "password not hashed");
            UiError::Internal
        }
    }
}
