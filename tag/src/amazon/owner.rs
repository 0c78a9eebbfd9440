//! Whose a token is.
//!
//! Stape's template takes the token in `aatToken` whoever the event is about, so that after a change of user,
//! or of consent, the old person's token goes on for as long as it lives. With `matching.follow_identity`, a
//! second cookie, `aatTokenFor`, says whose the first one is:
//!
//! | `aatTokenFor`             | event knows the person | event does not |
//! | ------------------------- | ---------------------- | -------------- |
//! | same person and consent   | use the token          | use the token  |
//! | another person or consent | ask for a new one      | send none      |
//! | missing                   | ask for a new one      | use the token  |
//!
//! The last row is a token from before: whoever is known gets one of their own at once, and the others keep
//! theirs for the days that it still lives.

use super::envelope::EnvelopeConsent;
use crate::identity::{HashedRecord, Kind, sha256};

/// Hex digits of a fingerprint's part: too few to find out whom it is of, enough to tell two apart.
const PART: usize = 12;

/// Whose the token in the cookie is.
pub(super) enum Owner {
    Same,
    /// The tag does not want to know, or it cannot be told.
    Unknown,
    /// Nothing says it, but the event knows a person.
    Unstated,
    Other,
}

/// `c….e….p…`: a part for the consent and one for each record. They depend on the token as well, so that they
/// say nothing about any other one, and nobody can be recognised by them.
pub(super) fn fingerprint(token: &str, records: &[HashedRecord], consent: &EnvelopeConsent) -> String {
    let EnvelopeConsent { gdpr, gdpr_consent, amazon } = consent;
    // The country and the address of a phone that moves say nothing about consent.
    let signals =
        amazon.as_ref().and_then(|amazon| amazon.get("consent")).map(ToString::to_string).unwrap_or_default();
    let part = |letter: char, of: &str| {
        let hash = sha256(&format!("{token}\n{letter}\n{of}"));
        format!("{letter}{}", hash.get(..PART).unwrap_or_default())
    };
    let mut fingerprint = part('c', &format!("{gdpr}\n{gdpr_consent}\n{signals}"));
    for record in records {
        fingerprint.push('.');
        fingerprint.push_str(&part(letter(record.kind), &record.sha256));
    }
    fingerprint
}

fn letter(kind: Kind) -> char {
    match kind {
        Kind::Email => 'e',
        Kind::Phone => 'p',
    }
}

/// Whether two fingerprints may be of one person and consent: what both of them know must agree, and they must
/// have more in common than the consent, unless `now` knows no more than that.
pub(super) fn same(stated: &str, now: &str) -> bool {
    let mut shared = 0;
    for part in now.split('.') {
        let letter = part.get(..1).unwrap_or_default();
        match stated.split('.').find(|stated| stated.starts_with(letter)) {
            Some(stated) if stated == part => shared += 1,
            Some(_) => return false,
            // An event may know more or less of a person than the one before.
            None => {}
        }
    }
    stated.starts_with('c') && shared >= now.split('.').count().min(2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(token: &str) -> String {
        let amazon = json!({"geo": {"countryCode": "DE"}, "consent": {"gpp": "A"}});
        let consent = EnvelopeConsent { gdpr: 0, gdpr_consent: String::new(), amazon: Some(amazon) };
        let record = |kind, text: &str| HashedRecord { kind, sha256: sha256(text) };
        fingerprint(token, &[record(Kind::Email, "jane"), record(Kind::Phone, "1")], &consent)
    }

    #[test]
    fn a_fingerprint_is_short_and_belongs_to_one_token() {
        let first = of("AIP1");
        assert_eq!(first.len(), 3 * (PART + 1) + 2);
        assert!(of("AIP2").split('.').all(|part| !first.contains(part)));
        assert!(["jane", "1"].iter().all(|text| !first.contains(&sha256(text)[..PART])));
    }

    #[test]
    fn what_both_know_must_agree() {
        for (stated, now, expected) in [
            ("c1.e1.p1", "c1.e1.p1", true),
            ("c1.e1.p1", "c1.e1", true),
            ("c1.e1", "c1.e1.p1", true),
            ("c1.e1.p1", "c1", true),
            ("c1.e1", "c1.p1", false),
            ("c1.e1.p1", "c1.e2.p1", false),
            ("c2.e1", "c1.e1", false),
            ("c2", "c1", false),
            ("c1", "c1.e1", false),
            ("e1", "c1.e1", false),
            ("e1.p1", "c1.e1.p1", false),
            ("", "c1", false),
            ("..é.c1", "c1", false),
        ] {
            assert_eq!(same(stated, now), expected, "{stated} {now}");
        }
    }
}
