//! The theme: the system's, light or dark. It is a cookie, so that the server writes the right page at once
//! and nothing flashes.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::UiError;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The cookie's and the form's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The class of the page's root; without one the system decides.
    pub fn class(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of the page being shown.
    pub fn current() -> Self {
        #[cfg(feature = "ssr")]
        return Self::of_request();
        #[cfg(not(feature = "ssr"))]
        return Self::of_page();
    }

    #[cfg(feature = "ssr")]
    fn of_request() -> Self {
        use_context::<http::request::Parts>()
            .and_then(|parts| {
                let cookies = parts.headers.get_all(http::header::COOKIE);
                cookies.iter().filter_map(|header| header.to_str().ok()).find_map(Self::in_cookies)
            })
            .unwrap_or_default()
    }

    #[cfg(not(feature = "ssr"))]
    fn of_page() -> Self {
        let class = document().document_element().map(|root| root.class_name()).unwrap_or_default();
        Self::named(&class).unwrap_or_default()
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The theme in a `Cookie` header.
    #[cfg(feature = "ssr")]
    fn in_cookies(header: &str) -> Option<Self> {
        header.split(';').find_map(|cookie| Self::named(cookie.trim().strip_prefix("theme=")?))
    }
}

/// Keeps the theme for a year, for everybody at this browser; it needs no sign-in and tells nothing.
#[server(prefix = "/ui", endpoint = "theme")]
pub async fn set_theme(theme: Theme) -> Result<(), UiError> {
    let cookie = format!("theme={}; Path=/; Max-Age=31536000; SameSite=Lax", theme.name());
    let value = http::HeaderValue::from_str(&cookie).map_err(|_| UiError::Internal)?;
    let response = use_context::<leptos_axum::ResponseOptions>().ok_or(UiError::Internal)?;
    response.append_header(http::header::SET_COOKIE, value);
    Ok(())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::Theme;

    #[test]
    fn the_theme_is_found_among_other_cookies() {
        assert_eq!(Theme::in_cookies("id=1; theme=dark; x=theme=light"), Some(Theme::Dark));
        assert_eq!(Theme::in_cookies("mytheme=dark"), None);
        assert_eq!(Theme::in_cookies("theme=neon"), None);
    }
}
