//! What can be typed after `sidetag`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "sidetag", version, about = "Amazon Ads tags on your own server", max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take events, deliver them to Amazon, and serve the interface
    Serve(Serve),
    /// Play Amazon: record every request, and answer as told
    ///
    /// Point the settings amazon.pixel_na and so on at it. GET /_requests lists what came in; POST /_answer
    /// sets what the next requests are answered with. `serve --demo` has one built in.
    MockAmazon {
        /// Where to listen
        #[arg(long, default_value = "127.0.0.1:8485")]
        listen: SocketAddr,
    },
    /// Make keys for programs that call the API
    Token {
        #[command(subcommand)]
        command: Token,
    },
    /// Print all settings with their defaults, as a file to start from
    Config,
    /// Print the description of the JSON API (OpenAPI 3.1)
    Openapi,
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, once; what runs meanwhile goes on
    Create(CreateToken),
}

#[derive(Debug, Args)]
pub struct CreateToken {
    /// What will use it
    #[arg(long)]
    pub name: String,
    /// What it may do at most; each scope holds those before it
    #[arg(long, value_enum)]
    pub scope: Scope,
    /// After so many days it is over, such as 90d
    #[arg(long, value_name = "DAYS", default_value = "90d", value_parser = days)]
    pub expires: i64,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Scope {
    /// See everything
    Read,
    /// Also change drafts
    Write,
    /// Also change what runs
    Publish,
    /// Everything, people included
    Admin,
}

/// Days, from 1 to 3650.
fn days(text: &str) -> Result<i64, String> {
    let days = text.strip_suffix('d').unwrap_or(text).parse::<i64>().ok();
    days.filter(|days| (1..=3650).contains(days)).ok_or_else(|| "give days from 1d to 3650d".to_owned())
}

/// Where the settings are.
#[derive(Debug, Args)]
pub struct Settings {
    /// A file with settings that differ from the defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database, sqlite:PATH or postgres://… (setting database.url)
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

impl Settings {
    /// The settings that the command line overrides.
    pub fn overrides(&self) -> Vec<(&'static str, String)> {
        self.database.clone().map(|url| ("database.url", url)).into_iter().collect()
    }
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub settings: Settings,
    /// Where to listen (setting server.listen)
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Show Sidetag at work: a built-in mock takes Amazon's place, and made-up events come in
    #[arg(long)]
    pub demo: bool,
}

impl Serve {
    /// The settings that the command line overrides.
    pub fn overrides(&self) -> Vec<(&'static str, String)> {
        let listen = self.listen.map(|listen| ("server.listen", listen.to_string()));
        listen.into_iter().chain(self.settings.overrides()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokens_time_is_given_in_days() {
        assert_eq!(days("90d"), Ok(90));
        assert_eq!(days("1"), Ok(1));
        for odd in ["", "d", "0d", "-1d", "3651d", "90h", "never"] {
            assert!(days(odd).is_err(), "{odd}");
        }
    }
}
