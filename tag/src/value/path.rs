//! Plain paths, such as `event.user_id`, `items[0].item_id` or `headers['user-agent']`.
//!
//! Most templates are nothing else. They are read here, without a template engine and without a copy.

use std::borrow::Cow;

use serde_json::Value;

use super::Scope;

#[derive(Clone, Debug)]
pub(super) struct Path {
    root: Root,
    keys: Vec<Key>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Event,
    Query,
    Cookies,
    Headers,
}

#[derive(Clone, Debug)]
enum Key {
    Name(String),
    Index(usize),
}

/// Words that mean something else to the template engine.
const WORDS: [&str; 14] =
    ["and", "else", "false", "False", "if", "in", "is", "loop", "none", "None", "not", "or", "true", "True"];

impl Path {
    /// The path that an expression is, if it is nothing else.
    pub(super) fn parse(source: &str) -> Option<Self> {
        let (first, mut rest) = identifier(source.trim())?;
        if WORDS.contains(&first) {
            return None;
        }
        let mut keys = vec![];
        let root = match first {
            "event" => Root::Event,
            "query" => Root::Query,
            "cookies" => Root::Cookies,
            "headers" => Root::Headers,
            key => {
                keys.push(Key::Name(key.to_owned()));
                Root::Event
            }
        };
        while !rest.is_empty() {
            let (key, after) = if let Some(after) = rest.strip_prefix('.') {
                let (name, after) = identifier(after)?;
                (Key::Name(name.to_owned()), after)
            } else {
                subscript(rest)?
            };
            keys.push(key);
            rest = after;
        }
        // The parts of a request by themselves are for the template engine.
        (!keys.is_empty()).then_some(Self { root, keys })
    }

    pub(super) fn look_up<'a>(&self, scope: Scope<'a>) -> Option<Cow<'a, Value>> {
        let (first, rest) = self.keys.split_first()?;
        let Key::Name(name) = first else { return None };
        let text = |text: Cow<'_, str>| Some(Cow::Owned(Value::String(text.into_owned())));
        match self.root {
            Root::Event => rest.iter().try_fold(scope.event.field(name)?, child).map(Cow::Borrowed),
            _ if !rest.is_empty() => None,
            Root::Query => text(parameter(scope.browser.query, name)?),
            Root::Cookies => text(scope.browser.cookie(name)?.into()),
            Root::Headers => text(scope.browser.header(&name.to_ascii_lowercase())?.into()),
        }
    }
}

/// The first parameter of that name in a raw query, decoded.
pub(crate) fn parameter<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value)
}

fn child<'a>(value: &'a Value, key: &Key) -> Option<&'a Value> {
    match (value, key) {
        (Value::Object(map), Key::Name(name)) => map.get(name),
        (Value::Array(list), Key::Index(index)) => list.get(*index),
        _ => None,
    }
}

/// A leading identifier, and what follows it.
fn identifier(source: &str) -> Option<(&str, &str)> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = source.find(|c: char| !fits(c)).unwrap_or(source.len());
    let (name, rest) = source.split_at(end);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((name, rest))
}

/// A leading `[0]`, `['x']` or `["x"]`, and what follows it.
fn subscript(source: &str) -> Option<(Key, &str)> {
    let source = source.strip_prefix('[')?;
    if let Some(quote @ ('"' | '\'')) = source.chars().next() {
        let (name, rest) = source[1..].split_once(quote)?;
        let rest = rest.strip_prefix(']')?;
        return (!name.contains('\\')).then(|| (Key::Name(name.to_owned()), rest));
    }
    let (index, rest) = source.split_once(']')?;
    let digits = index.bytes().all(|byte| byte.is_ascii_digit());
    Some((Key::Index(index.parse().ok().filter(|_| digits)?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_more_than_a_path_is_none() {
        for source in [
            "", "event", "cookies", "a b", "a.", "a..b", "a[", "a[]", "a[-1]", "a[+1]", "a['b", "a['\\'']",
            "a[b]", "a|b", "a()", "1", "'a'", "a.1", "not", "none", "True", "é", "[0]", "a['b'}}", ".a",
            "a .b",
        ] {
            assert!(Path::parse(source).is_none(), "{source}");
        }
        for source in ["a", "_a1.b_", " a ", "a[0][1]['é']", "event.a", "headers['x-y']"] {
            assert!(Path::parse(source).is_some(), "{source}");
        }
    }
}
