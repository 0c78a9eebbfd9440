//! Where one site ends and the next begins: the list of public suffixes, which is too large for the tag engine.

use std::net::IpAddr;

use idna::{AsciiDenyList, domain_to_ascii_cow};
use tag::context::Sites;

/// The list as it was when this binary was built, private suffixes (`github.io`) included: browsers set no cookie
/// across those either.
#[derive(Clone, Copy, Debug)]
pub struct PublicSuffixes;

impl Sites for PublicSuffixes {
    /// In ASCII, whatever the host is written in: a cookie's domain has to be.
    fn registrable(&self, host: &str) -> Option<String> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() {
            return None;
        }
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = domain_to_ascii_cow(host.as_bytes(), AsciiDenyList::URL).ok()?;
        // What ends in a number is an address in one of its odd forms, or nothing (WHATWG URL, "ends in a number").
        let last = host.rsplit('.').next()?;
        if last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") {
            return None;
        }
        psl::domain_str(&host).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_a_suffix_and_one_label() {
        for (host, site) in [
            ("www.shop.example.co.uk", Some("example.co.uk")),
            ("Tags.Shop.COM.", Some("shop.com")),
            ("shop.example", Some("shop.example")),
            ("a.shop.github.io", Some("shop.github.io")),
            ("www.münchen.de", Some("xn--mnchen-3ya.de")),
            ("www.xn--mnchen-3ya.de", Some("xn--mnchen-3ya.de")),
            ("a.b.公司.cn", Some("b.xn--55qx5d.cn")),
        ] {
            assert_eq!(PublicSuffixes.registrable(host).as_deref(), site, "{host}");
        }
        for host in [
            "co.uk",
            "github.io",
            "com",
            "localhost",
            "127.0.0.1",
            "::1",
            "[2001:db8::1]",
            "1.2.3.0x4",
            "",
            ".",
            "..",
            "a..",
            "a b.example",
        ] {
            assert_eq!(PublicSuffixes.registrable(host), None, "{host}");
        }
    }
}
