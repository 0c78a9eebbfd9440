//! Which tags run for an event, and that an event for which none runs does not vanish.

use serde_json::json;
use tag::config::trigger::{Condition, Operator};
use tag::config::{TagConfig, Trigger};
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::trace::StepId;

use crate::support::app::{App, Given, tag};

fn on(names: &[&str]) -> TagConfig {
    TagConfig { trigger: Trigger::Names(names.iter().map(|name| (*name).to_owned()).collect()), ..tag() }
}

#[tokio::test]
async fn an_event_that_no_tag_runs_for_is_one_row_however_many_tags_there_are() {
    let tags = (0..1000).map(|n| on(&[&format!("event_{n}")])).collect();
    let app = App::given(Given { tags, ..Given::default() }).await;
    app.accept(json!([{ "event_name": "page_view" }, { "event_name": "event_77" }])).await;
    let runs = app.runs().await;
    assert_eq!(runs.len(), 2);
    let of = |name: &str| runs.iter().find(|run| run.event_name == name).unwrap();
    let skipped = of("page_view");
    assert_eq!((skipped.outcome, skipped.reason), (Outcome::Skipped, Some(Reason::NotTriggered)));
    assert_eq!((&skipped.tag_id, skipped.version), (&None, None));
    let last = app.store.run(&skipped.id).await.unwrap().unwrap().trace.steps.pop().unwrap();
    assert_eq!((last.id, last.reason), (StepId::Triggered, Some(Reason::NotTriggered)));
    assert_eq!(of("event_77").tag_id.as_deref(), Some("tag-77"));
    assert_eq!(app.step().await, 1);
}

#[tokio::test]
async fn a_condition_is_asked_for_each_event_and_said_why() {
    let condition = |field: &str, operator, value: &str| Condition {
        field: field.into(),
        operator,
        value: value.into(),
        not: false,
        ignore_case: false,
    };
    let group = vec![
        condition("event_name", Operator::Equals, "purchase"),
        condition("value", Operator::Greater, "40"),
        condition("cookie.plan", Operator::Equals, "gold & more"),
        condition("header.x-shop", Operator::Exists, ""),
        condition("query.debug", Operator::Equals, "1"),
    ];
    let config = TagConfig { trigger: Trigger::Conditions { any: vec![group], except: vec![] }, ..tag() };
    let app = App::given(Given { tags: vec![config], ..Given::default() }).await;
    let event = |value: u32| json!({ "event_name": "purchase", "value": value, "currency": "EUR" });
    let send = async |event: serde_json::Value| {
        let request =
            app.http.post(format!("{}/events?debug=1", app.base)).bearer_auth(crate::support::app::KEY);
        let request = request.header("cookie", "other=1; plan=gold%20%26%20more").header("x-shop", "1");
        assert_eq!(request.body(event.to_string()).send().await.unwrap().status(), 200);
    };
    send(event(41)).await;
    send(event(40)).await;
    assert_eq!(app.outcomes().await, [Outcome::Pending, Outcome::Skipped]);
    let run = app.runs().await.remove(0);
    assert_eq!((run.tag_id.as_deref(), run.reason), (Some("tag-0"), Some(Reason::NotTriggered)));
}
