//! API tokens. Plain forms, so the browser part holds none of this.

use leptos::prelude::*;

use crate::error::UiError;
use crate::people::views::ShownOnce;
use crate::views::Role;

const PAGE: &str = "/settings/tokens";

/// Makes a token and shows it, once. `current`: the caller's own password.
#[server(prefix = "/ui", endpoint = "tokens/create")]
pub async fn create_token(name: String, scope: Role, days: i64, current: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    let token = caller.backend.create_token(&admin, &name, scope, days, &current).await?;
    caller.session.put_aside(&ShownOnce::Token { name, token }).await?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

#[server(prefix = "/ui", endpoint = "tokens/revoke")]
pub async fn revoke_token(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.revoke_token(&admin, &id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=revoked"));
    Ok(())
}
