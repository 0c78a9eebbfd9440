//! Tag Manager's triggers as groups of conditions.

use serde_json::Value;

use super::Remark;
use super::container::{list, text};
use super::variable::{Meaning, Variables};
use crate::config::trigger::{Condition, Operator};

/// The conditions of a trigger, all of which must be met; none for a trigger on every event. `None` when the
/// trigger cannot be carried over: leaving out one of its conditions would let through what it kept out.
pub(super) fn group(
    trigger: &Value,
    variables: &Variables<'_>,
    remarks: &mut Vec<Remark>,
) -> Option<Vec<Condition>> {
    let mut conditions = match text(trigger, "type") {
        "CUSTOM_EVENT" | "ALWAYS" => vec![],
        "SERVER_PAGEVIEW" | "PAGEVIEW" => vec![event_is("page_view")],
        other => {
            let text = format!("a trigger of the type {other} cannot be carried over; the tag needs another");
            remarks.push(Remark::new(name(trigger), text));
            return None;
        }
    };
    let filters = ["customEventFilter", "filter"].into_iter().flat_map(|key| list(trigger, key));
    for filter in filters {
        match condition(filter, variables) {
            Ok(None) => {}
            Ok(Some(condition)) => conditions.push(condition),
            Err(why) => {
                let text = format!("{why}, so the whole trigger is left out; the tag needs another");
                remarks.push(Remark::new(name(trigger), text));
                return None;
            }
        }
    }
    Some(conditions)
}

/// Whether the event has this name.
pub(super) fn event_is(name: &str) -> Condition {
    Condition {
        field: "event_name".into(),
        operator: Operator::Equals,
        value: name.into(),
        not: false,
        ignore_case: false,
    }
}

/// The event's name, when that is all the group asks for.
pub(super) fn only_name(group: &[Condition]) -> Option<String> {
    match group {
        [only] if *only == event_is(&only.value) => Some(only.value.clone()),
        _ => None,
    }
}

fn name(trigger: &Value) -> String {
    format!("trigger “{}”", text(trigger, "name"))
}

/// One filter; `None` when it lets everything through.
fn condition(filter: &Value, variables: &Variables<'_>) -> Result<Option<Condition>, String> {
    let parameter = |key: &str| {
        let found = list(filter, "parameter").iter().find(|parameter| text(parameter, "key") == key);
        found.map(|parameter| text(parameter, "value")).unwrap_or_default()
    };
    let operator = match text(filter, "type") {
        "EQUALS" => Operator::Equals,
        "CONTAINS" => Operator::Contains,
        "STARTS_WITH" => Operator::StartsWith,
        "ENDS_WITH" => Operator::EndsWith,
        "MATCH_REGEX" => Operator::Matches,
        "LESS" => Operator::Less,
        "LESS_OR_EQUALS" => Operator::LessOrEqual,
        "GREATER" => Operator::Greater,
        "GREATER_OR_EQUALS" => Operator::GreaterOrEqual,
        other => return Err(format!("its condition “{other}” cannot be carried over")),
    };
    let field = field(parameter("arg0"), variables)?;
    let value = constant(parameter("arg1"), variables)?;
    // How Tag Manager writes “any event”.
    if operator == Operator::Matches && matches!(value.as_str(), ".*" | "^.*$" | ".+") {
        return Ok(None);
    }
    let not = parameter("negate") == "true";
    let ignore_case = parameter("ignore_case") == "true";
    Ok(Some(Condition { field, operator, value, not, ignore_case }))
}

/// What the condition looks at: one variable and nothing else.
fn field(value: &str, variables: &Variables<'_>) -> Result<String, String> {
    let name = value.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let name = name.ok_or_else(|| format!("it compares “{value}”, which is no variable"))?;
    match variables.meaning(name) {
        Ok(Meaning::Lookup { path, .. }) if !path.is_empty() => Ok(path),
        Ok(_) => Err(format!("it compares the variable “{name}”, which is no plain value of the event")),
        Err(why) => Err(format!("it compares the variable “{name}”: {why}")),
    }
}

/// What the condition compares with: a text, or variables that are constants.
fn constant(value: &str, variables: &Variables<'_>) -> Result<String, String> {
    match variables.expression("", value, &mut vec![]) {
        Some(crate::config::Expression::Constant(Value::String(text))) => Ok(text),
        None if value.is_empty() => Ok(String::new()),
        _ => Err(format!("it compares with “{value}”, which depends on the event")),
    }
}
