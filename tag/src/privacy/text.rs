//! Personal data inside ordinary text: addresses of pages, queries, forms, headers.
//!
//! Text may be percent-encoded once or twice, as an address inside a query is. It is therefore read in
//! units: a plain character, `%XX` or `%25XX`. Where in doubt, too much is masked.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{keys, shape};

/// Masks parameters with a personal name (`email=…`, `ep.user_data.…=…`), e-mail addresses, and phone numbers
/// in international form or behind `tel:`.
pub fn mask_text(text: &str) -> Cow<'_, str> {
    // Most texts of a trace: without one of these there is no parameter, address or number to be found.
    let telling = |byte: u8| matches!(byte, b'=' | b'@' | b'+' | b'%' | b'\\');
    let mut masked = Cow::Borrowed(text);
    if !text.bytes().any(telling) && !has_tel(text) {
        return masked;
    }
    for mask in [mask_parameters, mask_emails, mask_phones] {
        if let Some(changed) = mask(&masked) {
            masked = Cow::Owned(changed);
        }
    }
    masked
}

/// The same for a name. One that is written in the code is nobody's.
pub(crate) fn mask_name(name: Cow<'static, str>) -> Cow<'static, str> {
    match name {
        Cow::Borrowed(_) => name,
        Cow::Owned(name) => mask_text(&name).into_owned().into(),
    }
}

/// Undoes percent-encoding and the plus signs of a form, as often as it may have been applied.
pub(super) fn decode(value: &str) -> String {
    let once = value.replace('+', " ");
    let once = percent_decode_str(&once).decode_utf8_lossy();
    percent_decode_str(&once).decode_utf8_lossy().into_owned()
}

/// What a unit stands for, its length in bytes, and how often it is encoded.
#[derive(Clone, Copy)]
struct Unit {
    character: char,
    length: usize,
    level: u8,
}

/// The unit at the beginning of a text.
fn first(text: &str) -> Option<Unit> {
    let encoded = |prefix: &str, level| {
        let digits = text.strip_prefix(prefix)?.get(..2)?;
        Some(Unit { character: byte(digits)?, length: prefix.len() + 2, level })
    };
    let plain = || text.chars().next().map(|c| Unit { character: c, length: c.len_utf8(), level: 0 });
    encoded("%25", 2).or_else(|| encoded("%", 1)).or_else(|| encoded("\\u00", 1)).or_else(plain)
}

/// The unit at the end of a text.
fn last(text: &str) -> Option<Unit> {
    let encoded = |prefix: &str, level| {
        let (before, digits) = text.split_at_checked(text.len().checked_sub(2)?)?;
        before.ends_with(prefix).then_some(())?;
        Some(Unit { character: byte(digits)?, length: prefix.len() + 2, level })
    };
    let plain = || text.chars().next_back().map(|c| Unit { character: c, length: c.len_utf8(), level: 0 });
    encoded("%25", 2).or_else(|| encoded("%", 1)).or_else(|| encoded("\\u00", 1)).or_else(plain)
}

/// Two hex digits as a character. Bytes of a longer UTF-8 sequence become some letter.
fn byte(digits: &str) -> Option<char> {
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let byte = if hex { u8::from_str_radix(digits, 16).ok()? } else { return None };
    Some(if byte.is_ascii() { char::from(byte) } else { 'é' })
}

/// The units of a text with their places.
fn units(text: &str) -> impl Iterator<Item = (usize, Unit)> {
    let mut place = 0;
    std::iter::from_fn(move || {
        let unit = first(&text[place..])?;
        place += unit.length;
        Some((place - unit.length, unit))
    })
}

/// Where text is replaced, piece by piece. `None` in the end when nothing was.
struct Replacement<'a> {
    text: &'a str,
    done: usize,
    output: String,
}

impl<'a> Replacement<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, done: 0, output: String::new() }
    }

    fn put(&mut self, start: usize, end: usize, replacement: &str) {
        self.output.push_str(&self.text[self.done..start]);
        self.output.push_str(replacement);
        self.done = end;
    }

    fn finish(mut self) -> Option<String> {
        if self.done == 0 {
            return None;
        }
        self.output.push_str(&self.text[self.done..]);
        Some(self.output)
    }
}

fn mask_parameters(text: &str) -> Option<String> {
    if !text.contains('=') && !text.contains("%3D") && !text.contains("%3d") && !text.contains("%253") {
        return None;
    }
    let ends_pair = |c: char| matches!(c, '&' | '?' | '#' | '\n' | '\r');
    let ends_name =
        |c: char| ends_pair(c) || c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ';' | '{' | '(');
    let mut masked = Replacement::new(text);
    // Of the name that may be going on.
    let mut name_start = 0;
    for (place, unit) in units(text) {
        if ends_name(unit.character) {
            name_start = place + unit.length;
        }
        if unit.character != '=' || place < masked.done {
            continue;
        }
        let start = place + unit.length;
        if let Some(kind) = keys::parameter_kind(&decode(&text[name_start.min(place)..place])) {
            // A sign more encoded than the equals sign belongs to the value.
            let mut after = units(&text[start..]);
            let end = after.find(|(_, next)| next.level <= unit.level && ends_pair(next.character));
            let end = end.map_or(text.len(), |(offset, _)| start + offset);
            masked.put(start, end, &shape::of_encoded(kind, &text[start..end]));
        }
        name_start = start;
    }
    masked.finish()
}

fn mask_emails(text: &str) -> Option<String> {
    if !text.contains('@') && !text.contains("40") {
        return None;
    }
    let mut masked = Replacement::new(text);
    for (place, unit) in units(text) {
        if unit.character != '@' || place < masked.done {
            continue;
        }
        let start = local_start(text, masked.done, place);
        let after = place + unit.length;
        let Some(domain) = domain(&text[after..]) else { continue };
        // Without a local part it is an address only when that was in quotes, went with the one before, or
        // happens to look like an encoded sign.
        let swallowed = masked.done > 0 && place == masked.done;
        let hidden = |unit: Unit| unit.character == '"' || unit.level > 0;
        if start == place && !swallowed && !last(&text[..place]).is_some_and(hidden) {
            continue;
        }
        let shape = shape::email(&text[start..place], &text[after..after + domain]);
        masked.put(start, after + domain, &shape);
    }
    masked.finish()
}

/// Where the part before the `@` begins.
fn local_start(text: &str, earliest: usize, at: usize) -> usize {
    let mut start = at;
    while let Some(unit) = last(&text[earliest..start]) {
        let c = unit.character;
        if c.is_whitespace() || c.is_control() || "\"<>()[],;:\\/=?&#{}|'`@".contains(c) {
            break;
        }
        start -= unit.length;
    }
    start
}

/// The length of the domain that a text begins with: two labels at least, the last beginning with a letter.
fn domain(text: &str) -> Option<usize> {
    // Where each label would end, as long as it makes a domain.
    let (mut labels, mut length) = (1, None);
    let mut label_start = None;
    for (place, unit) in units(text) {
        let c = unit.character;
        if c == '.' {
            labels += usize::from(label_start.is_some());
            label_start = None;
        } else if (c.is_ascii_alphanumeric() || !c.is_ascii()) || matches!(c, '-' | '_') {
            let start = *label_start.get_or_insert(c);
            if labels > 1 && start.is_alphabetic() {
                length = Some(place + unit.length);
            }
        } else {
            break;
        }
    }
    length
}

/// Whether there is a `tel:`, in any case.
fn has_tel(text: &str) -> bool {
    text.contains(':') && text.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"tel:"))
}

fn mask_phones(text: &str) -> Option<String> {
    if !text.contains('+')
        && !text.contains("%2")
        && !text.contains("\\u")
        && !text.contains("%3")
        && !has_tel(text)
    {
        return None;
    }
    let mut masked = Replacement::new(text);
    for (place, unit) in units(text) {
        if place < masked.done {
            continue;
        }
        let after = place + unit.length;
        let before = &text[masked.done..place];
        let fewest = match unit.character {
            // E.164 has 15 digits at most, but where a longer run begins is not ours to say.
            '+' => 8,
            ':' if before.len() >= 3
                && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"tel") =>
            {
                5
            }
            _ => continue,
        };
        if let Some((start, end)) = digits(&text[after..], fewest) {
            masked.put(after + start, after + end, &shape::phone(&decode(&text[after + start..after + end])));
        }
    }
    masked.finish()
}

/// The run of at least `fewest` digits, with the usual signs in between, that a text begins with.
fn digits(text: &str, fewest: usize) -> Option<(usize, usize)> {
    let (mut count, mut start, mut end, mut gap) = (0, 0, 0, 0);
    for (place, unit) in units(text) {
        if unit.character.is_ascii_digit() {
            if count == 0 {
                start = place;
            }
            (count, gap, end) = (count + 1, 0, place + unit.length);
        } else if gap < 3 && matches!(unit.character, ' ' | '\u{a0}' | '-' | '.' | '(' | ')' | '/' | '+') {
            gap += 1;
        } else {
            break;
        }
    }
    (count >= fewest).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_found_in_every_encoding() {
        for (text, masked) in [
            ("write to jane.doe@example.com.", "write to j***@e***.com."),
            ("https://shop.example/?q=jane%40example.com&a=1", "https://shop.example/?q=j***@e***.com&a=1"),
            (
                "dl=https%3A%2F%2Fx.example%2F%3Fu%3Djane%2540x.de%26a",
                "dl=https%3A%2F%2Fx.example%2F%3Fu%3Dj***@x***.de%26a",
            ),
            (r#"{"a":"jane\u0040x.de"}"#, r#"{"a":"j***@x***.de"}"#),
            (r#""jane doe"@x.de"#, r#""jane doe"***@x***.de"#),
            ("a@b.c@d.com", "a***@b***.c***@d***.com"),
            ("%0a@x.de", "%0a***@x***.de"),
            ("jane@x.com.2024", "j***@x***.com.2024"),
            ("call +49 151-1234 5678 now", "call +49151*****78 now"),
            ("p=%2B4915112345678&a=1", "p=%2B49151*****78&a=1"),
            ("<a href=\"TEL:030-12345\">", "<a href=\"TEL:*****45\">"),
        ] {
            assert_eq!(mask_text(text), masked);
        }
    }

    #[test]
    fn parameters_with_personal_names_lose_their_value() {
        for (text, masked) in [
            (
                "https://x.example/?first_name=Jane&a=1#zip=10115",
                "https://x.example/?first_name=J***&a=1#zip=1***",
            ),
            (
                "en=purchase&ep.user_data.address.street=Main+St+%261&cu=EUR",
                "en=purchase&ep.user_data.address.street=M***&cu=EUR",
            ),
            (
                "dl=https%3A%2F%2Fx%2F%3Fphone%3D0151%26b&key=sk_1",
                "dl=https%3A%2F%2Fx%2F%3Fphone%3D0***%26b&key=***",
            ),
            ("Email=Jane%20%3Cjane%40x.de%3E", "Email=J***@x***.de"),
            ("_uip=203.0.113.24", "_uip=203.0.113.0"),
        ] {
            assert_eq!(mask_text(text), masked);
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in [
            "Mozilla/5.0 (X11; Linux x86_64; +http://www.example.com/bot.html)",
            "https://shop.example/maps/@52.5,13.4,12z?q=a+b&page=2",
            r#"{"@context":"https://schema.org","@type":"Product"}"#,
            "2026-09-14T11:59:58+02:00",
            "v=2&tid=G-AB12CD34EF&gtm=45je68v1v9101234567za200&_p=1789379990417&uam=",
            "react@18.2.0 @media %40 100% %zz \\u00",
        ] {
            assert!(matches!(mask_text(text), Cow::Borrowed(_)), "{text} became {}", mask_text(text));
        }
    }
}
