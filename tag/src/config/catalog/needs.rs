//! When a setting does nothing, and the sentence that says so.

use serde_json::Value;

use super::Field;
use crate::config::path;

/// Another setting without which this one does nothing.
#[derive(Debug)]
pub struct Needs {
    /// The other setting.
    pub path: &'static str,
    /// Its values that will do, as the JSON has them; none of them when it only has to be set.
    pub values: &'static [&'static str],
    /// Why, in one sentence.
    pub reason: &'static str,
}

impl Needs {
    pub(super) const fn new(
        path: &'static str,
        values: &'static [&'static str],
        reason: &'static str,
    ) -> Self {
        Self { path, values, reason }
    }

    fn met(&self, config: &Value) -> bool {
        match path::at(config, self.path) {
            None => false,
            Some(_) if self.values.is_empty() => true,
            Some(Value::Bool(flag)) => self.values.contains(&if *flag { "true" } else { "false" }),
            Some(value) => value.as_str().is_some_and(|text| self.values.contains(&text)),
        }
    }
}

impl Field {
    /// The first need that a configuration ([`path::json`]) does not meet, so that the setting is off.
    pub fn off(&self, config: &Value) -> Option<&'static Needs> {
        self.needs.iter().find(|needs| !needs.met(config))
    }
}
