//! What an accepted event becomes: requests to Amazon, and a run that explains them.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::ingest::{TestError, accept_test};
use server::store::rows::RunRow;
use tag::config::{EventName, TagConfig, Unmapped};
use tag::outcome::Outcome;
use tag::reason::Reason;

use super::header;
use crate::support::app::{App, Given, KEY, NOW, ORIGIN, TAG_ID, tag};

/// A recorded request of the fixture, as a browser sends it.
fn recorded(app: &App, name: &str) -> RequestBuilder {
    let all: Value = serde_json::from_str(include_str!("../fixtures/ga4.json")).unwrap();
    let request = &all[name];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let method: Method = text(&request["method"]).parse().unwrap();
    let mut builder = app.http.request(method, format!("{}{}", app.base, text(&request["path"])));
    for (name, value) in request["headers"].as_object().unwrap() {
        builder = builder.header(name, text(value));
    }
    match &request["body"] {
        Value::String(body) => builder.body(body.clone()),
        _ => builder,
    }
}

#[tokio::test]
async fn a_page_view_of_gtag_becomes_amazons_page_view() {
    let app = App::start().await;
    let response = recorded(&app, "ga4-web-page-view-get").send().await.unwrap();
    assert_eq!(response.status(), 200, "gtag reads its answer only when it is exactly 200");
    assert_eq!(header(&response, "content-type"), "text/event-stream");
    assert_eq!(header(&response, "access-control-allow-origin"), ORIGIN);
    assert_eq!(header(&response, "access-control-allow-credentials"), "true");
    assert_eq!(header(&response, "vary"), "Origin");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(response.text().await.unwrap(), "");

    assert_eq!(app.step().await, 1);
    let run = app.the_run().await;
    let id = run.data["event_id"].as_str().unwrap();
    assert!(id.starts_with("evt_"), "{id}");
    assert_eq!(
        app.amazon.urls(),
        [format!(
            "{}/iu3?pid={TAG_ID}&event=PageView&eventSource=gtm-server-side&ts={NOW}&clientDedupeId={id}",
            app.amazon.base
        )]
    );
    assert_eq!(run.row.outcome, Outcome::Delivered);
    assert_eq!(run.row.reason, Some(Reason::Accepted));
    assert_eq!(run.row.event_out.as_deref(), Some("PageView"));
    assert_eq!(run.row.http_status, Some(200));
}

#[tokio::test]
async fn a_purchase_of_gtag_becomes_amazons_purchase_without_leaving_traces_of_the_buyer() {
    let app = App::start().await;
    let response = recorded(&app, "ga4-web-purchase-post-items-user-data").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(app.step().await, 1);
    assert_eq!(
        app.amazon.urls(),
        [format!(
            "{}/iu3?pid={TAG_ID}&event=Off-AmazonPurchases&eventSource=gtm-server-side&ts={NOW}\
             &clientDedupeId=evt-5f1c&currencyCode=EUR&value=72.4&unitsSold=9&brand=Acme&category=Kitchen\
             &productId=10442&MATCH_ID=cust-77",
            app.amazon.base
        )]
    );
    let run = app.the_run().await;
    assert_eq!((run.row.value.as_deref(), run.row.currency.as_deref()), (Some("72.4"), Some("EUR")));
    let kept = format!("{:?} {:?} {:?}", run.data, run.request, run.trace);
    for secret in ["Jane", "jane.doe", "4915112345678"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
}

#[tokio::test]
async fn a_beacon_brings_several_events() {
    let app = App::start().await;
    let response = recorded(&app, "ga4-web-batch-beacon-crlf").send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.text().await.unwrap(), "");
    assert_eq!(app.step().await, 3);
    let mut events = app.amazon.params("event");
    events.sort();
    assert_eq!(events, ["AddToShoppingCart", "user_engagement", "view_item_list"]);
}

#[tokio::test]
async fn every_step_from_receipt_is_kept() {
    let app = App::start().await;
    app.accept(json!({ "event_name": "purchase", "event_id": "e-1", "value": 5, "currency": "EUR" })).await;
    let run = app.the_run().await;
    let labels: Vec<_> = run.trace.steps.iter().map(|step| step.id.label()).collect();
    let told = [
        "Received",
        "Recognised",
        "Read",
        "Triggered",
        "Consent",
        "Named",
        "Attributes",
        "Identity",
        "Match ID",
        "Measurement tokens",
        "Region",
        "Built",
    ];
    assert_eq!(labels, told);
    let facts: Vec<_> = run.trace.steps[0].inputs.iter().map(|fact| &*fact.name).collect();
    assert_eq!(facts, ["method", "path", "host", "size"]);
    assert!(!format!("{run:?}").contains(KEY), "the write key is not kept");
}

#[tokio::test]
async fn an_event_that_no_tag_takes_is_kept_and_explained() {
    let elsewhere = TagConfig { sources: vec!["another".into()], ..tag() };
    let app = App::given(Given { tags: vec![elsewhere], ..Given::default() }).await;
    app.accept(json!({ "event_name": "purchase" })).await;
    let run = app.the_run().await;
    assert_eq!((run.row.outcome, run.row.reason), (Outcome::Skipped, Some(Reason::NoTag)));
    assert_eq!((run.row.tag_id, run.row.event_out), (None, None));
    assert_eq!(app.step().await, 0);
}

#[tokio::test]
async fn each_published_tag_has_its_own_run_and_each_tag_id_its_own_request() {
    let two_ids = TagConfig { tag_ids: vec!["id-a".into(), "id-b".into()], ..tag() };
    let unmapped = TagConfig { event_name: EventName::Inherit { unmapped: Unmapped::Skip }, ..tag() };
    let app = App::given(Given { tags: vec![two_ids, unmapped], ..Given::default() }).await;
    app.accept(json!({ "event_name": "scroll" })).await;
    let runs = app.runs().await;
    let of = |tag: &str| -> &RunRow { runs.iter().find(|run| run.tag_id.as_deref() == Some(tag)).unwrap() };
    assert_eq!(of("tag-0").outcome, Outcome::Pending);
    assert_eq!((of("tag-1").outcome, of("tag-1").reason), (Outcome::Skipped, Some(Reason::UnmappedName)));
    assert_eq!(app.step().await, 2);
    let mut ids = app.amazon.params("pid");
    ids.sort();
    assert_eq!(ids, ["id-a", "id-b"]);
}

#[tokio::test]
async fn a_test_event_takes_the_same_path_and_is_marked() {
    let app = App::start().await;
    let sample = json!({ "event_name": "purchase", "event_id": "sample", "value": 5, "currency": "EUR" });
    let first = accept_test(&app.ingest, "source-1", &sample).await.unwrap();
    let second = accept_test(&app.ingest, "source-1", &sample).await.unwrap();
    assert_ne!(first, second, "a second press is no duplicate");
    let run = app.store.run(&first).await.unwrap().unwrap();
    assert!(run.row.test);
    assert_eq!(app.step().await, 2);
    assert_eq!(app.amazon.params("event"), ["Off-AmazonPurchases"; 2]);
    assert!(matches!(accept_test(&app.ingest, "nobody", &sample).await, Err(TestError::NoSource(_))));
    assert!(matches!(accept_test(&app.ingest, "source-1", &json!({})).await, Err(TestError::Faulty(_))));
}
