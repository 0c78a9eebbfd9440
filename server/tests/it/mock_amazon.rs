//! The stand-in for Amazon, as a person or another program drives it.

use std::sync::Arc;

use serde_json::{Value, json};
use server::clock::ManualClock;
use tag::amazon::Endpoints;

use crate::support::amazon::Amazon;
use crate::support::app::{NOW, client, json};

#[tokio::test]
async fn it_records_and_answers_as_it_is_told() {
    let amazon = Amazon::start(Arc::new(ManualClock::new(NOW))).await;
    let http = client();
    let url = |path: &str| format!("{}{path}", amazon.base);
    let control = async |answer: Value| {
        let request = http.post(url("/_answer")).header("content-type", "application/json");
        request.body(answer.to_string()).send().await.unwrap().status().as_u16()
    };
    let Endpoints { pixel_na, pixel_eu, pixel_fe, envelope } = amazon.endpoints();

    assert_eq!(
        control(json!({ "kind": "status", "status": 429, "times": 2, "retry_after": "7" })).await,
        204
    );
    assert_eq!(control(json!({ "kind": "redirect" })).await, 204);
    assert_eq!(control(json!({ "kind": "token", "token": "AMZN-NoCookieConsent" })).await, 204);
    assert_eq!(control(json!({ "kind": "surprise" })).await, 422);
    let mut answers = vec![];
    for endpoint in [&pixel_na, &pixel_eu, &pixel_fe, &pixel_na] {
        let response = http.get(format!("{endpoint}?pid=p%201&event=PageView")).send().await.unwrap();
        let header =
            |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        answers.push((
            response.status().as_u16(),
            header("retry-after").or(header("location")).unwrap_or_default(),
        ));
    }
    let leg = format!("{pixel_fe}?pid=p%201&event=PageView&dcc=t");
    assert_eq!(answers, [(429, "7".into()), (429, "7".into()), (302, leg), (200, String::new())]);
    for token in ["AMZN-NoCookieConsent", "mock-token"] {
        let response = http.post(&envelope).body(r#"{"ttl":9600}"#).send().await.unwrap();
        assert_eq!(json(response).await["AIPToken"], token);
    }

    let record = json(http.get(url("/_requests")).send().await.unwrap()).await;
    assert_eq!(record["count"], 6);
    let first = &record["requests"][0];
    assert_eq!(
        (&first["method"], &first["path"], &first["at"]),
        (&json!("GET"), &json!("/iu3"), &json!(NOW))
    );
    assert_eq!(
        (&first["url"], &first["answer"]),
        (&json!("/iu3?pid=p%201&event=PageView"), &json!("status"))
    );
    assert_eq!(first["params"], json!({ "pid": "p 1", "event": "PageView" }));
    assert_eq!(record["requests"][5]["body"], r#"{"ttl":9600}"#);

    http.get(format!("{pixel_na}?event=%3Cscript%3E")).send().await.unwrap();
    let page = http.get(url("/")).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("PageView") && page.contains("&lt;script&gt;") && !page.contains("<script>"),
        "{page}"
    );

    assert_eq!(http.delete(url("/_requests")).send().await.unwrap().status(), 204);
    assert_eq!(json(http.get(url("/_requests")).send().await.unwrap()).await["count"], 0);
}
