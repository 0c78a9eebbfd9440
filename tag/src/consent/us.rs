//! The US privacy strings: `uspv1` (also known as `us_privacy`) and GPP's national section.

use serde::Serialize;

use super::bits::Bits;

/// IAB CCPA string such as `1YNN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Uspv1(pub String);

impl Uspv1 {
    /// Whether the visitor opted out of the sale of their data.
    pub(super) fn opted_out(&self) -> bool {
        self.0.as_bytes().get(2).is_some_and(|flag| flag.eq_ignore_ascii_case(&b'y'))
    }
}

/// Version 1, then notice given, opted out of sale, and service provider agreement: each Y, N or -.
pub(super) fn uspv1(text: &str) -> Option<Uspv1> {
    let text = text.trim();
    let flags = text.strip_prefix('1').filter(|flags| flags.len() == 3)?;
    let known = flags.bytes().all(|flag| matches!(flag, b'Y' | b'N' | b'y' | b'n' | b'-'));
    known.then(|| Uspv1(text.to_owned()))
}

/// The opt-outs of GPP's US national section: 0 does not apply, 1 opted out, 2 did not opt out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usnat {
    pub version: u16,
    pub sale_opt_out: u16,
    pub sharing_opt_out: u16,
    pub targeted_advertising_opt_out: u16,
    /// Global Privacy Control, when the section has it. Reported only.
    pub gpc: Option<bool>,
}

impl Usnat {
    pub(super) fn opted_out(&self) -> bool {
        [self.sale_opt_out, self.sharing_opt_out, self.targeted_advertising_opt_out].contains(&1)
    }
}

/// Versions 1 and 2 differ behind the opt-outs only.
pub(super) fn usnat(text: &str) -> Option<Usnat> {
    const NOTICES: usize = 6;
    let mut segments = text.split('.');
    let mut bits = Bits::new(segments.next()?)?;
    let version = bits.number(6).filter(|version| matches!(version, 1 | 2))?;
    bits.skip(2 * NOTICES);
    Some(Usnat {
        version,
        sale_opt_out: bits.number(2)?,
        sharing_opt_out: bits.number(2)?,
        targeted_advertising_opt_out: bits.number(2)?,
        gpc: segments.find_map(gpc),
    })
}

fn gpc(segment: &str) -> Option<bool> {
    const GPC: u16 = 1;
    let mut bits = Bits::new(segment)?;
    if bits.number(2)? == GPC { bits.bit() } else { None }
}
