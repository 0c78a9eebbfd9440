//! Whether what identifies the visitor may leave for Amazon.

use std::borrow::Cow;

use super::gate;
use super::in_force::{InForce, Set};
use crate::consent::choice::Choice;
use crate::consent::google::Google;
use crate::consent::gpp::Gpp;

/// The answer, with its reason as the end of a sentence.
pub(super) enum Verdict {
    /// The tag does not ask.
    Unasked,
    Allowed(Cow<'static, str>),
    Withheld(Cow<'static, str>),
}

/// Any signal that denies, denies; where Amazon wants consent, at least one must grant it.
pub(super) fn of(in_force: &InForce<'_>, google: Google, source: Option<&str>) -> Verdict {
    if let Some(why) = denied(in_force, google, source) {
        return Verdict::Withheld(why);
    }
    match granted(in_force, google, source) {
        Some(why) => Verdict::Allowed(why),
        None if in_force.needs_consent() => Verdict::Withheld("no signal gives consent for Amazon".into()),
        None => Verdict::Allowed("no signal denies it".into()),
    }
}

fn denied(in_force: &InForce<'_>, google: Google, source: Option<&str>) -> Option<Cow<'static, str>> {
    if tcf(in_force) == Some(false) {
        return Some("the TCF string does not allow Amazon".into());
    }
    if gpp_europe(in_force) == Some(false) {
        return Some("the GPP string does not allow Amazon".into());
    }
    let gpp = in_force.gpp.as_ref().and_then(|gpp| gpp.value.as_ref());
    if gpp.is_some_and(Gpp::opted_out) {
        return Some("the GPP string says that the visitor opted out".into());
    }
    if in_force.us_opt_out {
        return Some("us_privacy says that the visitor opted out".into());
    }
    if let Some(Set { value: Some(amazon), origin, .. }) = &in_force.amazon
        && amazon.denied()
    {
        return Some(format!("Amazon’s own signal denies it ({origin})").into());
    }
    let states = [("ad_storage", google.ad_storage), ("ad_user_data", google.ad_user_data)];
    let (name, _) = states.into_iter().find(|(_, state)| *state == Some(Choice::Denied))?;
    Some(format!("{name} is denied ({})", gate::label(source)).into())
}

fn granted(in_force: &InForce<'_>, google: Google, source: Option<&str>) -> Option<Cow<'static, str>> {
    if tcf(in_force) == Some(true) {
        return Some("the TCF string allows Amazon".into());
    }
    if gpp_europe(in_force) == Some(true) {
        return Some("the GPP string allows Amazon".into());
    }
    if let Some(Set { value: Some(amazon), origin, .. }) = &in_force.amazon
        && amazon.granted()
    {
        return Some(format!("Amazon’s own signal grants it ({origin})").into());
    }
    // Both, as Amazon's browser template asks (version 3.6 and later).
    let both = [google.ad_storage, google.ad_user_data] == [Some(Choice::Granted); 2];
    both.then(|| format!("ad_storage and ad_user_data are granted ({})", gate::label(source)).into())
}

/// What the TCF string says, unless GDPR does not apply.
fn tcf(in_force: &InForce<'_>) -> Option<bool> {
    let tcf = in_force.tcf.as_ref()?.value.as_ref()?;
    tcf.allows_amazon.filter(|_| in_force.gdpr() != Some(false))
}

/// What the European section of a GPP string says, unless GDPR does not apply.
fn gpp_europe(in_force: &InForce<'_>) -> Option<bool> {
    let gpp = in_force.gpp.as_ref()?.value.as_ref()?;
    gpp.europe()?.allows_amazon.filter(|_| in_force.gdpr() != Some(false))
}
