//! Amazon's token request: hashed e-mail and phone go in, a token for the events comes out.
//!
//! One address for all regions. Amazon's own server template waits one second for it, and the event never
//! depends on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::js;
use super::reply::Reply;
use crate::config::matching::TOKEN_SECONDS_LIMIT;
use crate::identity::HashedRecord;
use crate::reason::Reason;

/// Comes in place of a token when Amazon sees no consent for one (Amazon's server template 1.5).
const NO_CONSENT: &str = "AMZN-NoCookieConsent";

/// What a token request says of consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvelopeConsent {
    /// 1 when GDPR is known to apply, else 0.
    pub gdpr: u8,
    /// The TCF string, which Amazon requires when GDPR applies; else empty.
    pub gdpr_consent: String,
    /// `amazonConsentString`: `{"geo": {…}, "consent": {…}}`.
    #[serde(rename = "amazonConsentString", default, skip_serializing_if = "Option::is_none")]
    pub amazon: Option<Value>,
}

/// A POST with the content type `application/json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    pub url: String,
    /// JSON, its members in the order of Amazon's and Stape's templates.
    pub body: String,
}

impl TokenRequest {
    pub(crate) fn new(
        endpoint: &str,
        records: &[HashedRecord],
        token_seconds: u32,
        consent: &EnvelopeConsent,
    ) -> Self {
        let body = Body {
            gdpr: consent.gdpr,
            gdpr_consent: &consent.gdpr_consent,
            hashed_records: records.iter().map(Record::from).collect(),
            ttl: token_seconds,
            amazon: consent.amazon.as_ref(),
        };
        Self { url: endpoint.to_owned(), body: js::stringify(&body) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    gdpr: u8,
    gdpr_consent: &'a str,
    hashed_records: Vec<Record<'a>>,
    ttl: u32,
    #[serde(rename = "amazonConsentString", skip_serializing_if = "Option::is_none")]
    amazon: Option<&'a Value>,
}

#[derive(Serialize)]
struct Record<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    record: &'a str,
}

impl<'a> From<&'a HashedRecord> for Record<'a> {
    fn from(record: &'a HashedRecord) -> Self {
        Self { kind: record.kind.name(), record: &record.sha256 }
    }
}

/// Amazon's token for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) value: String,
    /// How long it may be kept, in seconds: 1 to 604800.
    pub(crate) max_age_s: i64,
}

/// Reads the reply to a token request.
///
/// # Errors
/// [`Reason::TokenNoConsent`] or [`Reason::TokenFailed`]: the event goes without a token.
pub(crate) fn read(reply: &Reply, now_ms: i64, token_seconds: u32) -> Result<Token, Reason> {
    let Reply::Answered { status: 200..=299, body, .. } = reply else { return Err(Reason::TokenFailed) };
    let answer: Value = serde_json::from_str(body).map_err(|_| Reason::TokenFailed)?;
    let value = usable(answer.get("AIPToken").and_then(Value::as_str).unwrap_or_default())?.to_owned();
    // A life that is over, or was never stated, is no life to go by.
    let expiry_ms = answer.get("cookieExpiry").map_or(0, js::integer);
    let left_s = expiry_ms.saturating_sub(now_ms) / 1000;
    let max_age_s = if left_s > 0 { left_s } else { i64::from(token_seconds) };
    Ok(Token { value, max_age_s: max_age_s.clamp(1, i64::from(TOKEN_SECONDS_LIMIT)) })
}

/// A token that may be sent: not empty, and not the word for none.
pub(crate) fn usable(token: &str) -> Result<&str, Reason> {
    match token {
        "" => Err(Reason::TokenFailed),
        NO_CONSENT => Err(Reason::TokenNoConsent),
        token => Ok(token),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::identity::Kind;

    const NOW_MS: i64 = 1_749_057_344_456;

    fn answered(status: u16, body: &str) -> Reply {
        Reply::Answered { status, headers: vec![], body: body.to_owned() }
    }

    #[test]
    fn the_request_is_the_template_s_to_the_letter() {
        let amazon =
            json!({"geo": {"countryCode": "FR"}, "consent": {"amazonConsentFormat": {}, "gpp": "DBAA"}});
        let consent = EnvelopeConsent { gdpr: 1, gdpr_consent: "CQ".to_owned(), amazon: Some(amazon) };
        let record = |kind, sha256: &str| HashedRecord { kind, sha256: sha256.to_owned() };
        let records = [record(Kind::Email, "aa"), record(Kind::Phone, "bb")];
        let request = TokenRequest::new("https://tk.example/envelope", &records, 9600, &consent);
        assert_eq!(request.url, "https://tk.example/envelope");
        assert_eq!(
            request.body,
            r#"{"gdpr":1,"gdprConsent":"CQ","hashedRecords":[{"type":"email","record":"aa"},{"type":"phonenumber","record":"bb"}],"ttl":9600,"amazonConsentString":{"geo":{"countryCode":"FR"},"consent":{"amazonConsentFormat":{},"gpp":"DBAA"}}}"#
        );
    }

    #[test]
    fn the_life_of_a_token_is_what_amazon_says_within_its_limit() {
        for (expiry, max_age_s) in [
            (json!(NOW_MS + 60_000), 60),
            (json!(NOW_MS + 1_999), 1),
            (json!(NOW_MS + 999), 9600),
            (json!(NOW_MS), 9600),
            (json!(NOW_MS - 60_000), 9600),
            (json!((NOW_MS + 60_000).to_string()), 60),
            (json!(NOW_MS + 34_560_000_000), 604_800),
            (json!(1e300), 604_800),
            (json!(-1e300), 9600),
            (json!(null), 9600),
            (json!(["x"]), 9600),
            (json!("soon"), 9600),
        ] {
            let body = json!({"AIPToken": "AIPx", "cookieExpiry": expiry}).to_string();
            let token = Token { value: "AIPx".to_owned(), max_age_s };
            assert_eq!(read(&answered(200, &body), NOW_MS, 9600), Ok(token), "{body}");
        }
        let token = read(&answered(299, r#"{"AIPToken":"AIPx"}"#), NOW_MS, 0);
        assert_eq!(token.map(|token| token.max_age_s), Ok(1));
    }

    #[test]
    fn anything_but_a_token_is_none() {
        for body in [
            "",
            "not json",
            "null",
            "[]",
            "5",
            "{}",
            r#"{"cookieExpiry":1}"#,
            r#"{"AIPToken":""}"#,
            r#"{"AIPToken":null}"#,
            r#"{"AIPToken":5}"#,
            r#"{"AIPToken":["a"]}"#,
            r#"{"AIPToken":{"a":"b"}}"#,
        ] {
            assert_eq!(read(&answered(200, body), NOW_MS, 9600), Err(Reason::TokenFailed), "{body}");
        }
        for status in [199, 301, 401, 500] {
            let reply = answered(status, r#"{"AIPToken":"nope"}"#);
            assert_eq!(read(&reply, NOW_MS, 9600), Err(Reason::TokenFailed), "{status}");
        }
        for reply in [Reply::TimedOut, Reply::Unreachable { error: "dns".to_owned() }] {
            assert_eq!(read(&reply, NOW_MS, 9600), Err(Reason::TokenFailed));
        }
        let none = answered(200, r#"{"AIPToken":"AMZN-NoCookieConsent","cookieExpiry":1}"#);
        assert_eq!(read(&none, NOW_MS, 9600), Err(Reason::TokenNoConsent));
    }
}
