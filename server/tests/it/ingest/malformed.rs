//! What cannot be read is refused with a reason and leaves nothing behind.

use std::io::Write;

use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::header;
use crate::support::app::{App, KEY, ORIGIN, json};

/// Body, status, code and path of the first thing wrong.
const MALFORMED: &[(&str, u16, &str, &str)] = &[
    ("", 400, "required", "/body"),
    ("  \n", 400, "required", "/body"),
    ("{", 400, "unparsable", "/body"),
    ("{\"event_name\":\"purchase\",}", 400, "unparsable", "/body"),
    ("[{\"event_name\":\"purchase\"}", 400, "unparsable", "/body"),
    ("{\"event_name\":\"purchase\"}trailing", 400, "unparsable", "/body"),
    ("event_name=purchase", 400, "unparsable", "/body"),
    ("NaN", 400, "unparsable", "/body"),
    ("\u{feff}", 400, "required", "/body"),
    ("[]", 400, "required", "/body"),
    ("42", 400, "not_an_object", "/body"),
    ("null", 400, "not_an_object", "/body"),
    ("\"purchase\"", 400, "not_an_object", "/body"),
    ("{}", 422, "required", "/event_name"),
    ("[1]", 422, "not_an_object", ""),
    ("[null,[]]", 422, "not_an_object", ""),
    ("{\"event_name\":5}", 422, "invalid", "/event_name"),
    ("{\"event_name\":\"\"}", 422, "required", "/event_name"),
    ("{\"event_name\":\"purchase\",\"value\":-3,\"currency\":\"EUR\"}", 422, "out_of_range", "/value"),
    ("{\"event_name\":\"purchase\",\"value\":\"much\",\"currency\":\"EUR\"}", 422, "invalid", "/value"),
    ("{\"event_name\":\"purchase\",\"value\":5,\"currency\":\"EURO\"}", 422, "invalid", "/currency"),
    ("{\"event_name\":\"purchase\",\"value\":5}", 422, "required", "/currency"),
    ("{\"event_name\":\"purchase\",\"items\":[{\"price\":1}]}", 422, "required", "/items/0"),
    ("{\"event_name\":\"purchase\",\"ip_override\":\"here\"}", 422, "invalid", "/ip_override"),
    (
        "{\"event_name\":\"purchase\",\"page_location\":\"javascript:alert(1)\"}",
        422,
        "invalid",
        "/page_location",
    ),
];

#[tokio::test]
async fn malformed_events_are_refused_with_a_code_and_a_path_and_leave_nothing() {
    let app = App::start().await;
    let mut wrong = vec![];
    for (body, status, code, path) in MALFORMED {
        let response = app.events(*body).send().await.unwrap();
        let got = response.status().as_u16();
        let answer = json(response).await;
        let fault = if got == 422 { &answer["results"][0]["errors"][0] } else { &answer };
        if (got, fault["code"].as_str(), fault["path"].as_str()) != (*status, Some(*code), Some(*path))
            || fault["message"].as_str().or(fault["detail"].as_str()).is_none_or(|text| text.len() < 10)
        {
            wrong.push(format!("{body:?}: {got} {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(app.runs().await, []);
    app.accept(json!({ "event_name": "purchase" })).await;
}

#[tokio::test]
async fn hostile_bodies_are_refused_and_leave_nothing() {
    let app = App::start().await;
    let event = r#"{"event_name":"page_view"}"#;
    let bodies: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("invalid UTF-8", b"{\"event_name\":\"\xff\xfe\"}".to_vec(), 400, "unparsable"),
        ("10 000 levels deep", ["[".repeat(10_000), "]".repeat(10_000)].concat().into(), 400, "unparsable"),
        ("1001 events", format!("[{}]", vec![event; 1001].join(",")).into(), 413, "too_large"),
        ("more than a MiB", format!("[{}]", vec![event; 50_000].join(",")).into(), 413, "too_large"),
    ];
    for (what, body, status, code) in bodies {
        let response = app.events(body).send().await.unwrap();
        assert_eq!(response.status(), status, "{what}");
        assert_eq!(header(&response, "content-type"), "application/problem+json", "{what}");
        assert_eq!(json(response).await["code"], code, "{what}");
    }
    assert_eq!(app.runs().await, []);
}

#[tokio::test]
async fn half_a_character_costs_no_event() {
    let app = App::start().await;
    let body = br#"{"event_name":"page_view","page_title":"\ud83d cut"}"#.to_vec();
    assert_eq!(app.events(body).send().await.unwrap().status(), 200);
    let steps = serde_json::to_string(&app.the_run().await.trace.steps).unwrap();
    assert!(steps.contains("half of a character"), "{steps}");
}

#[tokio::test]
async fn hits_that_are_none_are_refused() {
    let app = App::start().await;
    let table = [
        ("", "invalid", "/query"),
        ("v=1&tid=G-1&cid=1.2&en=page_view", "invalid", "/query"),
        ("v=2&cid=1.2&en=page_view", "invalid", "/query"),
        ("v=2&tid=G-1&cid=1.2", "required", "/event_name"),
        ("v=2&tid=&en=page_view", "invalid", "/query"),
    ];
    for (query, code, path) in table {
        let url = format!("{}/g/collect?{query}", app.base);
        let response = app.http.get(url).header("origin", ORIGIN).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        assert_eq!(header(&response, "access-control-allow-origin"), ORIGIN, "the page may read why");
        let problem = json(response).await;
        assert_eq!((&problem["code"], &problem["path"]), (&json!(code), &json!(path)), "{query}: {problem}");
    }
    for method in [Method::PUT, Method::HEAD] {
        let url = format!("{}/g/collect?v=2&tid=G-1&cid=1.2&en=page_view", app.base);
        let response = app.http.request(method, url).header("origin", ORIGIN).send().await.unwrap();
        assert_eq!(response.status(), 405);
    }
    assert_eq!(app.runs().await, []);
}

#[tokio::test]
async fn packed_bodies_are_unpacked_and_bombs_are_not() {
    let app = App::start().await;
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let event = br#"{"event_name":"purchase","event_id":"e-1"}"#;
    let send =
        |encoding: &'static str, body: Vec<u8>| app.events(body).header("content-encoding", encoding).send();
    let answers = [
        (send("gzip", gzip(event)).await.unwrap(), 200, ""),
        (send("gzip", gzip(&vec![b' '; 64 << 20])).await.unwrap(), 413, "too_large"),
        (send("gzip", gzip(&gzip(event))).await.unwrap(), 400, "unparsable"),
        (send("gzip", event.to_vec()).await.unwrap(), 400, "unparsable"),
        (send("gzip, gzip", gzip(&gzip(event))).await.unwrap(), 415, "unknown_encoding"),
        (send("exi", event.to_vec()).await.unwrap(), 415, "unknown_encoding"),
    ];
    for (response, status, code) in answers {
        assert_eq!(response.status(), status);
        if status != 200 {
            assert_eq!(json(response).await["code"], code);
        }
    }
    assert_eq!(app.runs().await.len(), 1);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let app = App::start().await;
    let mut socket = TcpStream::connect(app.base.trim_start_matches("http://")).await.unwrap();
    let head = format!("POST /events?key={KEY} HTTP/1.1\r\nhost: t\r\ncontent-length: 50\r\n\r\n{{");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![];
    let read = async {
        while !answer.ends_with(b"}") {
            assert_ne!(socket.read_buf(&mut answer).await.unwrap(), 0, "the connection ended");
        }
    };
    let time_passes = async {
        loop {
            app.clock.advance(10_000);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = read => {}
        () = time_passes => {}
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains(r#""code":"too_slow""#), "{answer}");
}
