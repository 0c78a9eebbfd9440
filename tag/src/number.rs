//! Numbers that arrive as text.

/// The number that a decimal text is: digits with or without sign, fraction and exponent. `None` for everything
/// else, and for what is too large for a number.
///
/// The work is left to serde_json, which every browser module holds already; the standard library's own reader
/// would add 12 KB of tables to it.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let plain = digits(whole) && digits(fraction) && digits(unsigned);
    if !plain || unsigned.is_empty() || whole.len() + fraction.len() == 0 {
        return None;
    }
    // JSON wants digits on both sides of the point, and no zeros before others.
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    serde_json::from_str(&[sign, whole, ".", fraction, "e", exponent].concat()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the standard library makes of it, infinity and its like aside.
    fn standard(text: &str) -> Option<f64> {
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    #[test]
    fn texts_are_the_numbers_that_they_look_like() {
        for text in [
            "0",
            "-0",
            "+5",
            "007",
            "5.",
            ".5",
            "-.5e-3",
            "1e3",
            "1E+3",
            "59.90",
            "0.1",
            "1e308",
            "123456789012345678",
        ] {
            assert_eq!(parse(text), standard(text), "{text}");
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "", "-", ".", "e5", "1e", "1e+", "1e999", "inf", "NaN", "0x10", "1,5", " 5", "1.2.3", "--1",
            "1e5e5", "1_0",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_standard_library_agrees(number: f64, text in "[+-]{0,1}[0-9.]{0,12}([eE][+-]?[0-9]{0,3})?") {
            prop_assert_eq!(parse(&number.to_string()), standard(&number.to_string()));
            prop_assert_eq!(parse(&text), standard(&text), "{}", text);
        }
    }
}
