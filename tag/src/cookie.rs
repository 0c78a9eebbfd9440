//! The cookies that the tag sets in the visitor's browser, and the domain they belong to.
//!
//! Which cookies there are, and what is in them, is decided elsewhere.

use std::borrow::Cow;
use std::fmt::Write;

use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};

use crate::amazon::pixel::COMPONENT;
use crate::config::Cookies;
use crate::context::{Browser, Sites};
use crate::event::Event;
use crate::page::{self, Address};
use crate::reason::Reason;
use crate::trace::{Effect, Step, StepId};
use crate::words;

/// A cookie to set. It is `Secure`, `SameSite=Strict` and for the path `/`, as Amazon's server template has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCookie {
    pub name: String,
    /// Decoded. Empty in a cookie that is deleted.
    pub value: String,
    /// The host alone when not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Seconds from now; 0 deletes the cookie.
    pub max_age_s: i64,
    pub http_only: bool,
}

/// Browsers drop a cookie whose name and value together are longer, in bytes (RFC 6265bis §5.6).
pub(crate) const BYTES_LIMIT: usize = 4096;

impl SetCookie {
    /// The value of the `Set-Cookie` header. The cookie's value is percent-encoded as server-side GTM does it.
    pub fn header(&self) -> String {
        let mut header = format!("{}={}", self.name, utf8_percent_encode(&self.value, COMPONENT));
        // A page's address can name any host. One that is not written in ASCII would be no header.
        let domain = self.domain.as_deref().filter(|domain| domain.bytes().all(is_domain));
        if let Some(domain) = domain {
            header.push_str("; Domain=");
            header.push_str(domain);
        }
        // Writing to a string does not fail.
        let _ = write!(header, "; Path=/; Max-Age={}; Secure", self.max_age_s.max(0));
        header.push_str(if self.http_only { "; HttpOnly" } else { "" });
        header + "; SameSite=Strict"
    }

    /// The *Cookie* step. `answered` says that the sender had its answer already, so that nothing can be set.
    pub fn step(&self, answered: bool) -> Step {
        if answered {
            let reason = Reason::CookieTooLate;
            return Step::new(StepId::Cookie, Effect::Unchanged, reason.text())
                .input("name", &self.name)
                .field("optimistic")
                .reason(reason);
        }
        Step::new(StepId::Cookie, Effect::Changed, self.summary())
            .input("name", &self.name)
            .output("domain", self.domain.as_deref().unwrap_or("the host alone"))
            .output("max_age_s", self.max_age_s.to_string())
            .field("cookies")
    }

    /// What happens to the cookie, in words.
    pub fn summary(&self) -> String {
        let Self { name, max_age_s, .. } = self;
        if *max_age_s <= 0 {
            return format!("{name} is deleted");
        }
        let domain = self.domain.as_ref().map(|domain| format!(" on {domain}")).unwrap_or_default();
        format!("{name} is set{domain} for {}", duration(*max_age_s))
    }
}

/// The encoded length of a value, in bytes.
pub(crate) fn encoded_length(value: &str) -> usize {
    utf8_percent_encode(value, COMPONENT).map(str::len).sum()
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// Exactly in days, hours or minutes where that is possible, else about.
pub(crate) fn duration(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let exact = UNITS.into_iter().find(|(length, _)| seconds >= *length && seconds % length == 0);
    let near = || UNITS.into_iter().find(|(length, _)| seconds >= 2 * length);
    let (about, (length, noun)) = match exact {
        Some(unit) => ("", unit),
        None => near().map_or(("", (1, "second")), |unit| ("about ", unit)),
    };
    let count = seconds.saturating_add(length / 2) / length;
    format!("{about}{}", words::count(usize::try_from(count).unwrap_or_default(), noun))
}

/// The domain of the tag's cookies: the fixed one, else the registrable domain of the event's page, else that
/// of the host which took the request (server-side GTM's `auto`). `None` means the host alone.
pub(crate) fn domain(
    config: &Cookies,
    event: &Event,
    browser: Browser<'_>,
    sites: &dyn Sites,
) -> Option<String> {
    if let Some(domain) = &config.domain {
        return Some(domain.clone());
    }
    let page = page::of(event, browser).and_then(|found| Address::parse(found.url));
    page.and_then(|page| registrable(&page.host, sites)).or_else(|| own(browser, sites))
}

fn registrable(host: &str, sites: &dyn Sites) -> Option<String> {
    sites.registrable(host.strip_suffix('.').unwrap_or(host))
}

/// The site of the host that the request was made to, before any proxy.
fn own(browser: Browser<'_>, sites: &dyn Sites) -> Option<String> {
    let host = browser.header("x-forwarded-host").or_else(|| browser.header("host"))?;
    let host: Cow<'_, str> = format!("https://{}", host.split(',').next().unwrap_or_default().trim()).into();
    registrable(&Address::parse(&host)?.host, sites)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::*;

    /// The last two labels.
    struct TwoLabels;

    impl Sites for TwoLabels {
        fn registrable(&self, host: &str) -> Option<String> {
            let mut labels = host.rsplit('.');
            let (top, name) = (labels.next()?, labels.next()?);
            (!top.is_empty() && !top.contains(|c: char| c.is_ascii_digit())).then(|| format!("{name}.{top}"))
        }
    }

    fn cookie() -> SetCookie {
        SetCookie {
            name: "amznAref".into(),
            value: "a b.1|é.2".into(),
            domain: Some("shop.example".into()),
            max_age_s: 2_592_000,
            http_only: true,
        }
    }

    #[test]
    fn the_header_is_what_browsers_take() {
        assert_eq!(
            cookie().header(),
            "amznAref=a%20b.1%7C%C3%A9.2; Domain=shop.example; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Strict"
        );
        let deleted = SetCookie { value: String::new(), domain: None, max_age_s: -1, ..cookie() };
        let deleted = SetCookie { http_only: false, ..deleted };
        assert_eq!(deleted.header(), "amznAref=; Path=/; Max-Age=0; Secure; SameSite=Strict");
        for domain in ["münchen.de", "a; Path=/x", "a\r\nb"] {
            let odd = SetCookie { domain: Some(domain.into()), ..cookie() };
            assert!(!odd.header().contains("Domain"), "{domain:?}");
        }
    }

    #[test]
    fn a_cookie_is_told_in_words() {
        for (max_age_s, words) in [
            (2_592_000, "amznAref is set on shop.example for 30 days"),
            (9600, "amznAref is set on shop.example for 160 minutes"),
            (1, "amznAref is set on shop.example for 1 second"),
            (1_590_791, "amznAref is set on shop.example for about 18 days"),
            (119, "amznAref is set on shop.example for 119 seconds"),
            (0, "amznAref is deleted"),
        ] {
            let cookie = SetCookie { max_age_s, ..cookie() };
            assert_eq!((cookie.summary().as_str(), cookie.step(false).summary.as_ref()), (words, words));
        }
        assert_eq!(cookie().step(true).reason, Some(Reason::CookieTooLate));
        let step = format!("{:?}", cookie().step(false));
        assert!(!step.contains("a b.1"), "{step}");
    }

    #[test]
    fn the_domain_is_fixed_the_pages_the_hosts_or_none() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let of = |fixed: Option<&str>, page: &str, headers: &[(String, String)]| {
            let config = Cookies { domain: fixed.map(str::to_owned), ..Cookies::default() };
            let event = Event(Map::from_iter([("page_location".to_owned(), json!(page))]));
            domain(&config, &event, Browser { headers, ..Browser::default() }, &TwoLabels)
        };
        let page = "https://www.shop.example:8443/?x";
        let host = [header("host", "t.own.example:443"), header("referer", "https://a.sender.example/")];
        let proxied = [header("host", "internal"), header("x-forwarded-host", "t.front.example, internal")];
        for (fixed, page, headers, expected) in [
            (Some("fixed.example"), page, &host[..], Some("fixed.example")),
            (None, page, &host, Some("shop.example")),
            (None, "https://shop.example./", &host, Some("shop.example")),
            (None, "", &host, Some("sender.example")),
            (None, "https://localhost:3000/", &host, Some("own.example")),
            (None, "not a url", &proxied, Some("front.example")),
            (None, "https://127.0.0.1/", &[], None),
            (None, "", &[], None),
        ] {
            assert_eq!(of(fixed, page, headers).as_deref(), expected, "{page:?}");
        }
    }

    proptest! {
        #[test]
        fn any_cookie_makes_one_line_of_visible_ascii(value in "\\PC{0,20}", control in any::<char>(), domain in "\\PC{0,9}") {
            let cookie = SetCookie { value: format!("{value}{control}"), domain: Some(domain), ..cookie() };
            let header = cookie.header();
            prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", header);
            prop_assert_eq!(header.matches(';').count(), if header.contains("Domain") { 6 } else { 5 });
            let (_, rest) = header.split_once('=').unwrap();
            let (encoded, _) = rest.split_once(';').unwrap();
            prop_assert_eq!(encoded.len(), encoded_length(&cookie.value));
            prop_assert_eq!(percent_encoding::percent_decode_str(encoded).decode_utf8().unwrap(), cookie.value);
        }
    }
}
