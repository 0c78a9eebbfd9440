//! API tokens: making, listing and revoking them.

use std::collections::HashMap;

use app::error::UiError;
use app::guard::Admin;
use app::people::act::Act;
use app::people::views::{TokenStanding, TokenView};
use app::views::Role;
use serde_json::json;

use super::{DAY_MS, Result, ServerBackend, broken, checked_name};
use crate::admin::api::token;
use crate::store::rows::{ApiToken, User};

/// Days a token may work.
const DAYS_MAX: i64 = 3650;

pub(super) async fn list(backend: &ServerBackend) -> Result<Vec<TokenView>> {
    let users = backend.store.users().await.map_err(broken)?;
    let users: HashMap<&str, &User> = users.iter().map(|user| (user.id.as_str(), user)).collect();
    let now = backend.clock.now_ms();
    let tokens = backend.store.api_tokens().await.map_err(broken)?;
    let view = |token: ApiToken| {
        let owner = token.owner_id.as_deref().and_then(|id| users.get(id));
        TokenView {
            scope: token::may(token.scope),
            standing: if token.revoked_at.is_some() {
                TokenStanding::Revoked
            } else if token.expires_at <= now {
                TokenStanding::Over
            } else if owner.is_some_and(|owner| owner.disabled_at.is_some()) {
                TokenStanding::MakerDisabled
            } else {
                TokenStanding::Works
            },
            made_by: owner.map(|owner| owner.name.clone()),
            id: token.id,
            name: token.name,
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        }
    };
    Ok(tokens.into_iter().map(view).collect())
}

pub(super) async fn create(
    backend: &ServerBackend,
    admin: &Admin,
    name: &str,
    scope: Role,
    days: i64,
    password: &str,
) -> Result<String> {
    let name = checked_name(name)?;
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(UiError::field("days", format!("Choose from 1 to {DAYS_MAX} days.")));
    }
    backend.check_again(&admin.actor().viewer()?, password).await?;
    let now = backend.clock.now_ms();
    let secret = token::new(&*backend.ids);
    let token = ApiToken {
        id: backend.ids.id(now),
        name,
        scope: token::scope(scope),
        owner_id: Some(admin.person().id.clone()),
        created_at: now,
        expires_at: now + days * DAY_MS,
        last_used_at: None,
        revoked_at: None,
    };
    let details = json!({ "scope": token.scope.name(), "days": days });
    let store = backend.noting(admin.actor(), Act::TokenCreated, (&token.id, &token.name), details);
    store.create_api_token(&token, &token::hash(&secret)).await.map_err(broken)?;
    Ok(secret)
}

pub(super) async fn revoke(backend: &ServerBackend, admin: &Admin, id: &str) -> Result<()> {
    let tokens = backend.store.api_tokens().await.map_err(broken)?;
    let found = tokens.into_iter().find(|token| token.id == id).ok_or(UiError::NotFound)?;
    let store = backend.noting(admin.actor(), Act::TokenRevoked, (id, &found.name), json!({}));
    let revoked = store.revoke_api_token(id, backend.clock.now_ms()).await.map_err(broken)?;
    revoked.map(drop).ok_or_else(|| UiError::field("", "This token is revoked already."))
}
