//! What a tag logs outside Sidetag: one record for each request, each reply and each thing worth a line.
//!
//! Records have the names and words of Stape's GTM template, so that what reads its logs can read these. Two
//! forms: an object for a console, and a row for BigQuery, whose columns are all in snake case. Where records go
//! to is not decided here; [`crate::config::Logs`] says whether they go there in full or [`Record::redacted`].

use serde_json::{Map, Value, json};

use crate::amazon::js;
use crate::amazon::reply::Reply;
use crate::context::Browser;
use crate::reason::Reason;

mod redacted;

/// The tag's name in every record.
const TAG: &str = "Amazon";

/// Stands for an event's name in the records of a token request.
const TOKEN_EVENT: &str = "AIP Token Request";

/// What a record is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About<'a> {
    /// Unix milliseconds.
    pub time_ms: i64,
    /// The outgoing name of the event, once it has one.
    pub event_name: Option<&'a str>,
    /// See [`trace_id`].
    pub trace_id: Option<&'a str>,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub time_ms: i64,
    pub event_name: Option<String>,
    pub trace_id: Option<String>,
    pub entry: Entry,
    pub message: Option<String>,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Request {
        method: &'static str,
        url: String,
        body: Option<Value>,
    },
    Response {
        status: u16,
        headers: Map<String, Value>,
        body: String,
    },
    /// In place of a response that never came.
    NoResponse,
    Message,
}

/// The id by which the hosting's own logs know the request.
pub fn trace_id<'a>(browser: Browser<'a>) -> Option<&'a str> {
    browser.header("trace-id")
}

impl About<'_> {
    /// An event request to one tag ID.
    pub fn request(self, tag_id: &str, url: &str) -> Record {
        let entry = Entry::Request { method: "GET", url: url.to_owned(), body: None };
        self.record(entry).message(format!("Tag ID: {tag_id}"))
    }

    /// The answer to [`Self::request`], or that there was none.
    pub fn reply(self, tag_id: &str, reply: &Reply) -> Record {
        match failure(reply) {
            Some(reason) => {
                let message = format!("Request failed or timed out. Tag ID: {tag_id}");
                self.record(Entry::NoResponse).message(message).reason(reason)
            }
            None => self.record(response(reply)).message(format!("Tag ID: {tag_id}")),
        }
    }

    /// A token request of advanced matching.
    pub fn token_request(self, url: &str, body: &Value) -> Record {
        let entry = Entry::Request { method: "POST", url: url.to_owned(), body: Some(body.clone()) };
        self.of_token().record(entry)
    }

    /// The answer to [`Self::token_request`], or that there was none.
    pub fn token_reply(self, reply: &Reply) -> Record {
        let about = self.of_token();
        match failure(reply) {
            Some(reason) => {
                about.record(Entry::Message).message("Request failed or timed out.".to_owned()).reason(reason)
            }
            None => about.record(response(reply)),
        }
    }

    /// That nothing was sent. Only what is wrong with the event is logged: a tag that does not run for an event,
    /// by its trigger or for want of consent, is silent. `subject` is the name or value that is too long.
    pub fn not_sent(self, reason: Reason, subject: &str) -> Option<Record> {
        let reason = match reason {
            Reason::NameMissing => "One or more required properties are missing: event".to_owned(),
            Reason::NameTooLong | Reason::AttributeNameTooLong => {
                format!("Parameter \"{subject}\" is invalid: length greater than 256")
            }
            Reason::ValueTooLong => {
                format!("Parameter value \"{subject}\" is invalid: length greater than 1000")
            }
            Reason::ConsentStringMissing => {
                "If GDPR consent is enabled, the TCFv2 consent string must be set.".to_owned()
            }
            _ => return None,
        };
        Some(self.record(Entry::Message).message("Request was not sent.".to_owned()).reason(reason))
    }

    /// That Amazon's redirect could not be handed to a browser ([`Reason::SyncUnsupported`]).
    pub fn sync_unsupported(self, tag_id: &str) -> Record {
        let message = "The requestor does not support sending pixels from browser. 3rd party cookies will not be \
                       collected as a result.";
        self.record(Entry::Message).message(format!("{message} Tag ID: {tag_id}"))
    }

    fn of_token(self) -> Self {
        Self { event_name: Some(TOKEN_EVENT), ..self }
    }

    fn record(self, entry: Entry) -> Record {
        Record {
            time_ms: self.time_ms,
            event_name: self.event_name.map(str::to_owned),
            trace_id: self.trace_id.map(str::to_owned),
            entry,
            message: None,
            reason: None,
        }
    }
}

/// Why there is no answer, as server-side GTM reports it.
fn failure(reply: &Reply) -> Option<String> {
    let reason = match reply {
        Reply::Answered { .. } => return None,
        Reply::TimedOut => "timed_out",
        Reply::Unreachable { .. } => "failed",
    };
    Some(json!({ "reason": reason }).to_string())
}

fn response(reply: &Reply) -> Entry {
    let Reply::Answered { status, headers, body } = reply else { return Entry::NoResponse };
    let mut map = Map::new();
    for (name, value) in headers {
        match map.get_mut(name) {
            Some(Value::String(known)) => *known = format!("{known}, {value}"),
            _ => {
                map.insert(name.clone(), value.clone().into());
            }
        }
    }
    Entry::Response { status: *status, headers: map, body: body.clone() }
}

impl Record {
    fn message(mut self, message: String) -> Self {
        self.message = Some(message);
        self
    }

    fn reason(mut self, reason: String) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The record as an object for a console.
    pub fn console(&self) -> Value {
        self.write(&CONSOLE, |value| value)
    }

    /// The record as a row for BigQuery, where objects are JSON text and the time is in Unix milliseconds.
    pub fn row(&self) -> Value {
        let mut row = self.write(&COLUMNS, |value| js::text(&value).into());
        if let Value::Object(row) = &mut row {
            row.insert("timestamp".to_owned(), self.time_ms.into());
        }
        row
    }

    fn write(&self, names: &Names, nested: fn(Value) -> Value) -> Value {
        let mut object = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(name.to_owned(), value);
            }
        };
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let kind = match &self.entry {
            Entry::Request { .. } => "Request",
            Entry::Response { .. } | Entry::NoResponse => "Response",
            Entry::Message => "Message",
        };
        set(names.tag, Some(TAG.into()));
        set(names.kind, Some(kind.into()));
        set(names.event_name, text(&self.event_name));
        match &self.entry {
            Entry::Request { method, url, body } => {
                set(names.method, Some((*method).into()));
                set(names.url, Some(url.as_str().into()));
                set(names.request_body, body.clone().map(nested));
            }
            Entry::Response { status, headers, body } => {
                set(names.status, Some((*status).into()));
                set(names.headers, Some(nested(Value::Object(headers.clone()))));
                set(names.response_body, Some(body.as_str().into()));
            }
            Entry::NoResponse | Entry::Message => {}
        }
        set(names.message, text(&self.message));
        set(names.reason, text(&self.reason));
        set(names.trace_id, text(&self.trace_id));
        Value::Object(object)
    }
}

/// What the parts of a record are called.
struct Names {
    tag: &'static str,
    kind: &'static str,
    event_name: &'static str,
    method: &'static str,
    url: &'static str,
    request_body: &'static str,
    status: &'static str,
    headers: &'static str,
    response_body: &'static str,
    message: &'static str,
    reason: &'static str,
    trace_id: &'static str,
}

const CONSOLE: Names = Names {
    tag: "Name",
    kind: "Type",
    event_name: "EventName",
    method: "RequestMethod",
    url: "RequestUrl",
    request_body: "RequestBody",
    status: "ResponseStatusCode",
    headers: "ResponseHeaders",
    response_body: "ResponseBody",
    message: "Message",
    reason: "Reason",
    trace_id: "TraceId",
};

const COLUMNS: Names = Names {
    tag: "tag_name",
    kind: "type",
    event_name: "event_name",
    method: "request_method",
    url: "request_url",
    request_body: "request_body",
    status: "response_status_code",
    headers: "response_headers",
    response_body: "response_body",
    message: "message",
    reason: "reason",
    trace_id: "trace_id",
};

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: About<'_> =
        About { time_ms: 1_748_809_377_456, event_name: Some("Lead"), trace_id: Some("trace-1") };

    fn answered(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Reply::Answered { status, headers, body: body.to_owned() }
    }

    #[test]
    fn a_request_and_its_replies() {
        let request = ABOUT.request("t1", "https://amazon.example/iu3?pid=t1");
        assert_eq!(
            request.console(),
            json!({
                "Name": "Amazon", "Type": "Request", "EventName": "Lead", "RequestMethod": "GET",
                "RequestUrl": "https://amazon.example/iu3?pid=t1", "Message": "Tag ID: t1", "TraceId": "trace-1",
            })
        );
        assert_eq!(
            request.row(),
            json!({
                "tag_name": "Amazon", "type": "Request", "event_name": "Lead", "request_method": "GET",
                "request_url": "https://amazon.example/iu3?pid=t1", "message": "Tag ID: t1", "trace_id": "trace-1",
                "timestamp": 1_748_809_377_456_i64,
            })
        );
        let reply =
            ABOUT.reply("t1", &answered(503, &[("retry-after", "1"), ("via", "a"), ("via", "b")], "\"x\""));
        assert_eq!(
            reply.console(),
            json!({
                "Name": "Amazon", "Type": "Response", "EventName": "Lead", "ResponseStatusCode": 503,
                "ResponseHeaders": {"retry-after": "1", "via": "a, b"}, "ResponseBody": "\"x\"",
                "Message": "Tag ID: t1", "TraceId": "trace-1",
            })
        );
        let row = reply.row();
        assert_eq!(row["response_headers"], r#"{"retry-after":"1","via":"a, b"}"#);
        assert_eq!(row["response_body"], "\"x\"", "a text is not made JSON again");
        let none = ABOUT.reply("t1", &Reply::TimedOut);
        assert_eq!(
            none.console(),
            json!({
                "Name": "Amazon", "Type": "Response", "EventName": "Lead",
                "Message": "Request failed or timed out. Tag ID: t1", "Reason": "{\"reason\":\"timed_out\"}",
                "TraceId": "trace-1",
            })
        );
    }

    #[test]
    fn a_token_request_and_its_replies() {
        let body = json!({"gdpr": 0, "hashedRecords": [{"type": "email", "record": "908e"}]});
        let about = About { trace_id: None, ..ABOUT };
        let request = about.token_request("https://amazon.example/envelope", &body);
        assert_eq!(
            request.console(),
            json!({
                "Name": "Amazon", "Type": "Request", "EventName": "AIP Token Request", "RequestMethod": "POST",
                "RequestUrl": "https://amazon.example/envelope", "RequestBody": body,
            })
        );
        assert_eq!(
            request.row()["request_body"],
            r#"{"gdpr":0,"hashedRecords":[{"type":"email","record":"908e"}]}"#
        );
        let failed = about.token_reply(&Reply::Unreachable { error: "no such host".into() });
        assert_eq!(
            failed.console(),
            json!({
                "Name": "Amazon", "Type": "Message", "EventName": "AIP Token Request",
                "Message": "Request failed or timed out.", "Reason": "{\"reason\":\"failed\"}",
            })
        );
        let reply = about.token_reply(&answered(200, &[], "{}")).console();
        assert_eq!((&reply["Type"], reply.get("Message")), (&json!("Response"), None));
    }

    #[test]
    fn what_was_not_sent() {
        let none = About { event_name: None, trace_id: None, ..ABOUT };
        let record = none.not_sent(Reason::NameMissing, "").map(|record| record.console());
        let reason = "One or more required properties are missing: event";
        let expected = json!({"Name": "Amazon", "Type": "Message", "Message": "Request was not sent.", "Reason": reason});
        assert_eq!(record, Some(expected));
        for (reason, subject, said) in [
            (Reason::NameTooLong, "xx", r#"Parameter "xx" is invalid: length greater than 256"#),
            (Reason::ValueTooLong, "xx", r#"Parameter value "xx" is invalid: length greater than 1000"#),
        ] {
            assert_eq!(
                ABOUT.not_sent(reason, subject).and_then(|record| record.reason).as_deref(),
                Some(said)
            );
        }
        for silent in [Reason::ConsentDenied, Reason::NotTriggered] {
            assert_eq!(ABOUT.not_sent(silent, ""), None);
        }
        let unsupported = ABOUT.sync_unsupported("t1").message;
        assert!(unsupported.is_some_and(|message| message.ends_with("as a result. Tag ID: t1")));
    }
}
