//! Where we differ from the template on purpose, although nobody would call the template wrong. `docs/parity.md` has
//! the reasons in full.

use serde_json::Value;

use super::replay::{Difference, Replayed};
use super::vector::Vector;

pub(crate) struct Deviation {
    /// As in `docs/parity.md`.
    pub(crate) name: &'static str,
    pub(crate) applies: fn(&Vector, &Replayed, &[Difference]) -> bool,
}

pub(crate) const DEVIATIONS: &[Deviation] = &[
    // A tag without a name, or with one that Amazon never takes, is not published. The template finds out at each
    // event, and logs it.
    Deviation {
        name: "D1, settings are checked before they are used",
        applies: |vector, ours, _| ours.stopped == Some("config") && sends_nothing(vector),
    },
    // The template asks Amazon for a token, with hashed e-mail and phone, for an event that it then does not send.
    Deviation {
        name: "D2, no token is asked for an event that is not sent",
        applies: |vector, ours, _| {
            ours.stopped.is_some() && sends_nothing(vector) && vector.expected.token_request.is_some()
        },
    },
    // The template writes rows to nowhere.
    Deviation {
        name: "D3, a BigQuery log needs a dataset and a table",
        applies: |vector, _, differences| {
            let missing = |key| vector.input.tag.get(key).and_then(Value::as_str).is_none_or(str::is_empty);
            (missing("logBigQueryDatasetId") || missing("logBigQueryTableId"))
                && differences.iter().all(|difference| difference.what == "BigQuery")
        },
    },
];

/// Whether nothing that reports the event leaves, and the tag says that it failed.
fn sends_nothing(vector: &Vector) -> bool {
    let expected = &vector.expected;
    expected.event_requests.is_empty() && expected.browser_pixels.is_empty() && expected.outcome == "failure"
}
