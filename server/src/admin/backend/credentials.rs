//! What a person signs in with: what is asked of it, and checking it against what is stored.

use std::collections::HashSet;

use app::error::UiError;
use app::guard::Viewer;
use app::people::act::Act;
use serde_json::json;

use super::{Result, ServerBackend, broken, unsigned};
use crate::admin::Settings;
use crate::admin::password::PasswordError;
use crate::admin::trace::NOTHING;
use crate::store::rows::User;

impl ServerBackend {
    /// Refuses while any of the keys has a break.
    pub(super) fn check_break(&self, keys: &[String]) -> Result<()> {
        let now = self.clock.now_ms();
        let wait_ms = keys.iter().map(|key| self.throttle().wait_ms(key, now)).max().unwrap_or(0);
        if wait_ms > 0 {
            return Err(UiError::Throttled { seconds: unsigned(wait_ms).div_ceil(1000) });
        }
        Ok(())
    }

    pub(super) fn count_failure(&self, keys: &[String]) {
        let now = self.clock.now_ms();
        keys.iter().for_each(|key| self.throttle().failed(key, now));
    }

    pub(super) fn forgive(&self, keys: &[String]) {
        keys.iter().for_each(|key| self.throttle().succeeded(key));
    }

    /// Whether the password is this user's; without a user the answer is no, after the same work.
    pub(super) async fn matches(&self, user: Option<&User>, password: &str) -> Result<bool> {
        if password.len() > self.settings.password_max * 4 {
            return Ok(false);
        }
        let stored = user.map(|user| user.password_hash.as_str());
        self.passwords.matches(stored, password).await.map_err(hashing)
    }

    /// The signed-in person gives their password once more, before something that a thief of the session
    /// must not do.
    pub(super) async fn check_again(&self, viewer: &Viewer, password: &str) -> Result<User> {
        let actor = viewer.actor();
        let keys = [format!("again {}", actor.person.id)];
        self.check_break(&keys)?;
        let user = self.store.user(&actor.person.id).await.map_err(broken)?.ok_or(UiError::SignedOut)?;
        if self.matches(Some(&user), password).await? {
            self.forgive(&keys);
            return Ok(user);
        }
        self.count_failure(&keys);
        let entry = self.entry(actor, Act::PasswordRefused, NOTHING, json!({}));
        self.store.note(&entry).await.map_err(broken)?;
        Err(UiError::field("current", "This is not your password."))
    }
}

/// Length above all, as NIST 800-63B and ASVS 5.0 §6.2 ask; no rules about kinds of characters.
pub(super) fn check_new_password(settings: &Settings, password: &str, personal: &[&str]) -> Result<()> {
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

/// One `@` with something on both sides: more would refuse addresses that exist.
pub(super) fn checked_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let whole = email
        .split_once('@')
        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
    if !whole || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(UiError::field("email", "This is not an e-mail address, such as mara@shop.example."));
    }
    Ok(email)
}

pub(super) fn hashing(error: PasswordError) -> UiError {
    match error {
        PasswordError::Busy => UiError::Throttled { seconds: 5 },
        error => {
            tracing::error!(%error, "password not hashed");
            UiError::Internal
        }
    }
}
