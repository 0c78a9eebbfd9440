//! Sending a request to Amazon, and nothing more: no retry, no redirect, no meaning.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response};
use tag::amazon::reply::Reply;
use tag::amazon::sync::Redirect;
use url::{Host, Url};

#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Always returns in bounded time: whatever happens is a reply.
    async fn send(&self, request: &Request) -> Received;
}

/// What Amazon is asked. Addresses hold tokens: neither log nor store them.
pub enum Request {
    Get {
        url: String,
        /// The `Cookie` header.
        cookie: Option<String>,
    },
    Post {
        url: String,
        json: String,
    },
}

/// What came back.
pub struct Received {
    /// Without what identifies a browser, so that it may be stored.
    pub reply: Reply,
    /// Where it leads in full, for the moment.
    pub redirect: Option<Redirect>,
}

impl From<Reply> for Received {
    fn from(reply: Reply) -> Self {
        Self { reply, redirect: None }
    }
}

/// Of an answer's body, no more is read: the pixel's is a few bytes, and whoever answers may be anybody.
const BODY_BYTES: usize = 16 * 1024;
/// Of one header's value, no more is kept.
const HEADER_CHARS: usize = 1024;
const HEADERS: usize = 64;
/// Stands for what is not kept.
const LEFT_OUT: &str = "(left out)";

/// Sends over HTTP. Plain HTTP goes to this machine only.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: Client,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot prepare the HTTP client")]
pub struct TransportError(#[from] reqwest::Error);

impl HttpTransport {
    /// `timeout_ms` bounds the whole try, from connecting to the last byte.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes a client, with all its limits")]
    pub fn new(timeout_ms: u64) -> Result<Self, TransportError> {
        // Only the first call in a process installs it; any later one finds the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_millis(timeout_ms);
        // The machine's certificates and, for images that have none, Mozilla's.
        let mozilla = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| Certificate::from_der(root));
        let client = Client::builder()
            .user_agent(concat!("Sidetag/", env!("CARGO_PKG_VERSION")))
            .tls_certs_merge(mozilla.collect::<Result<Vec<_>, _>>()?)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(timeout / 2)
            .timeout(timeout)
            .pool_idle_timeout(Duration::from_secs(30))
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: &Request) -> Received {
        let (Request::Get { url, .. } | Request::Post { url, .. }) = request;
        let url = match Url::parse(url) {
            Ok(url) if is_safe(&url) => url,
            Ok(_) => return unreachable("the address is not https; plain http goes to this machine only"),
            Err(error) => return unreachable(format!("the address is not valid: {error}")),
        };
        let request = match request {
            Request::Get { cookie: None, .. } => self.client.get(url),
            Request::Get { cookie: Some(cookie), .. } => self.client.get(url).header(COOKIE, cookie),
            Request::Post { json, .. } => {
                self.client.post(url).header(CONTENT_TYPE, "application/json").body(json.clone())
            }
        };
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) if error.is_timeout() && !error.is_connect() => Reply::TimedOut.into(),
            Err(error) => unreachable(causes(&error.without_url())),
        }
    }
}

/// TLS, or no network at all.
fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The status is the answer; a body that breaks off or drags on takes nothing from it.
async fn answered(mut response: Response) -> Received {
    let status = response.status().as_u16();
    let raw = response.headers().iter();
    let redirect =
        Redirect::of(status, raw.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))));
    let headers = headers(response.headers());
    let mut body = Vec::new();
    while body.len() < BODY_BYTES {
        let Ok(Some(chunk)) = response.chunk().await else { break };
        body.extend_from_slice(&chunk);
    }
    body.truncate(BODY_BYTES);
    let reply = Reply::Answered { status, headers, body: String::from_utf8_lossy(&body).into_owned() };
    Received { reply, redirect }
}

/// Cookies and the query of a redirect identify a browser.
fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let kept = headers.iter().take(HEADERS).map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value: String = match (name, value.split_once(['?', '#'])) {
            (&SET_COOKIE, _) => LEFT_OUT.to_owned(),
            (&LOCATION, Some((before, _))) => format!("{before}?{LEFT_OUT}"),
            _ => value.into_owned(),
        };
        (name.to_string(), value.chars().take(HEADER_CHARS).collect())
    });
    kept.collect()
}

fn unreachable(error: impl Into<String>) -> Received {
    Reply::Unreachable { error: error.into() }.into()
}

/// An error with its causes: the outermost alone says little more than that sending failed.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        let table = [
            ("https://s.amazon-adsystem.com/iu3?pid=1", true),
            ("http://127.0.0.1:4000/iu3", true),
            ("http://[::1]:4000/iu3", true),
            ("http://localhost/iu3", true),
            ("http://s.amazon-adsystem.com/iu3", false),
            ("http://localhost.example/iu3", false),
            ("http://10.0.0.1/iu3", false),
            ("ftp://127.0.0.1/iu3", false),
            ("data:text/plain,iu3", false),
        ];
        for (url, safe) in table {
            assert_eq!(is_safe(&Url::parse(url).unwrap()), safe, "{url}");
        }
    }
}
