//! The address of an event's page: its host and the parameters of its query.
//!
//! Addresses are read as browsers write them (WHATWG URL) where that can matter, and not at all where a
//! browser would refuse them; nothing is normalised but the case of the host. A full parser of addresses
//! would cost the browser part more than all of the tag.

use std::borrow::Cow;

use crate::context::Browser;
use crate::event::Event;

/// The parts of an absolute address that the tag has use for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    pub(crate) scheme: &'a str,
    /// In lower case, otherwise as it was given. Addresses of IP version 6 keep their brackets.
    pub(crate) host: Cow<'a, str>,
    pub(crate) port: Option<u16>,
    /// From the first slash on, without query and fragment; may be empty.
    pub(crate) path: &'a str,
    /// Without the question mark; empty when there is none.
    pub(crate) query: &'a str,
}

/// Where an event's page was found, and its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    /// The event's key, or `referer` for the header.
    pub(crate) origin: &'static str,
    pub(crate) url: &'a str,
}

/// The address of the event's own page: `page_location`, else that of the page from which the browser made
/// the request.
pub(crate) fn of<'a>(event: &'a Event, browser: Browser<'a>) -> Option<Found<'a>> {
    named(event, "page_location").or_else(|| sender(browser))
}

/// The address that Stape's template takes for the page: as [`of`], but the page before comes before the page
/// from which the request was made.
pub(crate) fn template<'a>(event: &'a Event, browser: Browser<'a>) -> Option<Found<'a>> {
    named(event, "page_location").or_else(|| named(event, "page_referrer")).or_else(|| sender(browser))
}

fn named<'a>(event: &'a Event, origin: &'static str) -> Option<Found<'a>> {
    let url = event.field(origin)?.as_str().filter(|url| !url.is_empty())?;
    Some(Found { origin, url })
}

fn sender(browser: Browser<'_>) -> Option<Found<'_>> {
    let url = browser.header("referer").filter(|url| !url.is_empty())?;
    Some(Found { origin: "referer", url })
}

impl<'a> Address<'a> {
    /// `None` for relative addresses and for those without a usable host.
    pub(crate) fn parse(url: &'a str) -> Option<Self> {
        let url = url.trim_matches(|c: char| c <= ' ');
        let (scheme, rest) = url.split_once("://")?;
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(letters) {
            return None;
        }
        // Browsers read a backslash as a slash.
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end)?;
        let (host, port) = split_port(authority.rsplit_once('@').map_or(authority, |(_, host)| host))?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let host = if !host.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            host.to_lowercase().into()
        } else {
            host.into()
        };
        Some(Self { scheme, host, port, path, query })
    }

    /// The values of a query parameter, decoded as a browser's `URLSearchParams` does.
    pub(crate) fn parameters(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        let pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.filter(move |(key, _)| key == name).map(|(_, value)| value)
    }

    /// Whether both have the same scheme, host and port.
    pub(crate) fn same_origin(&self, other: &Address<'_>) -> bool {
        self.scheme.eq_ignore_ascii_case(other.scheme)
            && self.host == other.host
            && self.real_port() == other.real_port()
    }

    fn real_port(&self) -> Option<u16> {
        let usual = match self.scheme {
            scheme if scheme.eq_ignore_ascii_case("https") => Some(443),
            scheme if scheme.eq_ignore_ascii_case("http") => Some(80),
            _ => None,
        };
        self.port.or(usual)
    }
}

/// Host and port; `None` when a browser would refuse them.
fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if text.starts_with('[') {
        let (host, rest) = text.split_at_checked(text.find(']')? + 1)?;
        let inside = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'[' | b']');
        if !host.bytes().all(inside) || !(rest.is_empty() || rest.starts_with(':')) {
            return None;
        }
        (host, rest.strip_prefix(':').unwrap_or_default())
    } else {
        let (host, port) = text.split_once(':').unwrap_or((text, ""));
        let forbidden = |c: char| {
            c <= ' '
                || matches!(c, '"' | '#' | '%' | '/' | ':' | '<' | '>' | '?' | '@' | '[' | '\\' | ']' | '^')
                || matches!(c, '`' | '{' | '|' | '}' | '\u{7f}')
        };
        if host.contains(forbidden) {
            return None;
        }
        (host, port)
    };
    if host.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn host(url: &str) -> Option<String> {
        Address::parse(url).map(|address| address.host.into_owned())
    }

    #[test]
    fn hosts_are_found_as_browsers_find_them() {
        for (url, expected) in [
            ("https://shop.example", "shop.example"),
            ("  https://Shop.EXAMPLE:8443/a?b#c\n", "shop.example"),
            ("https://user:p@ss@shop.example/", "shop.example"),
            ("https://shop.example?x=https://other.example", "shop.example"),
            ("https://shop.example#@other.example", "shop.example"),
            (r"https://shop.example\@other.example", "shop.example"),
            ("https://[2001:DB8::1]:8443/", "[2001:db8::1]"),
            ("https://127.0.0.1/", "127.0.0.1"),
            ("https://shop.example.:80", "shop.example."),
            ("https://www.MÜNCHEN.de/", "www.münchen.de"),
            ("https://shop.example:", "shop.example"),
            ("android-app://com.shop", "com.shop"),
        ] {
            assert_eq!(host(url).as_deref(), Some(expected), "{url}");
        }
        for url in [
            "",
            "shop.example/a?b",
            "not a url?x=https://shop.example",
            "//shop.example",
            "https:///path",
            "https://:80",
            "https://shop example/",
            "https://shop.example:x/",
            "https://shop.example:65536/",
            "https://[::1/",
            "https://[::1]x/",
            "https://a%2eb/",
            "1https://a/",
        ] {
            assert_eq!(host(url), None, "{url}");
        }
    }

    #[test]
    fn parameters_are_decoded_as_forms_are() {
        let aref = |url: &str| -> Vec<String> {
            let address = Address::parse(url).unwrap();
            address.parameters("aref").map(Cow::into_owned).collect()
        };
        for (url, expected) in [
            ("https://a.example/?x=1&aref=a+b%2Cc#frag", vec!["a b,c"]),
            ("https://a.example?aref=a&aref=b", vec!["a", "b"]),
            ("https://a.example/?%61ref=%25&Aref=x", vec!["%"]),
            ("https://a.example/?aref=%zz&aref=%E4", vec!["%zz", "\u{fffd}"]),
            ("https://a.example/?aref", vec![""]),
            ("https://a.example/#?aref=a", vec![]),
            ("https://a.example/aref=a", vec![]),
        ] {
            assert_eq!(aref(url), expected, "{url}");
        }
    }

    #[test]
    fn the_page_before_is_no_page_of_the_event() {
        let headers = [("referer".to_owned(), "https://sender.example/".to_owned())];
        let browser = Browser { headers: &headers, ..Browser::default() };
        let (before, sender) = ("https://before.example/", "https://sender.example/");
        for (location, own, as_template) in [
            (json!("https://page.example/"), "https://page.example/", "https://page.example/"),
            (json!(""), sender, before),
            (json!(12), sender, before),
            (Value::Null, sender, before),
        ] {
            let event = json!({"page_location": location, "page_referrer": before});
            let Value::Object(event) = event else { continue };
            let event = Event(event);
            assert_eq!(of(&event, browser).map(|found| found.url), Some(own));
            assert_eq!(template(&event, browser).map(|found| found.url), Some(as_template));
        }
        assert_eq!(of(&Event::default(), Browser::default()), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let amazon = Address::parse("https://s.amazon.example/iu3").unwrap();
        for (url, same) in [
            ("https://s.amazon.example/other?x", true),
            ("HTTPS://S.AMAZON.example:443", true),
            ("http://s.amazon.example/iu3", false),
            ("https://s.amazon.example:444/iu3", false),
            ("https://s.amazon.example./iu3", false),
            ("https://s.amazon.example@evil.example/iu3", false),
            (r"https://evil.example\@s.amazon.example/iu3", false),
        ] {
            assert_eq!(Address::parse(url).unwrap().same_origin(&amazon), same, "{url}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(url in "\\PC{0,40}", odd in "(https?|x)://[\\[\\]@:./?#&=%a0é -]{0,30}") {
            for url in [url, odd] {
                if let Some(address) = Address::parse(&url) {
                    let _ = address.parameters("a").count();
                    prop_assert!(!address.host.is_empty());
                }
            }
        }
    }
}
