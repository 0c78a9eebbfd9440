//! Expressions that are more than a path, worked out by MiniJinja.
//!
//! Expressions only: without statements nothing can loop or grow by doubling, and what is left has a limit
//! on its steps. The engine wants values of its own, so an event is converted as far as the expression names
//! it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use minijinja::value::Value as Converted;
use minijinja::{Environment, Error, ErrorKind, Expression, UndefinedBehavior};
use serde_json::Value;

use super::template::TEXT_LIMIT;
use super::{Failed, Scope};
use crate::context::Browser;
use crate::event::Event;

/// Steps of one expression, of which a filter or a sum is one each.
const FUEL: u64 = 10_000;

/// What could make much out of little, and what makes no sense in an expression.
const UNSAFE_FILTERS: [&str; 8] = ["batch", "chain", "format", "groupby", "indent", "pprint", "slice", "zip"];
const FUNCTIONS: [&str; 4] = ["range", "dict", "debug", "namespace"];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    UNSAFE_FILTERS.into_iter().for_each(|name| environment.remove_filter(name));
    FUNCTIONS.into_iter().for_each(|name| environment.remove_global(name));
    environment.add_filter("replace", replace);
    environment
});

/// A compiled expression and what it needs to know.
pub(super) struct Program {
    expression: Expression<'static, 'static>,
    needs: Needs,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("needs", &self.needs).finish_non_exhaustive()
    }
}

/// The names that an expression refers to.
#[derive(Debug, Default)]
struct Needs {
    /// Keys of the event that stand alone.
    keys: Vec<String>,
    /// Keys of the event that are taken from `event`.
    of_event: Vec<String>,
    /// `event` as a whole.
    event: bool,
    query: bool,
    cookies: bool,
    headers: bool,
}

impl Program {
    /// `line` is where the expression begins.
    pub(super) fn new(source: &str, line: usize) -> Result<Self, Failed> {
        let told = |error: Error| {
            let line = line + error.line().unwrap_or(1).saturating_sub(1);
            Failed(format!("line {line}: {}", words(&error)))
        };
        let expression = ENVIRONMENT.compile_expression_owned(source.to_owned()).map_err(told)?;
        let program = Self { expression, needs: Needs::of(source) };
        // Unknown filters and tests show only when they are used.
        let scope = Scope { event: &Event::default(), browser: Browser::default() };
        match program.run(scope) {
            Err(error) if is_unknown(&error) => Err(told(error)),
            _ => Ok(program),
        }
    }

    pub(super) fn evaluate(&self, scope: Scope<'_>) -> Result<Value, Failed> {
        let value = self.run(scope).map_err(|error| Failed(words(&error)))?;
        if value.as_str().is_some_and(|text| text.len() > TEXT_LIMIT) {
            return Err(Failed(format!("the text is longer than {TEXT_LIMIT} bytes")));
        }
        serde_json::to_value(&value).map_err(|error| Failed(error.to_string()))
    }

    fn run(&self, scope: Scope<'_>) -> Result<Converted, Error> {
        self.expression.eval(self.needs.converted(scope))
    }
}

impl Needs {
    fn of(source: &str) -> Self {
        // Subscripts with a fixed text count as names, so that they do not ask for the whole event.
        let (named, mut of_event) = without_subscripts(source);
        let names = ENVIRONMENT
            .compile_expression_owned(named)
            .map(|expression| expression.undeclared_variables(true))
            .unwrap_or_else(|_| ["event".to_owned()].into());
        let mut needs = Self::default();
        for name in names {
            let (root, rest) = name.split_once('.').unwrap_or((&name, ""));
            match root {
                "event" if rest.is_empty() => needs.event = true,
                "event" => of_event.push(rest.split('.').next().unwrap_or_default().to_owned()),
                "query" => needs.query = true,
                "cookies" => needs.cookies = true,
                "headers" => needs.headers = true,
                key => needs.keys.push(key.to_owned()),
            }
        }
        Self { of_event, ..needs }
    }

    fn converted<'a>(&'a self, Scope { event, browser }: Scope<'_>) -> BTreeMap<&'a str, Converted> {
        let mut known = BTreeMap::new();
        for key in &self.keys {
            if let Some(value) = event.0.get(key) {
                known.insert(key.as_str(), Converted::from_serialize(value));
            }
        }
        if self.event {
            known.insert("event", Converted::from_serialize(event));
        } else if !self.of_event.is_empty() {
            let value = |key: &'a String| Some((key, Converted::from_serialize(event.0.get(key)?)));
            known.insert("event", self.of_event.iter().filter_map(value).collect());
        }
        // Of several values with one name the first counts, so the last is set first.
        let pairs = |pairs: &[(String, String)]| pairs.iter().rev().cloned().collect::<Converted>();
        if self.query {
            let query: Vec<_> = form_urlencoded::parse(browser.query.as_bytes()).into_owned().collect();
            known.insert("query", pairs(&query));
        }
        if self.cookies {
            known.insert("cookies", pairs(browser.cookies));
        }
        if self.headers {
            known.insert("headers", pairs(browser.headers));
        }
        known
    }
}

/// The source with `event['x']` written as `event.x`, and those keys. Good enough to find names; what is in
/// quotes itself is no name either way.
fn without_subscripts(source: &str) -> (String, Vec<String>) {
    let mut keys = vec![];
    let mut parts = source.split("event[");
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let key = part.chars().next().filter(|quote| matches!(quote, '"' | '\'')).and_then(|quote| {
            let (key, rest) = part[1..].split_once(quote)?;
            Some((key, rest.strip_prefix(']')?)).filter(|(key, _)| !key.contains('\\'))
        });
        match key {
            Some((key, rest)) => {
                keys.push(key.to_owned());
                named.push_str("event.x");
                named.push_str(rest);
            }
            None => {
                named.push_str("event[");
                named.push_str(part);
            }
        }
    }
    (named, keys)
}

fn is_unknown(error: &Error) -> bool {
    let kind = error.kind();
    matches!(kind, ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction)
}

fn words(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

/// Like MiniJinja's own, but with an end.
fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let longest = text.len() + text.matches(from).count() * to.len();
    if longest > TEXT_LIMIT {
        return Err(Error::new(ErrorKind::InvalidOperation, "the text becomes too long"));
    }
    Ok(text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_converted_no_further_than_needed() {
        let needs = |source: &str| {
            let mut needs = Needs::of(source);
            needs.keys.sort();
            needs.of_event.sort();
            needs
        };
        let some = needs("event['x-y'] ~ event.a.b[0] ~ event[\"c\"].d ~ e.f | upper ~ cookies.g");
        assert_eq!((some.event, some.cookies, some.query, some.headers), (false, true, false, false));
        assert_eq!(some.keys, ["e"]);
        assert!(
            ["a", "c", "x-y"].iter().all(|key| some.of_event.iter().any(|known| known == key)),
            "{some:?}"
        );
        for whole in ["event | length", "event[e]", "event['a' ~ b]", "event['\\'']", "[event]", "event [0]"]
        {
            assert!(needs(whole).event, "{whole}");
        }
    }
}
