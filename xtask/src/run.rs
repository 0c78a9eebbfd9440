//! `run` and `dev`: the server, built and started.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use notify::{Event, RecursiveMode, Watcher};

use crate::build;
use crate::process::{self, Group};
use crate::site::Quality;
use crate::step::note;
use crate::workspace::Workspace;

/// Builds the server and becomes it, so that Ctrl-C and every other signal reach it and nothing else.
pub(crate) fn run(workspace: &Workspace, demo: bool, release: bool, arguments: &[String]) -> Result<()> {
    let sidetag = build::binary(workspace, Quality::Final, release)?;
    let mut command = serve(workspace, &sidetag, arguments);
    if demo {
        command.arg("--demo");
    }
    Err(command.exec()).with_context(|| format!("could not start {}", sidetag.display()))
}

/// The data folder is `data` in the folder where the server starts: the repository's own.
fn serve(workspace: &Workspace, sidetag: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(sidetag);
    command.current_dir(&workspace.root).arg("serve").args(arguments);
    command
}

/// What makes a difference to the built server.
const WATCHED: [&str; 7] = ["tag", "app", "server", "style", "migrations", "Cargo.toml", "Cargo.lock"];

/// How long the files must be left alone before a build starts: editors save in several steps.
const SETTLED: Duration = Duration::from_millis(200);

enum Happened {
    FileChanged,
    StopSignal,
}

/// Builds and restarts the server whenever a source file changed, until a stop signal comes. While a build
/// does not succeed, the last good server keeps running.
pub(crate) fn dev(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let (sender, happened) = mpsc::channel();
    let stop = sender.clone();
    process::catch_stop_signals(move || {
        // Nobody listens any more once the command is ending anyway.
        let _ = stop.send(Happened::StopSignal);
    })?;
    let _watcher = watch(workspace, sender)?;

    let mut running: Option<(Group, SystemTime)> = None;
    loop {
        // The failed step has already said what to do.
        if let Ok(sidetag) = build::binary(workspace, Quality::Draft, false) {
            let built = sidetag.metadata()?.modified()?;
            if running.as_ref().is_none_or(|(_, started)| *started != built) {
                // The old one must have let go of the port and the database before the new one starts.
                drop(running.take());
                running = Some((Group::start(&mut serve(workspace, &sidetag, arguments))?, built));
            }
        }
        note("watching for changes; Ctrl-C ends");
        if !changed(&happened) {
            return Ok(());
        }
    }
}

fn watch(workspace: &Workspace, sender: Sender<Happened>) -> Result<impl Watcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Builds read every file; that is not a change. An error may mean lost events, so it counts as one.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = sender.send(Happened::FileChanged);
        }
    })?;
    for name in WATCHED {
        let path = workspace.root.join(name);
        watcher
            .watch(&path, RecursiveMode::Recursive)
            .with_context(|| format!("could not watch {}", path.display()))?;
    }
    Ok(watcher)
}

/// Waits until files changed and are left alone again. False when the command shall end.
fn changed(happened: &Receiver<Happened>) -> bool {
    let Ok(Happened::FileChanged) = happened.recv() else { return false };
    loop {
        match happened.recv_timeout(SETTLED) {
            Ok(Happened::FileChanged) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Happened::StopSignal) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_changes_is_one() {
        let (sender, happened) = mpsc::channel();
        for _ in 0..5 {
            sender.send(Happened::FileChanged).unwrap();
        }
        assert!(changed(&happened));
        assert!(happened.try_recv().is_err());
    }

    #[test]
    fn a_stop_signal_ends_the_wait_at_once_and_amid_changes() {
        let (sender, happened) = mpsc::channel();
        sender.send(Happened::StopSignal).unwrap();
        assert!(!changed(&happened));
        sender.send(Happened::FileChanged).unwrap();
        sender.send(Happened::StopSignal).unwrap();
        assert!(!changed(&happened));
    }
}
