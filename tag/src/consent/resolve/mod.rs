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
use crate::config::consent::{Identifiers, Send};
use crate::privacy::mask_text;
use crate::reason::Reason;
use crate::run::Param;
use crate::trace::{Effect, Step, StepId};
use crate::value::{Compiled, Scope};
use crate::words;

/// What consent means for an event that may go.
pub(crate) struct Resolved<'a> {
    /// Whether what identifies the visitor may leave: token, match id, measurement tokens, IP address.
    pub(crate) identifiers: bool,
    /// What goes with the event, in the order of the reference: `gdpr`, `gdpr_pd`, `gdpr_consent`, and then
    /// `amazonConsentString`.
    pub(crate) params: Vec<Param>,
    in_force: InForce<'a>,
    chosen: Chosen,
    send: Send,
}

impl Resolved<'_> {
    /// What goes with the token request, or why none may be made. Counts only where `identifiers` does.
    pub(crate) fn envelope(&self) -> Result<EnvelopeConsent, NoToken> {
        outgoing::envelope(self.send, &self.in_force, self.chosen)
    }

    /// The visitor's country, upper case.
    pub(crate) fn country(&self) -> Option<&'static str> {
        self.in_force.country_code()
    }

    /// Whether Amazon needs a consent signal where the visitor is.
    pub(crate) fn is_needed(&self) -> bool {
        self.in_force.needs_consent()
    }

    /// Whether there is no signal that Amazon could go by.
    pub(crate) fn is_silent(&self) -> bool {
        self.chosen == Chosen::Nothing
    }
}

/// What to do instead of asking for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoToken {
    /// The event goes without.
    Without(Reason),
    /// When a token would have to be asked for, nothing is sent at all.
    Stop(Reason),
}

/// The *Consent* step, and what consent means for the event or why the run ends here.
pub(crate) fn resolve<'a>(
    policy: &'a Consent<Compiled>,
    scope: Scope<'a>,
) -> (Step, Result<Resolved<'a>, Reason>) {
    let (google, google_source) = google::read(scope.event);
    let step = Step::new(StepId::Consent, Effect::Unchanged, "");
    let mut step = gate::facts(step, google, google_source);
    if let Err(gate::Closed { reason, summary }) = gate::ask(policy.gate, google, google_source) {
        step.summary = summary.into();
        return stopped(step.field("consent.gate"), reason);
    }

    let own = find::amazon(scope.event, &scope.browser);
    let in_force = InForce::gather(policy, scope, own.as_ref(), &mut step);
    let send = policy.send;
    let chosen = Chosen::of(&in_force);
    let with_consent = policy.identifiers == Identifiers::WithConsent;
    // Amazon needs a string where GDPR applies. Its other two signals do for an event, but not for a token.
    if with_consent && chosen == Chosen::Nothing && outgoing::string_missing(send, &in_force, chosen) {
        step.summary = Reason::ConsentStringMissing.text().into();
        return stopped(step.field("consent.tcf.string"), Reason::ConsentStringMissing);
    }

    let verdict = if with_consent { verdict::of(&in_force, google, google_source) } else { Verdict::Unasked };
    let identifiers = !matches!(verdict, Verdict::Withheld(_));
    step.summary = summary(send, &in_force, chosen, &verdict).into();
    if let Verdict::Withheld(why) = verdict {
        step = step.note(Reason::IdentifiersWithheld, why);
    }
    let params = outgoing::params(send, &in_force, chosen);
    // Only a string that is none can hold anything personal.
    let readable = in_force.tcf.as_ref().is_none_or(|tcf| tcf.value.is_some());
    for param in &params {
        step.effect = Effect::Changed;
        let shown = if readable { Cow::Borrowed(param.value.as_str()) } else { mask_text(&param.value) };
        step = step.output(param.name.clone(), shown);
    }
    (step.field("consent"), Ok(Resolved { identifiers, params, in_force, chosen, send }))
}

fn stopped<'a>(mut step: Step, reason: Reason) -> (Step, Result<Resolved<'a>, Reason>) {
    step.effect = Effect::Stopped;
    (step.reason(reason), Err(reason))
}

/// `Country DE; the TCF string goes along; identifiers go along: the TCF string allows Amazon`
fn summary(send: Send, in_force: &InForce<'_>, chosen: Chosen, verdict: &Verdict) -> String {
    let mut summary = match in_force.country_code() {
        Some(country) => ["Country ", country, "; "].concat(),
        None => "Country not known; ".to_owned(),
    };
    match outgoing::sent(send, in_force, chosen).as_slice() {
        [] => summary.push_str("no consent signal goes along"),
        [one] => summary.extend([one, " goes along"]),
        several => summary.extend([words::list(several).as_str(), " go along"]),
    }
    match verdict {
        Verdict::Unasked => {}
        Verdict::Allowed(why) => summary.extend(["; identifiers go along: ", why]),
        Verdict::Withheld(why) => summary.extend(["; identifiers stay here: ", why]),
    }
    summary
}

#[cfg(test)]
mod tests;
