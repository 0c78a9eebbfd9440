//! Values in JavaScript's spelling, which is what Amazon's own tags put into the query.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Number, Value};

use crate::number;

/// A value as a query parameter holds it: text and numbers as they are, the rest as JSON.
pub(crate) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(match number.as_f64().filter(|_| number.is_f64()) {
            Some(fraction) => self::number(fraction),
            None => number.to_string(),
        }),
        other => Cow::Owned(stringify(other)),
    }
}

/// Whether a condition holds for the value in JavaScript.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// A whole number, cut towards zero, as the server-side GTM templates read one; 0 for what is no number.
pub(crate) fn integer(value: &Value) -> i64 {
    let number = match value {
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Number(number) => number.as_f64().unwrap_or_default(),
        Value::String(text) => number::parse(text.trim()).unwrap_or_default(),
        Value::Null | Value::Array(_) | Value::Object(_) => 0.0,
    };
    // Saturates, and makes 0 of NaN.
    number as i64
}

/// A number, or a text that is one.
pub(crate) fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => number::parse(text.trim())?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    number.is_finite().then_some(number)
}

/// `JSON.stringify`. For what has text for keys.
pub(crate) fn stringify(value: &impl Serialize) -> String {
    let mut bytes = Vec::with_capacity(256);
    // Writing to memory does not fail, and every key is text.
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, Numbers));
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_default()
}

/// serde_json's compact form but for the spelling of fractions.
struct Numbers;

impl Formatter for Numbers {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, number: f64) -> io::Result<()> {
        writer.write_all(self::number(number).as_bytes())
    }
}

/// `Number.prototype.toString` (ECMA-262): plain digits from 1e-6 up to 1e21, else an exponent with its sign.
///
/// The digits are serde_json's, which every browser module holds already; the standard library's own writer would
/// add 5 KB to it.
pub(crate) fn number(number: f64) -> String {
    let shortest = Number::from_f64(number).map(|number| number.to_string()).unwrap_or_default();
    let (sign, shortest) = match shortest.strip_prefix('-') {
        Some(shortest) => ("-", shortest),
        None => ("", shortest.as_str()),
    };
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0');
    // How many of the digits stand before the point: none, or fewer than none, in small numbers.
    let point = whole.len() as i32 - (digits.len() - significant.len()) as i32
        + exponent.parse::<i32>().unwrap_or_default();
    let digits = significant.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let before = usize::try_from(point).unwrap_or_default();
    let text = match point {
        1..=21 if before >= digits.len() => format!("{digits:0<before$}"),
        1..=21 => {
            let (whole, fraction) = digits.split_at(before);
            format!("{whole}.{fraction}")
        }
        -5..=0 => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{first}{dot}{rest}e{:+}", point - 1)
        }
    };
    [sign, &text].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_spelled_as_javascript_does() {
        for (value, spelled) in [
            (json!(59.0), "59"),
            (json!(-0.0), "0"),
            (json!(0.1 + 0.2), "0.30000000000000004"),
            (json!(1e21), "1e+21"),
            (json!(1.5e-7), "1.5e-7"),
            (json!(1e-6), "0.000001"),
            (json!(-1.234e-6), "-0.000001234"),
            (json!(9.9e-7), "9.9e-7"),
            (json!(1e20), "100000000000000000000"),
            (json!(-1234.5), "-1234.5"),
            (json!(-1.5e300), "-1.5e+300"),
            (json!(f64::MIN_POSITIVE), "2.2250738585072014e-308"),
            (json!(123_456_789_012_345_680_000.0), "123456789012345680000"),
            (json!(u64::MAX), "18446744073709551615"),
        ] {
            assert_eq!(text(&value), spelled);
        }
    }

    #[test]
    fn objects_are_json_without_spaces() {
        let value = json!({"a": [1.0, null, "\"<é\u{7}>"], "b": {"c": 1e21}});
        assert_eq!(text(&value), r#"{"a":[1,null,"\"<é\u0007>"],"b":{"c":1e+21}}"#);
    }

    proptest! {
        #[test]
        fn a_spelled_number_is_that_number(value: f64) {
            prop_assert_eq!(number(value).parse(), Ok(value + 0.0));
        }
    }
}
