//! Constants and templates, compiled once for each published version and worked out for each event.
//!
//! A template is text with expressions in double braces: `order-{{ transaction_id }}`. One that is a single
//! expression keeps the JSON kind of its value. Plain paths (`{{ event.user_id }}`) are read directly, from
//! the event as it is; all else is left to a template engine with a limit on its steps, which the browser
//! part does not have (feature `templates`).

#[cfg(feature = "templates")]
mod engine;
mod path;
mod template;

use std::borrow::Cow;

use serde_json::Value;

use crate::config::Expression;
use crate::context::Browser;
use crate::event::Event;
pub(crate) use path::parameter;
use template::Template;

/// An [`Expression`] that can be worked out.
#[derive(Clone, Debug)]
pub struct Compiled {
    expression: Expression,
    template: Option<Template>,
}

impl PartialEq for Compiled {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

/// What a template can refer to.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) event: &'a Event,
    pub(crate) browser: Browser<'a>,
}

/// A template that failed, with the engine's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Compiled {
    /// # Errors
    /// When it is a template with a mistake in it.
    pub fn new(expression: &Expression) -> Result<Self, Failed> {
        let template = match expression {
            Expression::Constant(_) => None,
            Expression::Template(source) => Some(Template::new(source)?),
        };
        Ok(Self { expression: expression.clone(), template })
    }

    /// The value; `None` when it comes out empty (`null`, an empty text or only spaces from a template),
    /// which means "not set".
    pub(crate) fn evaluate(&self, scope: Scope<'_>) -> Result<Option<Value>, Failed> {
        Ok(self.look_up(scope)?.map(Cow::into_owned))
    }

    /// The same without a copy, where the value is a constant or stands in the event as it is.
    pub(crate) fn look_up<'a>(&'a self, scope: Scope<'a>) -> Result<Option<Cow<'a, Value>>, Failed> {
        let value = match (&self.expression, &self.template) {
            (_, Some(template)) => template.evaluate(scope)?,
            (Expression::Constant(value), None) => Some(Cow::Borrowed(value)),
            (Expression::Template(_), None) => None,
        };
        let blank = |value: &Cow<'_, Value>| match value.as_ref() {
            Value::Null => true,
            Value::String(text) if self.template.is_some() => text.trim().is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        };
        Ok(value.filter(|value| !blank(value)))
    }

    pub(crate) fn is_template(&self) -> bool {
        self.template.is_some()
    }

    /// Where the value comes from, in words: the template, or that it was set by hand.
    pub(crate) fn origin(&self) -> Cow<'static, str> {
        match &self.template {
            Some(template) => template.shown().to_owned().into(),
            None => "Tag setting".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Event {
        let event = json!({
            "event_name": "purchase", "user_id": "u-1", "value": 72.4, "price": "12.50", "nothing": null,
            "x-ga-gcs": "G111", "blank": "  ", "big": u64::MAX, "query": "of the event",
            "items": [{"item_id": "A", "quantity": 2}, {"item_id": "B"}], "user": {"tier": "gold"},
        });
        serde_json::from_value(event).unwrap()
    }

    fn evaluated(source: &str) -> Result<Option<Value>, Failed> {
        let event = event();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = [pair("user-agent", "Mozilla")];
        let cookies = [pair("_id", "first"), pair("_id", "second"), pair("a b", "c")];
        let browser = Browser { headers: &headers, cookies: &cookies, query: "gclid=x%20y&gclid=z&empty" };
        Compiled::new(&Expression::Template(source.to_owned()))?.evaluate(Scope { event: &event, browser })
    }

    #[test]
    fn a_single_expression_keeps_its_kind() {
        for (source, value) in [
            ("{{ event.value }}", json!(72.4)),
            (" {{ value }}\n", json!(72.4)),
            ("{{event.user.tier}}", json!("gold")),
            ("{{ event['x-ga-gcs'] }}", json!("G111")),
            ("{{ items[1].item_id }}", json!("B")),
            ("{{ event.items }}", event().0["items"].clone()),
            ("{{ big }}", json!(u64::MAX)),
            ("{{ cookies._id }}", json!("first")),
            ("{{ cookies['a b'] }}", json!("c")),
            ("{{ headers[\"User-Agent\"] }}", json!("Mozilla")),
            ("{{ query.gclid }}", json!("x y")),
            ("{{ event.query }}", json!("of the event")),
        ] {
            assert_eq!(evaluated(source), Ok(Some(value)), "{source}");
        }
    }

    #[test]
    fn text_around_expressions_makes_text() {
        for (source, value) in [
            ("fixed", "fixed"),
            ("order-{{ user_id }}", "order-u-1"),
            ("{{ user_id }}/{{ value }}", "u-1/72.4"),
            ("{{ missing.deeply }}{{ nothing }}-", "-"),
            ("{{ items }}", r#"[{"item_id":"A","quantity":2},{"item_id":"B"}]"#),
            ("a { b } %}", "a { b } %}"),
        ] {
            let text = |value: Value| crate::amazon::js::text(&value).into_owned();
            assert_eq!(evaluated(source).unwrap().map(text).as_deref(), Some(value), "{source}");
        }
    }

    #[test]
    fn empty_means_not_set() {
        for source in [
            "",
            "  ",
            "{{ missing }}",
            "{{ nothing }}",
            "{{ blank }}",
            "{{ a }} {{ b }}",
            "{{ missing.x.y }}",
        ] {
            assert_eq!(evaluated(source), Ok(None), "{source}");
        }
        let constant = |value: Value| {
            let event = event();
            let scope = Scope { event: &event, browser: Browser::default() };
            Compiled::new(&Expression::Constant(value)).unwrap().evaluate(scope)
        };
        assert_eq!(constant(json!(null)), Ok(None));
        assert_eq!(constant(json!("")), Ok(None));
        // What somebody typed is kept as it was typed.
        assert_eq!(constant(json!("  ")), Ok(Some(json!("  "))));
        assert_eq!(constant(json!(0)), Ok(Some(json!(0))));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (source, message) in [
            ("{{ user_id", "line 1: the braces opened here are not closed with }}"),
            ("a\nb {{ user_id", "line 2: the braces opened here are not closed with }}"),
            ("{{ }}", "line 1: there is nothing between the braces"),
            ("{% if x %}", "line 1: {% … %} is not available; write {{ … if … else … }}"),
        ] {
            assert_eq!(evaluated(source), Err(Failed(message.to_owned())), "{source}");
        }
        let long = "x".repeat(template::SOURCE_LIMIT + 1);
        assert_eq!(
            evaluated(&long),
            Err(Failed("it has 4001 characters; at most 4000 are allowed".to_owned()))
        );
    }

    #[test]
    fn the_origin_is_the_template_itself() {
        let compiled = |source: &str| Compiled::new(&Expression::Template(source.to_owned())).unwrap();
        assert_eq!(compiled("{{ event.user_id }}").origin(), "{{ event.user_id }}");
        assert_eq!(compiled("jane@example.com").origin(), "j***@e***.com");
        assert_eq!(Compiled::new(&Expression::Constant(json!(1))).unwrap().origin(), "Tag setting");
    }

    #[cfg(feature = "templates")]
    mod with_the_engine {
        use super::*;

        #[test]
        fn expressions_calculate_and_choose() {
            for (source, value) in [
                ("{{ value * 2 }}", json!(144.8)),
                ("{{ price | float * 2 }}", json!(25.0)),
                ("{{ 'b2b' if user.tier == 'gold' else 'b2c' }}", json!("b2b")),
                ("{{ user_id | upper | replace('-', '') }}", json!("U1")),
                ("{{ missing | default('none') }}", json!("none")),
                ("{{ items | map(attribute='item_id') | join(',') }}", json!("A,B")),
                ("{{ items | length }}", json!(2)),
                ("{{ event['x-ga-gcs'][2] == '1' }}", json!(true)),
                ("{{ event[user_id] or event['x' ~ '-ga-gcs'] }}", json!("G111")),
                ("{{ {'gold': 'A'}[user.tier] }}", json!("A")),
                ("{{ '}}' ~ user_id }}", json!("}}u-1")),
                ("{{ cookies['_id'] | upper }}", json!("FIRST")),
                ("{{ headers['user-agent'] | lower }} {{ query.gclid | upper }}", json!("mozilla X Y")),
                ("{{ user_id in ['u-1', 'u-2'] }}", json!(true)),
                ("{{ not missing }}", json!(true)),
            ] {
                assert_eq!(evaluated(source), Ok(Some(value)), "{source}");
            }
        }

        #[test]
        fn a_mistake_in_an_expression_is_told_when_it_is_compiled() {
            for (source, line) in [
                ("{{ 1 + }}", "line 1: "),
                ("a\n{{ user_id |\n nope }}", "line 2: "),
                ("{{ x is nope }}", "line 1: "),
            ] {
                let message = evaluated(source).unwrap_err().0;
                assert!(message.starts_with(line), "{source}: {message}");
            }
        }

        #[test]
        fn what_would_grow_without_end_fails() {
            for source in [
                "{{ user_id * 100000000000 }}",
                "{{ 'aaaaaaaaaa' | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') | replace('a', 'aaaaaaaaaa') }}",
                "{{ value / 0 }}{{ value + user_id }}",
            ] {
                assert!(evaluated(source).is_err(), "{source}");
            }
        }
    }
}
