//! Plain posts of forms. A refused one leads back to its page with the error in the address; here the address
//! also gets what was typed, so that nobody types it twice. The page decides where to show it.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

/// The fields that come back. Each is named, so that no secret and no e-mail address ever gets into an address,
/// and so into a proxy's log, by accident.
const KEPT: [&str; 13] = [
    "name",
    "kind",
    "origins",
    "form[revision]",
    "form[name]",
    "form[tag_ids]",
    "form[region]",
    "form[mode]",
    "form[standard_name]",
    "form[custom_name]",
    "form[unmapped]",
    "form[optimistic]",
    "form[sources][]",
];

/// More than this stays behind: an address has its limits.
const TYPED_MAX: usize = 4096;

/// Leptos's own: which function refused, and why.
const REFUSAL: [&str; 2] = ["__path", "__err"];

/// The layer. `body_max` bytes are read of a form.
pub async fn keep_typed(body_max: usize, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !accepts_html(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(form) = to_bytes(body, body_max).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "This form is too large.").into_response();
    };
    let mut response = next.run(Request::from_parts(parts, Body::from(form.clone()))).await;
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let location = location.map(|location| HeaderValue::from_str(&with_typed(location, &form)));
    if let Some(Ok(location)) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/html"))
}

/// The address without what an earlier refusal left in it and, when it tells of one, with what was typed.
fn with_typed(location: &str, form: &[u8]) -> String {
    let Some((page, query)) = location.split_once('?') else { return location.to_owned() };
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let is_ours = |name: &str| KEPT.contains(&name) || REFUSAL.contains(&name);
    let mut kept = form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(pairs.iter().filter(|(name, _)| !is_ours(name)));
    // The page's own address may tell of an earlier one; the latest comes last.
    let latest = REFUSAL.map(|name| pairs.iter().rfind(|(found, _)| found == name));
    if let [Some(path), Some(error)] = latest {
        kept.extend_pairs([path, error]);
        let typed = form_urlencoded::parse(form).filter(|(name, _)| KEPT.contains(&&**name));
        // Leptos's router decodes a value twice.
        let typed = typed.map(|(name, value)| (name, value.replace('%', "%25")));
        let typed = form_urlencoded::Serializer::new(String::new()).extend_pairs(typed).finish();
        if typed.len() <= TYPED_MAX {
            kept.extend_pairs(form_urlencoded::parse(typed.as_bytes()));
        }
    }
    match kept.finish() {
        empty if empty.is_empty() => page.to_owned(),
        query => format!("{page}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[u8] = b"token=t&name=Mara+%26+Co&email=m%40a.example&password=hunter2";

    #[test]
    fn a_refusal_takes_along_what_was_typed_and_no_secret() {
        let address = with_typed("http://a.example/setup?token=t&__path=%2Fui%2Fx&__err=e", FORM);
        assert_eq!(address, "http://a.example/setup?token=t&__path=%2Fui%2Fx&__err=e&name=Mara+%26+Co");
        let again = with_typed(&format!("{address}&__path=%2Fui%2Fx&__err=f"), b"name=Mara");
        assert_eq!(again, "http://a.example/setup?token=t&__path=%2Fui%2Fx&__err=f&name=Mara");
    }

    #[test]
    fn a_percent_sign_outlives_being_decoded_twice() {
        let address = with_typed("/sources/new?__path=p&__err=e", b"name=100%2541");
        assert_eq!(address, "/sources/new?__path=p&__err=e&name=100%252541");
    }

    #[test]
    fn what_was_done_leaves_nothing_behind() {
        assert_eq!(with_typed("/sources/1?name=Old&origins=", FORM), "/sources/1");
        assert_eq!(with_typed("/sources/1", FORM), "/sources/1");
        assert_eq!(with_typed("/live?outcome=skipped", FORM), "/live?outcome=skipped");
    }

    #[test]
    fn a_long_text_stays_behind() {
        let long = format!("origins={}", "a".repeat(TYPED_MAX));
        let refused = "/sources/new?__path=p&__err=e";
        assert_eq!(with_typed(refused, long.as_bytes()), refused);
    }
}
