//! Server functions, by subject. Each proves who calls, calls the backend, and nothing more.

pub mod account;
pub mod live;
pub mod overview;
pub mod sources;
pub mod tags;
pub mod theme;
