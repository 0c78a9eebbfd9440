//! The live list as it lives in the browser: what the server streams, kept short and in order.
//!
//! [`feed`], [`tally`] and [`connection`] are plain values with rules and know no browser; [`stream`] feeds
//! them from the server's event stream.

pub mod connection;
pub mod feed;
// pub mod stream;
pub mod tally;
