//! The browser interface: pages, components, server functions, and the port they reach the server through.
//!
//! The same code renders on the server (`ssr`) and takes over in the browser (`hydrate`). It knows no
//! database and no HTTP client.

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod error;
#[cfg(feature = "ssr")]
pub mod guard;
pub mod live;
pub mod views;
