//! What can be typed after `sidetag`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    /// Print all settings with their defaults, as a file to start from
    Config,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// A file with settings that differ from the defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to listen (setting server.listen)
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The database, sqlite:PATH or postgres://… (setting database.url)
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Show Sidetag at work: a built-in mock takes Amazon's place, and made-up events come in
    #[arg(long)]
    pub demo: bool,
}

impl Serve {
    /// The settings that the command line overrides.
    pub fn overrides(&self) -> Vec<(&'static str, String)> {
        let listen = self.listen.map(|listen| ("server.listen", listen.to_string()));
        let database = self.database.clone().map(|url| ("database.url", url));
        listen.into_iter().chain(database).collect()
    }
}
