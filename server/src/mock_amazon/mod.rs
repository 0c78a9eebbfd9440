//! A stand-in for Amazon: records what it is sent and answers as it is told. Tests, demos and people who want
//! to see what leaves their server point Sidetag's Amazon addresses here.

mod answer;
mod page;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use futures::future::BoxFuture;
use http::StatusCode;
use http::header::COOKIE;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tag::amazon::Endpoints;

pub use answer::{Answer, Kind, Target};

use crate::clock::Clock;

pub struct MockAmazon {
    clock: Arc<dyn Clock>,
    state: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Oldest first.
    requests: VecDeque<Recorded>,
    count: u64,
    answers: VecDeque<Answer>,
}

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    /// 1, 2, 3 … since the start or the last `DELETE /_requests`.
    pub number: u64,
    /// Unix milliseconds.
    pub at: i64,
    pub method: String,
    /// Path and query, as sent.
    pub url: String,
    pub path: String,
    /// The query, decoded; of a repeated name the last.
    pub params: Map<String, Value>,
    pub body: String,
    /// The `Cookie` header: Amazon's own cookie, on a second leg.
    pub cookie: Option<String>,
    /// How it was answered.
    pub answer: Kind,
}

/// So many requests are remembered.
const RECORD: usize = 10_000;
/// So many bytes of a body are read.
const BODY_BYTES: usize = 64 * 1024;

impl MockAmazon {
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, state: Mutex::default() })
    }

    /// Amazon's addresses when this is served at `base` (`http://127.0.0.1:4100`).
    pub fn endpoints(base: &str) -> Endpoints {
        Endpoints {
            pixel_na: format!("{base}/iu3"),
            pixel_eu: format!("{base}/s/iu3"),
            pixel_fe: format!("{base}/fe/s/iu3"),
            envelope: format!("{base}/envelope"),
        }
    }

    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/iu3", any(pixel))
            .route("/s/iu3", any(pixel))
            .route("/fe/s/iu3", any(pixel))
            .route("/envelope", post(envelope))
            .route("/_requests", get(requests).delete(forget))
            .route("/_answer", post(set_answer))
            .route("/", get(page::index))
            .with_state(self)
    }

    /// Answers the next `times` requests of its target like this; then what was asked for before, then "ok".
    pub fn answer(&self, answer: Answer) {
        self.known().answers.push_back(answer);
    }

    /// Oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.known().requests.iter().cloned().collect()
    }

    /// Records a request and answers as is due.
    async fn serve(&self, target: Target, host: &str, request: Request) -> Response {
        let (recorded, answer, delay) = self.record(target, request).await;
        delay.await;
        answer.give(host, &recorded, self.clock.now_ms())
    }

    /// The delay counts from here: whoever sees the record may move a test's clock.
    async fn record(&self, target: Target, request: Request) -> (Recorded, Answer, BoxFuture<'static, ()>) {
        let (parts, body) = request.into_parts();
        // What cannot be read is recorded without a body; the answer does not depend on it.
        let body = axum::body::to_bytes(body, BODY_BYTES).await.unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default();
        let params = form_urlencoded::parse(query.as_bytes());
        let params = params.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
        let url = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();

        let mut known = self.known();
        let answer = known.next_answer(target);
        let delay = self.clock.sleep(answer.delay_ms());
        known.count += 1;
        let recorded = Recorded {
            number: known.count,
            at: self.clock.now_ms(),
            method: parts.method.to_string(),
            url,
            path: parts.uri.path().to_owned(),
            params,
            body: String::from_utf8_lossy(&body).into_owned(),
            cookie: parts
                .headers
                .get(COOKIE)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            answer: answer.kind,
        };
        known.requests.push_back(recorded.clone());
        if known.requests.len() > RECORD {
            known.requests.pop_front();
        }
        (recorded, answer, delay)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn next_answer(&mut self, target: Target) -> Answer {
        let Some(at) = self.answers.iter().position(|answer| answer.target() == target) else {
            return Answer::usual(target);
        };
        let answer = self.answers[at].clone();
        self.answers[at].times = answer.times.saturating_sub(1);
        self.answers.retain(|answer| answer.times > 0);
        answer
    }
}

type Mock = State<Arc<MockAmazon>>;

async fn pixel(State(mock): Mock, request: Request) -> Response {
    let host =
        request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    mock.serve(Target::Pixel, &host, request).await
}

async fn envelope(State(mock): Mock, request: Request) -> Response {
    mock.serve(Target::Envelope, "", request).await
}

async fn requests(State(mock): Mock) -> Json<Value> {
    let known = mock.known();
    Json(json!({ "count": known.count, "requests": known.requests }))
}

async fn forget(State(mock): Mock) -> StatusCode {
    let mut known = mock.known();
    known.requests.clear();
    known.count = 0;
    StatusCode::NO_CONTENT
}

async fn set_answer(State(mock): Mock, Json(answer): Json<Answer>) -> StatusCode {
    mock.answer(answer);
    StatusCode::NO_CONTENT
}
