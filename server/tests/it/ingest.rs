//! What senders get: who is let in, what is refused and how, and that an acknowledgement means "on disk".

use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use server::ingest::limits::Rate;
use server::ingest::{Limits, TestError, accept_test};
use server::store::rows::RunRow;
use tag::config::{EventName, TagConfig, Unmapped};
use tag::outcome::Outcome;
use tag::reason::Reason;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::app::{App, Given, KEY, NOW, ORIGIN, TAG_ID, json, rows, source, tag};

/// A recorded request of the fixture, as a browser sends it.
fn recorded(app: &App, name: &str) -> RequestBuilder {
    let all: Value = serde_json::from_str(include_str!("fixtures/ga4.json")).unwrap();
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

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
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
             &clientDedupeId=evt-5f1c&currencyCode=EUR&value=72.4",
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
    assert_eq!(labels, ["Received", "Recognised", "Read", "Named", "Attributes", "Region", "Built"]);
    let facts: Vec<_> = run.trace.steps[0].inputs.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!(facts, ["method", "path", "host", "size"]);
    assert!(!format!("{run:?}").contains(KEY), "the write key is not kept");
}

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
        ("a lone surrogate", br#"{"event_name":"\ud800"}"#.to_vec(), 400, "unparsable"),
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
async fn a_batch_answers_for_each_event() {
    let app = App::start().await;
    let events = json!([
        { "event_name": "add_to_cart", "event_id": "e-1", "value": 7.9, "currency": "EUR" },
        { "event_id": "e-2", "value": -3, "currency": "EURO" },
        { "event_name": "page_view" },
        { "event_name": "add_to_cart", "event_id": "e-1", "value": 7.9, "currency": "EUR" },
    ]);
    let response = app.events(events.to_string()).send().await.unwrap();
    assert_eq!(response.status(), 207);
    let answer = json(response).await;
    assert_eq!(
        (&answer["accepted"], &answer["duplicates"], &answer["rejected"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let statuses: Vec<_> =
        answer["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, ["accepted", "rejected", "accepted", "duplicate"]);
    assert_eq!(answer["results"][1]["event_id"], "e-2");
    let codes: Vec<_> =
        answer["results"][1]["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert!(codes.contains(&&json!("/event_name")) && codes.contains(&&json!("/value")), "{codes:?}");
    assert!(answer["results"][2]["event_id"].as_str().unwrap().starts_with("evt_"), "an id was issued");
    assert_eq!(app.runs().await.len(), 2);
}

#[tokio::test]
async fn a_repeat_is_stored_once_and_answered_like_the_first() {
    let app = App::start().await;
    let order = json!({ "event_name": "purchase", "transaction_id": "T-1", "value": 5, "currency": "EUR" });
    assert_eq!(app.accept(order.clone()).await["accepted"], 1);
    let again = app.accept(order.clone()).await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)));
    let other = json!({ "event_name": "refund", "transaction_id": "T-1" });
    assert_eq!(app.accept(other).await["accepted"], 1, "another event of the same order");
    for _ in 0..2 {
        let zero = json!({ "event_name": "purchase", "event_id": 0 });
        assert_eq!(app.accept(zero).await["accepted"], 1, "a zero is no id");
    }
    app.clock.advance(24 * 60 * 60 * 1000);
    assert_eq!(app.accept(order).await["accepted"], 1, "forgotten after a day");
}

#[tokio::test]
async fn a_dry_run_checks_and_stores_nothing() {
    let app = App::start().await;
    let events = json!([{ "event_name": "purchase" }, { "event_name": "" }]);
    let response = app.events(events.to_string()).header("events-dry-run", "1").send().await.unwrap();
    assert_eq!(response.status(), 207);
    assert_eq!(json(response).await["accepted"], 1);
    assert_eq!(app.runs().await, []);
}

#[tokio::test]
async fn only_known_senders_are_let_in() {
    let app = App::start().await;
    app.store.create_source(&source("source-2", "Back end", "wk_backend", &[])).await.unwrap();
    app.published.reload().await.unwrap();
    let events = format!("{}/events", app.base);
    let with = |name: &'static str, value: &'static str| {
        let request = app.http.post(&events).body(r#"{"event_name":"page_view"}"#);
        request.header(name, value)
    };
    let table: Vec<(&str, RequestBuilder, u16, &str)> = vec![
        ("nobody", app.http.post(&events).body("{}"), 401, "key_missing"),
        ("wrong key", with("authorization", "Bearer wk_other"), 401, "key_unknown"),
        ("no key", with("authorization", "Bearer "), 401, "key_unknown"),
        ("other scheme", with("authorization", "Digest wk_shop"), 401, "key_unknown"),
        ("junk", with("authorization", "Basic %%%"), 401, "key_unknown"),
        ("unknown origin", with("origin", "https://evil.example"), 401, "origin_unknown"),
        ("null origin", with("origin", "null"), 401, "origin_unknown"),
        (
            "a part of an origin",
            with("origin", "https://www.shop.example.evil.example"),
            401,
            "origin_unknown",
        ),
        ("another scheme", with("origin", "http://www.shop.example"), 401, "origin_unknown"),
        (
            "key from a foreign page",
            with("origin", "https://evil.example").bearer_auth(KEY),
            403,
            "origin_not_allowed",
        ),
        ("bearer", with("authorization", "Bearer wk_shop"), 200, ""),
        ("lower-case bearer", with("authorization", "bearer wk_shop"), 200, ""),
        ("basic", with("accept", "*/*").basic_auth(KEY, Some("")), 200, ""),
        (
            "query",
            app.http.post(format!("{events}?key={KEY}")).body(r#"{"event_name":"page_view"}"#),
            200,
            "",
        ),
        ("origin", with("origin", ORIGIN), 200, ""),
        (
            "referrer, for a page on the same host",
            with("referer", "https://www.shop.example/cart?x=1"),
            200,
            "",
        ),
        ("key and its page", with("origin", ORIGIN).bearer_auth(KEY), 200, ""),
        (
            "key without origins from any page",
            with("origin", "https://any.example").bearer_auth("wk_backend"),
            200,
            "",
        ),
    ];
    for (who, request, status, code) in table {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{who}");
        if status != 200 {
            assert_eq!(header(&response, "access-control-allow-origin"), "", "{who}");
            assert_eq!(json(response).await["code"], code, "{who}");
        }
    }
    let sources: Vec<_> = app.runs().await.into_iter().rev().map(|run| run.source_name).collect();
    assert_eq!(sources.iter().filter(|name| *name == "Shop").count(), 7);
    assert_eq!(sources.last().map(String::as_str), Some("Back end"));
}

#[tokio::test]
async fn a_write_key_is_neither_kept_nor_sent_on() {
    let app = App::start().await;
    let hit = format!("{}/g/collect?v=2&tid=G-1&key={KEY}&cid=1.2&en=page_view&k%65y={KEY}", app.base);
    assert_eq!(app.http.get(hit).send().await.unwrap().status(), 204);
    app.step().await;
    let run = app.the_run().await;
    assert!(!format!("{run:?}").contains(KEY), "{run:?}");
    assert!(!app.amazon.urls()[0].contains(KEY));
}

#[tokio::test]
async fn browsers_are_told_what_a_known_page_may_do() {
    let app = App::start().await;
    let ask = |path: &str, origin: &'static str| {
        app.http.request(Method::OPTIONS, format!("{}{path}", app.base)).header("origin", origin)
    };
    for path in ["/events", "/g/collect"] {
        let response = ask(path, ORIGIN).send().await.unwrap();
        assert_eq!(response.status(), 204);
        assert_eq!(header(&response, "access-control-allow-origin"), ORIGIN);
        assert_eq!(header(&response, "access-control-max-age"), "600");
        assert!(header(&response, "access-control-allow-headers").contains("content-type"));
        let stranger = ask(path, "https://evil.example").send().await.unwrap();
        assert_eq!(header(&stranger, "access-control-allow-origin"), "");
        assert_eq!(header(&stranger, "vary"), "Origin");
    }
    app.store.create_source(&source("source-2", "Anywhere", "wk_any", &[])).await.unwrap();
    app.published.reload().await.unwrap();
    let by_key = ask("/events?key=wk_any", "https://any.example").send().await.unwrap();
    assert_eq!(header(&by_key, "access-control-allow-origin"), "https://any.example");
}

#[tokio::test]
async fn too_fast_is_told_when_to_come_back() {
    let limits = Limits {
        source: Rate { per_second: 1, burst: 3 },
        browser: Rate { per_second: 1, burst: 2 },
        ..Limits::default()
    };
    let app = App::given(Given { limits, ..Given::default() }).await;
    let page = |from: &'static str| {
        let request = app.http.post(format!("{}/events", app.base)).header("origin", ORIGIN);
        request.header("x-forwarded-for", from).body(r#"{"event_name":"page_view"}"#)
    };
    for _ in 0..2 {
        assert_eq!(page("203.0.113.1").send().await.unwrap().status(), 200);
    }
    let response = page("203.0.113.1").send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "retry-after")), (429, "1"));
    assert_eq!(header(&response, "access-control-allow-origin"), ORIGIN);
    assert_eq!(json(response).await["code"], "rate_limited");
    assert_eq!(page("203.0.113.2").send().await.unwrap().status(), 200, "another visitor");
    let whole_source = app.events(r#"{"event_name":"page_view"}"#).send().await.unwrap();
    assert_eq!(whole_source.status(), 429, "the source's own limit counts everybody");
    app.clock.advance(1000);
    assert_eq!(page("203.0.113.1").send().await.unwrap().status(), 200);
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

#[tokio::test]
async fn a_full_queue_turns_away_without_taking_anything() {
    let limits = Limits { queue_events: 3, ..Limits::default() };
    let mut app = App::given(Given { limits, writer_waits: true, ..Given::default() }).await;
    let large = json!(vec![json!({ "event_name": "page_view" }); 5]).to_string();
    // More than the whole queue holds, but alone: it gets its turn.
    let waiting = tokio::spawn(app.events(large).send());
    while app.ingest.writer.waiting() < 3 {
        tokio::task::yield_now().await;
    }
    let response = app.events(r#"{"event_name":"purchase"}"#).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_ne!(header(&response, "retry-after"), "");
    assert_eq!(json(response).await["code"], "busy");
    app.start_writer();
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    assert_eq!(app.runs().await.len(), 5);
    app.accept(json!({ "event_name": "purchase" })).await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_and_nothing_is_acknowledged() {
    let app = App::start().await;
    app.store.close().await;
    let response = app.events(r#"{"event_name":"page_view"}"#).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_ne!(header(&response, "retry-after"), "");
    assert_eq!(json(response).await["code"], "unavailable");
}

#[tokio::test]
async fn the_clients_address_is_read_from_trusted_proxies_only() {
    let app = App::start().await;
    let hit = |forwarded: &'static str, id: &str| {
        let query = format!("v=2&tid=G-1&cid=1.2&en=page_view&ep.event_id={id}");
        let request = app.http.get(format!("{}/g/collect?{query}", app.base)).header("origin", ORIGIN);
        request.header("x-forwarded-for", forwarded).send()
    };
    // The spoofed prefix would be masked to 8.8.8.x or the like, the true address to 203.0.113.x.
    hit("8.8.8.8, 203.0.113.24, 10.1.2.3", "a").await.unwrap();
    let run = app.the_run().await;
    let address = run.data["ip_override"].as_str().unwrap();
    assert!(address.starts_with("203.0."), "{address}");
    assert!(
        address.parse::<IpAddr>().map_or(true, |ip| ip.to_string() != "203.0.113.24"),
        "stored whole: {address}"
    );
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
async fn a_caller_of_a_tag_that_is_not_optimistic_waits_for_the_first_try() {
    let careful = TagConfig { optimistic: false, ..tag() };
    let app = App::given(Given { tags: vec![careful], ..Given::default() }).await;
    let mut watcher = app.hub.subscribe(None);
    let amazon = Arc::clone(&app.amazon);
    let request = app.events(r#"{"event_name":"purchase","event_id":"e-1"}"#).send();
    let caller = tokio::spawn(async move { (request.await.unwrap().status(), amazon.requests().len()) });
    assert_eq!(rows(&mut watcher).await[0].outcome, Outcome::Pending);
    // A whole round trip later it still has no answer.
    assert_eq!(app.events("{}").send().await.unwrap().status(), 422);
    assert!(!caller.is_finished());
    assert_eq!(app.step().await, 1);
    assert_eq!(caller.await.unwrap(), (reqwest::StatusCode::OK, 1));

    // A duplicate has no first try to wait for.
    let again = app.events(r#"{"event_name":"purchase","event_id":"e-1"}"#).send().await.unwrap();
    assert_eq!(json(again).await["duplicates"], 1);
}

#[tokio::test]
async fn a_caller_does_not_wait_for_ever_and_hears_of_no_failure() {
    let careful = TagConfig { optimistic: false, ..tag() };
    let app = App::given(Given { tags: vec![careful], ..Given::default() }).await;
    let caller = tokio::spawn(app.events(r#"{"event_name":"purchase"}"#).send());
    while !caller.is_finished() {
        app.clock.advance(100);
        tokio::task::yield_now().await;
    }
    assert_eq!(caller.await.unwrap().unwrap().status(), 200);
    assert_eq!(app.amazon.requests().len(), 0);
    assert_eq!(app.outcomes().await, [Outcome::Pending]);
}

#[tokio::test]
async fn a_caller_of_optimistic_tags_does_not_wait() {
    let app = App::start().await;
    // Neither the clock nor the worker moves: an answer at all is the proof.
    app.accept(json!({ "event_name": "purchase" })).await;
    assert_eq!(app.outcomes().await, [Outcome::Pending]);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_under_load_is_on_disk_and_delivered_once() {
    let app = Arc::new(App::start().await);
    let senders = (0..8).map(|sender| {
        let app = Arc::clone(&app);
        tokio::spawn(async move {
            let mut acknowledged = vec![];
            for request in 0..20 {
                let id = |n: usize| format!("{sender}-{request}-{n}");
                let events: Vec<_> =
                    (0..5).map(|n| json!({ "event_name": "purchase", "event_id": id(n) })).collect();
                assert_eq!(app.accept(json!(events)).await["accepted"], 5);
                acknowledged.extend((0..5).map(id));
            }
            acknowledged
        })
    });
    let mut acknowledged: Vec<String> =
        futures::future::join_all(senders).await.into_iter().flat_map(Result::unwrap).collect();
    acknowledged.sort();
    assert_eq!(app.runs().await.len(), 800);
    while app.step().await > 0 {}
    let mut delivered = app.amazon.params("clientDedupeId");
    delivered.sort();
    assert_eq!(delivered, acknowledged);
    assert!(app.outcomes().await.iter().all(|outcome| *outcome == Outcome::Delivered));
}

#[tokio::test]
async fn the_snippet_is_served_to_every_page() {
    let app = App::start().await;
    let response = app.http.get(format!("{}/s.js", app.base)).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "public, max-age=3600");
    assert_eq!(header(&response, "cross-origin-resource-policy"), "cross-origin");
    assert!(response.text().await.unwrap().contains("window.sidetag = sidetag"));
}
