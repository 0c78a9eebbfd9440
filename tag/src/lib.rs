//! The Amazon Ads tag, as values in and values out.
//!
//! A client format becomes [`event::Event`]s ([`clients::claim`]). A marketer's [`config::TagConfig`] becomes a
//! [`config::Tag`] that cannot be wrong ([`config::check`]); many of them are found by what an event says
//! ([`tags::Tags`]). [`run::run`] turns a tag and an event into the requests to send and a [`trace::Trace`] that
//! explains them: trigger, consent ([`consent`]), name, attributes, identity, match id, measurement tokens,
//! token, requests. What Amazon answers is read by [`amazon::reply::read`], [`amazon::token::Ask::answered`]
//! and [`amazon::sync::next`].
//!
//! [`lint::lint`] says beforehand what Amazon would drop; [`gtm`] imports tags from Google Tag Manager;
//! [`privacy`] decides what of all this may be kept.
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
mod number;
mod page;
mod trigger;
mod words;
