//! The parameters of Stape's template, read as that template reads them.

use serde_json::Value;

use super::Remark;
use super::parameters::{Parameters, Row, set};
use crate::amazon::js;
use crate::config::attributes::{Attribute, Attributes, Automatic, Currency, Fit};
use crate::config::consent::{self, Amazon, Consent, Country, Gate, Gpp, Identifiers, Ip, Tcf};
use crate::config::cookies::{ArefSource, CookieSync, Cookies, Measurement, Pruning};
use crate::config::logs::{BigQuery, Console, Logs};
use crate::config::matching::{EmailRule, MatchId, Matching, PhoneRule, TOKEN_SECONDS, TOKEN_SECONDS_LIMIT};
use crate::config::{EventName, Expression, Region, TagConfig, Trigger, Unmapped};

pub(super) fn config(parameters: &Parameters, remarks: &mut Vec<Remark>) -> TagConfig {
    TagConfig {
        tag_ids: tag_ids(parameters, remarks),
        region: region(parameters, remarks),
        trigger: Trigger::All,
        event_name: event_name(parameters, remarks),
        attributes: attributes(parameters, remarks),
        match_id: MatchId { from_event: true, value: parameters.expression("matchId") },
        matching: matching(parameters, remarks),
        consent: consent(parameters, remarks),
        measurement: Measurement {
            set_cookie: !parameters.flag("notSetMeasurementTokenCookie", remarks),
            source: ArefSource::Template,
            pruning: Pruning::Template,
        },
        cookies: cookies(parameters, remarks),
        cookie_sync: if parameters.flag("enableThirdPartyCookieSyncing", remarks) {
            CookieSync::Browser
        } else {
            CookieSync::Off
        },
        optimistic: parameters.flag("useOptimisticScenario", remarks),
        logs: logs(parameters, remarks),
        sources: vec![],
    }
}

/// Empty lines are skipped, and an ID that is there twice reports twice in the original and once here.
fn tag_ids(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Vec<String> {
    let mut ids: Vec<String> = vec![];
    for row in parameters.table("tagIdsList") {
        match row.get("value") {
            Some(Expression::Constant(value)) => {
                let id = js::text(value).trim().to_owned();
                if ids.iter().any(|known| known.eq_ignore_ascii_case(&id)) {
                    remarks.push(Remark::new("tagIdsList", format!("{id} was there twice and is kept once")));
                } else if !id.is_empty() && *value != Value::Null {
                    ids.push(id);
                }
            }
            Some(Expression::Template(template)) => {
                let text =
                    format!("{template} depends on the event, which a tag ID cannot; enter the ID itself");
                remarks.push(Remark::new("tagIdsList", text));
            }
            None => {}
        }
    }
    ids
}

fn region(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Region {
    match parameters.text("tagRegion", remarks).as_str() {
        "NA" => Region::Na,
        "EU" => Region::Eu,
        "FE" => Region::Fe,
        other => {
            let text = format!("“{other}” is no region, so the original sent nothing; choose one");
            remarks.push(Remark::new("tagRegion", text));
            Region::default()
        }
    }
}

fn event_name(parameters: &Parameters, remarks: &mut Vec<Remark>) -> EventName {
    match parameters.text("eventType", remarks).as_str() {
        "standard" => EventName::Standard { name: parameters.text("eventNameStandard", remarks) },
        "inherit" => EventName::Inherit { unmapped: Unmapped::Send },
        _ => EventName::Custom { name: parameters.text("eventNameCustom", remarks) },
    }
}

fn attributes(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Attributes {
    let mut list = |key: &str| -> Vec<Attribute> {
        parameters.table(key).iter().filter_map(|row| attribute(key, row, remarks)).collect()
    };
    Attributes {
        automatic: Automatic {
            currency: Currency::All,
            brand: false,
            category: false,
            product_id: false,
            ..Automatic::default()
        },
        all: list("defaultAttributesList"),
        purchases: list("offAmazonPurchasesAttributesList"),
        custom: list("eventCustomAttributesList"),
        fit: Fit::Template,
    }
}

fn attribute(key: &str, row: &Row, remarks: &mut Vec<Remark>) -> Option<Attribute> {
    match row.get("name") {
        Some(Expression::Constant(name)) if *name != Value::Null => {
            let name = js::text(name).into_owned();
            let value = row.get("value").and_then(set);
            if value.is_none() {
                remarks.push(empty(key, &name));
            }
            Some(Attribute { name, value })
        }
        Some(Expression::Template(template)) => {
            let text = format!(
                "the name {template} depends on the event, which it cannot here; the row is left out"
            );
            remarks.push(Remark::new(key, text));
            None
        }
        _ => None,
    }
}

/// In the original an empty row takes away what the event says; here what is not set changes nothing.
fn empty(key: &str, name: &str) -> Remark {
    let text =
        format!("the row “{name}” is empty, so the original removed what the event says; here that stays");
    Remark::new(key, text)
}

fn matching(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Matching {
    let mut matching = Matching {
        enabled: parameters.flag("enableAdvancedMatching", remarks),
        email_rule: EmailRule::Template,
        phone_rule: PhoneRule::Template,
        follow_identity: false,
        token_seconds: token_seconds(parameters, remarks),
        ..Matching::default()
    };
    // A later row replaces an earlier one of the same name.
    for row in parameters.table("userDataAttributesList") {
        let Some(Expression::Constant(name)) = row.get("name") else { continue };
        let value = row.get("value").and_then(set);
        match js::text(name).as_ref() {
            "email" | "phonenumber" if value.is_none() => {
                remarks.push(empty("userDataAttributesList", &js::text(name)));
            }
            "email" => matching.email = value,
            "phonenumber" => matching.phone = value,
            other => {
                let text = format!("“{other}” is neither e-mail nor phone, so it is left out");
                remarks.push(Remark::new("userDataAttributesList", text));
            }
        }
    }
    matching
}

fn token_seconds(parameters: &Parameters, remarks: &mut Vec<Remark>) -> u32 {
    let Some(value) = parameters.constant("aipTokenCookieTTL", remarks).cloned() else {
        return TOKEN_SECONDS;
    };
    let unset = !js::truthy(&value);
    match js::integer(&value) {
        _ if unset => TOKEN_SECONDS,
        seconds @ 1.. => u32::try_from(seconds).unwrap_or(u32::MAX).min(TOKEN_SECONDS_LIMIT),
        _ => {
            let text =
                format!("“{}” is no number of seconds; it is {TOKEN_SECONDS}, the default", js::text(&value));
            remarks.push(Remark::new("aipTokenCookieTTL", text));
            TOKEN_SECONDS
        }
    }
}

fn consent(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Consent {
    let gate = match parameters.text("adStorageConsent", remarks).as_str() {
        "required" => Gate::AdStorage,
        _ => Gate::Always,
    };
    let ticked = parameters.flag("includeTCFv2", remarks);
    let keys = ["gdpr", "gdprPd", "gdprTCFConsentString"];
    if !ticked && keys.iter().any(|key| parameters.expression(key).is_some()) {
        let text = "the box is not ticked, so the TCF fields below it are left out; the original used them all the same";
        remarks.push(Remark::new("includeTCFv2", text));
    }
    let tcf = |key| if ticked { parameters.expression(key) } else { None };
    let matching = parameters.flag("enableAdvancedMatching", remarks);
    Consent {
        gate,
        country: Country { from_event: false, value: parameters.expression("countryCode"), header: None },
        ip: Ip { from_event: true, value: parameters.expression("ipAddress") },
        tcf: Tcf {
            from_event: false,
            applies: tcf("gdpr"),
            personal_data: tcf("gdprPd"),
            string: tcf("gdprTCFConsentString"),
        },
        gpp: Gpp { from_event: false, string: parameters.expression("gpp") },
        amazon: if matching {
            amazon(parameters, remarks)
        } else {
            Amazon { from_event: false, ..Amazon::default() }
        },
        send: consent::Send::All,
        identifiers: Identifiers::Always,
    }
}

/// Without any signal the original tells Amazon that everybody consented. That becomes a setting one can see.
fn amazon(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Amazon {
    let ad_storage = parameters.expression("amznAdStorage");
    let user_data = parameters.expression("amznUserData");
    if ad_storage.is_some() || user_data.is_some() || parameters.expression("gpp").is_some() {
        return Amazon { from_event: false, ad_storage, user_data };
    }
    let text = "nothing was set, so the original told Amazon that every visitor consented; the imported tag says \
                so openly: replace it by the visitor’s real consent";
    remarks.push(Remark::new("amznAdStorage, amznUserData", text));
    let granted = || Some(Expression::Constant("GRANTED".into()));
    Amazon { from_event: false, ad_storage: granted(), user_data: granted() }
}

fn cookies(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Cookies {
    if !parameters.flag("overrideCookieSettings", remarks) {
        return Cookies::default();
    }
    let domain = parameters.text("cookieDomain", remarks);
    Cookies {
        domain: Some(domain).filter(|domain| !domain.is_empty() && domain != "auto"),
        // A box that the original reads as any value but an empty one; the text “false” is no yes here.
        http_only: parameters
            .constant("cookieHttpOnly", remarks)
            .is_some_and(|value| js::truthy(value) && js::text(value) != "false"),
    }
}

fn logs(parameters: &Parameters, remarks: &mut Vec<Remark>) -> Logs {
    let console = match parameters.text("logType", remarks).as_str() {
        "always" => Console::Always,
        // The template's own default.
        "debug" | "" => Console::Preview,
        _ => Console::Never,
    };
    let bigquery = BigQuery {
        project: parameters.text("logBigQueryProjectId", remarks),
        dataset: parameters.text("logBigQueryDatasetId", remarks),
        table: parameters.text("logBigQueryTableId", remarks),
    };
    let wanted = parameters.text("bigQueryLogType", remarks) == "always";
    let complete = !bigquery.dataset.is_empty() && !bigquery.table.is_empty();
    if wanted && !complete {
        let text = "the BigQuery log names no dataset or no table, so it is left out";
        remarks.push(Remark::new("logBigQueryDatasetId, logBigQueryTableId", text));
    }
    let bigquery = (wanted && complete).then_some(bigquery);
    if bigquery.is_some() || console != Console::Never {
        let text = "the original logs tokens, hashes and IP addresses in full, and so does the imported tag; switch \
                    that off unless you need it";
        remarks.push(Remark::new("logType, bigQueryLogType", text));
    }
    Logs { console, bigquery, full: true }
}
