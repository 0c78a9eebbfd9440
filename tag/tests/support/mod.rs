//! What the replay of recorded runs is made of.

pub(crate) mod deviations;
pub(crate) mod replay;
pub(crate) mod sites;
mod sound;
pub(crate) mod vector;
