//! What leaves, and what stays: nothing that identifies a visitor longer than it takes to send it.

use reqwest::RequestBuilder;
use serde_json::json;
use server::mock_amazon::{Answer, Kind};
use tag::config::attributes::Attribute;
use tag::config::{Attributes, Expression, TagConfig};
use tag::outcome::Outcome;
use tag::reason::Reason;

use crate::support::app::{App, Given, cookies, matching};

/// Each in another place; none may be found in the database.
const CANARIES: [&str; 10] = [
    "canary.mail",
    "15559871234",
    "987-1234",
    "203.0.113.77",
    "CANARYAREF",
    "CANARYOLD",
    "CANARYTOKEN",
    "A1b2C3d4E5f6",
    "Canaryname",
    "Canarystreet",
];

fn event(app: &App) -> RequestBuilder {
    let event = json!({
        "event_name": "purchase",
        "event_id": "e-1",
        "page_location": "https://www.shop.example/?aref=CANARYAREF&mail=canary.mail%40shop.example",
        "page_title": "Thanks, canary.mail@shop.example",
        "ip_override": "203.0.113.77",
        "note": "call +1 555 987-1234",
        "user_data": {
            "email_address": "canary.mail@shop.example",
            "phone_number": "+1 (555) 987-1234",
            "address": { "first_name": "Canaryname", "street": "Canarystreet 1" },
        },
        "items": [{ "item_id": "sku", "item_name": "Mug for canary.mail@shop.example" }],
    });
    app.events(event.to_string())
        .header("cookie", "amznAref=CANARYOLD1.1789370000000; mail=canary.mail%40shop.example")
        .header("referer", "https://www.shop.example/?email=canary.mail@shop.example")
}

fn tag() -> TagConfig {
    let note = Attribute { name: "note".into(), value: Some(Expression::Template("{{ note }}".into())) };
    let attributes = Attributes { custom: vec![note], ..Attributes::default() };
    TagConfig { optimistic: true, attributes, tag_ids: vec!["id-a".into()], ..matching() }
}

/// Everything that the database's files hold, once nobody has them open.
async fn files(app: App) -> Vec<u8> {
    let directory = app.directory();
    app.end().await;
    let files = std::fs::read_dir(directory.path()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn what_was_accepted_before_a_crash_is_sent_whole_after_it_and_then_forgotten() {
    let given = || Given { tags: vec![tag()], ..Given::default() };
    let app = App::given(given()).await;
    let response = event(&app).send().await.unwrap();
    let aref = &cookies(&response)[0];
    assert!(aref.starts_with("amznAref=CANARYAREF."), "at once: {aref}");
    assert!(!format!("{:?}", app.the_run().await).contains("CANARY"), "masked while it waits");

    let app = app.restart(given()).await;
    app.amazon.mock.answer(Answer::token("CANARYTOKEN"));
    app.amazon.mock.answer(Answer::status(503));
    app.amazon.mock.answer(Answer::new(Kind::Redirect));
    assert_eq!(app.step().await, 1);
    app.clock.advance(5000);
    assert_eq!(app.step().await, 1);
    let run = app.the_run().await;
    assert_eq!((run.row.outcome, run.row.reason), (Outcome::Delivered, Some(Reason::Followed)));
    let sent = app.amazon.to("/iu3");
    for request in &sent {
        assert_eq!(request.params["amznToken"], "CANARYTOKEN");
        assert!(request.params["arefs"].as_str().unwrap().contains("|CANARYOLD1."));
        assert_eq!(request.params["note"], "call +1 555 987-1234");
    }
    assert_eq!(sent.len(), 3);

    let bytes = files(app).await;
    assert!(holds(&bytes, "Off-AmazonPurchases") && holds(&bytes, "shop.example"), "the search finds things");
    for canary in CANARIES {
        assert!(!holds(&bytes, canary), "{canary}");
    }
}

#[tokio::test]
async fn without_consent_nothing_that_identifies_leaves() {
    let app =
        App::given(Given { tags: vec![TagConfig { optimistic: false, ..tag() }], ..Given::default() }).await;
    for (id, consent) in [
        ("e-1", json!({ "amazon_consent": { "ad_storage": "DENIED", "user_data": "DENIED" } })),
        ("e-2", json!({ "x-ga-gcs": "G100" })),
    ] {
        let mut event = json!({
            "event_name": "purchase", "event_id": id, "user_id": "canary-17",
            "page_location": "https://www.shop.example/?aref=CANARYAREF",
            "user_data": { "email_address": "canary.mail@shop.example" },
        });
        event.as_object_mut().unwrap().extend(consent.as_object().unwrap().clone());
        let cookie = "amznAref=CANARYOLD1.1789370000000; aatToken=CANARYTOKEN";
        let response = app.answer(app.events(event.to_string()).header("cookie", cookie)).await;
        assert_eq!(cookies(&response), [""; 0]);
    }
    assert_eq!(app.outcomes().await, [Outcome::Delivered; 2]);
    let sent = app.amazon.requests();
    assert_eq!(sent.len(), 2, "no token is asked for");
    for request in &sent {
        let told = format!("{request:?}");
        for id in ["canary", "CANARY", "MATCH_ID"] {
            assert!(!told.contains(id), "{told}");
        }
    }
}
