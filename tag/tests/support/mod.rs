//! What the replay of recorded runs is made of.

pub(crate) mod deviations;
pub(crate) mod replay;
pub(crate) mod sites;
pub(crate) mod vector;
