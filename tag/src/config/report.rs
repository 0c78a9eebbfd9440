//! Collects what is wrong, or merely odd, while a configuration is checked.

use super::{Expression, Problem};
use crate::value::Compiled;

#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl Report {
    /// Something that keeps the tag from running.
    pub(super) fn problem(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let problem = Problem { path: path.into(), message: message.into(), remedy: remedy.into() };
        self.problems.push(problem);
    }

    /// Something odd that is no obstacle.
    pub(super) fn warning(
        &mut self,
        path: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let warning = Problem { path: path.into(), message: message.into(), remedy: remedy.into() };
        self.warnings.push(warning);
    }

    /// Compiles a field's expression; a template that does not compile is a problem at `path`.
    pub(super) fn compile(&mut self, path: &str, expression: Option<&Expression>) -> Option<Compiled> {
        match Compiled::new(expression?) {
            Ok(compiled) => Some(compiled),
            Err(failed) => {
                let message = format!("This template has a mistake: {failed}.");
                self.problem(path, message, "Correct it, or choose a fixed value.");
                None
            }
        }
    }
}
