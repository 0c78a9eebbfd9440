//! A value that a marketer sets: a constant, or a template over the event and the browser's request.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::amazon::js;

/// A constant, or a template such as `{{ event.user_id }}`.
///
/// A template is text with expressions in double braces. They know `event`, its keys by themselves
/// (`{{ user_id }}`; others as `{{ event['x-ga-gcs'] }}`), and `query`, `cookies` and `headers` (names in lower
/// case) of the request. What is missing is empty. A template of one expression keeps the kind of its value.
/// Expressions are MiniJinja's: `{{ 'b2b' if tier == 'gold' else 'b2c' }}`, `{{ price | float * 2 }}`,
/// `{{ items | map(attribute='item_id') | join(',') }}`; statements (`{% … %}`) are not available.
///
/// As JSON `{"constant": 5}` or `{"template": "{{ event.user_id }}"}`. A field that holds an expression is
/// optional: without one, or when the expression comes out empty, the field counts as not set, and what was
/// found in the event stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub enum Expression {
    Constant(Value),
    Template(String),
}

impl Expression {
    /// The text that it comes to for every event; `None` when that depends on the event, or there is none.
    pub(crate) fn fixed(&self) -> Option<String> {
        let text = match self {
            Self::Constant(Value::Null) => return None,
            Self::Constant(value) => js::text(value).into_owned(),
            Self::Template(template) if template.contains("{{") => return None,
            Self::Template(template) => template.clone(),
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// By hand, because serde's own enums make the browser part larger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    constant: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
}

/// Serde takes a `null` for "not there", but as a constant it is one.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl TryFrom<Stored> for Expression {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        match stored {
            Stored { constant: Some(constant), template: None } => Ok(Self::Constant(constant)),
            Stored { constant: None, template: Some(template) } => Ok(Self::Template(template)),
            Stored { .. } => Err("a value is either a constant or a template"),
        }
    }
}

impl From<Expression> for Stored {
    fn from(expression: Expression) -> Self {
        match expression {
            Expression::Constant(constant) => Self { constant: Some(constant), template: None },
            Expression::Template(template) => Self { constant: None, template: Some(template) },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn the_json_of_an_expression_is_stable() {
        for (expression, stored) in [
            (Expression::Constant(json!(5)), json!({"constant": 5})),
            (Expression::Constant(json!(null)), json!({"constant": null})),
            (Expression::Constant(json!({"template": 1})), json!({"constant": {"template": 1}})),
            (Expression::Template(String::new()), json!({"template": ""})),
        ] {
            assert_eq!(to_value(&expression).unwrap(), stored);
            assert_eq!(from_value::<Expression>(stored).unwrap(), expression);
        }
        for wrong in [json!({}), json!({"constant": 1, "template": ""}), json!(5), json!({"template": 5})] {
            assert!(from_value::<Expression>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
