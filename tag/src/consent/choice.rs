//! Granted or denied, in the spellings that consent platforms use.

use serde::Serialize;
use serde_json::Value;

/// What a visitor chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    Granted,
    Denied,
}

impl Choice {
    /// Reads the spellings that Amazon's Events API template accepts, in any case; `None` is "not said".
    pub(crate) fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(true) => Some(Self::Granted),
            Value::Bool(false) => Some(Self::Denied),
            Value::String(text) => Self::word(text),
            Value::Number(number) => match number.as_f64() {
                Some(1.0) => Some(Self::Granted),
                Some(0.0) => Some(Self::Denied),
                _ => None,
            },
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn word(text: &str) -> Option<Self> {
        const GRANTED: [&str; 8] = ["granted", "true", "yes", "1", "on", "enabled", "opted_in", "optin"];
        const DENIED: [&str; 8] = ["denied", "false", "no", "0", "off", "disabled", "opted_out", "optout"];
        let text = text.trim();
        let one_of = |words: [&str; 8]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        if one_of(GRANTED) {
            Some(Self::Granted)
        } else if one_of(DENIED) {
            Some(Self::Denied)
        } else {
            None
        }
    }

    /// Amazon's spelling.
    pub(crate) fn amazon(self) -> &'static str {
        match self {
            Self::Granted => "GRANTED",
            Self::Denied => "DENIED",
        }
    }

    /// As it reads in a sentence.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn denied_is_denied_however_it_is_written() {
        for denied in [json!(false), json!(0), json!("denied"), json!(" DENIED "), json!("False"), json!("0")]
        {
            assert_eq!(Choice::read(&denied), Some(Choice::Denied), "{denied}");
        }
        for granted in [json!(true), json!(1.0), json!("granted"), json!("GRANTED"), json!("Opted_In")] {
            assert_eq!(Choice::read(&granted), Some(Choice::Granted), "{granted}");
        }
        for unsaid in [json!(null), json!(""), json!("maybe"), json!(2), json!({}), json!([true])] {
            assert_eq!(Choice::read(&unsaid), None, "{unsaid}");
        }
    }
}
