//! Where things are, and how Cargo is called. Nothing here may assume `./target`: CI and a contributor's
//! settings move it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::assets::MANIFEST;
use crate::process;

pub(crate) struct Workspace {
    pub root: PathBuf,
    /// Cargo's target directory, wherever it was moved to.
    pub target: PathBuf,
}

impl Workspace {
    pub(crate) fn locate() -> Result<Self> {
        let metadata = process::output(Command::new(cargo_program()).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata: Value =
            serde_json::from_str(&metadata).context("`cargo metadata` did not print JSON")?;
        let path = |key: &str| -> Result<PathBuf> {
            let value =
                metadata[key].as_str().with_context(|| format!("`cargo metadata` names no `{key}`"))?;
            Ok(PathBuf::from(value))
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// The site to embed. It need not have been built yet.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Cargo, to be run at the workspace root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(cargo_program());
        command.current_dir(&self.root);
        // `cargo run` describes xtask in these. Build scripts such as ring's watch them, and would rebuild
        // half the server each time someone goes from `cargo xtask build` to `cargo test` and back.
        let ours = |name: &OsString| {
            let name = name.to_string_lossy();
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        };
        for (name, _) in env::vars_os().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        // The same for each command, so that none of them makes the next one build the server again.
        if self.site().join(MANIFEST).is_file() {
            command.env("SIDETAG_SITE", self.site());
        }
        command
    }
}

/// Runs `cargo build` or a like command, and gives the files that the named target was built to.
pub(crate) fn artifacts(cargo: &mut Command, target: &str) -> Result<Vec<PathBuf>> {
    let messages = process::output(cargo.arg("--message-format=json-render-diagnostics"))?;
    let mut files = None;
    for line in messages.lines() {
        let message: Value =
            serde_json::from_str(line).context("Cargo printed a message that is not JSON")?;
        if message["reason"] == "compiler-artifact" && message["target"]["name"] == target {
            let names = message["filenames"].as_array().into_iter().flatten();
            files = Some(names.filter_map(Value::as_str).map(PathBuf::from).collect());
        }
    }
    files.ok_or_else(|| anyhow!("Cargo built nothing called `{target}`"))
}

/// The Cargo that runs xtask, so that both use one toolchain.
pub(crate) fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The program's path, when it is on `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The one file of a build that has the extension.
pub(crate) fn with_extension(files: &[PathBuf], extension: &str) -> Result<PathBuf> {
    match files.iter().find(|file| file.extension().is_some_and(|found| found == extension)) {
        Some(file) => Ok(file.clone()),
        None => bail!("the build made no .{extension} file, only {files:?}"),
    }
}
