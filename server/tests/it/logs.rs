//! What a tag logs outside Sidetag: nothing unless it is asked to, and nobody's identity unless asked for that too.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use server::mock_amazon::{Answer, Kind};
use tag::config::{Console, CookieSync, Logs, TagConfig};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::app::{App, Given, matching};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The records that one event leaves in the log.
async fn records(logs: Logs) -> Vec<Value> {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter("off,sidetag::tag=info")
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let tag =
        TagConfig { tag_ids: vec!["id-a".into()], cookie_sync: CookieSync::Browser, logs, ..matching() };
    let app = App::given(Given { tags: vec![tag], ..Given::default() }).await;
    app.amazon.mock.answer(Answer::token("SECRETTOKEN"));
    app.amazon.mock.answer(Answer::new(Kind::Redirect));
    let event = json!({ "event_name": "purchase", "user_data": { "email_address": "test@example.com" } });
    app.answer(app.events(event.to_string()).header("trace-id", "t-1")).await;
    app.answer(app.events(json!({ "event_name": "purchase" }).to_string())).await;
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let record = |line: &str| -> Value {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["target"], "sidetag::tag");
        serde_json::from_str(line["record"].as_str().unwrap()).unwrap()
    };
    text.lines().map(record).collect()
}

#[tokio::test]
async fn each_request_and_reply_is_a_record_without_anybodys_identity() {
    let records = records(Logs { console: Console::Always, ..Logs::default() }).await;
    let kinds: Vec<_> = records.iter().map(|record| record["Type"].as_str().unwrap()).collect();
    let first = ["Request", "Response", "Request", "Response", "Message"];
    assert_eq!(kinds, [&first[..], &["Request", "Response"]].concat());
    assert_eq!(
        (&records[2]["EventName"], &records[2]["TraceId"]),
        (&json!("Off-AmazonPurchases"), &json!("t-1"))
    );
    assert!(records[4]["Message"].as_str().unwrap().ends_with("Tag ID: id-a"));
    let all = format!("{records:?}");
    for secret in ["SECRETTOKEN", "973dfe463ec8", "A1b2C3d4E5f6"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn a_tag_may_log_in_full_or_not_at_all() {
    let full = records(Logs { console: Console::Always, full: true, ..Logs::default() }).await;
    let all = format!("{full:?}");
    assert!(all.contains("SECRETTOKEN") && all.contains("973dfe463ec8"));
    for console in [Console::Never, Console::Preview] {
        assert_eq!(records(Logs { console, ..Logs::default() }).await, Vec::<Value>::new());
    }
}
