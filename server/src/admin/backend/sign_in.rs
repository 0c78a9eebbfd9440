//! Signing in: the password, then a code where the account asks for one.

use app::error::UiError;
use app::people::act::Act;
use app::people::views::SignedIn;
use app::views::Person;
use serde_json::json;

use super::{Result, ServerBackend, broken, person, two_step};
use crate::admin::trace::NOTHING;
use crate::store::rows::User;

/// What breaks are counted by. A right password alone forgives nothing while a code is still to come, so
/// whoever guesses meets the same breaks at both steps.
fn keys(email: &str, address: &str) -> [String; 2] {
    [format!("email {email}"), format!("address {address}")]
}

pub(super) async fn check_credentials(
    backend: &ServerBackend,
    email: &str,
    password: &str,
    address: &str,
) -> Result<SignedIn> {
    let email = email.trim().to_lowercase();
    let keys = keys(&email, address);
    backend.check_break(&keys)?;
    let user = backend.store.user_by_email(&email).await.map_err(broken)?;
    let matches = backend.matches(user.as_ref(), password).await?;
    match user {
        Some(user) if matches && user.disabled_at.is_none() => {
            if user.two_step_since.is_some() {
                return Ok(SignedIn::NeedsCode { person_id: user.id });
            }
            backend.forgive(&keys);
            whole(backend, &user, address).await.map(SignedIn::Whole)
        }
        user => {
            backend.count_failure(&keys);
            let act = Act::SignInRefused;
            let entry = match &user {
                Some(user) => {
                    backend.entry_of(user, act, address, json!({ "disabled": user.disabled_at.is_some() }))
                }
                // What was typed is not kept: it may be a password in the wrong field.
                None => backend.entry_of_nobody(act, NOTHING, address, json!({ "account": "unknown" })),
            };
            backend.store.note(&entry).await.map_err(broken)?;
            tracing::warn!(address, "sign-in refused");
            Err(UiError::WrongCredentials)
        }
    }
}

pub(super) async fn check_code(
    backend: &ServerBackend,
    person_id: &str,
    code: &str,
    address: &str,
) -> Result<Person> {
    let user = backend.store.user(person_id).await.map_err(broken)?;
    let user = user.filter(|user| user.disabled_at.is_none()).ok_or(UiError::WrongCredentials)?;
    let keys = keys(&user.email, address);
    backend.check_break(&keys)?;
    let taken = two_step::take(backend, &user, code, address).await?;
    if !taken {
        backend.count_failure(&keys);
        let entry = backend.entry_of(&user, Act::CodeRefused, address, json!({}));
        backend.store.note(&entry).await.map_err(broken)?;
        tracing::warn!(address, "sign-in code refused");
        let message = "This code is not right, or was used before. Wait until your app shows the next one.";
        return Err(UiError::field("code", message));
    }
    backend.forgive(&keys);
    whole(backend, &user, address).await
}

async fn whole(backend: &ServerBackend, user: &User, address: &str) -> Result<Person> {
    let entry = backend.entry_of(user, Act::SignedIn, address, json!({}));
    backend.store.note(&entry).await.map_err(broken)?;
    tracing::info!(user.id, "signed in");
    Ok(person(user))
}
