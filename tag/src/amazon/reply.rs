//! What Amazon's answer to a pixel request means.
//!
//! The pixel tells very little: 200 proves that the request was accepted and nothing else; 302 is the first
//! leg of the cookie sync ([`super::sync`]); error details never come. Retry or not is decided here, when to retry
//! elsewhere.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::reason::Reason;

/// Amazon's answer, or the lack of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Answered {
        status: u16,
        /// Names in lower case. Values of `set-cookie` are left out: they identify a browser.
        headers: Vec<(String, String)>,
        /// The first part of the body, as text.
        body: String,
    },
    /// Connected, but no answer in time.
    TimedOut,
    /// DNS, TCP or TLS failed; the text says how.
    Unreachable { error: String },
}

/// What follows from a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepted: done.
    Delivered(Reason),
    /// Final: the same request would be refused again.
    Refused(Reason),
    /// Worth another try, not before `after_ms` if Amazon asked for that (`Retry-After`).
    Retry { reason: Reason, after_ms: Option<i64> },
}

impl Verdict {
    pub fn reason(self) -> Reason {
        match self {
            Self::Delivered(reason) | Self::Refused(reason) | Self::Retry { reason, .. } => reason,
        }
    }
}

/// Reads a reply.
pub fn read(reply: &Reply) -> Verdict {
    match reply {
        Reply::TimedOut => Verdict::Retry { reason: Reason::TimedOut, after_ms: None },
        Reply::Unreachable { .. } => Verdict::Retry { reason: Reason::Unreachable, after_ms: None },
        Reply::Answered { status, headers, .. } => match status {
            200..=299 => Verdict::Delivered(Reason::Accepted),
            300..=399 => Verdict::Delivered(Reason::FirstLeg),
            429 => Verdict::Retry { reason: Reason::RateLimited, after_ms: retry_after_ms(headers) },
            408 | 425 | 500..=599 => {
                Verdict::Retry { reason: Reason::TransientStatus, after_ms: retry_after_ms(headers) }
            }
            _ => Verdict::Refused(Reason::RefusedStatus),
        },
    }
}

/// No wait that Amazon asks for is taken for longer, in milliseconds: a day.
const RETRY_AFTER_LIMIT_MS: i64 = 24 * 60 * 60 * 1000;

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a date, which is compared with the answer's own `Date` so that
/// no clock but Amazon's counts. What is neither is ignored: the backoff is a safe answer.
fn retry_after_ms(headers: &[(String, String)]) -> Option<i64> {
    let header = |name| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
    let value = header("retry-after")?;
    let seconds = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().unwrap_or(i64::MAX)
    } else {
        let date = |text: &str| OffsetDateTime::parse(text, &Rfc2822).ok();
        (date(value)? - date(header("date")?)?).whole_seconds()
    };
    Some(seconds.saturating_mul(1000).clamp(0, RETRY_AFTER_LIMIT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, headers: &[(&str, &str)]) -> Reply {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Reply::Answered { status, headers, body: String::new() }
    }

    #[test]
    fn only_answers_that_could_change_are_tried_again() {
        for status in [200, 204] {
            assert_eq!(read(&answered(status, &[])), Verdict::Delivered(Reason::Accepted));
        }
        assert_eq!(read(&answered(302, &[])), Verdict::Delivered(Reason::FirstLeg));
        for status in [400, 401, 403, 404, 410] {
            assert_eq!(read(&answered(status, &[])), Verdict::Refused(Reason::RefusedStatus));
        }
        for status in [408, 425, 500, 503] {
            let reason = Reason::TransientStatus;
            assert_eq!(read(&answered(status, &[])), Verdict::Retry { reason, after_ms: None });
        }
        assert_eq!(read(&Reply::TimedOut), Verdict::Retry { reason: Reason::TimedOut, after_ms: None });
    }

    #[test]
    fn retry_after_is_honoured_and_junk_is_ignored() {
        let reason = Reason::RateLimited;
        const LIMIT: Option<i64> = Some(RETRY_AFTER_LIMIT_MS);
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (value, after_ms) in [
            ("7", Some(7000)),
            (" 0 ", Some(0)),
            ("86401", LIMIT),
            ("99999999999999999999", LIMIT),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Wed, 06 Nov 2024 08:49:37 GMT", LIMIT),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            let verdict = read(&answered(429, &[("retry-after", value), date]));
            assert_eq!(verdict, Verdict::Retry { reason, after_ms }, "{value:?}");
        }
        // Without Amazon's own time, a date says nothing about a wait.
        for value in ["Sun, 06 Nov 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT"] {
            let verdict = read(&answered(429, &[("retry-after", value)]));
            assert_eq!(verdict, Verdict::Retry { reason, after_ms: None }, "{value:?}");
        }
    }
}
