//! Many published tags, found by what an event says: its source and its name.
//!
//! What is found *may* run; whether it does, its trigger decides in the run. What is not found cannot run.

use std::collections::{BTreeSet, HashMap};

use crate::config::Tag;
use crate::config::trigger::Operator;
use crate::trigger::{Condition, Field, Test, Trigger};

/// Published tags, each with what the server keeps about it.
#[derive(Clone, Debug)]
pub struct Tags<T> {
    tags: Vec<T>,
    of_every_source: Names,
    by_source: HashMap<String, Names>,
}

/// Positions of tags by the names of the events they run for, in ascending order.
#[derive(Clone, Debug, Default)]
struct Names {
    all: Vec<usize>,
    any_name: Vec<usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl<T> Default for Tags<T> {
    fn default() -> Self {
        Self { tags: vec![], of_every_source: Names::default(), by_source: HashMap::new() }
    }
}

impl<T> Tags<T> {
    /// `tag` is how to find the tag in what the server keeps.
    pub fn new(tags: Vec<T>, tag: impl Fn(&T) -> &Tag) -> Self {
        let mut index = Self::default();
        for (position, tag) in tags.iter().map(tag).enumerate() {
            let names = event_names(&tag.trigger);
            if tag.sources.is_empty() {
                index.of_every_source.add(position, names.as_ref());
            }
            for source in tag.sources.iter().collect::<BTreeSet<_>>() {
                index.by_source.entry(source.clone()).or_default().add(position, names.as_ref());
            }
        }
        Self { tags, ..index }
    }

    /// Those that may run for an event of that name from that source, in their order.
    pub fn candidates(&self, source_id: &str, event_name: &str) -> impl Iterator<Item = &T> {
        let names = [Some(&self.of_every_source), self.by_source.get(source_id)];
        self.at(names.into_iter().flatten().flat_map(|names| names.of(event_name)))
    }

    /// Those that take events from that source, in their order.
    pub fn of_source(&self, source_id: &str) -> impl Iterator<Item = &T> {
        let names = [Some(&self.of_every_source), self.by_source.get(source_id)];
        self.at(names.into_iter().flatten().map(|names| names.all.as_slice()))
    }

    /// Whether any of them takes events from that source.
    pub fn any_of(&self, source_id: &str) -> bool {
        let names = self.by_source.get(source_id);
        !self.of_every_source.all.is_empty() || names.is_some_and(|names| !names.all.is_empty())
    }

    pub fn all(&self) -> &[T] {
        &self.tags
    }

    fn at<'a>(&self, lists: impl Iterator<Item = &'a [usize]>) -> impl Iterator<Item = &T> {
        let mut positions: Vec<usize> = vec![];
        for list in lists {
            positions.extend_from_slice(list);
        }
        positions.sort_unstable();
        positions.into_iter().filter_map(|position| self.tags.get(position))
    }
}

impl Names {
    fn add(&mut self, position: usize, names: Option<&BTreeSet<String>>) {
        self.all.push(position);
        match names {
            None => self.any_name.push(position),
            Some(names) => {
                for name in names {
                    self.by_name.entry(name.clone()).or_default().push(position);
                }
            }
        }
    }

    fn of(&self, event_name: &str) -> [&[usize]; 2] {
        [&self.any_name, self.by_name.get(event_name).map_or(&[], Vec::as_slice)]
    }
}

/// The only names that an event can have for the trigger to hold; `None` when it may have any.
fn event_names(trigger: &Trigger) -> Option<BTreeSet<String>> {
    match trigger {
        Trigger::All => None,
        Trigger::Names(names) => Some(names.iter().cloned().collect()),
        Trigger::Conditions { any, .. } if any.is_empty() => None,
        Trigger::Conditions { any, .. } => {
            any.iter().map(|group| group.iter().find_map(fixed_name)).collect()
        }
    }
}

/// The name that an event must have for the condition to hold.
fn fixed_name(condition: &Condition) -> Option<String> {
    match condition {
        Condition {
            field: Field::Event(path),
            test: Test::Text { operator: Operator::Equals, wanted, fold: false },
            not: false,
            ..
        } if path == "event_name" => Some(wanted.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::config::check;

    fn tag(sources: &[&str], trigger: Value) -> Tag {
        let config = json!({"tag_ids": ["id"], "sources": sources, "trigger": trigger});
        check(&serde_json::from_value(config).unwrap()).tag.unwrap()
    }

    fn equals(field: &str, value: &str) -> Value {
        json!({"field": field, "operator": "equals", "value": value})
    }

    fn tags() -> Tags<(usize, Tag)> {
        let any = |groups: Value| json!({"on": "conditions", "any": groups});
        let mut folded = equals("event_name", "purchase");
        folded["ignore_case"] = json!(true);
        let mut negated = equals("event_name", "purchase");
        negated["not"] = json!(true);
        let tags = [
            tag(&[], json!({"on": "all"})),
            tag(&["web", "web"], json!({"on": "names", "names": ["purchase", "lead", "lead"]})),
            tag(&["app"], json!({"on": "all"})),
            tag(
                &[],
                any(json!([
                    [equals("event_name", "purchase"), equals("a", "b")],
                    [equals("event_name", "lead")]
                ])),
            ),
            tag(&[], any(json!([[equals("event_name", "purchase")], [equals("a", "b")]]))),
            tag(&["web", "app"], json!({"on": "conditions", "except": [[equals("event_name", "purchase")]]})),
            tag(&[], any(json!([[folded]]))),
            tag(&[], any(json!([[negated]]))),
        ];
        Tags::new(tags.into_iter().enumerate().collect(), |(_, tag)| tag)
    }

    #[test]
    fn an_event_finds_the_tags_that_may_run_in_order() {
        let tags = tags();
        let found =
            |source: &str, name: &str| tags.candidates(source, name).map(|tag| tag.0).collect::<Vec<_>>();
        assert_eq!(found("web", "purchase"), [0, 1, 3, 4, 5, 6, 7]);
        assert_eq!(found("web", "lead"), [0, 1, 3, 4, 5, 6, 7]);
        assert_eq!(found("web", "scroll"), [0, 4, 5, 6, 7]);
        assert_eq!(found("app", "lead"), [0, 2, 3, 4, 5, 6, 7]);
        assert_eq!(found("other", ""), [0, 4, 6, 7]);
        assert_eq!(tags.of_source("other").map(|tag| tag.0).collect::<Vec<_>>(), [0, 3, 4, 6, 7]);
        assert_eq!(tags.of_source("web").count(), 7);
        assert!(tags.any_of("other") && !Tags::<Tag>::default().any_of("other"));
        assert_eq!(tags.all().len(), 8);
    }

    #[test]
    fn what_is_not_found_would_not_have_run() {
        use crate::context::Browser;
        use crate::trigger::matches;
        use crate::value::Scope;
        let tags = tags();
        for name in [
            json!("purchase"),
            json!("lead"),
            json!("scroll"),
            json!("PURCHASE"),
            json!(""),
            json!(7),
            json!(null),
        ] {
            for a in ["b", "c"] {
                let event = serde_json::from_value(json!({"event_name": name, "a": a})).unwrap();
                let scope = Scope { event: &event, browser: Browser::default() };
                let runs = |tag: &&(usize, Tag)| matches(&tag.1.trigger, scope).1.is_ok();
                let found: Vec<_> =
                    tags.candidates("web", event.name()).filter(runs).map(|tag| tag.0).collect();
                let tried: Vec<_> = tags.of_source("web").filter(runs).map(|tag| tag.0).collect();
                assert_eq!(found, tried, "{name} {a}");
            }
        }
    }
}
