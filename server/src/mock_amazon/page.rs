//! The stand-in's only page: the last requests, for people.

use std::fmt::Write;

use axum::extract::State;
use axum::response::Html;
use serde_json::Value;

use super::Mock;

const SHOWN: usize = 100;

pub(super) async fn index(State(mock): Mock) -> Html<String> {
    let mut rows = String::new();
    for request in mock.known().requests.iter().rev().take(SHOWN) {
        let param = |name: &str| escape(request.params.get(name).and_then(Value::as_str).unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = write!(
            rows,
            "<tr><td>{}<td>{}<td>{}<td>{:?}<td><code>{}</code>",
            request.number,
            param("event"),
            param("pid"),
            request.answer,
            escape(&request.url)
        );
    }
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Mock Amazon</title>
<style>body{{font:15px/1.4 system-ui;margin:2rem}}td,th{{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}}code{{word-break:break-all}}</style>
<h1>Mock Amazon</h1>
<p>Records what Sidetag sends. <a href=/_requests>All of it as JSON</a>. Set the next answer with
<code>curl -d '{{\"kind\":\"status\",\"status\":503}}' -H 'content-type: application/json' …/_answer</code>.
<table><thead><tr><th>#<th>Event<th>Tag ID<th>Answer<th>Address<tbody>{rows}</table>"
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
