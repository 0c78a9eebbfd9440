//! The files that the browser loads: the browser part, the style, what lies in `app/public`. They are
//! embedded at build time and leave here exactly as they were built.

use app::SiteNames;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, StatusCode};

/// The site that `cargo xtask` built.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    js: &'static str,
    wasm: &'static str,
    css: &'static str,
    files: &'static [File],
}

#[derive(Debug)]
struct File {
    name: &'static str,
    /// Of the content. When it is part of the name, the file never changes under that name.
    hash: &'static str,
    content_type: &'static str,
    plain: &'static [u8],
    br: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

impl Site {
    /// None when the server was compiled without a site, as `cargo test` does: nothing to look at then.
    pub fn embedded() -> Option<Self> {
        include!(concat!(env!("OUT_DIR"), "/site.rs"))
    }

    /// What the page shell has to name: files under `/assets/`.
    pub fn names(&self) -> SiteNames {
        let name = |name: &str| Some(name.to_owned());
        SiteNames { js: name(self.js), wasm: name(self.wasm), css: name(self.css) }
    }

    /// `GET /assets/{name}`
    pub fn routes<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        Router::new().route(
            "/assets/{name}",
            get(move |Path(name): Path<String>, headers: HeaderMap| async move { self.answer(&name, &headers) }),
        )
    }

    fn answer(&self, name: &str, request: &HeaderMap) -> Response {
        match self.files.iter().find(|file| file.name == name) {
            Some(file) => file.answer(request),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

impl File {
    fn answer(&self, request: &HeaderMap) -> Response {
        // Weak, because the same tag stands for the compressed forms.
        let tag = format!("W/\"{}\"", self.hash);
        let always = [
            (CACHE_CONTROL, if self.name.contains(self.hash) { FOR_EVER } else { ASK_AGAIN }),
            (ETAG, &tag),
            (VARY, "accept-encoding"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        if names_tag(request, &tag) {
            return (StatusCode::NOT_MODIFIED, always).into_response();
        }
        let (coding, content) = self.compressed(request).unzip();
        let coding = coding.map(|coding| [(CONTENT_ENCODING, coding)]);
        let content = Body::from(content.unwrap_or(self.plain));
        (always, [(CONTENT_TYPE, self.content_type)], coding, content).into_response()
    }

    /// The compressed form that the caller likes best; of those it likes equally, the smallest.
    fn compressed(&self, request: &HeaderMap) -> Option<(&'static str, &'static [u8])> {
        // `max_by_key` keeps the last of equals.
        let forms = [("gzip", self.gzip), ("br", self.br)];
        let forms = forms.into_iter().filter_map(|(coding, content)| Some((coding, content?)));
        forms
            .filter(|(coding, _)| weight(request, coding) > 0)
            .max_by_key(|(coding, _)| weight(request, coding))
    }
}

/// A year, the longest that caches honour.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "public, no-cache";

fn names_tag(request: &HeaderMap, tag: &str) -> bool {
    let strong = tag.trim_start_matches("W/");
    listed(request, IF_NONE_MATCH).any(|given| given == "*" || given.trim_start_matches("W/") == strong)
}

/// How much the caller wants a content coding, in thousandths; 0 is not at all (RFC 9110, 12.5.3).
fn weight(request: &HeaderMap, coding: &str) -> u16 {
    let mut any = 0;
    for entry in listed(request, ACCEPT_ENCODING) {
        let (name, parameter) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let q = parameter.trim().to_ascii_lowercase();
        let q = q.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
        let weight = (q.clamp(0.0, 1.0) * 1000.0) as u16;
        match name.trim() {
            name if name.eq_ignore_ascii_case(coding) => return weight,
            "*" => any = weight,
            _ => {}
        }
    }
    any
}

fn listed(request: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let values = request.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: File = File {
        name: "app.0123456789.js",
        hash: "0123456789",
        content_type: "text/javascript; charset=utf-8",
        plain: b"plain",
        br: Some(b"br"),
        gzip: Some(b"gzip"),
    };
    const ICON: File =
        File { name: "favicon.svg", content_type: "image/svg+xml", br: None, gzip: None, ..SCRIPT };
    const SITE: Site = Site {
        js: SCRIPT.name,
        wasm: "app.9876543210.wasm",
        css: "style.0000000000.css",
        files: &[SCRIPT, ICON],
    };

    fn asking(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), http::HeaderValue::from_static(value))).collect()
    }

    fn coding(accepted: &'static str) -> Option<&'static str> {
        SCRIPT.compressed(&asking(&[(ACCEPT_ENCODING, accepted)])).map(|(coding, _)| coding)
    }

    #[test]
    fn the_smallest_form_is_chosen_that_the_caller_accepts() {
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("GZIP;Q=0.5", Some("gzip")),
            ("br;q=0.2, gzip;q=0.8", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("br ; q=0.0 , gzip;q=0", None),
            ("*", Some("br")),
            ("*;q=0.5, br;q=0", Some("gzip")),
            ("gzip;q=0.1, *;q=0", Some("gzip")),
            ("br;q=nonsense", None),
            ("identity", None),
            ("", None),
        ] {
            assert_eq!(coding(accepted), expected, "Accept-Encoding: {accepted}");
        }
        assert_eq!(SCRIPT.compressed(&HeaderMap::new()), None);
        assert_eq!(ICON.compressed(&asking(&[(ACCEPT_ENCODING, "br, gzip")])), None);
    }

    #[test]
    fn several_header_lines_count_as_one() {
        let mut request = asking(&[(ACCEPT_ENCODING, "gzip")]);
        request.append(ACCEPT_ENCODING, http::HeaderValue::from_static("br"));
        assert_eq!(SCRIPT.compressed(&request).map(|(coding, _)| coding), Some("br"));
    }

    #[test]
    fn a_file_named_after_its_content_is_kept_for_ever_and_another_is_asked_for_again() {
        let answer = SITE.answer("app.0123456789.js", &asking(&[(ACCEPT_ENCODING, "br")]));
        assert_eq!(answer.status(), StatusCode::OK);
        for (name, value) in [
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (CONTENT_ENCODING, "br"),
            (CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (ETAG, "W/\"0123456789\""),
            (VARY, "accept-encoding"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            assert_eq!(answer.headers()[&name], value, "{name}");
        }

        let answer = SITE.answer("favicon.svg", &asking(&[(ACCEPT_ENCODING, "br")]));
        assert_eq!(answer.headers()[CACHE_CONTROL], "public, no-cache");
        assert!(!answer.headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn a_file_that_the_caller_has_is_not_sent_again() {
        for given in ["W/\"0123456789\"", "\"other\", \"0123456789\"", "*"] {
            let answer = SITE.answer("favicon.svg", &asking(&[(IF_NONE_MATCH, given)]));
            assert_eq!(answer.status(), StatusCode::NOT_MODIFIED, "If-None-Match: {given}");
        }
        let answer = SITE.answer("favicon.svg", &asking(&[(IF_NONE_MATCH, "W/\"9876543210\"")]));
        assert_eq!(answer.status(), StatusCode::OK);
    }

    #[test]
    fn nothing_else_is_there() {
        for name in ["", "manifest.json", "app.js", "../Cargo.toml", "app.0123456789.js.br"] {
            assert_eq!(SITE.answer(name, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }
}
