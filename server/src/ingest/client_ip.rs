//! Whose address a request comes from, when proxies stand between.
//!
//! A header is believed only as far as trusted proxies wrote it: it is read from the right, and the first
//! address that no trusted proxy has is the client's. Whatever a client wrote itself stands further left.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;
use serde::Deserialize;

/// Which proxies are believed, and in which header.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trust {
    /// Networks of proxies; empty: nobody is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `x-forwarded-for`, `forwarded` (RFC 7239), or a header with one address, such as `cf-connecting-ip`.
    pub ip_header: String,
}

impl Default for Trust {
    fn default() -> Self {
        Self { trusted_proxies: vec![], ip_header: "x-forwarded-for".into() }
    }
}

impl Trust {
    /// The client's address as far as it can be known.
    pub fn client_ip(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let values = headers.get_all(&self.ip_header).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = match self.ip_header.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => values.flat_map(|value| value.split(',')).collect(),
            "forwarded" => values.flat_map(|value| value.split(',')).map(for_of).collect(),
            _ => values.rev().take(1).collect(),
        };
        let mut client = peer;
        for hop in hops.into_iter().rev() {
            // A hop that hides or garbles its address ends what can be known.
            let Some(address) = address(hop) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    /// Whether the address is that of a proxy whose headers are believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}

/// The `for` parameter of one element of `Forwarded`; empty when it has none.
fn for_of(element: &str) -> &str {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map_or("", |(_, value)| value)
}

/// An address with or without port, brackets, quotes or zone.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => text,
    };
    let bare = bare.split_once('%').map_or(bare, |(bare, _zone)| bare);
    let ip = bare.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(peer: &str, header: &str, values: &[&str]) -> String {
        let trust = Trust {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:aa::/48".parse().unwrap()],
            ip_header: header.into(),
        };
        let mut headers = HeaderMap::new();
        for value in values {
            let name = http::HeaderName::from_bytes(header.as_bytes()).unwrap();
            headers.append(name, value.parse().unwrap());
        }
        trust.client_ip(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_walk_goes_from_the_right_and_stops_at_the_first_stranger() {
        let table: &[(&str, &str, &[&str], &str)] = &[
            // The peer is a stranger: nothing it says counts.
            ("198.51.100.4", "x-forwarded-for", &["8.8.8.8"], "198.51.100.4"),
            ("10.0.0.7", "x-forwarded-for", &[], "10.0.0.7"),
            ("10.0.0.7", "x-forwarded-for", &["203.0.113.24"], "203.0.113.24"),
            // What the client wrote itself is ignored.
            ("10.0.0.7", "x-forwarded-for", &["8.8.8.8, 203.0.113.24, 10.1.2.3"], "203.0.113.24"),
            ("10.0.0.7", "x-forwarded-for", &["8.8.8.8", "203.0.113.24,10.1.2.3"], "203.0.113.24"),
            // All trusted: the leftmost.
            ("10.0.0.7", "x-forwarded-for", &["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
            // Junk ends the walk at the last good address.
            ("10.0.0.7", "x-forwarded-for", &["8.8.8.8, unknown, 10.1.2.3"], "10.1.2.3"),
            ("10.0.0.7", "x-forwarded-for", &["8.8.8.8, "], "10.0.0.7"),
            ("10.0.0.7", "x-forwarded-for", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.7", "x-forwarded-for", &["2001:db8::99"], "2001:db8::99"),
            ("10.0.0.7", "x-forwarded-for", &["[2001:db8::99]:443"], "2001:db8::99"),
            ("10.0.0.7", "x-forwarded-for", &["fe80::1%eth0"], "fe80::1"),
            ("10.0.0.7", "x-forwarded-for", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.7", "x-forwarded-for", &["203.0.113.24"], "203.0.113.24"),
            ("2001:db8:aa::1", "x-forwarded-for", &["203.0.113.24"], "203.0.113.24"),
            // RFC 7239.
            (
                "10.0.0.7",
                "forwarded",
                &["for=8.8.8.8, for=203.0.113.24;proto=https, for=10.1.1.1"],
                "203.0.113.24",
            ),
            ("10.0.0.7", "forwarded", &["proto=https;For=\"[2001:db8::17]:4711\""], "2001:db8::17"),
            ("10.0.0.7", "forwarded", &["for=203.0.113.24, for=_hidden"], "10.0.0.7"),
            ("10.0.0.7", "forwarded", &["proto=https"], "10.0.0.7"),
            // One address in a header of a CDN.
            ("10.0.0.7", "cf-connecting-ip", &["2001:db8::99"], "2001:db8::99"),
            ("198.51.100.4", "cf-connecting-ip", &["2001:db8::99"], "198.51.100.4"),
        ];
        for (peer, header, values, expected) in table {
            assert_eq!(client(peer, header, values), *expected, "{peer} {header}: {values:?}");
        }
    }

    proptest! {
        /// Whatever stands further left, the stranger nearest to us is the client.
        #[test]
        fn what_a_client_makes_up_does_not_count(lies in "[ -~]{0,40}", proxies in 0_usize..4) {
            let header = format!("{lies},203.0.113.24{}", ", 10.3.2.1".repeat(proxies));
            prop_assert_eq!(client("10.0.0.7", "x-forwarded-for", &[&header]), "203.0.113.24");
        }
    }
}
