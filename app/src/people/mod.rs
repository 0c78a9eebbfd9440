//! People, their accounts, tokens and traces: pages that only the server draws.
//!
//! They are forms and tables, seldom opened: nothing of them is in the browser part, and what a session may
//! show once never becomes page data. Links to them leave the browser part's router (`rel="external"`).

pub mod act;
mod filter;
pub mod pages;
pub mod port;
pub mod views;

pub use pages::PlainPages;
