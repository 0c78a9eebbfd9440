//! From a stored delivery to Amazon's answer, as often as it takes.
//!
//! The worker claims what is due, [`attempt`] makes a try of it over a [`transport`], the tag crate says what
//! Amazon's answers mean, [`schedule`] says when to try again, and the store keeps what came of it. Whoever
//! still waits for the first try is told through [`waiters`]. At least once: a try whose end was not stored is
//! made again, with the same `clientDedupeId`.

pub mod attempt;
pub mod reaper;
pub mod retention;
pub mod schedule;
pub mod tokens;
pub mod transport;
pub mod waiters;
pub mod worker;

pub use attempt::Attempts;
pub use reaper::Reaper;
pub use retention::Retention;
pub use schedule::Schedule;
pub use tokens::Tokens;
pub use transport::{HttpTransport, Transport};
pub use waiters::Waiters;
pub use worker::Worker;
