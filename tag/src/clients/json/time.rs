//! When an event happened: `event_time` in any common form, as `timestamp_micros`.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::fields::absent;
use crate::clients::{Fault, FaultCode};
use crate::event::find;

/// Clocks differ a little; a delayed batch is a month old at most.
const AHEAD_MS: i64 = 5 * 60 * 1000;
const BACK_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Replaces `event_time` by `timestamp_micros`. A `timestamp_micros` sent as such is held to the same range.
pub(super) fn check(event: &mut Map<String, Value>, received_at_ms: i64, faults: &mut Vec<Fault>) {
    let key = if absent(find(event, "event_time")) { "timestamp_micros" } else { "event_time" };
    let Some(value) = find(event, key).filter(|value| !absent(Some(value))) else {
        event.shift_remove("event_time");
        event.shift_remove("timestamp_micros");
        return;
    };
    let micros = if key == "event_time" { micros(value) } else { value.as_i64() };
    let path = || format!("/{key}");
    let Some(micros) = micros else {
        let message = "RFC 3339 time or Unix time expected";
        faults.push(Fault::new(FaultCode::Invalid, path(), message));
        return;
    };
    let range = received_at_ms.saturating_sub(BACK_MS)..=received_at_ms.saturating_add(AHEAD_MS);
    if !range.contains(&(micros / 1000)) {
        let message = "must be at most 5 minutes ahead and 30 days back";
        faults.push(Fault::new(FaultCode::OutOfRange, path(), message));
        return;
    }
    event.shift_remove("event_time");
    if key == "event_time" {
        event.insert("timestamp_micros".to_owned(), micros.into());
    }
}

/// Unix microseconds. A number's size tells its unit: up to 10 digits are seconds, up to 13 milliseconds.
fn micros(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => {
            let nanos = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos();
            i64::try_from(nanos / 1000).ok()
        }
        Value::Number(number) => match number.as_i64() {
            Some(time) => time.checked_mul(unit(time as f64)),
            None => {
                let time = number.as_f64()?;
                Some((time * unit(time) as f64).round() as i64)
            }
        },
        _ => None,
    }
}

fn unit(time: f64) -> i64 {
    match time.abs() {
        seconds if seconds < 1e10 => 1_000_000,
        millis if millis < 1e13 => 1000,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_common_form_of_a_time_is_read() {
        for (value, expected) in [
            (json!("2026-09-14T09:59:58Z"), Some(1_789_379_998_000_000)),
            (json!("2026-09-14T11:59:58.25+02:00"), Some(1_789_379_998_250_000)),
            (json!(1_789_379_998), Some(1_789_379_998_000_000)),
            (json!(1_789_379_998.25), Some(1_789_379_998_250_000)),
            (json!(1_789_379_998_250_i64), Some(1_789_379_998_250_000)),
            (json!(1_789_379_998_250_000_i64), Some(1_789_379_998_250_000)),
            (json!("2026-09-14"), None),
            (json!("1789379998"), None),
            (json!(true), None),
        ] {
            assert_eq!(micros(&value), expected, "{value}");
        }
        for absurd in [json!(f64::MAX), json!(i64::MIN), json!(u64::MAX)] {
            let mut faults = vec![];
            let mut event = Map::from_iter([("event_time".to_owned(), absurd.clone())]);
            check(&mut event, 1_789_380_000_123, &mut faults);
            assert_eq!(faults.len(), 1, "{absurd}");
        }
    }
}
