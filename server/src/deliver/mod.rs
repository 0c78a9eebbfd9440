//! From a stored delivery to Amazon's answer, as often as it takes.
//!
//! The worker claims what is due, [`transport`] sends it, the tag crate says what the answer means,
//! [`schedule`] says when to try again, and the store keeps what came of it. At least once: a try whose end
//! was not stored is made again, with the same `clientDedupeId`.

pub mod reaper;
pub mod retention;
pub mod schedule;
pub mod transport;
pub mod waiters;
pub mod worker;

pub use reaper::Reaper;
pub use retention::Retention;
pub use schedule::Schedule;
pub use transport::{HttpTransport, Transport};
pub use waiters::Waiters;
pub use worker::Worker;
