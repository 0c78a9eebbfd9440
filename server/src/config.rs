//! The settings of a process: the embedded defaults, then a file, then the environment, then the command
//! line. `config.default.toml` is the reference; each setting is explained there and only there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Deserialize;

/// The embedded reference, as `sidetag config` prints it.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// Settling takes a moment after the reply, and longer when the database is busy.
const LEASE_MARGIN_MS: u64 = 10_000;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub database: Database,
    pub ingest: Ingest,
    pub deliver: crate::deliver::worker::Settings,
    pub amazon: tag::amazon::Endpoints,
    pub accounts: crate::admin::Settings,
    pub secret: crate::seal::Settings,
    pub audit: Audit,
    pub live: Live,
    pub log: Log,
    pub metrics: Metrics,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    pub public_url: String,
    pub header_timeout_seconds: u64,
    pub request_timeout_seconds: u64,
    pub shutdown_grace_seconds: u64,
    pub max_connections: usize,
}

#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("url", &crate::store::StoreError::without_password(&self.url))
            .finish()
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingest {
    pub trust: crate::ingest::Trust,
    pub limits: crate::ingest::Limits,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    pub keep_days: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    pub ring_rows: usize,
    pub watchers_max: usize,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub listen: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings: {0}")]
    Read(#[from] Box<figment::Error>),
    #[error("the settings contradict each other: {0}")]
    Contradiction(String),
}

impl Config {
    /// Reads the defaults, `file` if given, the environment (`SIDETAG_SERVER__LISTEN` sets
    /// `server.listen`), and what the command line set. A demo keeps its data apart by default, so that
    /// made-up events never get among somebody's own.
    pub fn load(file: Option<&Path>, overrides: &[(&str, String)], demo: bool) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if demo {
            figment = figment.merge(Serialized::default("database.url", "sqlite:data/demo.db"));
        }
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment =
            figment.merge(Env::prefixed("SIDETAG_").filter(|key| key.as_str().contains("__")).split("__"));
        for (key, value) in overrides {
            figment = figment.merge(Serialized::default(key, value));
        }
        let mut config: Self = figment.extract().map_err(Box::new)?;
        config.check()?;
        if config.secret.key_file.as_os_str().is_empty() {
            config.secret.key_file = beside_database(&config.database.url).with_file_name("secret.key");
        }
        Ok(config)
    }

    /// Settings that are each fine but do not go together.
    fn check(&self) -> Result<(), ConfigError> {
        let fail = |text: String| Err(ConfigError::Contradiction(text));
        let deliver = &self.deliver;
        let token_ms = u64::try_from(deliver.token_timeout_ms).unwrap_or(0);
        // A token, the event, a second leg.
        let try_ms = token_ms.saturating_add(deliver.timeout_ms.saturating_mul(2));
        if u64::try_from(deliver.lease_ms).unwrap_or(0) < try_ms.saturating_add(LEASE_MARGIN_MS) {
            return fail(format!(
                "deliver.lease_ms ({}) must be at least {LEASE_MARGIN_MS} more than deliver.token_timeout_ms and \
                 twice deliver.timeout_ms together ({try_ms}), or a slow try is made twice",
                deliver.lease_ms
            ));
        }
        let (wait_ms, seconds) = (self.ingest.limits.wait_ms, self.server.request_timeout_seconds);
        if u64::try_from(wait_ms).unwrap_or(u64::MAX) >= seconds * 1000 {
            return fail(format!(
                "ingest.limits.wait_ms ({wait_ms}) must be shorter than server.request_timeout_seconds ({seconds})"
            ));
        }
        if !self.server.public_url.is_empty() && !is_origin(&self.server.public_url) {
            return fail(format!(
                "server.public_url ({}) must be scheme and host only, such as https://tags.shop.example",
                self.server.public_url
            ));
        }
        Ok(())
    }

    /// Whether the session cookie may leave the machine over plain http: only where nothing leaves it.
    pub fn plain_http(&self) -> bool {
        self.server.listen.ip().is_loopback() && !self.server.public_url.starts_with("https:")
    }
}

/// The SQLite file, or the one that there would be.
fn beside_database(url: &str) -> PathBuf {
    let file = url.strip_prefix("sqlite:").map_or("data/sidetag.db", |file| {
        let file = file.strip_prefix("//").unwrap_or(file);
        file.split_once('?').map_or(file, |(file, _)| file)
    });
    PathBuf::from(file)
}

fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.origin().ascii_serialization() == text.trim_end_matches('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_defaults_are_complete_and_do_not_contradict_each_other() {
        let config = Config::load(None, &[], false).unwrap();
        assert_eq!(config.amazon, tag::amazon::Endpoints::default());
        assert_eq!(config.ingest.limits, crate::ingest::Limits::default());
        assert_eq!(config.ingest.trust, crate::ingest::Trust::default());
        assert_eq!(config.deliver, crate::deliver::worker::Settings::default());
        assert!(config.plain_http());
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("sidetag.toml");
        std::fs::write(&file, "[server]\nlisen = \"127.0.0.1:1\"\n").unwrap();
        let error = Config::load(Some(&file), &[], false).unwrap_err().to_string();
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn a_lease_shorter_than_a_try_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("sidetag.toml");
        std::fs::write(&file, "[deliver]\nlease_ms = 5000\n").unwrap();
        let error = Config::load(Some(&file), &[], false).unwrap_err().to_string();
        assert!(error.contains("deliver.lease_ms"), "{error}");
    }

    #[test]
    fn the_key_is_beside_the_database_unless_said_otherwise() {
        for (url, key_file) in [
            ("sqlite:data/sidetag.db", "data/secret.key"),
            ("sqlite:///var/lib/sidetag/x.db?mode=rwc", "/var/lib/sidetag/secret.key"),
            ("postgres://u@db/x", "data/secret.key"),
        ] {
            let config = Config::load(None, &[("database.url", url.into())], false).unwrap();
            assert_eq!(config.secret.key_file, Path::new(key_file), "{url}");
        }
        let config = Config::load(None, &[("secret.key_file", "/etc/sidetag.key".into())], false).unwrap();
        assert_eq!(config.secret.key_file, Path::new("/etc/sidetag.key"));
    }

    #[test]
    fn the_database_password_stays_out_of_debug_output() {
        let database = Database { url: "postgres://u:s3cret@db/x".into() };
        assert!(!format!("{database:?}").contains("s3cret"));
    }
}
