//! Child processes, and what a stop signal does to them.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Runs a command to its end; its output is shown.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    refuse_after_stop()?;
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    check(command, status)
}

/// Runs a command and gives what it printed; its complaints are shown.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    refuse_after_stop()?;
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", shown(command)))?;
    check(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed something that is not UTF-8", shown(command)))
}

/// Whether a command can be started and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    let words: Vec<_> = [program].into_iter().chain(command.get_args()).map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

static STOPPED: AtomicBool = AtomicBool::new(false);
static GROUP: Mutex<Option<Pid>> = Mutex::new(None);

/// From here on a stop signal (Ctrl-C, SIGTERM, SIGHUP) no longer ends xtask at once. It is passed on to the
/// running [`Group`], no new command starts, and xtask unwinds, so that what it started is also stopped.
pub(crate) fn catch_stop_signals(notify: impl Fn() + Send + 'static) -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM]).context("could not listen for stop signals")?;
    thread::spawn(move || {
        for _ in signals.forever() {
            STOPPED.store(true, Ordering::SeqCst);
            if let Some(group) = *GROUP.lock().unwrap_or_else(PoisonError::into_inner) {
                // It may have ended in the meantime, which is what was wanted.
                let _ = kill_process_group(group, Signal::TERM);
            }
            notify();
        }
    });
    Ok(())
}

pub(crate) fn refuse_after_stop() -> Result<()> {
    if STOPPED.load(Ordering::SeqCst) {
        bail!("stopped by a signal");
    }
    Ok(())
}

/// A command with everything it starts in turn, in a process group of its own: `cargo test` does not pass a
/// signal on to the tests it runs. There is one at a time.
pub(crate) struct Group {
    child: Child,
}

impl Group {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        refuse_after_stop()?;
        let mut running = GROUP.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", shown(command)))?;
        *running = Some(Pid::from_child(&child));
        Ok(Self { child })
    }

    /// Runs a command to its end and shows each line it prints; the line is also given to `read`.
    pub(crate) fn run(command: &mut Command, mut read: impl FnMut(&str)) -> Result<ExitStatus> {
        let mut group = Self::start(command.stdout(Stdio::piped()))?;
        if let Some(stdout) = group.child.stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.with_context(|| format!("could not read what {} prints", shown(command)))?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                read(&line);
            }
        }
        let status = group.child.wait().with_context(|| format!("could not wait for {}", shown(command)))?;
        refuse_after_stop()?;
        Ok(status)
    }
}

impl Drop for Group {
    /// Asks all of it to stop, and waits until it has.
    fn drop(&mut self) {
        *GROUP.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            // It may end between the question and the signal.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::TERM);
            let _ = self.child.wait();
        }
    }
}
