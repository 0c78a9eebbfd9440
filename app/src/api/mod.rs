//! Server functions, by subject. Each proves who calls, calls the backend, and nothing more.

pub mod account;
pub mod live;
pub mod overview;
#[cfg(feature = "ssr")]
pub mod own;
#[cfg(feature = "ssr")]
pub mod people;
pub mod sources;
pub mod tags;
pub mod theme;
#[cfg(feature = "ssr")]
pub mod tokens;
