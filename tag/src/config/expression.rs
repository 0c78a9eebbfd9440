//! A value that a marketer sets: a constant, or a template over the event and the browser's request.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A constant, or a template such as `{{ event.user_id }}`.
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

/// By hand, because serde's own enums make the browser part larger.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    constant: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
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
