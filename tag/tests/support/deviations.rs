//! Where we differ from the template on purpose, although nobody would call the template wrong. `docs/parity.md` has
//! the reasons in full.

use super::replay::Replayed;
use super::vector::Vector;

pub(crate) struct Deviation {
    /// As in `docs/parity.md`.
    pub(crate) name: &'static str,
    pub(crate) applies: fn(&Vector, &Replayed) -> bool,
}

pub(crate) const DEVIATIONS: &[Deviation] = &[];
