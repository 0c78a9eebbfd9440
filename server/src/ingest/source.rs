//! Who sends: the write key, or the page's origin, names the source.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN, REFERER};
use url::Url;

use crate::published::Snapshot;
use crate::store::rows::Source;

/// A sender that is known.
#[derive(Clone, Debug)]
pub struct Caller {
    pub source: Arc<Source>,
    /// The page that sends, when it is a browser's cross-origin request.
    pub origin: Option<String>,
    /// No key was shown: only the page's origin speaks for it.
    pub by_origin: bool,
}

/// Why a sender is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    #[error(
        "say who you are: send the source's write key as `Authorization: Bearer …` or `?key=…`, or send from an allowed origin"
    )]
    Nobody,
    #[error("no source has this write key; copy it again from the source's page")]
    UnknownKey,
    #[error("no source allows the origin {0}; add it to a source, or send the source's write key")]
    UnknownOrigin(String),
    #[error("the source {source_name} does not allow the origin {origin}; add it to the source's origins")]
    ForeignOrigin { origin: String, source_name: String },
}

/// Finds the source that a request speaks for. A key counts before the origin.
pub fn identify(known: &Snapshot, headers: &HeaderMap, query: &str, now: i64) -> Result<Caller, Stranger> {
    let origin = text(headers, &ORIGIN).map(str::to_owned);
    if let Some(key) = write_key(headers, query) {
        let source = known.source_of_key(&key, now).ok_or(Stranger::UnknownKey)?;
        return match origin {
            Some(origin) if !allows(source, &origin) => {
                Err(Stranger::ForeignOrigin { origin, source_name: source.name.clone() })
            }
            origin => Ok(Caller { source: Arc::clone(source), origin, by_origin: false }),
        };
    }
    // Browsers leave `Origin` out of a GET to the page's own host: then the referrer says the same.
    let page =
        origin.clone().or_else(|| text(headers, &REFERER).and_then(origin_of)).ok_or(Stranger::Nobody)?;
    match known.source_of_origin(&page) {
        Some(source) => Ok(Caller { source: Arc::clone(source), origin, by_origin: true }),
        None => Err(Stranger::UnknownOrigin(page)),
    }
}

/// A source without origins leaves it to the key.
fn allows(source: &Source, origin: &str) -> bool {
    source.origins.is_empty() || source.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
}

/// The key of `Authorization: Bearer`, of Basic's user name, or of `key=` in the query.
fn write_key(headers: &HeaderMap, query: &str) -> Option<String> {
    if let Some(credentials) = text(headers, &AUTHORIZATION) {
        // What cannot be read is no source's key: the empty one.
        return Some(from_authorization(credentials).unwrap_or_default());
    }
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == KEY).map(|(_, key)| key.into_owned())
}

fn from_authorization(credentials: &str) -> Option<String> {
    let (scheme, rest) = credentials.trim().split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let pair = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
            Some(pair.split_once(':').map_or(pair.as_str(), |(user, _)| user).to_owned())
        }
        _ => None,
    }
}

/// The query parameter that carries a write key.
const KEY: &str = "key";

/// The query without the write key, so that no later step can store or show it.
pub fn without_key(query: &str) -> String {
    let is_key =
        |pair: &&str| form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(name, _)| name == KEY);
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_key(pair)).collect();
    kept.join("&")
}

fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
