//! `test`: the suites, what they need, and one line that says how they went.

use std::env;
use std::fmt;
use std::ops::AddAssign;
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::build;
use crate::engine;
use crate::process::{self, Group};
use crate::services::{self, Postgres};
use crate::site::Quality;
use crate::step::{self, step};
use crate::workspace::Workspace;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Tests next to the code, and those of the tag crate.
    Unit,
    /// The server on a real socket, on SQLite and on a Postgres started for this run.
    Integration,
    /// The built binary in a browser (Playwright), against the mock Amazon.
    E2e,
}

impl Suite {
    fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::E2e => "e2e",
        }
    }
}

/// Runs the suites, all of them when none is named. `arguments` go to what runs the tests.
///
/// The last line is `N passed, N failed`. A suite that could not be run or that ran no test counts as one
/// failure, so that the line never reads better than it was.
pub(crate) fn test(workspace: &Workspace, suites: &[Suite], arguments: &[String]) -> Result<()> {
    process::catch_stop_signals(|| {})?;
    let suites = if suites.is_empty() { Suite::value_variants() } else { suites };
    let mut total = Totals::default();
    let mut summary = Vec::new();
    for suite in suites {
        let started = Instant::now();
        let mut totals = Totals::default();
        let ran = step(
            &format!("Run the suite {}", suite.name()),
            "look at the failed tests above; `cargo xtask test SUITE -- NAME` runs one of them again.",
            || run(workspace, *suite, arguments, &mut totals),
        );
        if ran.is_err() && totals.failed == 0 {
            totals.failed = 1;
        }
        summary.push(format!("  {}: {totals} in {}", suite.name(), step::show(started.elapsed())));
        total += totals;
        process::refuse_after_stop()?;
    }
    eprintln!("▸ Tests\n{}", summary.join("\n"));
    println!("{total}");
    if total.failed > 0 {
        bail!("not all tests passed");
    }
    Ok(())
}

fn run(workspace: &Workspace, suite: Suite, arguments: &[String], totals: &mut Totals) -> Result<()> {
    let mut failed = false;
    // Held until the suite is over.
    let mut _postgres = None;
    let mut commands = match suite {
        // Apart, so that each is built with the features that its other builds have.
        Suite::Unit => vec![
            engine_tests(workspace, arguments)?,
            cargo_test(workspace, &SERVER_UNITS, arguments),
            cargo_test(workspace, &["--package", "xtask"], arguments),
        ],
        Suite::Integration => {
            let mut command = cargo_test(workspace, &["--package", "server", "--test", "it"], arguments);
            if env::var_os(POSTGRES).is_none() {
                let postgres = Postgres::start()?;
                command.env(POSTGRES, postgres.url());
                _postgres = Some(postgres);
            }
            vec![command]
        }
        Suite::E2e => vec![playwright(workspace, arguments)?],
    };
    for command in &mut commands {
        let status = Group::run(command, |line| *totals += Totals::read(line))?;
        failed |= !status.success();
    }
    if failed {
        bail!("not all of it passed");
    }
    if totals.passed == 0 {
        bail!("it ran no test");
    }
    Ok(())
}

/// Where the integration tests find Postgres. Whoever sets it has a server that shall be used.
const POSTGRES: &str = "SIDETAG_TEST_POSTGRES_URL";

const SERVER_UNITS: [&str; 8] =
    ["--package", "app", "--package", "server", "--features", "app/ssr", "--lib", "--bins"];

fn cargo_test(workspace: &Workspace, which: &[&str], arguments: &[String]) -> Command {
    let mut command = workspace.cargo();
    command.args(["test", "--no-fail-fast"]).args(which).arg("--").args(arguments);
    command
}

/// With what the engine came to in WebAssembly, which one of its tests compares with what it comes to here.
fn engine_tests(workspace: &Workspace, arguments: &[String]) -> Result<Command> {
    let mut command = cargo_test(workspace, &["--package", "tag"], arguments);
    command.env("SIDETAG_REPLAYED_IN_WASM", engine::replay(workspace)?);
    Ok(command)
}

fn playwright(workspace: &Workspace, arguments: &[String]) -> Result<Command> {
    services::ensure_chromium()?;
    services::ensure_npm_packages(workspace)?;
    let folder = workspace.root.join("end2end");
    // Playwright runs the tests without looking at their types.
    step("Check the types of the browser tests (tsc)", "correct the errors above.", || {
        process::run(Command::new("node_modules/.bin/tsc").current_dir(&folder))
    })?;
    let sidetag = build::binary(workspace, Quality::Final, false)?;
    let mut command = Command::new("node_modules/.bin/playwright");
    command.current_dir(folder).args(["test", "--reporter=list"]).args(arguments).env("SIDETAG_BIN", sidetag);
    Ok(command)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u32,
    failed: u32,
}

impl Totals {
    /// What a line of output adds, when it is one of those with which a test runner closes:
    /// `test result: ok. 5 passed; 0 failed; …` (libtest), `  3 passed (4.2s)`, `  1 failed` (Playwright).
    fn read(line: &str) -> Self {
        let mut totals = Self::default();
        let counts = match line.strip_prefix("test result: ") {
            Some(counts) => counts.split_once(". ").map_or(counts, |(_verdict, counts)| counts),
            None => line,
        };
        for count in counts.split(';') {
            let mut words = count.split_whitespace();
            match (words.next().and_then(|number| number.parse::<u32>().ok()), words.next()) {
                // Playwright's word for what passed when it was tried again.
                (Some(number), Some("passed" | "flaky")) => totals.passed += number,
                (Some(number), Some("failed" | "interrupted")) => totals.failed += number,
                _ => {}
            }
        }
        totals
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_lines_of_both_runners_are_read() {
        for (line, passed, failed) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                12,
                0,
            ),
            ("test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 7, 2),
            ("  3 passed (4.2s)", 3, 0),
            ("  1 failed", 0, 1),
            ("  2 flaky", 2, 0),
            ("  1 interrupted", 0, 1),
            ("  4 skipped", 0, 0),
            ("  2 did not run", 0, 0),
            ("test site::tests::one ... ok", 0, 0),
            ("  ✓  3 first.spec.ts:5:1 › 3 passed events are shown (1.2s)", 0, 0),
            ("running 5 tests", 0, 0),
            ("", 0, 0),
        ] {
            assert_eq!(Totals::read(line), Totals { passed, failed }, "{line}");
        }
    }

    #[test]
    fn the_closing_line_has_its_exact_form() {
        assert_eq!(Totals { passed: 120, failed: 0 }.to_string(), "120 passed, 0 failed");
    }
}
