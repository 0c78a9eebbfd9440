//! One's own account: the second step of signing in, an invitation, name, password, sessions. Its forms are
//! plain ones, so the browser part holds none of this.

use leptos::prelude::*;

use super::account::local_page;
use crate::error::UiError;
use crate::people::views::ShownOnce;

const PAGE: &str = "/settings/account";

/// The code after the password; then goes to `next`, if that is a page of ours.
#[server(prefix = "/ui", endpoint = "account/code")]
pub async fn give_code(code: String, next: Option<String>) -> Result<(), UiError> {
    let caller = crate::guard::caller()?;
    let Some(person_id) = caller.session.awaits_code().await? else {
        leptos_axum::redirect("/sign-in");
        return Ok(());
    };
    let person = caller.backend.check_code(&person_id, &code, &caller.address).await?;
    caller.session.start(&person.id).await?;
    leptos_axum::redirect(&local_page(next.as_deref()));
    Ok(())
}

/// Creates the invited person's account, signs them in and goes to the overview.
#[server(prefix = "/ui", endpoint = "account/accept-invite")]
pub async fn accept_invite(token: String, name: String, password: String) -> Result<(), UiError> {
    let caller = crate::guard::caller()?;
    let person = caller.backend.accept_invite(&token, &name, &password, &caller.address).await?;
    caller.session.start(&person.id).await?;
    leptos_axum::redirect("/");
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/rename")]
pub async fn rename(name: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.rename(&viewer, &name).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=renamed"));
    Ok(())
}

/// Ends every session; this browser gets a new one.
#[server(prefix = "/ui", endpoint = "account/change-password")]
pub async fn change_password(current: String, password: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.change_password(&viewer, &current, &password).await?;
    caller.session.start(&viewer.person().id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=password"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/end-session")]
pub async fn end_session(id: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.end_session(&viewer, &id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=session"));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/two-step/begin")]
pub async fn begin_two_step(current: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.begin_two_step(&viewer, &current).await?;
    leptos_axum::redirect("/settings/account/two-step");
    Ok(())
}

/// Turns it on and shows the recovery codes, once. Ends every session; this browser gets a new one.
#[server(prefix = "/ui", endpoint = "account/two-step/confirm")]
pub async fn confirm_two_step(code: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    let codes = caller.backend.confirm_two_step(&viewer, &code).await?;
    caller.session.start(&viewer.person().id).await?;
    caller.session.put_aside(&ShownOnce::RecoveryCodes(codes)).await?;
    leptos_axum::redirect("/settings/account/two-step");
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/two-step/end")]
pub async fn end_two_step(current: String) -> Result<(), UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.end_two_step(&viewer, &current).await?;
    caller.session.start(&viewer.person().id).await?;
    leptos_axum::redirect(&format!("{PAGE}?done=two-step-off"));
    Ok(())
}
