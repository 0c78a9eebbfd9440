//! A record without what identifies a visitor.

use std::borrow::Cow;

use serde_json::Value;

use super::{Entry, Record};
use crate::amazon::js;
use crate::privacy::mask_text;

/// What hidden values become.
const HIDDEN: &str = "***";

/// Parameters of an event request: the token of advanced matching, measurement tokens, the advertiser's id of the
/// customer, and consent with the visitor's IP address in it.
const PARAMETERS: [&str; 4] = ["amznToken", "arefs", "MATCH_ID", "amazonConsentString"];

/// Members of a token request and its answer: hashes, IP address, token.
const MEMBERS: [&str; 3] = ["record", "ipAddress", "AIPToken"];

/// Headers that identify a browser.
const HEADERS: [&str; 2] = ["cookie", "set-cookie"];

impl Record {
    /// The record without match ids, tokens, hashes and IP addresses; e-mail addresses and phone numbers are masked
    /// wherever they are.
    pub fn redacted(&self) -> Self {
        let masked = |text: &Option<String>| text.as_deref().map(|text| mask_text(text).into_owned());
        Self {
            time_ms: self.time_ms,
            event_name: masked(&self.event_name),
            trace_id: self.trace_id.clone(),
            entry: entry(&self.entry),
            message: masked(&self.message),
            reason: masked(&self.reason),
        }
    }
}

fn entry(entry: &Entry) -> Entry {
    match entry {
        Entry::Request { method, url, body } => {
            Entry::Request { method, url: address(url), body: body.as_ref().map(value) }
        }
        Entry::Response { status, headers, body } => {
            let headers = headers.iter().map(|(name, header)| {
                let hidden = match header {
                    Value::String(_) if HEADERS.contains(&name.as_str()) => HIDDEN.into(),
                    Value::String(text) if name == "location" => address(text).into(),
                    other => value(other),
                };
                (name.clone(), hidden)
            });
            let headers = headers.collect();
            let body = match serde_json::from_str::<Value>(body) {
                Ok(parsed) if parsed.is_object() || parsed.is_array() => {
                    js::text(&value(&parsed)).into_owned()
                }
                _ => mask_text(body).into_owned(),
            };
            Entry::Response { status: *status, headers, body }
        }
        Entry::NoResponse => Entry::NoResponse,
        Entry::Message => Entry::Message,
    }
}

/// An address whose personal parameters are hidden.
fn address(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return mask_text(url).into_owned() };
    let parameter = |parameter| match str::split_once(parameter, '=') {
        Some((name, _)) if PARAMETERS.contains(&name) => Cow::Owned(format!("{name}={HIDDEN}")),
        _ => mask_text(parameter),
    };
    let query: Vec<_> = query.split('&').map(parameter).collect();
    format!("{}?{}", mask_text(before), query.join("&"))
}

fn value(json: &Value) -> Value {
    match json {
        Value::Object(object) => {
            let members = object.iter().map(|(name, member)| {
                let hidden = MEMBERS.contains(&name.as_str()) && !member.is_null();
                (name.clone(), if hidden { HIDDEN.into() } else { value(member) })
            });
            Value::Object(members.collect())
        }
        Value::Array(list) => list.iter().map(value).collect(),
        Value::String(text) => mask_text(text).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => json.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::amazon::reply::Reply;
    use crate::log::About;

    const URL: &str = "https://amazon.example/iu3?pid=t1&event=Lead&ts=1748809377456&clientDedupeId=T-1&arefs=SECRET.1\
                       &MATCH_ID=SECRET&amznToken=SECRET&amazonConsentString=%7B%22SECRET&note=jane%40shop.example&dcc=t";

    #[test]
    fn what_identifies_a_visitor_is_hidden_and_the_rest_stays() {
        let about = About { event_name: Some("jane@shop.example"), ..About::default() };
        let expected = "https://amazon.example/iu3?pid=t1&event=Lead&ts=1748809377456&clientDedupeId=T-1&arefs=***\
                        &MATCH_ID=***&amznToken=***&amazonConsentString=***&note=j***@s***.example&dcc=t";
        let request = about.request("t1", URL).redacted();
        assert_eq!(request.entry, Entry::Request { method: "GET", url: expected.to_owned(), body: None });
        assert_eq!(request.event_name.as_deref(), Some("j***@s***.example"));

        let body = json!({"gdpr": 0, "hashedRecords": [{"type": "email", "record": "SECRET"}], "geo": {"ipAddress": "SECRET"}});
        let headers = ["location", "set-cookie", "via"].map(|name| (name.to_owned(), URL.to_owned()));
        let reply = Reply::Answered {
            status: 200,
            headers: headers.to_vec(),
            body: json!({"AIPToken": "SECRET", "cookieExpiry": 5}).to_string(),
        };
        let records =
            [about.token_request("https://amazon.example/envelope", &body), about.token_reply(&reply)];
        let shown = records.map(|record| record.redacted().row());
        assert_eq!(
            shown[0]["request_body"],
            r#"{"gdpr":0,"hashedRecords":[{"type":"email","record":"***"}],"geo":{"ipAddress":"***"}}"#
        );
        assert_eq!(shown[1]["response_body"], r#"{"AIPToken":"***","cookieExpiry":5}"#);
        let headers: Value = serde_json::from_str(shown[1]["response_headers"].as_str().unwrap()).unwrap();
        assert_eq!((&headers["location"], &headers["set-cookie"]), (&json!(expected), &json!("***")));
    }
}
