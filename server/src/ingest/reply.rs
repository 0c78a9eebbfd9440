//! What senders are answered. Whole requests are refused with problem documents (RFC 9457); single events with
//! a list of all that is wrong with them. Browsers get the tags' cookies, and gtag.js the pixels it is to load.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::json;
use tag::clients::{Fault, FaultCode, Refusal};
use tag::cookie::SetCookie;

use super::body::BodyError;
use super::source::Stranger;
use super::take::{Item, Status};
use super::writer::WriteError;

/// Why a whole request was turned away. Nothing of it is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Stranger(#[from] Stranger),
    #[error("requests come too fast; the next one is taken in {seconds} seconds")]
    TooFast { seconds: i64 },
    #[error(transparent)]
    Body(#[from] BodyError),
    #[error(transparent)]
    Unreadable(#[from] Refusal),
    /// No event of a GA4 hit could be taken; this is what is wrong with the first.
    #[error("{}", .0.message)]
    Faulty(Fault),
    #[error("more events arrive than can be stored right now; nothing was kept, send the request again")]
    Busy,
    /// The database does not answer, or the server is about to stop.
    #[error("events cannot be stored right now; nothing was kept, send the request again")]
    Unavailable,
}

impl From<WriteError> for Refused {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Full => Self::Busy,
            WriteError::Failed => Self::Unavailable,
        }
    }
}

/// Seconds after which a sender may try again when the server was at fault.
const RETRY_SECONDS: i64 = 2;

impl Refused {
    /// Status, stable code, and where in the request the cause is, as a JSON Pointer into it.
    fn parts(&self) -> (StatusCode, &'static str, &str) {
        match self {
            Self::Stranger(stranger) => match stranger {
                Stranger::Nobody => (StatusCode::UNAUTHORIZED, "key_missing", "/headers/authorization"),
                Stranger::UnknownKey => (StatusCode::UNAUTHORIZED, "key_unknown", "/headers/authorization"),
                Stranger::UnknownOrigin(_) => (StatusCode::UNAUTHORIZED, "origin_unknown", "/headers/origin"),
                Stranger::ForeignOrigin { .. } => {
                    (StatusCode::FORBIDDEN, "origin_not_allowed", "/headers/origin")
                }
            },
            Self::TooFast { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", ""),
            Self::Body(body) => match body {
                BodyError::TooLarge { .. } | BodyError::TooDense { .. } => {
                    (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "/body")
                }
                BodyError::UnknownEncoding(_) => {
                    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unknown_encoding", "/headers/content-encoding")
                }
                BodyError::Undecodable(_) => (StatusCode::BAD_REQUEST, "unparsable", "/body"),
                BodyError::Interrupted => (StatusCode::BAD_REQUEST, "interrupted", "/body"),
                BodyError::TooSlow { .. } => (StatusCode::REQUEST_TIMEOUT, "too_slow", "/body"),
            },
            Self::Unreadable(refusal) => match refusal {
                Refusal::TooManyEvents { .. } => (StatusCode::PAYLOAD_TOO_LARGE, refusal.code(), "/body"),
                Refusal::NotGa4 => (StatusCode::BAD_REQUEST, refusal.code(), "/query"),
                _ => (StatusCode::BAD_REQUEST, refusal.code(), "/body"),
            },
            Self::Faulty(fault) => (StatusCode::BAD_REQUEST, fault_code(fault.code), &fault.path),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", ""),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", ""),
        }
    }

    /// The stable code, for metrics.
    pub fn code(&self) -> &'static str {
        self.parts().1
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: String,
    code: &'a str,
    path: &'a str,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code, path) = self.parts();
        let title = status.canonical_reason().unwrap_or_default();
        let problem = Problem { title, status: status.as_u16(), detail: self.to_string(), code, path };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self {
            Self::TooFast { seconds } => headers.insert(RETRY_AFTER, seconds.into()),
            Self::Busy | Self::Unavailable => headers.insert(RETRY_AFTER, RETRY_SECONDS.into()),
            Self::Stranger(Stranger::Nobody | Stranger::UnknownKey) => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            _ => None,
        };
        response
    }
}

/// The stable code of a fault, as in the answer.
pub fn fault_code(code: FaultCode) -> &'static str {
    match code {
        FaultCode::Required => "required",
        FaultCode::Invalid => "invalid",
        FaultCode::OutOfRange => "out_of_range",
        FaultCode::NotAnObject => "not_an_object",
        FaultCode::TooLarge => "too_large",
        FaultCode::Unparsable => "unparsable",
    }
}

/// The answer of `/events`.
#[derive(Serialize)]
struct Results<'a> {
    accepted: usize,
    duplicates: usize,
    rejected: usize,
    results: Vec<EventResult<'a>>,
}

#[derive(Serialize)]
struct EventResult<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
}

/// 200: all stored or known; 422: none; 207: some.
pub(super) fn results(items: &[Item]) -> Response {
    let mut results = Results { accepted: 0, duplicates: 0, rejected: 0, results: vec![] };
    for (index, item) in items.iter().enumerate() {
        let (count, status, errors) = match &item.status {
            Status::Accepted => (&mut results.accepted, "accepted", &[][..]),
            Status::Duplicate => (&mut results.duplicates, "duplicate", &[][..]),
            Status::Rejected(faults) => (&mut results.rejected, "rejected", faults.as_slice()),
        };
        *count += 1;
        results.results.push(EventResult { index, event_id: item.event_id.as_deref(), status, errors });
    }
    let status = match results.rejected {
        0 => StatusCode::OK,
        rejected if rejected == items.len() => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    };
    (status, Json(results)).into_response()
}

/// The tags' cookies. One that cannot be written is left out; the tag crate writes visible ASCII only.
pub(super) fn set_cookies(headers: &mut HeaderMap, cookies: &[SetCookie]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.header()) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Messages of gtag.js's command channel. It reads exactly these bytes: two lines, no comment before the first.
pub(super) fn messages(pixels: &[String]) -> String {
    let message = |pixel| format!("event: message\ndata: {}\n\n", json!({ "send_pixel": [pixel] }));
    pixels.iter().map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_what_gtag_reads_to_the_byte() {
        let pixels = ["https://a.example/iu3?a=1&dcc=t".to_owned(), "https://b.example/\"".to_owned()];
        let first = "event: message\ndata: {\"send_pixel\":[\"https://a.example/iu3?a=1&dcc=t\"]}\n\n";
        let second = "event: message\ndata: {\"send_pixel\":[\"https://b.example/\\\"\"]}\n\n";
        assert_eq!(messages(&pixels), format!("{first}{second}"));
        assert_eq!(messages(&[]), "");
    }
}
