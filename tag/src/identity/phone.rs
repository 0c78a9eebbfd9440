//! How a phone number is written before it is hashed.

use std::ops::RangeInclusive;

use super::countries::{self, Plan};
use super::reading::{Reading, as_template, given, hashed, trim};
use crate::config::matching::PhoneRule;
use crate::reason::Reason;

/// E.164 allows 15 digits with the calling code; fewer than eight are used on the smallest islands only.
const DIGITS: RangeInclusive<usize> = 8..=15;

pub(super) fn read(text: &str, rule: PhoneRule, country: Option<&str>) -> Reading {
    match rule {
        PhoneRule::Template => {
            let stripped: String =
                text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '+')).collect();
            if stripped.is_empty() { Reading::Unusable } else { as_template(&stripped) }
        }
        PhoneRule::E164 => {
            let text = trim(text);
            if text.is_empty() {
                return Reading::Nothing;
            }
            if let Some(hash) = given(text) {
                return hash;
            }
            match e164(text, country) {
                Some((number, doubt)) => hashed(number, doubt),
                None => Reading::Unusable,
            }
        }
    }
}

/// The digits of the E.164 form, and why they may be the wrong ones.
fn e164(text: &str, country: Option<&str>) -> Option<(String, Option<Reason>)> {
    let Dialled { digits, plus } = dialled(text)?;
    let home = country.and_then(countries::calling_code);
    let abroad = match home {
        _ if plus => Some(digits.as_str()),
        Some("1") => digits.strip_prefix("011").or_else(|| digits.strip_prefix("00")),
        _ => digits.strip_prefix("00"),
    };
    let (number, doubt) = match (abroad, home) {
        (Some(number), _) => (international(number)?, None),
        (None, Some(code)) => (national(&digits, code), None),
        (None, None) => {
            // Most countries have nine or ten digits: with more, the code is among them.
            let complete = digits.len() > 10 && countries::code_of(&digits).is_some();
            (digits, (!complete).then_some(Reason::PhoneWithoutCountry))
        }
    };
    DIGITS.contains(&number.len()).then_some((number, doubt))
}

/// What was typed, without everything that only makes it readable.
struct Dialled {
    digits: String,
    plus: bool,
}

/// `None` for letters, extensions and other signs: what is left would be another number.
fn dialled(text: &str) -> Option<Dialled> {
    let text = match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        _ => text,
    };
    let (mut digits, mut plus) = (String::with_capacity(16), false);
    for c in text.chars() {
        if let Some(digit) = digit(c) {
            digits.push(digit);
        } else if matches!(c, '+' | '\u{ff0b}') && digits.is_empty() {
            plus = true;
        } else if !separates(c) || digits.is_empty() && c == '-' {
            return None;
        }
    }
    Some(Dialled { digits, plus })
}

/// A digit of the scripts that phone numbers are typed in: Latin, Arabic, Persian, full width.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

/// Spaces, dashes, brackets, and the invisible marks that come along when a number is copied.
fn separates(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '(' | ')' | '/' | '[' | ']' | '\u{2010}'..='\u{2015}' | '\u{2212}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `49 (0) 30 1234567` → `49301234567`
fn international(digits: &str) -> Option<String> {
    let code = countries::code_of(digits)?;
    let number = digits.strip_prefix(code)?;
    Some(joined(code, without_trunk(number, countries::plan(code))))
}

fn national(digits: &str, code: &str) -> String {
    let plan = countries::plan(code);
    // Written with its code, but without the plus sign?
    match digits.strip_prefix(code).filter(|number| number.len() >= plan.shortest) {
        Some(number) => joined(code, without_trunk(number, plan)),
        None => joined(code, without_trunk(digits, plan)),
    }
}

fn without_trunk(digits: &str, plan: Plan) -> &str {
    // Other digits than zero may begin a number as well, so enough must be left.
    let enough = |number: &&str| plan.trunk == "0" || number.len() >= plan.shortest;
    match digits.strip_prefix(plan.trunk).filter(enough) {
        Some(number) if !plan.trunk.is_empty() => number,
        _ => digits,
    }
}

fn joined(code: &str, number: &str) -> String {
    [code, number].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, country: &str) -> Option<String> {
        e164(text, Some(country)).map(|(number, _)| number)
    }

    #[test]
    fn international_numbers_need_no_country() {
        for (text, digits) in [
            ("+1 (555) 123-4567", "15551234567"),
            ("+55 19 9-9999-9999", "5519999999999"),
            ("+44 20 7946 0958", "442079460958"),
            ("+44 (0)20 7946 0958", "442079460958"),
            ("++49 (0) 30 / 1234-567", "49301234567"),
            ("0049.30.1234567", "49301234567"),
            ("tel:+49-30-1234567", "49301234567"),
            ("TEL:+49301234567", "49301234567"),
            ("+39 06 6982 1234", "390669821234"),
            ("+225 01 23 45 67 89", "2250123456789"),
            ("+7 8 (912) 345-67-89", "79123456789"),
            ("\u{ff0b}\u{ff14}\u{ff19} 30\u{a0}1234567", "49301234567"),
            ("\u{202a}+966 50 123 4567\u{202c}", "966501234567"),
            ("+٩٦٦٥٠١٢٣٤٥٦٧", "966501234567"),
            ("15551234567", "15551234567"),
        ] {
            assert_eq!(e164(text, None), Some((digits.to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn national_numbers_are_completed() {
        for (country, text, digits) in [
            ("DE", "(030) 1234-567", "49301234567"),
            ("DE", "0151 12345678", "4915112345678"),
            ("DE", "4915112345678", "4915112345678"),
            ("DE", "+1 555 123 4567", "15551234567"),
            ("GB", "07700 900123", "447700900123"),
            ("US", "(555) 123-4567", "15551234567"),
            ("US", "1-555-123-4567", "15551234567"),
            ("US", "011 49 30 1234567", "49301234567"),
            ("BR", "(55) 99123-4567", "5555991234567"),
            ("BR", "055 99123-4567", "5555991234567"),
            ("BR", "5555991234567", "5555991234567"),
            ("IN", "9123456789", "919123456789"),
            ("IN", "919123456789", "919123456789"),
            ("IT", "391 234 5678", "393912345678"),
            ("IT", "06 6982 1234", "390669821234"),
            ("DK", "45 12 34 56", "4545123456"),
            ("ES", "612 34 56 78", "34612345678"),
            ("RU", "8 (912) 345-67-89", "79123456789"),
            ("RU", "812 345-67-89", "78123456789"),
            ("HU", "06 30 123 4567", "36301234567"),
            ("IS", "3545812345", "3545812345"),
        ] {
            assert_eq!(number(text, country).as_deref(), Some(digits), "{country} {text}");
        }
    }

    #[test]
    fn without_a_country_the_digits_are_doubtful() {
        for text in ["(030) 1234-567", "555-123-4567", "07700 900123"] {
            let (digits, doubt) = e164(text, None).unwrap();
            assert_eq!(doubt, Some(Reason::PhoneWithoutCountry), "{text}");
            assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }

    #[test]
    fn what_is_no_number_is_not_used() {
        for text in [
            "",
            "none",
            "+",
            "+ - ( )",
            "12345",
            "+49 30 1234 ext. 5",
            "+49 30 1234567,,5",
            "+49 30 1234567#5",
            "1-800-FLOWERS",
            "+49 30 +49 30",
            "-4915112345678",
            "+999 123 456 789",
            "+0 30 1234567",
            "+491511234567890123",
            "00",
        ] {
            for country in [None, Some("DE"), Some("US"), Some("??")] {
                assert_eq!(e164(text, country), None, "{text} {country:?}");
            }
        }
    }
}
