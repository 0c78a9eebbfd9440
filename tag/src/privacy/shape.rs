//! Shapes: enough of a value to recognise one's own test data, too little to know a person.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::keys::Kind;
use super::text;
use crate::clients::hash;
use crate::words;

pub(super) const HIDDEN: &str = "***";
const HIDDEN_DIGITS: &str = "*****";

/// Digits of a phone number that are never shown, so that guessing them is no game.
const DIGITS_HIDDEN: usize = 6;

pub(super) fn of(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Personal => personal(value),
        Kind::Ip => ip(value),
        Kind::Secret => HIDDEN.to_owned(),
        // Hidden already.
        Kind::Opaque if value.starts_with("*** (") && value.ends_with("characters)") => value.to_owned(),
        Kind::Opaque => format!("{HIDDEN} ({})", words::count(value.chars().count(), "character")),
    }
}

fn personal(value: &str) -> String {
    let value = value.trim();
    let phone =
        value.chars().filter(char::is_ascii_digit).count() >= 7 && !value.contains(char::is_alphabetic);
    if value.is_empty() || hash::is_hex(value) {
        value.to_owned()
    } else if value.contains('@') {
        // Around the address there may be a name.
        let (local, domain) = value.rsplit_once('@').unwrap_or_default();
        email(local, domain.trim_end_matches('>'))
    } else if phone {
        self::phone(value)
    } else {
        match value.chars().next().filter(|_| value.chars().count() > 1) {
            Some(first) => format!("{first}{HIDDEN}"),
            None => HIDDEN.to_owned(),
        }
    }
}

/// `j***@e***.com`
pub(super) fn email(local: &str, domain: &str) -> String {
    let first = |text: &'_ str| text.chars().next();
    let (host, ending) = domain.split_at(domain.rfind('.').unwrap_or(domain.len()));
    let mut shape = String::with_capacity(32);
    shape.extend(first(local));
    shape.extend([HIDDEN, "@"]);
    shape.extend(first(host));
    shape.extend([HIDDEN, ending]);
    shape
}

/// `49151*****78`: the digits alone, at least six of them hidden.
pub(super) fn phone(text: &str) -> String {
    let digits = || text.chars().filter(char::is_ascii_digit);
    let count = digits().count();
    let Some(shown) = count.checked_sub(DIGITS_HIDDEN + 2) else { return HIDDEN_DIGITS.to_owned() };
    let mut shape = String::with_capacity(16);
    shape.extend(digits().take(shown.min(5)));
    shape.push_str(HIDDEN_DIGITS);
    shape.extend(digits().skip(count - 2));
    shape
}

/// An IPv4 address without its last octet, the first 48 bits of an IPv6 one. A list keeps its form.
pub(super) fn ip(value: &str) -> String {
    let masked = |address: &str| match address.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            Ipv4Addr::new(a, b, c, 0).to_string()
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).to_string()
        }
        Err(_) => HIDDEN.to_owned(),
    };
    value.split(',').map(masked).collect::<Vec<_>>().join(", ")
}

/// A parameter's value, which may be percent-encoded.
pub(super) fn of_encoded(kind: Kind, value: &str) -> String {
    of(kind, &text::decode(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_show_little() {
        let hash = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d";
        for (value, shape) in [
            ("Jane.Doe@example.com", "J***@e***.com"),
            ("Jane Doe <jane@example.co.uk>", "J***@e***.uk"),
            ("a@b", "a***@b***"),
            ("+49 (151) 12345678", "49151*****78"),
            ("2125550123", "21*****23"),
            ("5550123", "*****"),
            ("Jane", "J***"),
            ("J", "***"),
            ("10115", "1***"),
            ("", ""),
            (hash, hash),
        ] {
            assert_eq!(of(Kind::Personal, value), shape, "{value}");
        }
    }

    #[test]
    fn addresses_lose_the_part_that_singles_out() {
        for (value, shape) in [
            ("203.0.113.24", "203.0.113.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
            ("::ffff:203.0.113.24", "203.0.113.0"),
            ("203.0.113.24, 10.0.0.7", "203.0.113.0, 10.0.0.0"),
            ("unknown", "***"),
        ] {
            assert_eq!(of(Kind::Ip, value), shape, "{value}");
        }
    }
}
