//! The tag's cookies, the measurement tokens in them, and Amazon's own cookie.

use serde::{Deserialize, Serialize};

/// Amazon's measurement tokens: the ad click's `aref` in the page's address, kept for 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measurement {
    /// Keep them in the cookie `amznAref`. Default: on. Off, an event carries only what its own page and an
    /// existing cookie say.
    pub set_cookie: bool,
}

impl Default for Measurement {
    fn default() -> Self {
        Self { set_cookie: true }
    }
}

/// Where the tag's cookies belong. All of them are `Secure`, `SameSite=Strict` and for the path `/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cookies {
    /// A fixed domain. Default: the registrable domain of the page, and the host alone where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Scripts on the page cannot read them. Default: on.
    pub http_only: bool,
}

impl Default for Cookies {
    fn default() -> Self {
        Self { domain: None, http_only: true }
    }
}

/// Without its own cookie Amazon answers with a redirect that sets one. Who follows it?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CookieSync {
    /// Nobody.
    Off,
    /// The visitor's browser, which then has Amazon's cookie (Stape's template).
    Browser,
    /// Sidetag itself, as Amazon's server template does: the event counts, no browser gets a cookie.
    Server,
    /// The browser when the sender can pass it on, else Sidetag.
    #[default]
    Auto,
}
