//! The tag's cookies, the measurement tokens in them, and Amazon's own cookie.

use serde::{Deserialize, Serialize};

use super::report::Report;

/// Amazon's measurement tokens: the ad click's `aref` in the page's address, kept for 30 days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measurement {
    /// Keep them in the cookie `amznAref`. Default: on. Off, an event carries only what its own page and an
    /// existing cookie say.
    pub set_cookie: bool,
    /// Where a new token is looked for. Default: the page's own address.
    pub source: ArefSource,
    /// Which tags take outdated tokens out of the cookie. Default: those that use it.
    pub pruning: Pruning,
}

impl Default for Measurement {
    fn default() -> Self {
        Self { set_cookie: true, source: ArefSource::default(), pruning: Pruning::default() }
    }
}

/// Where a new measurement token is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArefSource {
    /// In the page's address: the event's `page_location`, else the address of the page that sent the request.
    #[default]
    Page,
    /// Without a `page_location` also in `page_referrer`, which is another page (Stape's template). For
    /// imported tags.
    Template,
}

impl ArefSource {
    /// The event's keys with an address.
    pub(crate) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Page => &["page_location"],
            Self::Template => &["page_location", "page_referrer"],
        }
    }
}

/// Which tags take outdated measurement tokens out of the cookie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pruning {
    /// Tags for North America, the only ones that use the cookie. Any other tag that writes it can undo what
    /// one of those wrote in the same answer.
    #[default]
    NorthAmerica,
    /// Tags for any region (Stape's template). For imported tags.
    Template,
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

/// The longest domain that DNS can hold, in characters.
const DOMAIN_LIMIT: usize = 253;

impl Cookies {
    /// The domain loses the spaces around it and a leading dot, which browsers ignore (RFC 6265 §5.2.3); an
    /// empty one counts as not set.
    pub(super) fn check(&self, report: &mut Report) -> Self {
        let path = "cookies.domain";
        let domain = self.domain.as_deref().map(str::trim);
        let domain = domain.map(|domain| domain.strip_prefix('.').unwrap_or(domain));
        let domain = domain.filter(|domain| !domain.is_empty());
        if let Some(domain) = domain {
            if domain.contains("://") || domain.contains('/') {
                let remedy = "Enter the domain alone, such as example.com.";
                report.problem(path, "This is an address, not a domain.", remedy);
            } else if domain.len() > DOMAIN_LIMIT || !domain.split('.').all(is_label) {
                let remedy = "Use letters, digits, hyphens and dots, such as example.com.";
                report.problem(path, "This cannot be a domain.", remedy);
            } else if !domain.contains('.') || domain.split('.').all(is_number) {
                let remedy = "Enter a domain such as example.com, or leave the field empty.";
                report.warning(path, "Browsers refuse cookies for this domain.", remedy);
            }
        }
        Self { domain: domain.map(str::to_owned), http_only: self.http_only }
    }
}

fn is_label(label: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !label.is_empty() && label.len() <= 63 && label.bytes().all(fits)
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

impl CookieSync {
    /// `optimistic` is the tag's: such a tag has answered its caller before it knows of a redirect.
    pub(super) fn check(self, optimistic: bool, report: &mut Report) {
        if optimistic && self == Self::Browser {
            let message = "A tag that answers before Amazon does cannot pass anything on to the browser.";
            let remedy = "Let Sidetag follow Amazon’s redirect, or switch the optimistic answer off.";
            report.warning("cookie_sync", message, remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checked domain, the number of problems and the number of warnings.
    fn domain(text: &str) -> (Option<String>, usize, usize) {
        let mut report = Report::default();
        let cookies = Cookies { domain: Some(text.to_owned()), ..Cookies::default() };
        let checked = cookies.check(&mut report).domain;
        (checked, report.problems.len(), report.warnings.len())
    }

    #[test]
    fn a_domain_is_one_that_a_cookie_can_have() {
        let is = |text: &str| Some(text.to_owned());
        for (text, kept) in [
            ("example.com", is("example.com")),
            (" .example.com ", is("example.com")),
            ("xn--mnchen-3ya.de", is("xn--mnchen-3ya.de")),
            ("", None),
            (" . ", None),
        ] {
            assert_eq!(domain(text), (kept, 0, 0), "{text:?}");
        }
        for odd in ["localhost", "AUTO", "127.0.0.1"] {
            assert_eq!(domain(odd), (is(odd), 0, 1), "{odd:?}");
        }
        let long = "x".repeat(64);
        for wrong in ["https://example.com", "example.com/", "a.b; Path=/", "a..b", "münchen.de", &long] {
            let (_, problems, warnings) = domain(wrong);
            assert_eq!((problems, warnings), (1, 0), "{wrong:?}");
        }
    }

    #[test]
    fn a_sync_that_can_never_happen_is_pointed_out() {
        for (sync, optimistic, warnings) in [
            (CookieSync::Browser, true, 1),
            (CookieSync::Browser, false, 0),
            (CookieSync::Auto, true, 0),
            (CookieSync::Off, true, 0),
        ] {
            let mut report = Report::default();
            sync.check(optimistic, &mut report);
            assert_eq!(report.warnings.len(), warnings, "{sync:?} {optimistic}");
        }
    }
}
