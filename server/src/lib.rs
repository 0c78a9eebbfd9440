//! Sidetag's server.
//!
//! # The path of an event
//!
//! 1. **HTTP.** [`http`] accepts the connection, [`router`] finds the handler, and [`ingest`] applies the
//!    limits of its route: how large, how often, how long. The source is the one whose write key or origin
//!    the request carries. Method, path, query, chosen headers, address and body become a plain value,
//!    [`tag::clients::Request`].
//! 2. **Client.** [`tag::clients::claim`] finds the format and reads the events. Each event has its own
//!    verdict; a request without any readable event is refused with a code and a path, and leaves no trace.
//! 3. **Tag run.** For each tag of [`published::Published`] that takes the source's events, [`tag::run::run`]
//!    returns what to send and the steps that led there. Up to here nothing was stored and the event is plain
//!    text in memory.
//! 4. **Accept.** Events, runs, deliveries and traces, with personal values masked by [`tag::privacy`], go to
//!    the writer, which commits all waiting requests in one transaction ([`store::Intake::accept`]). Accepted
//!    means on disk.
//! 5. **Answer.** If all the tags that ran are *optimistic*, the caller is answered now. Otherwise the answer
//!    waits for the first try of its deliveries, though not longer than `ingest.wait_ms`. What becomes of a
//!    delivery later is never the caller's error.
//! 6. **Deliver.** A [`deliver`] worker claims due deliveries under a lease, sends them, reads Amazon's reply
//!    ([`tag::amazon::reply::read`]) and settles: delivered, refused, given up, or another try later. A
//!    settlement whose lease has passed to somebody else changes nothing.
//! 7. **Watch.** Each new or changed run goes to the [`debug::Hub`], and from there to every open live page.
//!    The store stays the truth: whoever missed something asks it.
//!
//! [`admin`] is the way in for people: sign-in, sessions, and the backend of the pages in the `app` crate.

pub mod admin;
pub mod cli;
pub mod clock;
pub mod config;
pub mod debug;
pub mod deliver;
pub mod demo;
pub mod health;
pub mod http;
pub mod ids;
pub mod ingest;
pub mod lifecycle;
pub mod mock_amazon;
pub mod published;
pub mod router;
pub mod site;
pub mod state;
pub mod store;
pub mod telemetry;
