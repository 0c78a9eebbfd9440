//! Google's consent mode: its four states, wherever a sender put them.

use serde::Serialize;
use serde_json::Value;

use super::choice::Choice;
use crate::amazon::js;
use crate::event::Event;

/// The states that concern advertising and analytics; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Google {
    pub ad_storage: Option<Choice>,
    pub analytics_storage: Option<Choice>,
    pub ad_user_data: Option<Choice>,
    pub ad_personalization: Option<Choice>,
}

/// The states and what said them: `consent_state` (Data Tag, our JSON), else `consent` (Measurement
/// Protocol), else `gcs` and `gcd` of gtag.js.
pub(super) fn read(event: &Event) -> (Google, Option<&'static str>) {
    // As in Stape's template, whatever stands here speaks alone, even when it says nothing.
    if let Some(state) = event.field("consent_state").filter(|state| js::truthy(state)) {
        return (named(state), Some("consent_state"));
    }
    let consent = event.field("consent").map(named).unwrap_or_default();
    if consent != Google::default() {
        return (consent, Some("mp_consent"));
    }
    let text = |key| event.field(key).and_then(Value::as_str);
    let short = text("x-ga-gcs").and_then(gcs);
    let long = text("x-ga-gcd").and_then(gcd).filter(|long| *long != Google::default());
    match (short, long) {
        (None, None) => (Google::default(), None),
        (Some(short), None) => (short, Some("gcs")),
        (None, Some(long)) => (long, Some("gcd")),
        (Some(short), Some(long)) => {
            let both = Google {
                ad_storage: short.ad_storage.or(long.ad_storage),
                analytics_storage: short.analytics_storage.or(long.analytics_storage),
                ..long
            };
            (both, Some("gcs+gcd"))
        }
    }
}

fn named(states: &Value) -> Google {
    let state = |key| states.get(key).and_then(Choice::read);
    Google {
        ad_storage: state("ad_storage"),
        analytics_storage: state("analytics_storage"),
        ad_user_data: state("ad_user_data"),
        ad_personalization: state("ad_personalization"),
    }
}

/// `G1` and then ad_storage and analytics_storage: 1 granted, 0 denied, - not said. The second may be missing.
fn gcs(text: &str) -> Option<Google> {
    let mut states = text.strip_prefix("G1")?.bytes().map(|state| match state {
        b'1' => Some(Choice::Granted),
        b'0' => Some(Choice::Denied),
        _ => None,
    });
    let ad_storage = states.next()?;
    Some(Google { ad_storage, analytics_storage: states.next().flatten(), ..Google::default() })
}

/// Version 1, then four pairs of which the second character is the state.
fn gcd(text: &str) -> Option<Google> {
    let bytes = text.as_bytes();
    let state = |index| bytes.get(index).and_then(|byte| gcd_state(*byte));
    (bytes.first() == Some(&b'1')).then(|| Google {
        ad_storage: state(2),
        analytics_storage: state(4),
        ad_user_data: state(6),
        ad_personalization: state(8),
    })
}

/// Two bits each for what is implied, the default and the update (2 denied, 3 granted). The update wins over
/// the default; what is implied was said by nobody.
fn gcd_state(byte: u8) -> Option<Choice> {
    let bits = match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' => byte - b'A' + 36,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    let choice = |bits| match bits & 3 {
        2 => Some(Choice::Denied),
        3 => Some(Choice::Granted),
        _ => None,
    };
    choice(bits).or(choice(bits >> 2))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Choice::{Denied, Granted};
    use super::*;

    fn states(fields: Value) -> ([Option<Choice>; 4], Option<&'static str>) {
        let event: Event = serde_json::from_value(fields).unwrap();
        let (google, source) = read(&event);
        let Google { ad_storage, analytics_storage, ad_user_data, ad_personalization } = google;
        ([ad_storage, analytics_storage, ad_user_data, ad_personalization], source)
    }

    #[test]
    fn the_letters_of_gcd_mean_default_then_update() {
        for (letter, state) in [
            (b'l', None),
            (b'p', Some(Denied)),
            (b'm', Some(Denied)),
            (b'n', Some(Granted)),
            (b't', Some(Granted)),
            (b'q', Some(Denied)),
            (b'r', Some(Granted)),
            (b'u', Some(Denied)),
            (b'v', Some(Granted)),
            (b'Z', Some(Granted)),
            (b'!', None),
        ] {
            assert_eq!(gcd_state(letter), state, "{}", char::from(letter));
        }
        assert_eq!(gcd("23r3r3r3r5l1"), None);
    }

    #[test]
    fn the_first_that_speaks_speaks_alone() {
        let gcs = "G110";
        let table = [
            (json!({"x-ga-gcs": gcs}), [Some(Granted), Some(Denied), None, None], Some("gcs")),
            (json!({"x-ga-gcs": "G1--", "x-ga-gcd": "11l1l1l1l1"}), [None; 4], Some("gcs")),
            (json!({"x-ga-gcs": "G11"}), [Some(Granted), None, None, None], Some("gcs")),
            (
                json!({"x-ga-gcs": gcs, "x-ga-gcd": "13q3v3q3r5l1"}),
                [Some(Granted), Some(Denied), Some(Denied), Some(Granted)],
                Some("gcs+gcd"),
            ),
            (
                json!({"x-ga-gcs": gcs, "consent": {"ad_user_data": "DENIED"}}),
                [None, None, Some(Denied), None],
                Some("mp_consent"),
            ),
            (
                json!({"x-ga-gcs": gcs, "consent": {"x": 1}}),
                [Some(Granted), Some(Denied), None, None],
                Some("gcs"),
            ),
            (json!({"x-ga-gcs": gcs, "consent_state": {}}), [None; 4], Some("consent_state")),
            (json!({"x-ga-gcs": gcs, "consent_state": "x"}), [None; 4], Some("consent_state")),
            (
                json!({"x-ga-gcs": gcs, "consent_state": null}),
                [Some(Granted), Some(Denied), None, None],
                Some("gcs"),
            ),
            (json!({"x-ga-gcs": 111, "x-ga-gcd": ["1"]}), [None; 4], None),
        ];
        for (event, expected, source) in table {
            assert_eq!(states(event.clone()), (expected, source), "{event}");
        }
    }
}
