//! Imports tags from Google Tag Manager: the parameters of Stape's server-side “Amazon Conversions API” template
//! become a [`TagConfig`] that behaves like the original.
//!
//! Where the original differs from what a new tag of ours would do, the difference is written into the
//! configuration, so that everybody can see it and change it. What cannot be carried over is listed, never
//! dropped in silence.

mod condition;
mod container;
mod parameters;
mod template;
mod variable;

pub use container::{NotAContainer, container};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::TagConfig;
use parameters::Parameters;

/// A tag as it was found, in our terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// The tag's name in Tag Manager.
    pub name: String,
    pub config: TagConfig,
    /// What could not be carried over, or wants a look.
    pub remarks: Vec<Remark>,
}

/// Something about an import that a person should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Where in Tag Manager: a parameter, a variable or a trigger.
    pub subject: String,
    /// What it means for the imported tag.
    pub text: String,
}

impl Remark {
    fn new(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { subject: subject.into(), text: text.into() }
    }
}

/// A tag from the template's parameters, with every Tag Manager variable already replaced by its value.
pub fn template(parameters: &Map<String, Value>) -> Imported {
    let mut remarks = vec![];
    let config = template::config(&Parameters::of_values(parameters), &mut remarks);
    Imported { name: String::new(), config, remarks }
}
