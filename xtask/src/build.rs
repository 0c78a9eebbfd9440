//! The build: browser part, style and server become one binary.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::site::{self, Quality};
use crate::step::step;
use crate::workspace::{Workspace, artifacts};

/// Builds `sidetag` with the site inside, and gives the binary's path.
pub(crate) fn binary(workspace: &Workspace, quality: Quality, release: bool) -> Result<PathBuf> {
    site::build(workspace, quality)?;
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "server", "--bin", "sidetag"]).args(release.then_some("--release"));
    step(
        if release { "Build the server (release)" } else { "Build the server" },
        "correct the errors above; where a linker or C compiler is missing, install `gcc`.",
        || artifacts(&mut cargo, "sidetag")?.into_iter().next().context("Cargo made no binary"),
    )
}
