//! Amazon's redirect for its own cookie: followed, handed to the browser, or left.

use reqwest::RequestBuilder;
use serde_json::json;
use server::mock_amazon::{Answer, Kind};
use tag::amazon::reply::Reply;
use tag::config::{CookieSync, TagConfig};
use tag::outcome::Outcome;
use tag::reason::Reason;
use tag::trace::StepId;

use crate::support::app::{App, Given, TAG_ID, reason_of, tag, tried};

async fn app(cookie_sync: CookieSync, optimistic: bool) -> App {
    let tag = TagConfig { cookie_sync, optimistic, ..tag() };
    let app = App::given(Given { tags: vec![tag], ..Given::default() }).await;
    app.amazon.mock.answer(Answer::new(Kind::Redirect));
    app
}

fn event(app: &App) -> RequestBuilder {
    app.events(json!({ "event_name": "page_view", "event_id": "e-1" }).to_string())
}

/// Number of requests at Amazon, reason of the run, reason of the *Synced* step.
async fn end(app: &App) -> (usize, Reason, Reason) {
    let run = app.the_run().await;
    assert_eq!(run.row.outcome, Outcome::Delivered);
    let synced = reason_of(&tried(&run), StepId::Synced).unwrap();
    (app.amazon.requests().len(), run.row.reason.unwrap(), synced)
}

#[tokio::test]
async fn the_server_follows_with_amazons_cookie_and_keeps_nothing_of_it() {
    let app = app(CookieSync::Server, false).await;
    app.answer(event(&app)).await;
    assert_eq!(end(&app).await, (2, Reason::Followed, Reason::Followed));
    let [first, second] = &app.amazon.requests()[..] else { panic!() };
    assert_eq!((first.cookie.as_deref(), second.cookie.as_deref()), (None, Some("ad-id=A1b2C3d4E5f6")));
    assert_eq!(second.url, format!("{}&dcc=t", first.url));

    let run = app.the_run().await;
    let Reply::Answered { status: 302, headers, .. } = &run.deliveries[0].attempts[0].reply else { panic!() };
    let header =
        |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(header("location"), Some(&*format!("{}/iu3?(left out)", app.amazon.base)));
    assert_eq!(header("set-cookie"), Some("(left out)"), "it identifies a browser");
    assert!(!format!("{run:?}").contains("A1b2C3d4E5f6"));
}

#[tokio::test]
async fn a_second_leg_that_fails_takes_nothing_from_the_first_and_is_made_once() {
    for second in [Answer::status(503), Answer::new(Kind::Redirect), Answer::new(Kind::Reset)] {
        let app = app(CookieSync::Auto, true).await;
        app.amazon.mock.answer(second);
        event(&app).send().await.unwrap();
        assert_eq!(app.step().await, 1);
        assert_eq!(end(&app).await, (2, Reason::FirstLeg, Reason::FollowFailed));
        app.clock.advance(3_600_000);
        assert_eq!(app.step().await, 0);
    }
}

#[tokio::test]
async fn gtag_is_told_to_load_the_pixel_to_the_byte() {
    let app = app(CookieSync::Auto, false).await;
    let response = app.answer(app.hit("page_view")).await;
    assert_eq!(response.status(), 200);
    let body = response.text().await.unwrap();
    assert_eq!(end(&app).await, (1, Reason::HandedToBrowser, Reason::HandedToBrowser));
    let url = &app.amazon.urls()[0];
    assert!(url.contains(TAG_ID));
    assert_eq!(body, format!("event: message\ndata: {{\"send_pixel\":[\"{url}&dcc=t\"]}}\n\n"));
}

#[tokio::test]
async fn a_sender_without_a_browser_gets_no_pixel() {
    let app = app(CookieSync::Browser, false).await;
    app.answer(event(&app)).await;
    assert_eq!(end(&app).await, (1, Reason::FirstLeg, Reason::SyncUnsupported));
}

#[tokio::test]
async fn a_pixel_that_would_come_too_late_is_followed_by_the_server() {
    for (mode, requests, reason, synced) in [
        (CookieSync::Auto, 2, Reason::Followed, Reason::Followed),
        (CookieSync::Browser, 1, Reason::FirstLeg, Reason::SyncUnsupported),
    ] {
        let app = app(mode, false).await;
        let caller = tokio::spawn(app.hit("page_view").send());
        while !caller.is_finished() {
            app.clock.advance(100);
            tokio::task::yield_now().await;
        }
        assert_eq!(caller.await.unwrap().unwrap().text().await.unwrap(), "");
        assert_eq!(app.step().await, 1);
        assert_eq!(end(&app).await, (requests, reason, synced));
    }
}

#[tokio::test]
async fn an_optimistic_tag_hands_nothing_over() {
    for (mode, requests, reason, synced) in [
        (CookieSync::Auto, 2, Reason::Followed, Reason::Followed),
        (CookieSync::Browser, 1, Reason::FirstLeg, Reason::SyncOptimistic),
        (CookieSync::Off, 1, Reason::FirstLeg, Reason::SyncOff),
    ] {
        let app = app(mode, true).await;
        assert_eq!(app.hit("page_view").send().await.unwrap().text().await.unwrap(), "");
        assert_eq!(app.step().await, 1);
        assert_eq!(end(&app).await, (requests, reason, synced));
    }
}

#[tokio::test]
async fn a_redirect_to_somewhere_else_is_left() {
    let tag = TagConfig { cookie_sync: CookieSync::Server, ..tag() };
    let app = App::given(Given { tags: vec![tag], ..Given::default() }).await;
    let location = Some("https://s.amazon-adsystem.com.evil.example/iu3?secret".to_owned());
    app.amazon.mock.answer(Answer { location, ..Answer::new(Kind::Redirect) });
    event(&app).send().await.unwrap();
    assert_eq!(app.step().await, 1);
    assert_eq!(end(&app).await, (1, Reason::ForeignRedirect, Reason::ForeignRedirect));
    assert!(!format!("{:?}", app.the_run().await).contains("secret"));
}
