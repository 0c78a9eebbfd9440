//! A request to Amazon as it may be kept and shown.

use super::{document, hidden, mask_text, shown};
use crate::amazon::token::Ask;
use crate::run::{EventRequest, Param};

/// The request without tokens, measurement tokens, the end of the visitor's IP address, and whatever else may not
/// be kept. Hashes stay. It equals the request when there is nothing to hide.
pub fn outgoing(request: &EventRequest) -> EventRequest {
    EventRequest {
        tag_id: request.tag_id.clone(),
        endpoint: request.endpoint.clone(),
        params: request.params.iter().map(param).collect(),
        token: request.token.as_ref().map(Ask::shown),
        sync: request.sync,
    }
}

fn param(param: &Param) -> Param {
    let Param { name, value, .. } = param;
    Param { name: mask_text(name).into_owned().into(), value: parameter(name, value), ..param.clone() }
}

/// A parameter's value as it may be shown.
fn parameter(name: &str, value: &str) -> String {
    match name {
        "amznToken" | "arefs" => hidden(value),
        "amazonConsentString" => document(value),
        name => shown(name, value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_singles_out_a_visitor_is_hidden_and_hashes_stay() {
        let hash = "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d";
        let consent = r#"{"geo":{"countryCode":"DE","ipAddress":"203.0.113.24"},"consent":{"tcf":"CQ.x_-"}}"#;
        let body = json!({
            "gdpr": 1,
            "gdprConsent": "CQ.x_-",
            "hashedRecords": [{"type": "email", "record": hash}, {"type": "phonenumber", "record": hash}],
            "amazonConsentString": {"geo": {"ipAddress": "2001:db8:1:2::3"}},
        });
        let params = [
            ("pid", "0f6a3c1e-52d4-4b8e-9a57-3d1c8e7b2f60", None),
            ("ts", "1749057344456", None),
            ("clientDedupeId", "T-1024", None),
            ("MATCH_ID", "customer-17", None),
            ("gdpr_consent", "CQ.x_-", None),
            ("attr1", hash, None),
            ("attr2", "for jane.doe@example.com", Some("for j***@e***.com")),
            ("first_name", "Jane", Some("J***")),
            ("amznToken", "AIPx", Some("*** (4 characters)")),
            ("arefs", "abc.1|def.2", Some("*** (11 characters)")),
            ("amazonConsentString", consent, Some(&*consent.replace(".24", ".0"))),
        ];
        let param = |(name, value, _): &(&str, &str, _)| json!({"name": name, "value": value, "origin": "x"});
        let request: EventRequest = serde_json::from_value(json!({
            "tag_id": "0f6a3c1e-52d4-4b8e-9a57-3d1c8e7b2f60",
            "endpoint": "https://s.amazon-adsystem.com/iu3",
            "params": params.iter().map(param).collect::<Vec<_>>(),
            "token": {
                "request": {"url": "https://tk.example/envelope", "body": body.to_string()},
                "token_seconds": 9600,
                "owner": {
                    "records": [{"kind": "email", "sha256": hash}],
                    "consent": {"gdpr": 1, "gdprConsent": "", "amazonConsentString": {"geo": {"ipAddress": "203.0.113.24"}}},
                },
                "http_only": true,
            },
        }))
        .unwrap();

        let masked = outgoing(&request);
        for ((name, value, hidden), param) in params.into_iter().zip(&masked.params) {
            assert_eq!((&*param.name, &*param.value), (name, hidden.unwrap_or(value)));
        }
        let body = body.to_string().replace("2001:db8:1:2::3", "2001:db8:1::");
        assert_eq!(masked.token.as_ref().map(|ask| &ask.request.body), Some(&body));
        assert!(!serde_json::to_string(&masked).unwrap().contains("203.0.113.24"));

        let plain = EventRequest { params: request.params[..6].to_vec(), token: None, ..request };
        assert_eq!(outgoing(&plain), plain, "nothing to hide");
    }
}
