//! Drafts, versions, pausing, deleting, settings, and moving tags between installations: what there is to know
//! about them, and the part of the port through which it is asked for and changed.

#[cfg(feature = "ssr")]
pub mod port;
pub mod views;
