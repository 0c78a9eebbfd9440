//! Tag Manager's variables as constants and templates.

use std::collections::HashMap;

use serde_json::Value;

use super::Remark;
use super::container::{list, text};
use crate::config::Expression;

/// The variables of a container, by name.
pub(super) struct Variables<'a> {
    by_name: HashMap<&'a str, &'a Value>,
    built_in: HashMap<&'a str, &'a Value>,
}

/// What a variable stands for.
pub(super) enum Meaning {
    Constant(String),
    /// A value of the event or its request: as a path of a condition, and as the inside of a template.
    Lookup {
        path: String,
        template: String,
    },
}

impl<'a> Variables<'a> {
    pub(super) fn of(version: &'a Value) -> Self {
        let by_name =
            |key| list(version, key).iter().map(|variable| (text(variable, "name"), variable)).collect();
        Self { by_name: by_name("variable"), built_in: by_name("builtInVariable") }
    }

    /// The value of a field, in which `{{name}}` refers to a variable. `None` when there is nothing, or when a
    /// variable in it cannot be carried over, which a remark says.
    pub(super) fn expression(&self, key: &str, value: &str, remarks: &mut Vec<Remark>) -> Option<Expression> {
        let parts = parts(value);
        if let [Part::Text(value)] = parts.as_slice() {
            return Some(Expression::Constant((*value).into()));
        }
        let mut template = String::new();
        let mut depends = false;
        for part in parts {
            match part {
                Part::Text(text) => template.push_str(&literal(text)),
                Part::Variable(name) => match self.meaning(name) {
                    Ok(Meaning::Constant(constant)) => template.push_str(&literal(&constant)),
                    Ok(Meaning::Lookup { template: inside, .. }) => {
                        depends = true;
                        template.push_str(&format!("{{{{ {inside} }}}}"));
                    }
                    Err(why) => {
                        let text = format!("{key} used this variable and is empty now: {why}");
                        remarks.push(Remark::new(format!("{{{{{name}}}}}"), text));
                        return None;
                    }
                },
            }
        }
        match (depends, template.is_empty()) {
            (_, true) => None,
            (true, _) => Some(Expression::Template(template)),
            // Constants alone: no literal in them was escaped unless it had braces, so resolve them plainly.
            (false, _) => Some(Expression::Constant(self.plain(value).into())),
        }
    }

    /// A text of constants only.
    fn plain(&self, value: &str) -> String {
        let part = |part| match part {
            Part::Text(text) => text.to_owned(),
            Part::Variable(name) => match self.meaning(name) {
                Ok(Meaning::Constant(constant)) => constant,
                _ => String::new(),
            },
        };
        parts(value).into_iter().map(part).collect()
    }

    /// What the variable stands for, or why it cannot be carried over.
    pub(super) fn meaning(&self, name: &str) -> Result<Meaning, String> {
        if name == "_event" {
            return Ok(event("event_name"));
        }
        if let Some(variable) = self.by_name.get(name) {
            return meaning(variable);
        }
        match self.built_in.get(name).map(|known| text(known, "type")) {
            Some("EVENT_NAME") => Ok(event("event_name")),
            Some("CLIENT_NAME") => Err("the name of the client is not known here".to_owned()),
            Some(other) => Err(format!("there is nothing like {other} here")),
            // The file lists only what is switched on, under names one can change.
            None if name == "Event Name" => Ok(event("event_name")),
            None => Err("it is not in the file".to_owned()),
        }
    }
}

fn meaning(variable: &Value) -> Result<Meaning, String> {
    let parameter = |key: &str| {
        let found = list(variable, "parameter").iter().find(|parameter| text(parameter, "key") == key);
        found.map(|parameter| text(parameter, "value")).filter(|value| !value.is_empty())
    };
    let found = match text(variable, "type") {
        "c" => Meaning::Constant(parameter("value").unwrap_or_default().to_owned()),
        "ed" => event(parameter("keyPath").ok_or("it names no key of the event")?),
        "k" => lookup("cookie", "cookies", parameter("name").ok_or("it names no cookie")?),
        "e" => event("event_name"),
        // Google documents no code for headers and query parameters; their parameters give them away.
        other => match (parameter("headerName"), parameter("queryKey")) {
            (Some(header), _) => lookup("header", "headers", &header.to_ascii_lowercase()),
            (_, Some(key)) => lookup("query", "query", key),
            _ => return Err(format!("variables of the type “{other}” cannot be carried over")),
        },
    };
    formatted(
        found,
        variable,
        parameter("setDefaultValue")
            .is_some_and(|set| set == "true")
            .then(|| parameter("defaultValue").unwrap_or_default()),
    )
}

/// The default value and the format that a variable can have besides.
fn formatted(meaning: Meaning, variable: &Value, default: Option<&str>) -> Result<Meaning, String> {
    let none = serde_json::Map::new();
    let format = variable.get("formatValue").and_then(Value::as_object).unwrap_or(&none);
    if default.is_none() && format.is_empty() {
        return Ok(meaning);
    }
    let (mut template, mut path) = match meaning {
        Meaning::Constant(constant) => return Ok(Meaning::Constant(constant)),
        Meaning::Lookup { path, template } => (template, Some(path)),
    };
    if let Some(default) = default {
        template = format!("({template}) | default({})", quoted(default));
        path = None;
    }
    for (how, value) in format {
        let value = value.get("value").and_then(Value::as_str).or(value.as_str()).unwrap_or_default();
        template = match (how.as_str(), value.to_ascii_lowercase().as_str()) {
            ("caseConversionType", "lowercase") => format!("({template}) | lower"),
            ("caseConversionType", "uppercase") => format!("({template}) | upper"),
            ("caseConversionType", _) => continue,
            ("convertNullToValue" | "convertUndefinedToValue", _) => {
                format!("({template}) | default({})", quoted(value))
            }
            _ => return Err(format!("its format “{how}” cannot be carried over")),
        };
        path = None;
    }
    // A condition reads the event as it is; a value with a default or a format is only for templates.
    Ok(Meaning::Lookup { path: path.unwrap_or_default(), template })
}

fn event(path: &str) -> Meaning {
    let inside: String = path.split('.').map(|part| format!("[{}]", key(part))).collect();
    Meaning::Lookup { path: path.to_owned(), template: format!("event{inside}") }
}

/// A part of a path as an index of a template: a number finds an element of a list.
fn key(part: &str) -> String {
    if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
        part.to_owned()
    } else {
        quoted(part)
    }
}

fn lookup(path: &str, map: &str, name: &str) -> Meaning {
    Meaning::Lookup { path: format!("{path}.{name}"), template: format!("{map}[{}]", quoted(name)) }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Text as a template says it: braces must not begin anything.
fn literal(text: &str) -> String {
    if text.contains("{{") || text.contains("{%") || text.contains("{#") {
        format!("{{{{ {} }}}}", quoted(text))
    } else {
        text.to_owned()
    }
}

enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

fn parts(value: &str) -> Vec<Part<'_>> {
    let mut parts = vec![];
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(Part::Variable(name));
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}
