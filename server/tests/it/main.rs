//! Everything that needs a database, a socket or a whole server.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![expect(unreachable_pub, reason = "a test binary has nobody to hide things from")]

mod admin;
mod api;
mod debug;
mod deliver;
mod demo;
mod forms;
mod ingest;
mod mock_amazon;
mod people;
mod published;
mod stopping;
mod store;
mod support;
