//! Which events a tag runs for.

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::number;
use crate::trigger::{self, Field, Pattern, Test};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub enum Trigger {
    #[default]
    All,
    /// Events of these names, compared exactly.
    Names(Vec<String>),
    /// Events that meet all conditions of at least one of the groups `any`, and not all of any in `except`.
    /// Without a group in `any`, every event that is no exception.
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

impl Operator {
    fn is_numeric(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }
}

impl Trigger {
    pub(super) fn check(&self, report: &mut Report) -> trigger::Trigger {
        match self {
            Self::All => trigger::Trigger::All,
            Self::Names(names) => {
                check_names(names, report);
                trigger::Trigger::Names(names.clone())
            }
            Self::Conditions { any, except } => {
                if any.is_empty() && except.is_empty() {
                    let remedy = "Add one, or let the tag run for all events.";
                    report.problem("trigger.any", "The trigger has no condition.", remedy);
                }
                let any = check_groups("trigger.any", any, report);
                let except = check_groups("trigger.except", except, report);
                trigger::Trigger::Conditions { any, except }
            }
        }
    }
}

fn check_names(names: &[String], report: &mut Report) {
    if names.is_empty() {
        let remedy = "Add the name of an event, or let the tag run for all events.";
        report.problem("trigger.names", "The trigger names no event.", remedy);
    }
    for (index, name) in names.iter().enumerate() {
        let path = format!("trigger.names.{index}");
        if name.trim().is_empty() {
            report.problem(path, "This name is empty.", "Enter one, or remove the line.");
        } else if names.iter().take(index).any(|known| known == name) {
            report.warning(path, "This name is there already.", "Remove one of the two.");
        } else if name.trim() != name {
            let message = "The name begins or ends with a space, so it fits only events whose name does too.";
            report.warning(path, message, format!("Use “{}”.", name.trim()));
        }
    }
}

fn check_groups(path: &str, groups: &[Vec<Condition>], report: &mut Report) -> Vec<Vec<trigger::Condition>> {
    let mut checked = vec![];
    for (index, group) in groups.iter().enumerate() {
        let path = format!("{path}.{index}");
        if group.is_empty() {
            report.problem(&path, "This group has no condition.", "Add one, or remove the group.");
        }
        let condition =
            |(index, condition): (usize, &Condition)| condition.check(&format!("{path}.{index}"), report);
        checked.push(group.iter().enumerate().filter_map(condition).collect());
    }
    checked
}

impl Condition {
    /// In words, also while it is unfinished: `value is more than 10`.
    pub(super) fn told(&self) -> String {
        match self.check("", &mut Report::default()) {
            Some(condition) => condition.told(condition.not),
            None => format!("{} (unfinished)", self.field),
        }
    }

    /// `None` when something is wrong with it, which the report then says.
    fn check(&self, path: &str, report: &mut Report) -> Option<trigger::Condition> {
        let field = check_field(&self.field);
        if field.is_none() {
            let message = if self.field.trim().is_empty() {
                "The condition has no field.".to_owned()
            } else {
                format!("“{}” is no field.", self.field)
            };
            let remedy = "Write a key of the event, such as event_name or items.0.item_id, or cookie.NAME, \
                          header.NAME or query.NAME.";
            report.problem(format!("{path}.field"), message, remedy);
        }
        let test = self.check_value(&format!("{path}.value"), report);
        Some(trigger::Condition { name: self.field.clone(), field: field?, test: test?, not: self.not })
    }

    fn check_value(&self, path: &str, report: &mut Report) -> Option<Test> {
        let Self { operator, value, ignore_case: fold, .. } = self;
        match operator {
            Operator::Exists => Some(Test::Exists),
            Operator::Matches => match Pattern::new(value, *fold) {
                Ok(pattern) => Some(Test::Pattern(pattern)),
                Err(error) => {
                    let message = format!("This pattern has a mistake: {error}.");
                    let remedy = "Correct it. Look-around and back-references are not available.";
                    report.problem(path, message, remedy);
                    None
                }
            },
            operator if operator.is_numeric() => {
                let limit = number::parse(value.trim());
                if limit.is_none() {
                    let message = format!("“{value}” is no number.");
                    report.problem(path, message, "Enter one, with a point before the decimals: 19.90.");
                }
                Some(Test::Number { operator: *operator, limit: limit? })
            }
            operator => {
                if value.is_empty() && *operator != Operator::Equals {
                    let message = "Without a text, this holds for every event.";
                    report.warning(path, message, "Enter a text.");
                }
                let wanted = if *fold { value.to_lowercase() } else { value.clone() };
                Some(Test::Text { operator: *operator, wanted, fold: *fold })
            }
        }
    }
}

fn check_field(field: &str) -> Option<Field> {
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    if field.trim() != field {
        return None;
    }
    match field.split_once('.') {
        Some(("cookie", name)) => named(name).map(Field::Cookie),
        Some(("header", name)) => named(&name.to_ascii_lowercase()).map(Field::Header),
        Some(("query", name)) => named(name).map(Field::Query),
        _ if field.split('.').any(str::is_empty) => None,
        _ => Some(Field::Event(field.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::config::{Problem, TagConfig, check};

    /// `path: message remedy` of each problem, then of each warning.
    fn said(trigger: Value) -> Vec<String> {
        let trigger = serde_json::from_value(trigger).unwrap();
        let tag_ids = vec!["5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966".to_owned()];
        let checked = check(&TagConfig { tag_ids, trigger, ..TagConfig::default() });
        let problems = checked.tag.err().unwrap_or_default();
        let line = |problem: Problem| format!("{}: {} {}", problem.path, problem.message, problem.remedy);
        problems.into_iter().chain(checked.warnings).map(line).collect()
    }

    #[test]
    fn a_good_trigger_passes_without_a_word() {
        for trigger in [
            json!({"on": "all"}),
            json!({"on": "names", "names": ["purchase", "sign_up"]}),
            json!({"on": "conditions", "any": [[
                {"field": "items.0.item_id", "operator": "matches", "value": "^A[0-9]+$"},
                {"field": "cookie.a b", "operator": "exists"},
                {"field": "header.X-Country", "operator": "equals", "value": ""},
                {"field": "value", "operator": "greater", "value": " 10.5 "},
            ]]}),
            json!({"on": "conditions", "except": [[{"field": "query.debug", "operator": "exists"}]]}),
        ] {
            assert_eq!(said(trigger), [""; 0]);
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        assert_eq!(
            said(json!({"on": "names"})),
            [
                "trigger.names: The trigger names no event. Add the name of an event, or let the tag run for all events."
            ]
        );
        assert_eq!(
            said(json!({"on": "names", "names": ["", "a", "a", "b "]})),
            [
                "trigger.names.0: This name is empty. Enter one, or remove the line.",
                "trigger.names.2: This name is there already. Remove one of the two.",
                "trigger.names.3: The name begins or ends with a space, so it fits only events whose name does too. Use “b”.",
            ]
        );
        assert_eq!(
            said(json!({"on": "conditions"})),
            ["trigger.any: The trigger has no condition. Add one, or let the tag run for all events."]
        );
        let field = "Write a key of the event, such as event_name or items.0.item_id, or cookie.NAME, header.NAME or query.NAME.";
        assert_eq!(
            said(json!({"on": "conditions", "any": [[], [
                {"field": "", "operator": "exists"},
                {"field": "a..b", "operator": "less", "value": "ten"},
                {"field": "cookie.", "operator": "less", "value": "inf"},
                {"field": "x", "operator": "contains"},
                {"field": "x", "operator": "matches", "value": "(?=a)"},
            ]]})),
            [
                "trigger.any.0: This group has no condition. Add one, or remove the group.",
                &format!("trigger.any.1.0.field: The condition has no field. {field}"),
                &format!("trigger.any.1.1.field: “a..b” is no field. {field}"),
                "trigger.any.1.1.value: “ten” is no number. Enter one, with a point before the decimals: 19.90.",
                &format!("trigger.any.1.2.field: “cookie.” is no field. {field}"),
                "trigger.any.1.2.value: “inf” is no number. Enter one, with a point before the decimals: 19.90.",
                "trigger.any.1.4.value: This pattern has a mistake: look-around is not supported. Correct it. Look-around and back-references are not available.",
                "trigger.any.1.3.value: Without a text, this holds for every event. Enter a text.",
            ]
        );
    }

    #[test]
    fn a_pattern_cannot_take_much_memory() {
        let big = said(json!({"on": "conditions", "any": [[
            {"field": "x", "operator": "matches", "value": "(a{1000}){1000}"},
        ]]}));
        assert_eq!(big.len(), 1, "{big:?}");
    }
}
