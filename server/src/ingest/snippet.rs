//! The small script that websites without gtag.js include.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const SCRIPT: &str = include_str!("s.js");

/// `GET /s.js`. Browsers ask for it again after an hour, so that a new version is everywhere within it.
pub(super) async fn script() -> Response {
    let headers = [
        (CONTENT_TYPE.as_str(), "text/javascript; charset=utf-8"),
        (CACHE_CONTROL.as_str(), "public, max-age=3600"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
    ];
    (headers, SCRIPT).into_response()
}
