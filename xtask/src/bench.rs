//! `bench`: what the hot paths cost, in time and in instructions.
//!
//! Time is what the goals are about, and it depends on the machine and on what else that does. Instructions
//! hardly do, so they are what to compare two versions by. Nothing here fails because something is slow.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;

use crate::process;
use crate::step::{note, step};
use crate::workspace::{self, Workspace};

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Benchmark {
    /// The tag engine: from the bytes of a purchase to the requests and their trace
    Tag,
}

/// What `tag/benches/engine.rs` measures, by the name it has there.
struct Case {
    name: &'static str,
    label: &'static str,
    goal: Goal,
}

enum Goal {
    None,
    Nanoseconds(f64),
    /// At most so many times the case of that name.
    Times(f64, &'static str),
}

const TAG: [Case; 3] = [
    Case { name: "reading", label: "reading alone", goal: Goal::None },
    Case { name: "one", label: "one tag, with its trace", goal: Goal::Nanoseconds(6000.0) },
    Case { name: "many", label: "1,000 tags, one of which runs", goal: Goal::Times(1.05, "one") },
];

/// Few and many: the difference is free of what starting costs.
const EVENTS: [u32; 2] = [100, 1100];

pub(crate) fn bench(workspace: &Workspace, what: Benchmark) -> Result<()> {
    let (package, target, cases) = match what {
        Benchmark::Tag => ("tag", "engine", &TAG),
    };
    let program = step("Build the benchmark", "correct the errors above.", || {
        let mut cargo = workspace.cargo();
        cargo.args(["bench", "--no-run", "--package", package, "--bench", target]);
        let files = workspace::artifacts(&mut cargo, target)?;
        files.into_iter().next().context("the benchmark was built to no file")
    })?;
    let times = step("Measure the time", "run it by itself to see what it says.", || {
        measured(&process::output(&mut Command::new(&program))?)
    })?;
    let instructions = step("Count the instructions", "run it by itself to see what it says.", || {
        if workspace::find_program("valgrind").is_none() {
            note("left out: valgrind is not installed (`apt install valgrind`)");
            return Ok(HashMap::new());
        }
        cases.iter().map(|case| Ok((case.name.to_owned(), per_event(&program, case.name)?))).collect()
    })?;
    print!("{}", table(cases, &times, &instructions));
    Ok(())
}

/// Lines of a case and its nanoseconds.
fn measured(lines: &str) -> Result<HashMap<String, f64>> {
    let read = |line: &str| {
        let (case, nanoseconds) = line.split_once(' ')?;
        Some((case.to_owned(), nanoseconds.trim().parse().ok()?))
    };
    let lines = lines.lines().filter(|line| !line.is_empty());
    lines.map(|line| read(line).ok_or_else(|| anyhow!("the benchmark printed “{line}”"))).collect()
}

/// The instructions that one more event takes.
fn per_event(program: &Path, case: &str) -> Result<f64> {
    let [few, many] = EVENTS;
    Ok((instructions(program, case, many)? - instructions(program, case, few)?) / f64::from(many - few))
}

/// Cachegrind without its caches is the cheapest of valgrind's tools that count. It emulates a processor without
/// instructions for SHA-256, so that hashing counts for more than it costs.
fn instructions(program: &Path, case: &str, events: u32) -> Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    valgrind.arg("--log-fd=1").arg(program).args(["--count", case, &events.to_string()]);
    let said = process::output(&mut valgrind)?;
    counted(&said).ok_or_else(|| anyhow!("valgrind did not say how many instructions it saw:\n{said}"))
}

/// The number in `==123== I   refs:      652,160,957`.
fn counted(said: &str) -> Option<f64> {
    let (_, count) = said.lines().find(|line| line.contains("refs:"))?.split_once("refs:")?;
    count.trim().replace(',', "").parse().ok()
}

fn table(cases: &[Case], times: &HashMap<String, f64>, instructions: &HashMap<String, f64>) -> String {
    let mut table = format!("{:<31}{:>12}{:>14}  goal\n", "an event", "time", "instructions");
    for Case { name, label, goal } in cases {
        let cell = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
        let time = cell(times.get(*name).map(|time| format!("{:.2} µs", time / 1000.0)));
        let count = cell(instructions.get(*name).map(|count| format!("{count:.0}")));
        let goal = match goal {
            Goal::None => String::new(),
            Goal::Nanoseconds(goal) => format!("at most {} µs", goal / 1000.0),
            Goal::Times(goal, of) => {
                let ratio = |values: &HashMap<String, f64>| Some(values.get(*name)? / values.get(*of)?);
                let ratio = |values| cell(ratio(values).map(|ratio| format!("{ratio:.3}")));
                let (time, count) = (ratio(times), ratio(instructions));
                format!("at most {goal} × the above: {time} in time, {count} in instructions")
            }
        };
        table.push_str(format!("{label:<31}{time:>12}{count:>14}  {goal}").trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_tools_print_is_understood() {
        let times = measured("reading 7392\none     25300\n").unwrap();
        assert_eq!((times["reading"], times["one"]), (7392.0, 25300.0));
        assert!(measured("one\n").is_err());
        assert_eq!(counted("==1== \n==1== I   refs:      652,160,957\n"), Some(652_160_957.0));
        assert_eq!(counted("valgrind: failed to start"), None);
    }

    #[test]
    fn the_table_sets_figures_beside_goals() {
        let times = HashMap::from([("one".to_owned(), 25300.0), ("many".to_owned(), 27000.0)]);
        let table = table(&TAG, &times, &HashMap::new());
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "reading alone                             –             –");
        assert_eq!(lines[2], "one tag, with its trace            25.30 µs             –  at most 6 µs");
        assert!(lines[3].ends_with("at most 1.05 × the above: 1.067 in time, – in instructions"), "{table}");
    }
}
