//! Administration: signing in, and the server's side of the interface's port.

pub mod backend;
pub mod browser;
pub mod forms;
mod origins;
pub mod password;
mod samples;
pub mod session;
mod settings;
pub mod setup;
pub mod throttle;

pub use settings::Settings;
