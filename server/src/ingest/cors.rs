//! What browsers are told about cross-origin requests (Fetch standard, §3.2).
//!
//! Senders' pages ask with credentials, so the wildcard is impossible: a known caller's own origin is named.
//! Being refused here does not keep a hit out; who may send is decided in [`super::source`].

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, VARY,
};
use http::{HeaderMap, HeaderValue};

/// Lets the page of this origin read the answer.
pub(super) fn allow(headers: &mut HeaderMap, origin: Option<&str>) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
    // `null` is every sandboxed frame and local file: nobody in particular.
    let Some(origin) = origin.filter(|origin| *origin != "null") else { return };
    if let Ok(origin) = HeaderValue::from_str(origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
}

/// What a preflight is told besides.
pub(super) fn preflight(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
    let allowed = "authorization, content-type, content-encoding, events-dry-run";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
}
