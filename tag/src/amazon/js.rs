//! Values in JavaScript's spelling, which is what Amazon's own tags put into the query.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

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
        Value::String(text) => text.trim().parse().unwrap_or_default(),
        Value::Null | Value::Array(_) | Value::Object(_) => 0.0,
    };
    // Saturates, and makes 0 of NaN.
    number as i64
}

/// A number, or a text that is one.
pub(crate) fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    // `inf` and `nan` parse too.
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
fn number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&size) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if size >= 1.0 { text.replace('e', "e+") } else { text }
    }
}

#[cfg(test)]
mod tests {
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
}
