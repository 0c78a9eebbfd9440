//! Every GA4 parameter and the event-data key it becomes.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::{Hit, items, user_data};
use crate::clients::decimal::decimal;

/// Keys that a site's own parameters must not overwrite: what the connection and the protocol say.
const RESERVED: [&str; 4] = ["event_name", "client_id", "client_hints", "user_data"];
const RESERVED_PREFIXES: [&str; 3] = ["x-ga-", "x-sst-", "x-ads-"];

const SYSTEM: &str = "x-ga-system_properties";
const SERVER_TAGGING: &str = "x-sst-system_properties";
const USER_PROPERTIES: &str = "x-ga-mp2-user_properties";

/// What a parameter's value is.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
}

/// Everything but the site's own parameters, in the order of the wire.
pub(super) fn base(hit: &Hit) -> Map<String, Value> {
    let mut event = Map::new();
    for (name, value) in hit.pairs() {
        match name {
            "" | "richsstsse" | "_uip" | "uaa" | "uab" | "uafvl" | "uamb" | "uam" | "uap" | "uapv"
            | "uaw" => {}
            "_ee" => put(&mut event, SYSTEM, "ee", true.into()),
            "ur" => {
                let (country, region) = value.split_once('-').unwrap_or((value, ""));
                event.insert("event_location".into(), json!({"country": country, "region": region}));
            }
            _ => other(&mut event, name, value),
        }
    }
    let items = items::read(hit);
    if !items.is_empty() {
        event.insert("items".into(), items.into());
    }
    event
}

/// A parameter with a name of the table, or with a telling prefix.
fn other(event: &mut Map<String, Value>, name: &str, value: &str) {
    if let Some((key, kind)) = known(name) {
        event.insert(key.into(), typed(kind, value));
    } else if own_name(name).is_some() || items::number(name).is_some() {
        // Read elsewhere.
    } else if let Some(property) = name.strip_prefix("upn.") {
        put(event, USER_PROPERTIES, property, typed(Kind::Number, value));
    } else if let Some(property) = name.strip_prefix("up.") {
        put(event, USER_PROPERTIES, property, value.into());
    } else if let Some(property) = name.strip_prefix("sst.") {
        put(event, SERVER_TAGGING, property, value.into());
    } else if let Some(property) = name.strip_prefix('_') {
        put(event, SYSTEM, property, value.into());
    } else {
        event.insert(format!("x-ga-mp2-{name}"), value.into());
    }
}

/// The site's own parameters, `ep.` and `epn.`.
pub(super) fn own(event: &mut Map<String, Value>, hit: &Hit) {
    for (name, value) in hit.pairs() {
        let Some((name, kind)) = own_name(name) else { continue };
        let reserved =
            RESERVED.contains(&name) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let no_address = name == "ip_override" && value.parse::<IpAddr>().is_err();
        if let Some(path) = name.strip_prefix("user_data.") {
            user_data::nest(event, path, typed(kind, value));
        } else if !name.is_empty() && !reserved && !no_address {
            event.insert(name.into(), typed(kind, value));
        }
    }
    user_data::open_lists(event);
}

fn own_name(name: &str) -> Option<(&str, Kind)> {
    let number = name.strip_prefix("epn.").map(|name| (name, Kind::Number));
    number.or_else(|| name.strip_prefix("ep.").map(|name| (name, Kind::Text)))
}

fn typed(kind: Kind, value: &str) -> Value {
    match kind {
        Kind::Text => value.into(),
        Kind::Number => decimal(value).map_or_else(|| value.into(), Value::Number),
    }
}

/// Sets a key inside one of the groups, opening the group when it is the first.
pub(super) fn put(event: &mut Map<String, Value>, group: &str, key: &str, value: Value) {
    let group = event.entry(group).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(group) = group {
        group.insert(key.to_owned(), value);
    }
}

/// The parameters with a key of their own. Names from Google's documentation of common event data and
/// internal parameters; those without a documented name from recorded hits.
fn known(name: &str) -> Option<(&'static str, Kind)> {
    let text = |key| Some((key, Kind::Text));
    let number = |key| Some((key, Kind::Number));
    match name {
        "v" => text("x-ga-protocol_version"),
        "tid" => text("x-ga-measurement_id"),
        "gtm" => text("x-ga-gtm_version"),
        "_p" => number("x-ga-page_id"),
        "_s" => number("x-ga-request_count"),
        "tfd" => number("x-ga-tfd"),

        "cid" => text("client_id"),
        "uid" => text("user_id"),
        "ecid" => text("x-ga-ecid"),
        "sid" => text("ga_session_id"),
        "sct" => number("ga_session_number"),
        "_et" => number("engagement_time_msec"),

        "en" => text("event_name"),
        "cu" => text("currency"),
        "dl" => text("page_location"),
        "dr" => text("page_referrer"),
        "dt" => text("page_title"),
        "dp" => text("page_path"),
        "dh" => text("page_hostname"),
        "ul" => text("language"),
        "sr" => text("screen_resolution"),
        "cs" => text("campaign_source"),
        "cm" => text("campaign_medium"),
        "cn" => text("campaign_name"),
        "cc" => text("campaign_content"),
        "ck" | "ct" => text("campaign_term"),
        "ci" => text("campaign_id"),

        "gcs" => text("x-ga-gcs"),
        "gcd" => text("x-ga-gcd"),
        "gcu" => text("x-ga-gcu"),
        "dma" => text("x-ga-dma"),
        "dma_cps" => text("x-ga-dma_cps"),
        "npa" => text("x-ga-npa"),
        "pscdl" => text("x-ga-pscdl"),
        "are" => text("x-ga-are"),
        "lps" => text("x-ga-lps"),
        "em" => text("x-ga-em"),
        "did" => text("x-ga-did"),
        "gdid" => text("x-ga-gdid"),
        "edid" => text("x-ga-edid"),
        _ => None,
    }
}
