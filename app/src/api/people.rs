//! People, as an administrator manages them. Plain forms, so the browser part holds none of this.

use leptos::prelude::*;

use crate::error::UiError;
use crate::people::views::ShownOnce;
use crate::views::Role;

const PAGE: &str = "/settings/people";

/// Makes a link for somebody and shows it, once.
#[server(prefix = "/ui", endpoint = "people/invite")]
pub async fn invite(email: String, role: Role) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    let invite = caller.backend.invite(&admin, &email, role).await?;
    caller.session.put_aside(&ShownOnce::Invite(invite)).await?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Makes a new link in place of the old one and shows it, once.
#[server(prefix = "/ui", endpoint = "people/renew-invite")]
pub async fn renew_invite(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    let invite = caller.backend.renew_invite(&admin, &id).await?;
    caller.session.put_aside(&ShownOnce::Invite(invite)).await?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

#[server(prefix = "/ui", endpoint = "people/revoke-invite")]
pub async fn revoke_invite(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.revoke_invite(&admin, &id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=revoked"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "people/role")]
pub async fn set_role(id: String, role: Role) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.set_role(&admin, &id, role).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=role"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "people/disable")]
pub async fn disable(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.set_enabled(&admin, &id, false).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=disabled"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "people/enable")]
pub async fn enable(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.set_enabled(&admin, &id, true).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=enabled"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "people/sign-out")]
pub async fn sign_out_person(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.sign_out_person(&admin, &id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=signed-out"));
    Ok(())
}

/// For who has lost both the app and the recovery codes.
#[server(prefix = "/ui", endpoint = "people/reset-two-step")]
pub async fn reset_two_step(id: String) -> Result<(), UiError> {
    let (caller, admin) = crate::guard::admin()?;
    caller.backend.reset_two_step(&admin, &id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=two-step-reset"));
    Ok(())
}
