//! How the stand-in answers.

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Recorded;

/// What to answer next, as `POST /_answer` takes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub kind: Kind,
    /// Which requests are answered so. Without it: token requests with `token`, events with all others.
    #[serde(default)]
    pub target: Option<Target>,
    /// For `status`: which; default 503.
    #[serde(default)]
    pub status: Option<u16>,
    /// How many requests are answered so.
    #[serde(default = "once")]
    pub times: u32,
    /// Milliseconds before the answer; `slow` without it takes a minute.
    #[serde(default)]
    pub delay_ms: Option<i64>,
    /// For `status`: the `Retry-After` header.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// For `token`: which; Amazon's word for "none" is `AMZN-NoCookieConsent`.
    #[serde(default)]
    pub token: Option<String>,
    /// For `redirect`: where to, instead of the same address with `dcc=t`.
    #[serde(default)]
    pub location: Option<String>,
}

fn once() -> u32 {
    1
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 200 with a pixel.
    Ok,
    /// The first leg of the cookie sync: 302 to the same address with `dcc=t`, and a cookie.
    Redirect,
    Status,
    /// 200, late.
    Slow,
    /// The connection breaks before any answer.
    Reset,
    /// 200 with nonsense.
    Garbage,
    /// A token, for the envelope.
    Token,
}

/// Which of Amazon's services an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Pixel,
    Envelope,
}

/// The smallest GIF: one transparent pixel.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

const SLOW_MS: i64 = 60_000;

/// How long Amazon's token lasts unless asked otherwise.
const TOKEN_MS: i64 = 9_600_000;

impl Answer {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            target: None,
            status: None,
            times: 1,
            delay_ms: None,
            retry_after: None,
            token: None,
            location: None,
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status: Some(status), ..Self::new(Kind::Status) }
    }

    /// A token for the next token request.
    pub fn token(token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(Kind::Token) }
    }

    /// The same for token requests.
    pub fn to_envelope(self) -> Self {
        Self { target: Some(Target::Envelope), ..self }
    }

    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    pub fn retry_after(self, value: &str) -> Self {
        Self { retry_after: Some(value.to_owned()), ..self }
    }

    pub(super) fn usual(target: Target) -> Self {
        match target {
            Target::Pixel => Self::new(Kind::Ok),
            Target::Envelope => Self::new(Kind::Token),
        }
    }

    pub(super) fn target(&self) -> Target {
        let usual = if self.kind == Kind::Token { Target::Envelope } else { Target::Pixel };
        self.target.unwrap_or(usual)
    }

    pub(super) fn delay_ms(&self) -> i64 {
        self.delay_ms.unwrap_or(if self.kind == Kind::Slow { SLOW_MS } else { 0 })
    }

    pub(super) fn give(self, host: &str, request: &Recorded, now_ms: i64) -> Response {
        match self.kind {
            Kind::Ok | Kind::Slow => ([(CONTENT_TYPE, "image/gif")], PIXEL).into_response(),
            Kind::Redirect => {
                let next = self.location.unwrap_or_else(|| format!("http://{host}{}&dcc=t", request.url));
                let cookie = "ad-id=A1b2C3d4E5f6; Domain=.amazon-adsystem.com; Secure; HttpOnly".to_owned();
                (StatusCode::FOUND, [(LOCATION, next), (SET_COOKIE, cookie)]).into_response()
            }
            Kind::Status => self.refuse(),
            Kind::Reset => {
                // The server drops the connection when a body fails before its head was flushed.
                let broken =
                    stream::once(async { Err::<&[u8], _>(std::io::Error::other("asked to break off")) });
                Body::from_stream(broken).into_response()
            }
            Kind::Garbage => {
                ([(CONTENT_TYPE, "application/json")], &b"\xff\xfe\x00{]<html>\xc3\x28"[..]).into_response()
            }
            Kind::Token => {
                let token = self.token.as_deref().unwrap_or("mock-token");
                Json(json!({ "AIPToken": token, "cookieExpiry": now_ms + TOKEN_MS })).into_response()
            }
        }
    }

    fn refuse(self) -> Response {
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
        let mut response = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE).into_response();
        if let Some(Ok(value)) = self.retry_after.map(|value| HeaderValue::from_str(&value)) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
        response
    }
}
