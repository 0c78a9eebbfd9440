//! What Amazon is told: the parameters of the event and the consent part of the token request.

use serde_json::{Map, Value, json};

use super::NoToken;
use super::in_force::{InForce, Set, Text};
use crate::amazon::envelope::EnvelopeConsent;
use crate::config::consent::Send;
use crate::consent::tcf::Tcf;
use crate::reason::Reason;
use crate::run::Param;

/// The signal that Amazon goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    Tcf,
    Gpp,
    Amazon,
    Nothing,
}

impl Chosen {
    /// TCF wins over Amazon's own signals (help article GE2Q65JXRZA8D4KJ). What cannot be read, what does not
    /// apply and what is empty is passed over.
    pub(super) fn of(in_force: &InForce<'_>) -> Self {
        let tcf = in_force.tcf.as_ref().is_some_and(|tcf| tcf.value.is_some());
        let gpp = in_force.gpp.as_ref().and_then(|gpp| gpp.value.as_ref());
        let amazon = in_force.amazon.as_ref().and_then(|amazon| amazon.value.as_ref());
        if tcf && in_force.gdpr() != Some(false) {
            Self::Tcf
        } else if gpp.is_some_and(|gpp| !gpp.ids.is_empty()) {
            Self::Gpp
        } else if amazon.is_some_and(|amazon| amazon.ad_storage.or(amazon.user_data).is_some()) {
            Self::Amazon
        } else {
            Self::Nothing
        }
    }
}

/// Which signals go along, in words.
pub(super) fn sent(send: Send, in_force: &InForce<'_>, chosen: Chosen) -> Vec<&'static str> {
    let all = send == Send::All;
    let signals = [
        (Chosen::Tcf, in_force.tcf.is_some(), "the TCF string"),
        (Chosen::Gpp, in_force.gpp.is_some(), "the GPP string"),
        (Chosen::Amazon, in_force.amazon.is_some(), "Amazon’s own signal"),
    ];
    let goes = |(signal, there, _): &(Chosen, bool, _)| *there && (all || *signal == chosen);
    signals.iter().filter(|signal| goes(signal)).map(|(_, _, words)| *words).collect()
}

/// The event's parameters.
pub(super) fn params(send: Send, in_force: &InForce<'_>, chosen: Chosen) -> Vec<Param> {
    let mut params = vec![];
    if let Some((applies, origin)) = &in_force.applies {
        params.push(Param::new("gdpr", applies.to_string(), origin.clone()).field("consent.tcf.applies"));
    }
    if let Some(flag) = in_force.personal_data {
        let param = Param::new("gdpr_pd", flag.to_string(), "Tag setting");
        params.push(param.field("consent.tcf.personal_data"));
    }
    if let Some(Set { written, origin, .. }) = tcf(send, in_force, chosen) {
        params.push(Param::new("gdpr_consent", written.as_ref(), origin.clone()).field("consent.tcf.string"));
    }
    params.extend(consent_string(in_force, chosen));
    params
}

/// The TCF string that goes along.
fn tcf<'f, 'a>(send: Send, in_force: &'f InForce<'a>, chosen: Chosen) -> Option<&'f Text<'a, Tcf>> {
    in_force.tcf.as_ref().filter(|_| send == Send::All || chosen == Chosen::Tcf)
}

/// `amazonConsentString`, as Amazon's browser tag has it (help article G2648JUCRZU662V5). It holds the one
/// signal that Amazon goes by, whatever else goes along; a TCF string has its own parameter.
fn consent_string(in_force: &InForce<'_>, chosen: Chosen) -> Option<Param> {
    let mut json = String::with_capacity(128);
    let mut origin = String::new();
    if let (Some(code), Some(country)) = (in_force.country_code(), &in_force.country) {
        json.extend([r#"{"geo":{"countryCode":""#, code, r#""}"#]);
        origin.extend(["country: ", &country.origin]);
    }
    if let Some((consent, from)) = chosen_consent(in_force, chosen) {
        let (start, comma) = if json.is_empty() { ("{", "") } else { (",", ", ") };
        json.extend([start, r#""consent":"#, &consent]);
        origin.extend([comma, "consent: ", from]);
    }
    if json.is_empty() {
        return None;
    }
    json.push('}');
    Some(Param::new("amazonConsentString", json, origin).field("consent"))
}

/// GPP or Amazon's own, whichever Amazon goes by, as JSON; and where it came from.
fn chosen_consent<'f>(in_force: &'f InForce<'_>, chosen: Chosen) -> Option<(String, &'f str)> {
    match (chosen, &in_force.gpp, &in_force.amazon) {
        (Chosen::Gpp, Some(gpp), _) => Some((json!({ "gpp": gpp.written }).to_string(), &gpp.origin)),
        (Chosen::Amazon, _, Some(Set { value: Some(amazon), origin, .. })) => {
            let mut json = r#"{"amazonConsentFormat":{"#.to_owned();
            let states = [("amzn_ad_storage", amazon.ad_storage), ("amzn_user_data", amazon.user_data)];
            let mut comma = "";
            for (name, state) in states {
                let Some(state) = state else { continue };
                json.extend([comma, "\"", name, "\":\"", state.amazon(), "\""]);
                comma = ",";
            }
            json.push_str("}}");
            Some((json, origin))
        }
        _ => None,
    }
}

/// Whether GDPR applies and no TCF string goes along.
pub(super) fn string_missing(send: Send, in_force: &InForce<'_>, chosen: Chosen) -> bool {
    in_force.gdpr() == Some(true) && tcf(send, in_force, chosen).is_none()
}

/// The consent part of the token request.
pub(super) fn envelope(
    send: Send,
    in_force: &InForce<'_>,
    chosen: Chosen,
) -> Result<EnvelopeConsent, NoToken> {
    if string_missing(send, in_force, chosen) {
        return Err(match send {
            // The reference reports a failure and sends the event all the same; a failure sends nothing.
            Send::All => NoToken::Stop(Reason::ConsentStringMissing),
            Send::One => NoToken::Without(Reason::ConsentStringMissing),
        });
    }
    let string = tcf(send, in_force, chosen);
    Ok(EnvelopeConsent {
        gdpr: u8::from(in_force.gdpr() == Some(true)),
        gdpr_consent: string.map(|set| set.written.clone().into_owned()).unwrap_or_default(),
        amazon: match send {
            Send::All => Some(all(in_force)),
            Send::One => one(in_force, chosen),
        },
    })
}

/// As Amazon's server template has it: what is empty is left out.
fn one(in_force: &InForce<'_>, chosen: Chosen) -> Option<Value> {
    let country = in_force.country_code().map(Value::from);
    let geo = object([("countryCode", country), ("ipAddress", in_force.ip.clone())]);
    let consent = match (chosen, &in_force.tcf) {
        (Chosen::Tcf, Some(tcf)) => Some(json!({ "tcf": tcf.written })),
        _ => chosen_consent(in_force, chosen).and_then(|(json, _)| serde_json::from_str(&json).ok()),
    };
    object([("geo", geo), ("consent", consent)])
}

/// As Stape's template has it: everything as it was written, and `geo` and `amazonConsentFormat` even when
/// they are empty.
fn all(in_force: &InForce<'_>) -> Value {
    let country =
        in_force.country.as_ref().map(|country| country.written.clone()).filter(|code| !code.is_null());
    let geo = object([("countryCode", country), ("ipAddress", in_force.ip.clone())]);
    let [ad_storage, user_data] =
        in_force.amazon.as_ref().map(|amazon| amazon.written.clone()).unwrap_or_default();
    let mut consent = Map::new();
    consent.insert("amazonConsentFormat".to_owned(), format(ad_storage, user_data));
    if let Some(gpp) = &in_force.gpp {
        consent.insert("gpp".to_owned(), gpp.written.as_ref().into());
    }
    json!({ "geo": geo.unwrap_or_else(|| json!({})), "consent": consent })
}

fn format(ad_storage: Option<Value>, user_data: Option<Value>) -> Value {
    object([("amzn_ad_storage", ad_storage), ("amzn_user_data", user_data)]).unwrap_or_else(|| json!({}))
}

/// An object of the members that there are; `None` when there are none.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Option<Value> {
    let members: Map<String, Value> =
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    (!members.is_empty()).then_some(Value::Object(members))
}
