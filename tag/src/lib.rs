//! The Amazon Ads tag, as values in and values out.
//!
//! A client format becomes [`event::Event`]s ([`clients::claim`]); a marketer's [`config::TagConfig`]
//! becomes a [`config::Tag`] that cannot be wrong ([`config::check`]); [`run::run`] turns both into the
//! requests to send and a [`trace::Trace`] that explains them; [`amazon::reply::read`] says what Amazon's
//! answer means.
//!
//! Nothing here does IO, reads a clock or draws a random number: the server, the tests and the browser run
//! the same code and get the same result.

pub mod amazon;
pub mod clients;
pub mod config;
pub mod consent;
pub mod context;
pub mod cookie;
pub mod event;
pub mod gtm;
pub mod lint;
pub mod log;
pub mod outcome;
pub mod privacy;
pub mod reason;
pub mod run;
pub mod tags;
pub mod trace;
pub mod value;

mod identity;
mod page;
mod trigger;
mod words;
