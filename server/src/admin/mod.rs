//! Administration: signing in, the server's side of the interface's port, and the API for programs.

pub mod api;
pub mod backend;
pub mod browser;
pub mod command;
pub mod export;
pub mod forms;
mod origins;
mod own_session;
pub mod password;
mod qr;
pub mod retention;
mod samples;
pub mod session;
mod settings;
pub mod setup;
pub mod throttle;
mod totp;
mod trace;

pub use settings::Settings;
