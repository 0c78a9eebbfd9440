//! Tokens of advanced matching: asked for once, sent with every request of the run, kept in the browser.

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use server::clock::Clock;
use server::deliver::worker::Settings;
use server::mock_amazon::{Answer, Kind};
use tag::config::TagConfig;
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::trace::StepId;
use tokio_util::sync::CancellationToken;

use crate::support::app::{App, Given, NOW, cookies, matching, reason_of, tried};

const EMAIL_HASH: &str = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";

async fn app(tag: TagConfig) -> App {
    App::given(Given { tags: vec![tag], ..Given::default() }).await
}

fn purchase(app: &App, id: &str) -> RequestBuilder {
    let event = json!({
        "event_name": "purchase", "event_id": id, "page_location": "https://www.shop.example/thanks",
        "user_data": { "email_address": "Test@Example.com", "phone_number": "+1 (555) 123-4567" },
    });
    app.events(event.to_string())
}

/// The token that went with each event, oldest first; empty without.
fn sent(app: &App) -> Vec<String> {
    let token = |params: &serde_json::Map<String, Value>| {
        params.get("amznToken").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    app.amazon.to("/iu3").iter().map(|request| token(&request.params)).collect()
}

fn asked(app: &App) -> usize {
    app.amazon.to("/envelope").len()
}

#[tokio::test]
async fn one_token_goes_with_every_tag_id_and_into_the_browser() {
    let app = app(matching()).await;
    app.amazon.mock.answer(Answer::token("AIP+1/="));
    let response = app.answer(purchase(&app, "e-1")).await;
    let envelopes = app.amazon.to("/envelope");
    assert_eq!(envelopes.len(), 1);
    let body: Value = serde_json::from_str(&envelopes[0].body).unwrap();
    assert_eq!(body["hashedRecords"][0], json!({ "type": "email", "record": EMAIL_HASH }));
    assert_eq!((envelopes[0].method.as_str(), &body["ttl"]), ("POST", &json!(9600)));
    assert_eq!(sent(&app), ["AIP+1/="; 2]);

    let set = cookies(&response);
    let flags = "; Domain=shop.example; Path=/; Max-Age=9600; Secure; HttpOnly; SameSite=Strict";
    assert_eq!(set[0], format!("aatToken=AIP%2B1%2F%3D{flags}"));
    assert!(set.len() == 2 && set[1].starts_with("aatTokenFor=") && set[1].ends_with(flags), "{set:?}");

    let run = app.the_run().await;
    let labels: Vec<_> = tried(&run).iter().map(|step| step.id.label()).collect();
    assert_eq!(labels, ["Token", "Sent", "Answered", "Cookie", "Cookie"].repeat(2));
    assert!(tried(&run).iter().all(|step| step.reason != Some(Reason::CookieTooLate)));

    let pairs: Vec<_> = set.iter().map(|cookie| cookie.split(';').next().unwrap()).collect();
    app.answer(purchase(&app, "e-2").header("cookie", pairs.join("; "))).await;
    assert_eq!((sent(&app), asked(&app)), (vec!["AIP+1/=".to_owned(); 4], 1), "the cookie is enough");
}

#[tokio::test]
async fn events_of_one_person_share_a_token_for_a_moment() {
    let app = app(matching()).await;
    app.amazon.mock.answer(Answer::status(503));
    app.answer(purchase(&app, "e-1")).await;
    app.clock.advance(5000);
    assert_eq!(app.step().await, 1, "the other tag ID is tried again");
    app.answer(purchase(&app, "e-2")).await;
    assert_eq!((asked(&app), sent(&app).len()), (1, 5));
    app.clock.advance(60_000);
    app.answer(purchase(&app, "e-3")).await;
    assert_eq!(asked(&app), 2);
}

#[tokio::test]
async fn an_event_goes_without_its_token_when_there_is_none() {
    for (answer, reason) in [
        (Answer::status(500).to_envelope(), Reason::TokenFailed),
        (Answer::new(Kind::Garbage).to_envelope(), Reason::TokenFailed),
        (Answer::new(Kind::Reset).to_envelope(), Reason::TokenFailed),
        (Answer::token("AMZN-NoCookieConsent"), Reason::TokenNoConsent),
        (Answer::token(""), Reason::TokenFailed),
    ] {
        let app = app(TagConfig { tag_ids: vec!["id-a".into()], ..matching() }).await;
        app.amazon.mock.answer(answer.clone());
        let response = app.answer(purchase(&app, "e-1")).await;
        assert_eq!(cookies(&response), [""; 0], "{answer:?}");
        assert_eq!((sent(&app), asked(&app)), (vec![String::new()], 1), "{answer:?}");
        let run = app.the_run().await;
        assert_eq!((run.row.outcome, run.row.reason), (Outcome::Delivered, Some(Reason::Accepted)));
        assert_eq!(reason_of(&tried(&run), StepId::Token), Some(reason), "{answer:?}");
    }
}

/// Lets whatever can go on without time passing do so.
async fn settle_down() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Moves the clock in small steps until `done`.
async fn while_time_passes(app: &App, mut done: impl AsyncFnMut() -> bool) {
    while !done().await {
        app.clock.advance(10);
        settle_down().await;
    }
}

async fn delivered(app: &App) -> bool {
    app.the_run().await.row.outcome == Outcome::Delivered
}

#[tokio::test]
async fn an_event_waits_a_second_for_its_token_and_no_longer() {
    let app = app(TagConfig { optimistic: true, ..matching() }).await;
    app.amazon.mock.answer(Answer { delay_ms: Some(60_000), ..Answer::token("late") });
    purchase(&app, "e-1").send().await.unwrap();
    let worker = app.worker();
    let worker = tokio::spawn(async move { worker.step().await });
    while asked(&app) == 0 {
        settle_down().await;
    }
    app.clock.advance(999);
    settle_down().await;
    assert_eq!(sent(&app).len(), 0);
    app.clock.advance(1);
    assert_eq!(worker.await.unwrap().unwrap(), 2);
    assert_eq!((sent(&app), asked(&app)), (vec![String::new(); 2], 1));
    let run = app.the_run().await;
    assert_eq!(run.row.outcome, Outcome::Delivered);
    assert_eq!(run.deliveries[0].attempts[0].started_at, NOW + 1000);
}

#[tokio::test]
async fn an_optimistic_tag_sends_the_token_and_sets_no_cookie() {
    let app = app(TagConfig { optimistic: true, tag_ids: vec!["id-a".into()], ..matching() }).await;
    let response = purchase(&app, "e-1").send().await.unwrap();
    assert_eq!((response.status().as_u16(), cookies(&response).len()), (200, 0));
    assert_eq!(app.step().await, 1);
    assert_eq!(sent(&app), ["mock-token"]);
    let run = app.the_run().await;
    let steps = tried(&run);
    let withheld: Vec<_> = steps.iter().filter(|step| step.reason == Some(Reason::CookieTooLate)).collect();
    assert_eq!(withheld.len(), 2, "{steps:#?}");
}

#[tokio::test]
async fn a_token_is_set_as_long_as_the_caller_waits() {
    // The token comes in time, the event's answer does not; and the other way round.
    for (token_ms, event_ms, expected) in [(100, 30_000, 2), (2000, 0, 0)] {
        let settings = Settings { token_timeout_ms: 5000, ..Settings::default() };
        let tag = TagConfig { tag_ids: vec!["id-a".into()], ..matching() };
        let app = App::given(Given { tags: vec![tag], settings, ..Given::default() }).await;
        app.amazon.mock.answer(Answer { delay_ms: Some(token_ms), ..Answer::token("AIP1") });
        app.amazon.mock.answer(Answer { delay_ms: Some(event_ms), ..Answer::new(Kind::Ok) });
        let stop = CancellationToken::new();
        let worker = tokio::spawn(app.worker().run(stop.clone()));
        let caller = tokio::spawn(purchase(&app, "e-1").send());
        while asked(&app) == 0 {
            settle_down().await;
        }
        settle_down().await;
        while_time_passes(&app, async || app.clock.now_ms() >= NOW + 1000).await;
        assert_eq!(cookies(&caller.await.unwrap().unwrap()).len(), expected);
        assert!(!delivered(&app).await);
        while_time_passes(&app, async || delivered(&app).await).await;
        stop.cancel();
        worker.await.unwrap();
        assert_eq!(sent(&app), ["AIP1"]);
        let run = app.the_run().await;
        let withheld = tried(&run).iter().filter(|step| step.reason == Some(Reason::CookieTooLate)).count();
        assert_eq!(withheld, 2 - expected, "what was not set is said");
    }
}
