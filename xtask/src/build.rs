//! The build: browser part, style and server become one binary.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::site::{self, Quality};
use crate::step::step;
use crate::workspace::Workspace;

/// Builds `sidetag` with the site inside, and gives the binary's path.
pub(crate) fn binary(workspace: &Workspace, quality: Quality, release: bool) -> Result<PathBuf> {
    site::build(workspace, quality)?;
    let mut arguments = vec!["build", "--package", "server", "--bin", "sidetag"];
    arguments.extend(release.then_some("--release"));
    step(
        if release { "Build the server (release)" } else { "Build the server" },
        "correct the errors above; where a linker or C compiler is missing, install `gcc`.",
        || {
            let built = workspace.build("sidetag", &arguments)?;
            built.into_iter().next().context("Cargo made no binary")
        },
    )
}
