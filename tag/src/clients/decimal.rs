//! Numbers that arrive as text.

use serde_json::Number;

use crate::number;

/// The largest integer that a JSON number holds exactly everywhere (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Decimal text as a JSON number, integers without a fraction: `59.00` is 59.
///
/// `None` for anything else, and for integers so long that a number would lose digits: those are ids.
pub(super) fn decimal(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let decimal = unsigned.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let number = if decimal { number::parse(text)? } else { return None };
    if number.fract() != 0.0 {
        Number::from_f64(number)
    } else if number.abs() <= EXACT {
        Some(Number::from(number as i64))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_plain_decimals_become_numbers() {
        for (text, number) in [
            ("59.00", json!(59)),
            ("-3", json!(-3)),
            ("237.1", json!(237.1)),
            ("1652077511712", json!(1_652_077_511_712_i64)),
            ("1e3", json!(1000)),
        ] {
            assert_eq!(decimal(text).map(serde_json::Value::from), Some(number), "{text}");
        }
        for text in ["", "-", "inf", "NaN", "0x10", "1,5", " 5", "1.2.3", "1e999", "12345678901234567890"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
