//! Amazon's redirect for its own cookie: who follows it, and whether it leads to Amazon at all.
//!
//! To a request without its cookie, Amazon's pixel answers with a redirect to the same address plus `dcc=t` and
//! a `Set-Cookie`: the first leg. Amazon's server template 1.5 makes the second leg itself, with that cookie;
//! Stape's hands the address to the visitor's browser, which then has the cookie. Amazon does not document
//! whether the first leg counts alone.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Endpoints;
use super::reply::Reply;
use crate::config::CookieSync;
use crate::page::Address;
use crate::reason::Reason;
use crate::trace::{Effect, Step, StepId};

/// What a tag and the sender of its event allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub mode: CookieSync,
    /// Whether the tag answers its caller before Amazon does.
    pub optimistic: bool,
    /// Whether the sender can still be told to load pixels.
    pub browser: bool,
}

/// A redirect as it arrived. It holds tokens and identifies a browser, so it is neither stored nor shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect {
    location: String,
    cookie: Option<String>,
}

/// The second leg: a GET request that is made once, whatever comes of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondLeg {
    pub url: String,
    /// For the `Cookie` header.
    pub cookie: Option<String>,
}

/// What becomes of a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nobody follows it.
    Left(Reason),
    /// The browser is told to load this pixel.
    Browser { pixel: String },
    /// The server requests it; [`followed`] reads the answer.
    Follow(SecondLeg),
}

impl Redirect {
    /// Of the status and the headers of an answer, names in lower case. `None` when it redirects nowhere.
    ///
    /// Like Amazon's server template, it keeps the first pair of the first `Set-Cookie`.
    pub fn of<'a>(status: u16, headers: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        if !(300..=399).contains(&status) {
            return None;
        }
        let (mut location, mut cookie) = (None, None);
        for (name, value) in headers {
            match name {
                "location" => location = location.or_else(|| (!value.is_empty()).then(|| value.to_owned())),
                "set-cookie" => cookie = cookie.or_else(|| pair(value)),
                _ => {}
            }
        }
        Some(Self { location: location?, cookie })
    }

    /// Where it leads, seen from the request it answers. `None` when that is no address.
    fn target(&self, request_url: &str) -> Option<Cow<'_, str>> {
        let location = self.location.as_str();
        if !location.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
            return None;
        }
        let relative = |rest: &str, separator| {
            let (before, after) = request_url.split_once(separator)?;
            let host = after.split(['/', '?', '#']).next()?;
            let origin =
                if separator == ":" { before.to_owned() + ":" } else { format!("{before}://{host}") };
            Some(Cow::Owned(origin + rest))
        };
        if location.starts_with("//") {
            relative(location, ":")
        } else if location.starts_with('/') {
            relative(location, "://")
        } else {
            Some(location.into())
        }
    }
}

/// `name=value` of a `Set-Cookie` header, when it can go into a `Cookie` header.
fn pair(set_cookie: &str) -> Option<String> {
    let pair = set_cookie.split(';').next().unwrap_or_default().trim();
    let (name, _) = pair.split_once('=')?;
    let visible = pair.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (!name.trim().is_empty() && visible).then(|| pair.to_owned())
}

/// Decides about the redirect that answered `request_url`.
pub fn next(redirect: &Redirect, request_url: &str, policy: Policy, endpoints: &Endpoints) -> Next {
    let Policy { mode, optimistic, browser } = policy;
    match mode {
        CookieSync::Off => return Next::Left(Reason::SyncOff),
        CookieSync::Browser if optimistic => return Next::Left(Reason::SyncOptimistic),
        CookieSync::Browser | CookieSync::Server | CookieSync::Auto => {}
    }
    let target = redirect.target(request_url);
    let Some(url) = target.filter(|url| is_amazons(url, endpoints)) else {
        return Next::Left(Reason::ForeignRedirect);
    };
    match mode {
        CookieSync::Browser if !browser => Next::Left(Reason::SyncUnsupported),
        CookieSync::Browser => Next::Browser { pixel: pixel(&url) },
        CookieSync::Auto if browser && !optimistic => Next::Browser { pixel: pixel(&url) },
        CookieSync::Off | CookieSync::Server | CookieSync::Auto => {
            Next::Follow(SecondLeg { url: url.into_owned(), cookie: redirect.cookie.clone() })
        }
    }
}

/// Whether an address lies at one of Amazon's pixel hosts, by the same scheme and port.
fn is_amazons(url: &str, endpoints: &Endpoints) -> bool {
    let Some(address) = Address::parse(url) else { return false };
    let Endpoints { pixel_na, pixel_eu, pixel_fe, envelope: _ } = endpoints;
    let hosts = [pixel_na, pixel_eu, pixel_fe].into_iter().filter_map(|host| Address::parse(host));
    hosts.into_iter().any(|host| host.same_origin(&address))
}

/// In what gtag.js receives, `${…}` stands for something of its own.
fn pixel(url: &str) -> String {
    url.replace("${", "%24%7B")
}

/// What came of the second leg. A failure takes nothing from the first.
pub fn followed(second: &Reply) -> Reason {
    match second {
        Reply::Answered { status: 200..=299, .. } => Reason::Followed,
        Reply::Answered { .. } | Reply::TimedOut | Reply::Unreachable { .. } => Reason::FollowFailed,
    }
}

/// The reason under which the delivery of a redirected request ends, from the reason of its *Synced* step.
pub fn delivered(synced: Reason) -> Reason {
    match synced {
        Reason::Followed | Reason::HandedToBrowser | Reason::ForeignRedirect => synced,
        _ => Reason::FirstLeg,
    }
}

/// The *Synced* step: why a redirect was left ([`Next::Left`]), [`Reason::HandedToBrowser`], or what [`followed`]
/// says of the second leg.
pub fn step(synced: Reason, second: Option<&Reply>) -> Step {
    let changed = matches!(synced, Reason::Followed | Reason::HandedToBrowser);
    let effect = if changed { Effect::Changed } else { Effect::Unchanged };
    let field = if synced == Reason::SyncOptimistic { "optimistic" } else { "cookie_sync" };
    let step = Step::new(StepId::Synced, effect, synced.text()).field(field).reason(synced);
    match second {
        Some(Reply::Answered { status, .. }) => step.output("status", status.to_string()),
        Some(Reply::TimedOut) => step.output("error", Reason::TimedOut.text()),
        Some(Reply::Unreachable { .. }) => step.output("error", Reason::Unreachable.text()),
        None => step,
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Redirect").field("cookie", &self.cookie.is_some()).finish_non_exhaustive()
    }
}

impl fmt::Debug for SecondLeg {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SecondLeg").field("cookie", &self.cookie.is_some()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REQUEST: &str = "https://s.amazon-adsystem.com/iu3?pid=1&event=Lead";
    const SECOND: &str = "https://s.amazon-adsystem.com/iu3?pid=1&event=Lead&dcc=t";

    fn redirect(location: &str) -> Redirect {
        Redirect { location: location.to_owned(), cookie: Some("ad-id=A1".to_owned()) }
    }

    fn policy(mode: CookieSync, optimistic: bool, browser: bool) -> Policy {
        Policy { mode, optimistic, browser }
    }

    fn decided(location: &str, policy: Policy) -> Next {
        next(&redirect(location), REQUEST, policy, &Endpoints::default())
    }

    #[test]
    fn a_redirect_is_a_status_with_an_address() {
        let headers = [("content-type", "image/gif"), ("location", SECOND), ("set-cookie", "a=1; Secure")];
        let other =
            [("set-cookie", "no pair"), ("set-cookie", " b = 2 "), ("location", "/x"), ("location", "/y")];
        let read = |status, headers: &[(&'static str, &'static str)]| {
            Redirect::of(status, headers.iter().copied()).map(|it| (it.location, it.cookie))
        };
        let some = |location: &str, cookie: &str| Some((location.to_owned(), Some(cookie.to_owned())));
        assert_eq!(read(302, &headers), some(SECOND, "a=1"));
        assert_eq!(read(399, &other), some("/x", "b = 2"));
        assert_eq!(read(200, &headers), None);
        assert_eq!(read(304, &[("set-cookie", "a=1"), ("location", "")]), None);
        let odd = [("location", "x"), ("set-cookie", "=1"), ("set-cookie", "a=é")];
        assert_eq!(read(302, &odd), Some(("x".to_owned(), None)));
    }

    #[test]
    fn who_follows_depends_on_the_tag_and_the_sender() {
        let handed = || Next::Browser { pixel: SECOND.to_owned() };
        let follow =
            || Next::Follow(SecondLeg { url: SECOND.to_owned(), cookie: Some("ad-id=A1".to_owned()) });
        let left = Next::Left;
        use CookieSync::{Auto, Browser, Off, Server};
        for (mode, optimistic, browser, expected) in [
            (Off, false, true, left(Reason::SyncOff)),
            (Browser, false, true, handed()),
            (Browser, false, false, left(Reason::SyncUnsupported)),
            (Browser, true, true, left(Reason::SyncOptimistic)),
            (Server, false, true, follow()),
            (Server, true, false, follow()),
            (Auto, false, true, handed()),
            (Auto, false, false, follow()),
            (Auto, true, true, follow()),
        ] {
            let policy = policy(mode, optimistic, browser);
            assert_eq!(decided(SECOND, policy), expected, "{policy:?}");
        }
    }

    #[test]
    fn only_amazon_is_followed() {
        let server = policy(CookieSync::Server, false, false);
        for (location, url) in [
            ("https://aax-eu.amazon-adsystem.com/s/iu3?x", "https://aax-eu.amazon-adsystem.com/s/iu3?x"),
            ("HTTPS://AAX-FE.amazon-adsystem.com:443/x", "HTTPS://AAX-FE.amazon-adsystem.com:443/x"),
            ("/iu3?dcc=t", "https://s.amazon-adsystem.com/iu3?dcc=t"),
            ("//aax-eu.amazon-adsystem.com/x", "https://aax-eu.amazon-adsystem.com/x"),
        ] {
            let Next::Follow(leg) = decided(location, server) else { panic!("{location}") };
            assert_eq!(leg.url, url);
        }
        for location in [
            "http://s.amazon-adsystem.com/iu3?pid=1",
            "https://s.amazon-adsystem.com.evil.example/iu3",
            "https://s.amazon-adsystem.com@evil.example/iu3",
            r"https://evil.example\@s.amazon-adsystem.com/iu3",
            "https://s.amazon-adsystem.com:444/iu3",
            "https://tk.amazon-adsystem.com/envelope",
            "//evil.example/iu3",
            "javascript:alert(1)",
            "iu3?dcc=t",
            "https://s.amazon-adsystem.com/a b",
            "https://s.amazon-adsystem.com/\r\nx",
        ] {
            assert_eq!(decided(location, server), Next::Left(Reason::ForeignRedirect), "{location}");
        }
    }

    #[test]
    fn a_mock_is_amazon_when_it_is_configured_so() {
        let mock = "http://127.0.0.1:4000/iu3";
        let endpoints = Endpoints { pixel_na: mock.to_owned(), ..Endpoints::default() };
        let server = policy(CookieSync::Server, false, false);
        let next =
            |location: &str| next(&redirect(location), "http://127.0.0.1:4000/iu3?a", server, &endpoints);
        assert!(matches!(next("http://127.0.0.1:4000/iu3?a&dcc=t"), Next::Follow(_)));
        assert!(
            matches!(next("/iu3?a&dcc=t"), Next::Follow(leg) if leg.url == "http://127.0.0.1:4000/iu3?a&dcc=t")
        );
        assert_eq!(next("http://127.0.0.1:4001/iu3"), Next::Left(Reason::ForeignRedirect));
    }

    #[test]
    fn a_browser_is_given_nothing_to_fill_in() {
        let location = format!("{SECOND}&x=${{transport_url}}");
        let next = decided(&location, policy(CookieSync::Browser, false, true));
        assert_eq!(next, Next::Browser { pixel: format!("{SECOND}&x=%24%7Btransport_url}}") });
    }

    #[test]
    fn a_failed_second_leg_takes_nothing_from_the_first() {
        let answered = |status| Reply::Answered { status, headers: vec![], body: String::new() };
        for (second, synced, ended) in [
            (answered(200), Reason::Followed, Reason::Followed),
            (answered(302), Reason::FollowFailed, Reason::FirstLeg),
            (answered(500), Reason::FollowFailed, Reason::FirstLeg),
            (Reply::TimedOut, Reason::FollowFailed, Reason::FirstLeg),
        ] {
            assert_eq!((followed(&second), delivered(followed(&second))), (synced, ended));
            let step = step(synced, Some(&second));
            assert_eq!(step.effect == Effect::Changed, synced == Reason::Followed);
        }
        assert_eq!(delivered(Reason::SyncOff), Reason::FirstLeg);
        assert_eq!(delivered(Reason::HandedToBrowser), Reason::HandedToBrowser);
        assert_eq!(step(Reason::SyncOptimistic, None).field.as_deref(), Some("optimistic"));
    }

    #[test]
    fn a_debug_print_tells_nobodys_cookie() {
        let leg = SecondLeg { url: SECOND.to_owned(), cookie: Some("ad-id=A1".to_owned()) };
        for text in [format!("{:?}", redirect(SECOND)), format!("{:?}", Next::Follow(leg))] {
            assert!(!text.contains("A1") && !text.contains("pid"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_but_amazon_ever_comes_out(location in "\\PC{0,60}", spliced in "(https?:)?//([a-z.@:\\\\-]{0,9}|s.amazon-adsystem.com)[@:./\\\\a-z]{0,3}(s.amazon-adsystem.com)?[/?#]{0,2}[a-z]{0,4}", cookie in "\\PC{0,30}") {
            for location in [location, spliced] {
                let headers = [("location", location.as_str()), ("set-cookie", cookie.as_str())];
                let Some(redirect) = Redirect::of(302, headers.into_iter()) else { continue };
                let next = next(&redirect, REQUEST, policy(CookieSync::Auto, false, false), &Endpoints::default());
                if let Next::Follow(leg) = next {
                    let address = Address::parse(&leg.url).unwrap();
                    prop_assert!(address.host == "s.amazon-adsystem.com" && address.scheme == "https", "{}", leg.url);
                }
            }
        }
    }
}
