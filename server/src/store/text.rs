//! The text that both databases can hold. It must not know about either.

use std::borrow::Cow;

use serde::Serialize;

/// Plain text as it is stored and looked up: U+FFFD where it held a NUL.
///
/// Postgres refuses NUL in text, SQLite takes it, and events from the internet do hold it. Every plain text
/// from outside goes through here on its way to a query, also one that is only searched for; JSON need not, as
/// it escapes NUL by itself.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

/// [`plain`] for text that may be absent.
pub(super) fn maybe_plain(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(plain)
}

/// A document as it is stored: JSON, with any NUL escaped.
#[expect(
    clippy::expect_used,
    reason = "the stored types have text keys and derive Serialize, which cannot fail"
)]
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data serialises")
}

/// Origins as they are stored: lower case (scheme and host know no case), without repeats, in order.
pub(super) fn origins(origins: &[String]) -> Vec<String> {
    let mut stored: Vec<String> = Vec::with_capacity(origins.len());
    for origin in origins {
        let origin = plain(origin).to_lowercase();
        if !stored.contains(&origin) {
            stored.push(origin);
        }
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_replaced_and_nothing_else() {
        assert_eq!(plain("a\0b\0"), "a\u{fffd}b\u{fffd}");
        assert!(matches!(plain("🛒 \u{202e}'\"\u{1}"), Cow::Borrowed("🛒 \u{202e}'\"\u{1}")));
    }

    #[test]
    fn origins_lose_case_and_repeats_but_not_their_order() {
        let given = ["https://B.example", "https://a.example", "https://b.example"].map(String::from);
        assert_eq!(origins(&given), ["https://b.example", "https://a.example"]);
    }
}
