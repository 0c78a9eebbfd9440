//! Which events a tag runs for.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub enum Trigger {
    #[default]
    All,
    /// Events of these names, compared exactly.
    Names(Vec<String>),
    /// Events that meet all conditions of at least one of the groups `any`, and not all of any in `except`.
    Conditions { any: Vec<Vec<Condition>>, except: Vec<Vec<Condition>> },
}

/// `{"on": "all"}`, `{"on": "names", "names": […]}`, `{"on": "conditions", "any": [[…]], "except": [[…]]}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    on: On,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    any: Vec<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    except: Vec<Vec<Condition>>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum On {
    All,
    Names,
    Conditions,
}

impl TryFrom<Stored> for Trigger {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { on, names, any, except } = stored;
        match on {
            On::All if names.is_empty() && any.is_empty() && except.is_empty() => Ok(Self::All),
            On::Names if any.is_empty() && except.is_empty() => Ok(Self::Names(names)),
            On::Conditions if names.is_empty() => Ok(Self::Conditions { any, except }),
            _ => Err("a trigger is on all events, on names or on conditions, and holds nothing else"),
        }
    }
}

impl From<Trigger> for Stored {
    fn from(trigger: Trigger) -> Self {
        let nothing = Self { on: On::All, names: vec![], any: vec![], except: vec![] };
        match trigger {
            Trigger::All => nothing,
            Trigger::Names(names) => Self { on: On::Names, names, ..nothing },
            Trigger::Conditions { any, except } => Self { on: On::Conditions, any, except, ..nothing },
        }
    }
}

/// A comparison of one value of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// A dotted path in the event (`event_name`, `items.0.item_id`), or `cookie.NAME`, `header.NAME`,
    /// `query.NAME` of the browser's request.
    pub field: String,
    pub operator: Operator,
    /// What to compare with; nothing for `exists`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Do the opposite.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not: bool,
    /// For text operators: letters in any case are equal.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ignore_case: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    /// A regular expression (the syntax of Rust's `regex`: no look-around, no back-references).
    Matches,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// There is such a value, and it is not empty.
    Exists,
}
