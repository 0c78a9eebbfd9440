//! Who is let in, how fast, and what browsers are told.

use std::net::IpAddr;

use reqwest::{Method, RequestBuilder};
use server::ingest::Limits;
use server::ingest::limits::Rate;

use super::header;
use crate::support::app::{App, Given, KEY, ORIGIN, json, source};

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
async fn the_snippet_is_served_to_every_page() {
    let app = App::start().await;
    let response = app.http.get(format!("{}/s.js", app.base)).send().await.unwrap();
    assert_eq!(header(&response, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(header(&response, "cache-control"), "public, max-age=3600");
    assert_eq!(header(&response, "cross-origin-resource-policy"), "cross-origin");
    assert!(response.text().await.unwrap().contains("window.sidetag = sidetag"));
}
