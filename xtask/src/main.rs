//! Every command that a developer or a user of this repository types: `cargo xtask --help`.
//!
//! Here is the command line and nothing else. Each command has a file of its own name; all of them find
//! things through [`workspace::Workspace`] and show their work through [`step::step`].

mod assets;
mod bench;
mod build;
mod ci;
mod debian;
mod engine;
mod lint;
mod process;
mod run;
mod services;
mod site;
mod step;
mod test;
mod wasm_target;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::bench::Benchmark;
use crate::site::Quality;
use crate::test::Suite;
use crate::workspace::Workspace;

/// Builds, runs and tests Sidetag. Rust is all you need: what else is missing is brought.
///
/// New here? `cargo xtask run` and open the address that it prints.
/// Changing something? `cargo xtask dev` while you work, `cargo xtask ci` before you push.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", verbatim_doc_comment)]
struct Xtask {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build Sidetag and start it, with its data in ./data
    ///
    /// Prints the address and, the first time, a link with which to create the first administrator.
    /// Ctrl-C stops it; what was accepted by then is delivered after the next start.
    #[command(verbatim_doc_comment)]
    Run {
        /// Also start a mock of Amazon and send synthetic events to look at; nothing leaves this machine
        #[arg(long)]
        demo: bool,
        /// Build as for production: takes longer to compile, runs faster
        #[arg(long)]
        release: bool,
        /// Arguments for `sidetag serve`, after `--`; `cargo xtask run -- --help` lists them
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Run Sidetag, and build and restart it at each change of a file
    ///
    /// The browser part is built fast rather than small. While the code does not compile, the last good
    /// server keeps running.
    #[command(verbatim_doc_comment)]
    Dev {
        /// Arguments for `sidetag serve`, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Build one file that holds everything: server, browser part and style
    Build {
        /// Build as for production: takes longer to compile, runs faster
        #[arg(long)]
        release: bool,
    },
    /// Run the tests and what they need; the last line is `N passed, N failed`
    ///
    /// Without names, all suites. Postgres, Chromium and npm packages are started or installed as needed.
    ///
    ///   cargo xtask test unit                      the fast ones
    ///   cargo xtask test integration -- retry      those with `retry` in their name
    ///   cargo xtask test e2e -- first              the browser tests in files named so
    #[command(verbatim_doc_comment)]
    Test {
        suites: Vec<Suite>,
        /// Arguments for `cargo test` and Playwright, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Check format, clippy for server and browser, and which crate may use which
    Lint {
        /// Correct what can be corrected automatically
        #[arg(long)]
        fix: bool,
    },
    /// Measure what the hot paths cost, beside their goals
    ///
    /// Time is of this machine and this moment; instructions (counted by valgrind, where it is installed) are
    /// what to compare two versions by. It fails only when it cannot run.
    #[command(verbatim_doc_comment)]
    Bench { what: Benchmark },
    /// Say what the tag engine weighs in a browser, and whether that is within its budget
    Size,
    /// Everything that must hold before a merge: lint, the browser part's size, all tests
    Ci,
}

fn main() -> ExitCode {
    match run(Xtask::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Run { demo, release, arguments } => run::run(&workspace, demo, release, &arguments),
        Task::Dev { arguments } => run::dev(&workspace, &arguments),
        Task::Build { release } => {
            let sidetag = build::binary(&workspace, Quality::Final, release)?;
            println!("{}", sidetag.display());
            Ok(())
        }
        Task::Test { suites, arguments } => test::test(&workspace, &suites, &arguments),
        Task::Lint { fix } => lint::lint(&workspace, fix),
        Task::Bench { what } => bench::bench(&workspace, what),
        Task::Size => engine::check_size(&workspace),
        Task::Ci => ci::ci(&workspace),
    }
}
