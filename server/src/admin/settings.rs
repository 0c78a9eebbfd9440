//! Settings of sign-in and sessions; explained in `config.default.toml`.

use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub session_hours: u64,
    pub idle_minutes: u64,
    pub setup_link_minutes: u64,
    pub invite_days: u64,
    pub password_min: usize,
    pub password_max: usize,
    pub hashes_at_once: usize,
    pub hashes_waiting: usize,
    pub free_tries: u32,
    pub break_seconds: u64,
}
