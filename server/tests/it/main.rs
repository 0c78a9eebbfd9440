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
mod logs;
mod mock_amazon;
mod people;
mod privacy;
mod published;
mod redirects;
mod stopping;
mod store;
mod support;
mod tokens;
mod triggers;
