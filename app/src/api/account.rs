//! Setup, signing in and out, and what frames each page.

use leptos::prelude::*;

use crate::error::UiError;
use crate::views::{Frame, SetupLink};

#[server(prefix = "/ui", endpoint = "setup/link")]
pub async fn load_setup_link(token: String) -> Result<SetupLink, UiError> {
    crate::guard::caller()?.backend.setup_link(&token).await
}

/// Creates the first administrator, signs them in and goes to the overview.
#[server(prefix = "/ui", endpoint = "setup/create")]
pub async fn create_administrator(
    token: String,
    name: String,
    email: String,
    password: String,
) -> Result<(), UiError> {
    let caller = crate::guard::caller()?;
    let person =
        caller.backend.create_administrator(&token, &name, &email, &password, &caller.address).await?;
    caller.session.start(&person.id).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Signs in and goes to `next`, if that is a page of ours; by way of the page that asks for a code, if the
/// person's account wants one.
#[server(prefix = "/ui", endpoint = "account/sign-in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), UiError> {
    use crate::people::views::SignedIn;
    let caller = crate::guard::caller()?;
    let next = local_page(next.as_deref());
    match caller.backend.check_credentials(&email, &password, &caller.address).await? {
        SignedIn::Whole(person) => {
            caller.session.start(&person.id).await?;
            leptos_axum::redirect(&next);
        }
        SignedIn::NeedsCode { person_id } => {
            caller.session.await_code(&person_id).await?;
            let mut query = form_urlencoded::Serializer::new(String::new());
            leptos_axum::redirect(&format!("/sign-in/code?{}", query.append_pair("next", &next).finish()));
        }
    }
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/sign-out")]
pub async fn sign_out() -> Result<(), UiError> {
    let caller = crate::guard::caller()?;
    if let Some(actor) = &caller.actor {
        caller.backend.signed_out(actor).await?;
    }
    caller.session.end().await?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}

#[server(prefix = "/ui", endpoint = "account/frame")]
pub async fn load_frame() -> Result<Frame, UiError> {
    let (caller, viewer) = crate::guard::viewer()?;
    caller.backend.frame(&viewer, &caller.public_url).await
}

/// Only paths of this site: an address of another one would make sign-in a springboard.
#[cfg(feature = "ssr")]
pub(super) fn local_page(next: Option<&str>) -> String {
    let local = |path: &&str| {
        let mut chars = path.chars();
        chars.next() == Some('/')
            && !matches!(chars.next(), Some('/' | '\\'))
            && !path.chars().any(char::is_control)
    };
    next.filter(local).unwrap_or("/").to_owned()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::local_page;

    #[test]
    fn sign_in_leads_to_pages_of_this_site_only() {
        assert_eq!(local_page(Some("/tags/1?x=2")), "/tags/1?x=2");
        for foreign in ["//evil.example", "/\\evil.example", "https://evil.example", "", "tags", "/\r\nx"] {
            assert_eq!(local_page(Some(foreign)), "/", "{foreign:?}");
        }
        assert_eq!(local_page(None), "/");
    }
}
