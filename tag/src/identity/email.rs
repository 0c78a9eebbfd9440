//! How an e-mail address is written before it is hashed.

use super::reading::{Reading, as_template, given, hashed, trim};
use crate::config::matching::EmailRule;

pub(super) fn read(text: &str, rule: EmailRule) -> Reading {
    if rule == EmailRule::Template {
        return as_template(text);
    }
    let text = trim(text);
    if text.is_empty() {
        return Reading::Nothing;
    }
    if let Some(hash) = given(text) {
        return hash;
    }
    let mut address = text.to_lowercase();
    if !is_address(&address) {
        return Reading::Unusable;
    }
    let stays = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '@' | '-');
    match rule {
        EmailRule::Strict => address.retain(stays),
        EmailRule::KeepPlus => address.retain(|c| c == '+' || stays(c)),
        EmailRule::Lowercase | EmailRule::Template => {}
    }
    if is_address(&address) { hashed(address, None) } else { Reading::Unusable }
}

/// Something, one `@`, something, and nothing that stands around an address in a sentence.
fn is_address(text: &str) -> bool {
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '[' | ']' | '\\')
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(odd)
}

#[cfg(test)]
mod tests {
    use EmailRule::{KeepPlus, Lowercase, Strict, Template};

    use super::*;

    fn sha256(text: &str, rule: EmailRule) -> Option<String> {
        match read(text, rule) {
            Reading::Usable(found) => Some(found.sha256),
            Reading::Nothing | Reading::Unusable => None,
        }
    }

    /// From the table of Amazon's rules; the first is also in the template's own tests.
    #[test]
    fn the_rules_write_what_amazon_documents() {
        let test = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
        let strict = "2644f6f4c9c0411b463ff140d78663ce376ba5db9cc7ec3997cb59c1485e71d8";
        let plus = "9d67084c8041c526dfe25a0aa26fcc00fc267d3e0b3e60d97781b0d9c48c2a33";
        for rule in [Lowercase, Strict, KeepPlus, Template] {
            for text in ["test@example.com", "Test@Example.COM", "\u{feff} test@example.com\u{a0}\n"] {
                assert_eq!(sha256(text, rule).as_deref(), Some(test), "{text} {rule:?}");
            }
        }
        for (rule, hash) in [(Strict, strict), (KeepPlus, plus), (Lowercase, plus), (Template, plus)] {
            assert_eq!(sha256("User+Tag@domain.co.uk", rule).as_deref(), Some(hash), "{rule:?}");
        }
    }

    #[test]
    fn a_hash_is_passed_on_in_lower_case() {
        let hash = "18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4";
        for rule in [Lowercase, Strict, KeepPlus, Template] {
            for given in [hash.to_owned(), hash.to_uppercase()] {
                assert_eq!(sha256(&given, rule).as_deref(), Some(hash), "{rule:?}");
            }
        }
        // The template looks for a hash before it trims.
        let padded = " 3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
        assert_eq!(sha256(padded, Lowercase).as_deref(), Some(padded.trim()));
        let again = "dba1de6de88c058e5e0922171e0bd97e79e20e9fc6c1d2737a91146765527305";
        assert_eq!(sha256(padded, Template).as_deref(), Some(again));
    }

    #[test]
    fn what_is_no_address_is_not_used() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for text in [
            "not-an-email",
            "null",
            "@",
            "a@",
            "@b.c",
            "a@b@c.de",
            "Jane <jane@example.com>",
            "a b@c.de",
            "a@b.de, c@d.de",
            "mailto:a@b.de",
            empty,
        ] {
            for rule in [Lowercase, Strict, KeepPlus] {
                assert_eq!(sha256(text, rule), None, "{text} {rule:?}");
            }
        }
        assert!(sha256("not-an-email", Template).is_some(), "the template hashes any text");
        for text in ["null", "undefined", "", " \t"] {
            assert_eq!(sha256(text, Template), None, "{text:?}");
        }
        // Nothing but the signs is left of it.
        assert_eq!(sha256("用户@例子.公司", Strict), None);
        assert!(sha256("用户@例子.公司", Lowercase).is_some());
    }
}
