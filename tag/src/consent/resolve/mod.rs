//! What consent means for one tag and one event: whether the tag may run, whether ids may leave, and what
//! Amazon is told.

mod gate;
mod in_force;
mod outgoing;
mod reader;
mod verdict;

use std::borrow::Cow;

use self::in_force::InForce;
use self::outgoing::Chosen;
use self::verdict::Verdict;
use super::{find, google};
use crate::amazon::envelope::EnvelopeConsent;
use crate::config::Consent;
use crate::config::consent::Identifiers;
use crate::privacy;
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Step, StepId};
use crate::value::{Compiled, Scope};

/// The answer.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The *Consent* step.
    pub(crate) step: Step,
    /// The run ends here, for this reason.
    pub(crate) stop: Option<Reason>,
    /// Whether what identifies the visitor may leave: token, match id, measurement tokens, IP address.
    pub(crate) identifiers: bool,
    /// What goes with the event, in the order of the reference: `gdpr`, `gdpr_pd`, `gdpr_consent`, and then
    /// `amazonConsentString`.
    pub(crate) params: Vec<Param>,
    /// What goes with the token request, or why none may be made. Counts only where `identifiers` does.
    pub(crate) envelope: Result<EnvelopeConsent, NoToken>,
}

/// What to do instead of asking for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// The event goes without.
    Without(Reason),
    /// When a token would have to be asked for, nothing is sent at all.
    Stop(Reason),
}

/// Works out consent for an event.
pub(crate) fn resolve(policy: &Consent<Compiled>, scope: Scope<'_>) -> Resolved {
    let (google, google_source) = google::read(scope.event);
    let step = Step::new(StepId::Consent, Effect::Unchanged, "");
    let mut step = gate::facts(step, google, google_source);
    if let Err(gate::Closed { reason, summary }) = gate::ask(policy.gate, google, google_source) {
        step.summary = summary;
        step.effect = Effect::Stopped;
        return stopped(step.field("consent.gate"), reason);
    }

    let own = find::amazon(scope.event, &scope.browser);
    let in_force = InForce::gather(policy, scope, own.as_ref(), &mut step);
    let chosen = Chosen::of(&in_force);
    let verdict = match policy.identifiers {
        Identifiers::Always => Verdict::Unasked,
        Identifiers::WithConsent => verdict::of(&in_force, google, google_source),
    };
    let envelope = outgoing::envelope(policy.send, &in_force, chosen);
    let params = outgoing::params(policy.send, &in_force, chosen);

    // Amazon needs a string where GDPR applies; its other two signals do instead of one, but not for a token.
    let string_missing = envelope.is_err();
    if string_missing && chosen == Chosen::Nothing && policy.identifiers == Identifiers::WithConsent {
        step.summary = Reason::ConsentStringMissing.text().to_owned();
        step.effect = Effect::Stopped;
        return stopped(step.field("consent.tcf.string"), Reason::ConsentStringMissing);
    }

    if !params.is_empty() {
        step.effect = Effect::Changed;
    }
    for param in &params {
        step = step.output(&param.name, privacy::parameter(&param.name, &param.value));
    }
    let identifiers = !matches!(verdict, Verdict::Withheld(_));
    if let Verdict::Withheld(why) = &verdict {
        step = step.note(Reason::IdentifiersWithheld, why.clone());
    }
    step.summary = summary(policy, &in_force, chosen, &verdict);
    Resolved { step: step.field("consent"), stop: None, identifiers, params, envelope }
}

fn stopped(step: Step, reason: Reason) -> Resolved {
    Resolved {
        step: step.reason(reason),
        stop: Some(reason),
        identifiers: false,
        params: vec![],
        envelope: Err(NoToken::Stop(reason)),
    }
}

/// `Country DE; the TCF string goes along; ids may leave: the TCF string allows Amazon`
fn summary(policy: &Consent<Compiled>, in_force: &InForce<'_>, chosen: Chosen, verdict: &Verdict) -> String {
    let country = in_force
        .country_code()
        .map_or(Cow::Borrowed("Country not known"), |country| format!("Country {country}").into());
    let signals = outgoing::sent(policy.send, in_force, chosen);
    let signals = match signals.as_slice() {
        [] => "no consent signal goes along".to_owned(),
        [one] => format!("{one} goes along"),
        several => format!("{} go along", crate::words::list(several)),
    };
    match verdict {
        Verdict::Unasked => format!("{country}; {signals}"),
        Verdict::Allowed(why) => format!("{country}; {signals}; ids may leave: {why}"),
        Verdict::Withheld(why) => format!("{country}; {signals}; ids stay here: {why}"),
    }
}

#[cfg(test)]
mod tests;
