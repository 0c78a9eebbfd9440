//! IAB GPP: which sections a string has, and what the ones that concern Amazon say. Sections that are not
//! read stay as they are; one unknown section must not spoil the rest.

use serde::Serialize;

use super::bits::Bits;
use super::tcf::{self, Tcf};
use super::unreadable::Unreadable;
use super::us::{self, Usnat, Uspv1};

const TCF_EU: u16 = 2;
const USP_V1: u16 = 6;
const US_NATIONAL: u16 = 7;

/// Ids up to 27 are given out (2026). What claims many more is no GPP string.
const SECTIONS_LIMIT: usize = 256;

/// A GPP string.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Gpp {
    /// Its sections, in order.
    pub ids: Vec<u16>,
    /// The sections that apply to the visitor (`gpp_sid`); empty when that is not said.
    pub applicable: Vec<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcfeuv2: Option<Tcf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uspv1: Option<Uspv1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usnat: Option<Usnat>,
    /// Sections that are passed on but not read here: id and text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<(u16, String)>,
}

impl Gpp {
    /// Whether a section counts: it applies, or nothing says which do.
    fn counts(&self, id: u16) -> bool {
        self.applicable.is_empty() || self.applicable.contains(&id)
    }

    /// The European section, if it counts.
    pub(super) fn europe(&self) -> Option<&Tcf> {
        self.tcfeuv2.as_ref().filter(|_| self.counts(TCF_EU))
    }

    /// Whether the visitor opted out of sale, sharing or targeted advertising in the US.
    pub(super) fn opted_out(&self) -> bool {
        self.usnat.as_ref().is_some_and(|usnat| self.counts(US_NATIONAL) && usnat.opted_out())
            || self.uspv1.as_ref().is_some_and(|uspv1| self.counts(USP_V1) && uspv1.opted_out())
    }
}

/// # Errors
/// When there is no GPP header.
pub(crate) fn decode(text: &str) -> Result<Gpp, Unreadable> {
    let mut sections = text.trim().split('~');
    let ids = header(sections.next().unwrap_or_default())?;
    let mut gpp = Gpp { ids, ..Gpp::default() };
    for (id, section) in gpp.ids.iter().copied().zip(sections) {
        let known = match id {
            TCF_EU => {
                gpp.tcfeuv2 = tcf::decode(section).ok();
                gpp.tcfeuv2.is_some()
            }
            USP_V1 => {
                gpp.uspv1 = us::uspv1(section);
                gpp.uspv1.is_some()
            }
            US_NATIONAL => {
                gpp.usnat = us::usnat(section);
                gpp.usnat.is_some()
            }
            _ => false,
        };
        if !known {
            gpp.raw.push((id, section.to_owned()));
        }
    }
    Ok(gpp)
}

/// The ids of the sections. Zeros that pad the header do not matter, because their number comes first.
fn header(text: &str) -> Result<Vec<u16>, Unreadable> {
    const HEADER_TYPE: u16 = 3;
    const VERSION: u16 = 1;
    let mut bits = Bits::new(text).ok_or(Unreadable::Characters)?;
    if bits.number(6) != Some(HEADER_TYPE) {
        return Err(Unreadable::NotGpp);
    }
    match bits.number(6).ok_or(Unreadable::TooShort)? {
        VERSION => ids(&mut bits).ok_or(Unreadable::TooShort),
        version => Err(Unreadable::Version(version)),
    }
}

fn ids(bits: &mut Bits<'_>) -> Option<Vec<u16>> {
    let mut ids: Vec<u16> = vec![];
    for _ in 0..bits.number(12)? {
        let group = bits.bit()?;
        let first = ids.last().copied().unwrap_or_default().checked_add(fibonacci(bits)?)?;
        let last = if group { first.checked_add(fibonacci(bits)?)? } else { first };
        ids.extend((first..=last).take(SECTIONS_LIMIT));
        if ids.len() > SECTIONS_LIMIT {
            return None;
        }
    }
    Some(ids)
}

/// A number as a sum of Fibonacci numbers, the lowest first, ending at the first two ones in a row.
fn fibonacci(bits: &mut Bits<'_>) -> Option<u16> {
    let (mut weight, mut next) = (1_u16, 2_u16);
    let mut number = 0_u16;
    let mut before = false;
    loop {
        let bit = bits.bit()?;
        if bit && before {
            return Some(number);
        }
        if bit {
            number = number.checked_add(weight)?;
        }
        before = bit;
        (weight, next) = (next, weight.checked_add(next)?);
    }
}

/// The ids of `gpp_sid`, written as `7`, `2,6` or `2_6`. Zero and below mean none.
pub(super) fn applicable(text: &str) -> Vec<u16> {
    let ids = text.split([',', '_', ' ']).filter_map(|id| id.parse().ok());
    ids.filter(|id| *id > 0).collect()
}
