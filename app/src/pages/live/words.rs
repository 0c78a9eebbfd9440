//! What the live page says about a run, in a marketer's words. Values in, sentences out.

use tag::outcome::Outcome;
use tag::reason::Reason;

use crate::components::status::State;
use crate::views::LiveRow;

/// The status word of a row.
pub(super) fn status(row: &LiveRow) -> String {
    let word = State::from(row.outcome).word();
    match row.outcome {
        Outcome::Delivered if row.attempts > 1 => format!("{word}, try {}", row.attempts),
        _ => word.to_owned(),
    }
}

/// Why the row stands as it does. Nothing for a plain success: it needs no explanation.
pub(super) fn reason(row: &LiveRow) -> Option<String> {
    match (row.reason?, row.http_status) {
        (Reason::Accepted, _) => None,
        (Reason::RefusedStatus | Reason::TransientStatus | Reason::RateLimited, Some(status)) => {
            Some(format!("Amazon answered {status}"))
        }
        (reason, _) => Some(reason.text().to_owned()),
    }
}

/// The title of a row's details: the word, and why.
pub(super) fn headline(row: &LiveRow) -> String {
    match (row.outcome, reason(row)) {
        (
            Outcome::Skipped
            | Outcome::Refused
            | Outcome::Retrying
            | Outcome::Held
            | Outcome::GivenUp
            | Outcome::Cancelled,
            Some(reason),
        ) => {
            format!("{}: {}", status(row), after_colon(&reason))
        }
        _ => status(row),
    }
}

/// A sentence goes on in lower case after a colon, unless it begins with a name.
fn after_colon(sentence: &str) -> String {
    if sentence.starts_with("Amazon") {
        return sentence.to_owned();
    }
    let mut chars = sentence.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}

/// That no event has the outcome; without one, that there is none further back.
pub(super) fn none_with(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "There are no older events",
        Some(Outcome::Pending) => "No event is on its way",
        Some(Outcome::Retrying) => "No event waits for another try",
        Some(Outcome::Held) => "No event is held",
        Some(Outcome::Delivered) => "No event was delivered",
        Some(Outcome::Skipped) => "No event was skipped",
        Some(Outcome::Refused) => "No event was refused",
        Some(Outcome::GivenUp) => "No event was given up",
        Some(Outcome::Cancelled) => "No event was cancelled",
    }
}

/// `223 ms`, `1.02 s`, `12.3 s`
pub(super) fn latency(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..10_000 => format!("{}.{:02} s", ms / 1_000, ms % 1_000 / 10),
        _ => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
}

/// An amount of money as sent, with a second digit where there is only one: `72.4` is `72.40`.
pub(super) fn amount(value: &str) -> String {
    let one_digit = value.rsplit_once('.').is_some_and(|(whole, part)| {
        part.len() == 1 && part.bytes().chain(whole.bytes()).all(|byte| byte.is_ascii_digit() || byte == b'-')
    });
    if one_digit { format!("{value}0") } else { value.to_owned() }
}

/// `14 seconds`, `3 minutes`, `2 hours`
pub(super) fn age(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        _ => (seconds / 3_600, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A length in bytes: `412 B`, `1.9 kB`
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(outcome: Outcome, reason: Option<Reason>, http_status: Option<u16>, attempts: u64) -> LiveRow {
        LiveRow {
            id: "1".into(),
            event_id: "1".into(),
            at: 0,
            source: "Web shop".into(),
            event_in: "purchase".into(),
            event_out: None,
            tag: None,
            version: None,
            outcome,
            reason,
            value: None,
            currency: None,
            http_status,
            latency_ms: None,
            attempts,
            next_at: None,
            test: false,
        }
    }

    #[test]
    fn the_headline_says_how_it_ended_and_why() {
        for (row, said) in [
            (row(Outcome::Delivered, Some(Reason::Accepted), Some(200), 1), "Delivered"),
            (row(Outcome::Delivered, Some(Reason::Accepted), Some(200), 2), "Delivered, try 2"),
            (row(Outcome::Pending, None, None, 0), "On its way"),
            (
                row(Outcome::Skipped, Some(Reason::NoTag), None, 0),
                "Skipped: no published tag takes events from this source",
            ),
            (
                row(Outcome::Refused, Some(Reason::RefusedStatus), Some(400), 1),
                "Refused: Amazon answered 400",
            ),
            (
                row(Outcome::Retrying, Some(Reason::TransientStatus), Some(503), 1),
                "Retrying: Amazon answered 503",
            ),
            (
                row(Outcome::Retrying, Some(Reason::TimedOut), None, 1),
                "Retrying: Amazon did not answer in time",
            ),
            (row(Outcome::GivenUp, Some(Reason::GivenUp), Some(503), 8), "Given up: every try failed"),
        ] {
            assert_eq!(headline(&row), said);
        }
    }

    #[test]
    fn a_plain_success_gives_no_reason_in_the_list() {
        assert_eq!(reason(&row(Outcome::Delivered, Some(Reason::Accepted), Some(200), 1)), None);
        let redirect = reason(&row(Outcome::Delivered, Some(Reason::FirstLeg), Some(302), 1));
        assert_eq!(redirect.as_deref(), Some("Amazon answered with a redirect for its cookie"));
    }

    #[test]
    fn figures_are_short_and_true() {
        for (ms, text) in
            [(0, "0 ms"), (999, "999 ms"), (1_020, "1.02 s"), (9_999, "9.99 s"), (12_345, "12.3 s")]
        {
            assert_eq!(latency(ms), text);
        }
        for (value, text) in [
            ("72.4", "72.40"),
            ("72.40", "72.40"),
            ("118", "118"),
            ("-1.5", "-1.50"),
            ("a.b", "a.b"),
            ("1.2.3", "1.2.3"),
        ] {
            assert_eq!(amount(value), text);
        }
        for (ms, text) in [
            (-5, "0 seconds"),
            (1_000, "1 second"),
            (59_999, "59 seconds"),
            (60_000, "1 minute"),
            (7_300_000, "2 hours"),
        ] {
            assert_eq!(age(ms), text);
        }
        for (bytes, text) in [(412, "412 B"), (1_940, "1.9 kB"), (3_200_000, "3.2 MB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
