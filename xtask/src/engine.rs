//! The tag engine in a browser: that it comes to the same results as on the server, and what it weighs there.
//!
//! Both look at the crate `tag-wasm`, which is the engine as a browser module and nothing else.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets;
use crate::process;
use crate::services;
use crate::step::{note, step};
use crate::wasm_target::{self, WASM};
use crate::workspace::{Workspace, artifacts, with_extension};

/// What the engine may add to a module that can read JSON already, in bytes, compressed with Brotli.
const BUDGET: usize = 120_000;

/// Replays the recorded runs of the conformance test in node, and gives the file with what came of them.
pub(crate) fn replay(workspace: &Workspace) -> Result<PathBuf> {
    step(
        "Replay recorded runs in WebAssembly",
        "look at the message above; tag/wasm is the module, tag/wasm/replay.cjs what runs it.",
        || {
            services::ensure_node()?;
            let module = build(workspace, "replay", "wasm-dev")?;
            let folder = workspace.target.join("replay");
            let mut bindgen = Bindgen::new();
            bindgen.input_path(module).nodejs(true)?.typescript(false).out_name("engine");
            bindgen.generate(&folder).context("could not bind the module")?;
            let mut node = Command::new("node");
            node.current_dir(&workspace.root)
                .arg("tag/wasm/replay.cjs")
                .arg(folder.join("engine.js"))
                .arg("tag/tests/vectors/public.jsonl");
            let replayed = folder.join("replayed.jsonl");
            fs::write(&replayed, process::output(&mut node)?)
                .with_context(|| format!("could not write {}", replayed.display()))?;
            Ok(replayed)
        },
    )
}

/// Measures what the engine adds to a module, and compares it with the budget.
pub(crate) fn check_size(workspace: &Workspace) -> Result<()> {
    step(
        "Check the size of the tag engine in a browser",
        "find what made it grow (`twiggy top` on the module of `tag-wasm`); what a page does not need belongs \
         behind a feature of `tag`, as the template engine is.",
        || {
            let without = weigh(workspace, "")?;
            let with = weigh(workspace, "engine")?;
            let size = with.saturating_sub(without);
            note(&format!(
                "{size} bytes compressed, of {BUDGET} allowed ({with} with the engine, {without} without)"
            ));
            if size > BUDGET {
                bail!("the engine is {} bytes too large", size - BUDGET);
            }
            Ok(())
        },
    )
}

fn build(workspace: &Workspace, features: &str, profile: &str) -> Result<PathBuf> {
    let mut cargo = wasm_target::cargo(workspace)?;
    cargo.args(["rustc", "--package", "tag-wasm", "--lib", "--crate-type", "cdylib", "--target", WASM]);
    cargo.args(["--features", features, "--profile", profile]);
    with_extension(&artifacts(&mut cargo, "tag_wasm")?, "wasm")
}

fn weigh(workspace: &Workspace, features: &str) -> Result<usize> {
    let module = build(workspace, features, "wasm-release")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).web(true)?.typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let module = bindgen.generate_output().context("could not bind the module")?.wasm_mut().emit_wasm();
    Ok(assets::brotli(&module)?.len())
}
