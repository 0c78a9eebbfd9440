//! Sidetag's server.

pub mod store;
