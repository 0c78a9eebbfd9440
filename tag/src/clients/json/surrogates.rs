//! Halves of characters. JavaScript cuts texts within an emoji, and writes the half that is left as `\ud83d`. JSON
//! allows that (RFC 8259 §8.2), but it is no text, so that our parser refuses the whole body.

/// The body with U+FFFD in the place of each half; `None` when there is none.
pub(super) fn replaced(body: &[u8]) -> Option<Vec<u8>> {
    let mut replaced = vec![];
    let mut done = 0;
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        at += match (rest, escaped(rest)) {
            (_, Some(0xd800..=0xdbff)) if rest.get(6..).and_then(escaped).is_some_and(is_second) => 12,
            (_, Some(0xd800..=0xdfff)) => {
                replaced.extend_from_slice(body.get(done..at)?);
                replaced.extend_from_slice(b"\\ufffd");
                done = at + 6;
                6
            }
            ([b'\\', _, ..], _) => 2,
            _ => 1,
        };
    }
    (done > 0).then(|| {
        replaced.extend_from_slice(body.get(done..).unwrap_or_default());
        replaced
    })
}

/// The number in a `\uXXXX` that a text begins with.
fn escaped(text: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(text.strip_prefix(b"\\u")?.get(..4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

fn is_second(number: u32) -> bool {
    (0xdc00..=0xdfff).contains(&number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_become_the_character_for_what_cannot_be_read() {
        for (body, expected) in [
            (r#"{"a":"\ud83d"}"#, Some(r#"{"a":"\ufffd"}"#)),
            (r#"["\uDE00x\ud83d\ude00\ud83d\ud83d"]"#, Some(r#"["\ufffdx\ud83d\ude00\ufffd\ufffd"]"#)),
            (r#"["\ud83d\ude00", "\\ud83d", "\u00e9"]"#, None),
            (r#"["\\\ud83d"]"#, Some(r#"["\\\ufffd"]"#)),
            (r#"["\u", "\ud8"]"#, None),
        ] {
            let replaced = replaced(body.as_bytes()).map(|body| String::from_utf8(body).unwrap());
            assert_eq!(replaced.as_deref(), expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn afterwards_every_text_is_one(text in r#"(\\u[dD][89a-fA-F][0-9a-f]{2}|\\\\|\\"|[a-z]){0,12}"#) {
            let body = format!("\"{text}\"");
            let body = replaced(body.as_bytes()).unwrap_or(body.into_bytes());
            prop_assert!(serde_json::from_slice::<String>(&body).is_ok());
            prop_assert_eq!(replaced(&body), None);
        }
    }
}
