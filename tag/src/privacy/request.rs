//! An incoming request as the debugger may show it.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{mask_text, redact_value, shape};
use crate::clients::Request;
use crate::words;

/// Bytes of the body that are kept.
const BODY: usize = 16 * 1024;

/// Headers that help to explain an event. All others stay out, `authorization` and `cookie` above all.
const HEADERS: [&str; 8] = [
    "user-agent",
    "referer",
    "origin",
    "content-type",
    "content-length",
    "accept-language",
    "sec-gpc",
    "x-forwarded-for",
];

/// A request without secrets and personal data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IncomingRequest {
    pub method: String,
    pub path: String,
    /// Still encoded, but for masked values.
    pub query: String,
    pub headers: Vec<(String, String)>,
    /// Names, with a hint at the length of each value.
    pub cookies: Vec<(String, String)>,
    pub body: String,
    /// The body's length in bytes before anything was masked or cut.
    pub body_length: usize,
    /// Whether only the beginning of the body is here.
    pub body_cut: bool,
}

/// What may be kept of a request.
pub fn request_view(request: &Request) -> IncomingRequest {
    let chosen = |name: &str| HEADERS.contains(&name) || name.starts_with("sec-ch-ua");
    let header = |(name, value): &(String, String)| match name.as_str() {
        "x-forwarded-for" => (name.clone(), shape::ip(value)),
        _ => (name.clone(), mask_text(value).into_owned()),
    };
    let cookie = |(name, value): (&str, &str)| {
        let length = percent_decode_str(value).count();
        (mask_text(name).into_owned(), format!("{} ({})", shape::HIDDEN, words::count(length, "character")))
    };
    let mut body = body(request.content());
    let body_cut = body.len() > BODY;
    body.truncate(body.floor_char_boundary(BODY));
    IncomingRequest {
        method: request.method.clone(),
        path: mask_text(&request.path).into_owned(),
        query: mask_text(&request.query).into_owned(),
        headers: request.headers.iter().filter(|(name, _)| chosen(name)).map(header).collect(),
        cookies: request.cookies().map(cookie).collect(),
        body,
        body_length: request.body.len(),
        body_cut,
    }
}

/// JSON is masked by its keys, line by line if need be. JSON that cannot be read cannot be masked: it stays
/// out. Everything else is masked as text.
fn body(content: &[u8]) -> String {
    if !matches!(content.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return mask_text(&String::from_utf8_lossy(content)).into_owned();
    }
    let json = |text: &[u8]| {
        let value: Value = serde_json::from_slice(text).ok()?;
        Some(redact_value(&value, &mut vec![]).to_string())
    };
    if let Some(whole) = json(content) {
        return whole;
    }
    let mut lines = vec![];
    let mut unreadable = 0;
    for line in content.split(|byte| *byte == b'\n') {
        match json(line) {
            Some(line) => lines.push(line),
            None => unreadable += line.trim_ascii().len(),
        }
    }
    if unreadable > 0 {
        lines.push(format!("({unreadable} bytes that are not JSON)"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &[u8]) -> Request {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Request {
            method: "POST".to_owned(),
            path: "/g/collect".to_owned(),
            query: "v=2&key=sk_live&ep.user_data.email_address=jane%40x.de".to_owned(),
            headers: vec![
                header("authorization", "Bearer sk_live"),
                header("cookie", "_ga=GA1.1.118.178; jane@x.de=1"),
                header("x-forwarded-for", "203.0.113.24, unknown"),
                header("sec-ch-ua-mobile", "?0"),
                header("referer", "https://x.example/?email=jane@x.de"),
            ],
            body: body.to_vec(),
            ..Request::default()
        }
    }

    #[test]
    fn only_what_explains_an_event_is_kept() {
        let view = request_view(&request(b""));
        assert_eq!(view.query, "v=2&key=***&ep.user_data.email_address=j***@x***.de");
        let headers: Vec<String> =
            view.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            headers,
            [
                "x-forwarded-for: 203.0.113.0, ***",
                "sec-ch-ua-mobile: ?0",
                "referer: https://x.example/?email=j***@x***.de"
            ]
        );
        let cookies: Vec<String> =
            view.cookies.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(cookies, ["_ga: *** (13 characters)", "j***@x***.de: *** (1 character)"]);
    }

    #[test]
    fn bodies_are_masked_by_their_form() {
        for (body, shown) in [
            (
                r#"{"user_data":{"phone_number":"0151 2345678"},"value":1.5}"#,
                r#"{"user_data":{"phone_number":"015*****78"},"value":1.5}"#,
            ),
            ("{\"city\":\"Ulm\"}\n{\"city\":\"Bo", "{\"city\":\"U***\"}\n(11 bytes that are not JSON)"),
            (
                "en=sign_up&ep.city=Ulm\r\nen=lead&ep.zip=89073",
                "en=sign_up&ep.city=U***\r\nen=lead&ep.zip=8***",
            ),
        ] {
            assert_eq!(request_view(&request(body.as_bytes())).body, shown);
        }
    }

    #[test]
    fn a_long_body_is_cut_after_it_was_masked() {
        let body = format!("{}jane@example.com", "é ".repeat(BODY / 3 - 4));
        let view = request_view(&request(body.as_bytes()));
        assert!(!view.body_cut && view.body.ends_with("j***@e***.com"));
        let view = request_view(&request("é".repeat(BODY).as_bytes()));
        assert_eq!((view.body.len(), view.body_length, view.body_cut), (BODY, 2 * BODY, true));
    }
}
