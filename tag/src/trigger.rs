//! Whether a tag runs for an event.

use std::borrow::Cow;

use serde_json::Value;

use crate::amazon::js;
use crate::config::trigger::Operator;
use crate::context::Browser;
use crate::event::Event;
use crate::number;
use crate::privacy;
use crate::reason::Reason;
use crate::trace::{Effect, Fact, Step, StepId};
use crate::value::{Scope, parameter};
use crate::words;

/// Google Tag Manager's renderer, whose visits are no visitor's. Both reference templates leave them out.
const PREVIEW: &str = "https://gtm-msr.appspot.com/";

mod pattern;

pub(crate) use pattern::Pattern;

/// A checked trigger, its patterns compiled.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Trigger {
    #[default]
    All,
    Names(Vec<String>),
    /// Every event when `any` is empty.
    Conditions {
        any: Vec<Vec<Condition>>,
        except: Vec<Vec<Condition>>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// As configured, for the trace.
    pub(crate) name: String,
    pub(crate) field: Field,
    pub(crate) test: Test,
    pub(crate) not: bool,
}

/// Where the value is found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    /// A dotted path.
    Event(String),
    Cookie(String),
    /// In lower case.
    Header(String),
    Query(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// The wanted text is in lower case when `fold` is on.
    Text {
        operator: Operator,
        wanted: String,
        fold: bool,
    },
    Number {
        operator: Operator,
        limit: f64,
    },
    Pattern(Pattern),
    Exists,
}

/// The *Triggered* step, and the reason when the tag does not run.
pub(crate) fn matches(trigger: &Trigger, scope: Scope<'_>) -> (Step, Result<(), Reason>) {
    if is_preview_traffic(scope.event, scope.browser) {
        let reason = Reason::PreviewTraffic;
        let step = Step::new(StepId::Triggered, Effect::Stopped, reason.text()).reason(reason);
        return (step, Err(reason));
    }
    let Verdict { runs, why, field, inputs } = decide(trigger, scope);
    let effect = if runs { Effect::Unchanged } else { Effect::Stopped };
    let mut step = Step::new(StepId::Triggered, effect, why).field(field);
    step.inputs = inputs;
    if runs { (step, Ok(())) } else { (step.reason(Reason::NotTriggered), Err(Reason::NotTriggered)) }
}

/// Whether the page, or where nothing says which one, the page before it, is Tag Manager's own.
pub(crate) fn is_preview_traffic(event: &Event, browser: Browser<'_>) -> bool {
    let key = |key| event.field(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let page = key("page_location").or_else(|| key("page_referrer")).or_else(|| browser.header("referer"));
    page.is_some_and(|page| page.starts_with(PREVIEW))
}

struct Verdict {
    runs: bool,
    why: Cow<'static, str>,
    field: Cow<'static, str>,
    inputs: Vec<Fact>,
}

impl Verdict {
    fn new(runs: bool, why: impl Into<Cow<'static, str>>, field: impl Into<Cow<'static, str>>) -> Self {
        Self { runs, why: why.into(), field: field.into(), inputs: vec![] }
    }

    /// Shows what the conditions looked at.
    fn over<'a>(mut self, conditions: impl IntoIterator<Item = &'a Condition>, scope: Scope<'_>) -> Self {
        for condition in conditions {
            if self.inputs.iter().all(|input| input.name != condition.name) {
                self.inputs.push(Fact::new(condition.name.clone(), condition.shown(scope)));
            }
        }
        self
    }
}

fn decide(trigger: &Trigger, scope: Scope<'_>) -> Verdict {
    match trigger {
        Trigger::All => Verdict::new(true, "The tag runs for every event", "trigger"),
        Trigger::Names(names) => {
            let name = scope.event.name();
            let shown = privacy::mask_text(name);
            let runs = names.iter().any(|known| known == name);
            let why = match (runs, names.as_slice()) {
                (true, _) => [shown.as_ref(), " is one of the tag’s events"].concat(),
                (false, [only]) => format!("The tag runs for {only} only"),
                (false, _) => format!("{shown} is none of the tag’s {} events", words::cardinal(names.len())),
            };
            let mut verdict = Verdict::new(runs, why, "trigger.names");
            verdict.inputs.push(Fact::new("event_name", shown));
            verdict
        }
        Trigger::Conditions { any, except } => conditions(any, except, scope),
    }
}

fn conditions(any: &[Vec<Condition>], except: &[Vec<Condition>], scope: Scope<'_>) -> Verdict {
    let is_pattern = |condition: &Condition| matches!(condition.test, Test::Pattern(_));
    if !pattern::AVAILABLE && any.iter().chain(except).flatten().any(is_pattern) {
        let why = "The trigger holds a pattern, which only the server can match".to_owned();
        return Verdict::new(false, why, "trigger");
    }
    let holds = |group: &Vec<Condition>| group.iter().all(|condition| condition.holds(scope));
    if let Some((index, group)) = except.iter().enumerate().find(|(_, group)| holds(group)) {
        let why = format!("Left out, because {}", all_of(group));
        return Verdict::new(false, why, format!("trigger.except.{index}")).over(group, scope);
    }
    if any.is_empty() {
        return Verdict::new(true, "No exception holds", "trigger.except");
    }
    if let Some((index, group)) = any.iter().enumerate().find(|(_, group)| holds(group)) {
        let why = format!("The tag runs, because {}", all_of(group));
        return Verdict::new(true, why, format!("trigger.any.{index}")).over(group, scope);
    }
    // The first condition of each group that does not hold.
    let failing = |group: &'_ Vec<Condition>| group.iter().position(|condition| !condition.holds(scope));
    let failed: Vec<usize> = any.iter().filter_map(failing).collect();
    let deciding = any.iter().zip(&failed).filter_map(|(group, index)| group.get(*index));
    let (why, field) = match (any, failed.as_slice()) {
        ([group], [index]) => {
            let told = group.get(*index).map(|condition| condition.told(!condition.not)).unwrap_or_default();
            (format!("The tag does not run, because {told}"), format!("trigger.any.0.{index}"))
        }
        _ => {
            let groups = words::cardinal(any.len());
            (format!("None of the {groups} groups of conditions holds"), "trigger.any".to_owned())
        }
    };
    Verdict::new(false, why, field).over(deciding, scope)
}

fn all_of(group: &[Condition]) -> String {
    let told: Vec<String> = group.iter().map(|condition| condition.told(condition.not)).collect();
    words::list(&told.iter().map(String::as_str).collect::<Vec<_>>())
}

impl Condition {
    fn holds(&self, scope: Scope<'_>) -> bool {
        self.test.holds(self.field.look_up(scope).as_deref()) != self.not
    }

    /// The condition as a clause, or its opposite.
    pub(crate) fn told(&self, not: bool) -> String {
        let is = if not { "is not" } else { "is" };
        let does = if not { "does not " } else { "" };
        let s = if not { "" } else { "s" };
        let told = match &self.test {
            Test::Exists => format!("{is} there"),
            Test::Pattern(pattern) => {
                let es = if not { "" } else { "es" };
                format!("{does}match{es} “{}”", self.field.masked(pattern.source()))
            }
            Test::Text { operator, wanted, .. } => {
                let wanted = self.field.masked(wanted);
                match operator {
                    Operator::Contains => format!("{does}contain{s} “{wanted}”"),
                    Operator::StartsWith => format!("{does}begin{s} with “{wanted}”"),
                    Operator::EndsWith => format!("{does}end{s} with “{wanted}”"),
                    _ => format!("{is} “{wanted}”"),
                }
            }
            Test::Number { operator, limit } => {
                let words = match operator {
                    Operator::Less => "less than",
                    Operator::LessOrEqual => "at most",
                    Operator::Greater => "more than",
                    _ => "at least",
                };
                format!("{is} {words} {}", js::number(*limit))
            }
        };
        format!("{} {told}", self.name)
    }

    /// The value as it may be shown.
    fn shown(&self, scope: Scope<'_>) -> String {
        match self.field.look_up(scope) {
            None => "not there".to_owned(),
            Some(value) => self.field.masked(&js::text(&value)),
        }
    }
}

impl Field {
    fn look_up<'a>(&self, scope: Scope<'a>) -> Option<Cow<'a, Value>> {
        let text = |text: Cow<'_, str>| Cow::Owned(Value::String(text.into_owned()));
        match self {
            Self::Event(path) => scope.event.get(path).map(Cow::Borrowed),
            Self::Cookie(name) => scope.browser.cookie(name).map(|value| text(value.into())),
            Self::Header(name) => scope.browser.header(name).map(|value| text(value.into())),
            Self::Query(name) => parameter(scope.browser.query, name).map(text),
        }
    }

    /// A value of this field, as it may be shown.
    fn masked(&self, text: &str) -> String {
        match self {
            Self::Event(path) => privacy::shown(path, text),
            Self::Header(name) | Self::Query(name) => privacy::shown(name, text),
            // Nothing says what a cookie holds; most identify a visitor.
            Self::Cookie(_) => privacy::hidden(text),
        }
    }
}

impl Test {
    /// A value that is not there is an empty text, and no number.
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Exists => !matches!(value, None | Some(Value::Null)) && !text(value).is_empty(),
            Self::Pattern(pattern) => pattern.is_match(&text(value)),
            Self::Number { operator, limit } => {
                value.and_then(js::number_of).is_some_and(|number| match operator {
                    Operator::Less => number < *limit,
                    Operator::LessOrEqual => number <= *limit,
                    Operator::Greater => number > *limit,
                    _ => number >= *limit,
                })
            }
            Self::Text { operator: Operator::Equals, wanted, .. }
                if matches!(value, Some(Value::Number(_))) =>
            {
                let wanted_number = number::parse(wanted.trim());
                value.and_then(js::number_of).zip(wanted_number).is_some_and(|(is, wanted)| is == wanted)
            }
            Self::Text { operator, wanted, fold } => {
                let text = text(value);
                let text = if *fold { text.to_lowercase().into() } else { text };
                match operator {
                    Operator::Contains => text.contains(wanted),
                    Operator::StartsWith => text.starts_with(wanted),
                    Operator::EndsWith => text.ends_with(wanted),
                    _ => text == wanted.as_str(),
                }
            }
        }
    }
}

fn text(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None | Some(Value::Null) => Cow::Borrowed(""),
        Some(value) => js::text(value),
    }
}

#[cfg(test)]
mod tests;
