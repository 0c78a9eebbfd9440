//! Whether a tag may run, by Google's consent states.

use crate::config::consent::Gate;
use crate::consent::choice::Choice;
use crate::consent::google::Google;
use crate::reason::Reason;
use crate::trace::Step;

/// The tag may not run.
pub(super) struct Closed {
    pub(super) reason: Reason,
    pub(super) summary: String,
}

/// Every state that the gate names must be granted; what nobody said is not (as in Stape's template). Where
/// one is denied and another not said, the denial is the reason.
pub(super) fn ask(gate: Gate, google: Google, source: Option<&str>) -> Result<(), Closed> {
    let states = [("ad_storage", google.ad_storage), ("ad_user_data", google.ad_user_data)];
    let needed = match gate {
        Gate::Always => &[],
        Gate::AdStorage => &states[..1],
        Gate::AdStorageAndUserData => &states[..],
    };
    if let Some((name, _)) = needed.iter().find(|(_, state)| *state == Some(Choice::Denied)) {
        let summary = format!("{name} is denied ({})", label(source));
        return Err(Closed { reason: Reason::ConsentDenied, summary });
    }
    if let Some((name, _)) = needed.iter().find(|(_, state)| state.is_none()) {
        let summary =
            format!("The tag needs {name}, and {} does not say whether it is granted", label(source));
        return Err(Closed { reason: Reason::ConsentUnknown, summary });
    }
    Ok(())
}

/// Adds the states that were said to the step.
pub(super) fn facts(step: Step, google: Google, source: Option<&str>) -> Step {
    let states = [("ad_storage", google.ad_storage), ("ad_user_data", google.ad_user_data)];
    states.into_iter().fold(step, |step, (name, state)| match state {
        Some(state) => step.input(format!("{name} ({})", label(source)), state.label()),
        None => step,
    })
}

/// Where the states came from, by the names that a sender knows.
pub(super) fn label(source: Option<&str>) -> &str {
    match source {
        Some("mp_consent") => "consent",
        Some("gcs") => "x-ga-gcs",
        Some("gcd") => "x-ga-gcd",
        Some("gcs+gcd") => "x-ga-gcs and x-ga-gcd",
        Some(source) => source,
        None => "the event",
    }
}
