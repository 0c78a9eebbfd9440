//! What an IAB TCF v2 consent string says about Amazon. Only that: it is no general decoder.
//!
//! Layout: IAB "Consent string and vendor list formats" v2.3. A string may have been cut on its way (server
//! tagging cuts values at 420 characters), so what comes first is answered even when the rest is missing.

use serde::Serialize;

use super::bits::Bits;
use super::unreadable::Unreadable;

/// Amazon Advertising in the IAB's Global Vendor List.
pub(super) const AMAZON: u16 = 793;

/// The purposes for which Amazon declares that it needs consent; it declares no legitimate interest (Global
/// Vendor List v3, list 45).
pub(super) const PURPOSES: [u8; 7] = [1, 2, 3, 4, 7, 9, 10];

const POLICY_VERSION: usize = 132;
const PURPOSES_CONSENT: usize = 152;
const VENDOR_CONSENT: usize = 213;
const DISCLOSED_VENDORS: u16 = 1;

/// A consent string as far as it concerns Amazon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tcf {
    /// Whether Amazon as a vendor has consent; `None` when the string ends before.
    pub vendor_consent: Option<bool>,
    /// Those of Amazon's purposes that have no consent.
    pub purposes_missing: Vec<u8>,
    /// What the publisher does not let Amazon do, whatever the visitor chose.
    pub restrictions: Vec<Restriction>,
    pub policy_version: u16,
    /// Whether the string was cut.
    pub truncated: bool,
    /// The verdict; `None` when the string ends before it can be given.
    pub allows_amazon: Option<bool>,
    /// Whether the visitor was shown Amazon. Reported only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_disclosed: Option<bool>,
}

/// A publisher restriction that keeps Amazon from a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Restriction {
    pub purpose: u8,
    /// 0: not allowed at all. 2: only by legitimate interest, which Amazon does not claim.
    #[serde(rename = "type")]
    pub kind: u8,
}

/// # Errors
/// When it is no TCF v2 string, or ends before the purposes.
pub(crate) fn decode(text: &str) -> Result<Tcf, Unreadable> {
    let mut segments = text.trim().split('.');
    let core = segments.next().unwrap_or_default();
    let mut bits = Bits::new(core).ok_or(Unreadable::Characters)?;
    match bits.number(6).ok_or(Unreadable::TooShort)? {
        2 => {}
        version => return Err(Unreadable::Version(version)),
    }
    bits.seek(POLICY_VERSION);
    let policy_version = bits.number(6).ok_or(Unreadable::TooShort)?;
    bits.seek(PURPOSES_CONSENT);
    // The first 12 of 24 hold all that are needed, purpose 1 first.
    let consented = bits.number(12).ok_or(Unreadable::TooShort)?;
    let purposes_missing: Vec<u8> =
        PURPOSES.into_iter().filter(|purpose| consented >> (12 - purpose) & 1 == 0).collect();

    bits.seek(VENDOR_CONSENT);
    let vendor_consent = vendors(&mut bits);
    // The same again for legitimate interest, which is only in the way here.
    vendors(&mut bits);
    let mut restrictions = vec![];
    let complete = read_restrictions(&mut bits, &mut restrictions).is_some();

    let refused = vendor_consent == Some(false) || !purposes_missing.is_empty() || !restrictions.is_empty();
    Ok(Tcf {
        vendor_consent,
        purposes_missing,
        restrictions,
        policy_version,
        truncated: !complete || !bits.reaches(),
        allows_amazon: if refused { Some(false) } else { vendor_consent },
        vendor_disclosed: segments.find_map(disclosed),
    })
}

/// Whether a list of vendors holds Amazon; `None` when the string ends before that is known. Leaves `bits`
/// behind the list.
fn vendors(bits: &mut Bits<'_>) -> Option<bool> {
    let last = bits.number(16)?;
    if bits.bit()? {
        return ranges(bits).0;
    }
    let mut own = *bits;
    bits.skip(usize::from(last));
    if last < AMAZON {
        return Some(false);
    }
    own.skip(usize::from(AMAZON - 1));
    own.bit()
}

/// Whether ranges of vendors hold Amazon, and whether all of them could be read.
fn ranges(bits: &mut Bits<'_>) -> (Option<bool>, bool) {
    let mut found = false;
    let whole = (|| {
        for _ in 0..bits.number(12)? {
            let range = bits.bit()?;
            let first = bits.number(16)?;
            let last = if range { bits.number(16)? } else { first };
            found |= (first..=last).contains(&AMAZON);
        }
        Some(())
    })();
    (if found || whole.is_some() { Some(found) } else { None }, whole.is_some())
}

/// `None` when the string ends before they do.
fn read_restrictions(bits: &mut Bits<'_>, restrictions: &mut Vec<Restriction>) -> Option<()> {
    /// The publisher asks for consent, which Amazon asks for anyway.
    const REQUIRE_CONSENT: u8 = 1;
    for _ in 0..bits.number(12)? {
        let purpose = u8::try_from(bits.number(6)?).ok()?;
        let kind = u8::try_from(bits.number(2)?).ok()?;
        let (amazon, whole) = ranges(bits);
        if amazon == Some(true) && kind != REQUIRE_CONSENT && PURPOSES.contains(&purpose) {
            restrictions.push(Restriction { purpose, kind });
        }
        if !whole {
            return None;
        }
    }
    Some(())
}

/// Whether a segment after the core discloses Amazon; `None` when it is another segment.
fn disclosed(segment: &str) -> Option<bool> {
    let mut bits = Bits::new(segment)?;
    match bits.number(3)? {
        DISCLOSED_VENDORS => vendors(&mut bits),
        _ => None,
    }
}
