//! `ci`: everything that must hold before a change is merged.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::assets::MANIFEST;
use crate::site::{self, Quality};
use crate::step::{note, step};
use crate::workspace::Workspace;
use crate::{engine, lint, test};

pub(crate) fn ci(workspace: &Workspace) -> Result<()> {
    lint::lint(workspace, false)?;
    site::build(workspace, Quality::Final)?;
    step(
        "Check the size of the browser part",
        "find what made it grow (`twiggy top` on the .wasm file); large tables belong to the server.",
        || check_size(workspace),
    )?;
    engine::check_size(workspace)?;
    // Last, so that the totals are the last line.
    test::test(workspace, &[], &[])
}

/// What the browser part may weigh on the wire, in bytes, compressed with Brotli.
const WASM_BUDGET: u64 = 400_000;

fn check_size(workspace: &Workspace) -> Result<()> {
    let manifest: Value = serde_json::from_str(&fs::read_to_string(workspace.site().join(MANIFEST))?)?;
    let wasm = manifest["wasm"].as_str().context("the site's manifest names no wasm file")?;
    let file = workspace.site().join(format!("{wasm}.br"));
    let size = fs::metadata(&file).with_context(|| format!("could not read {}", file.display()))?.len();
    note(&format!("{size} bytes compressed, of {WASM_BUDGET} allowed"));
    if size > WASM_BUDGET {
        bail!("the browser part is {} bytes too large", size - WASM_BUDGET);
    }
    Ok(())
}
