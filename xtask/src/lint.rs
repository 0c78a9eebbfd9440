//! `lint`: format, clippy for both machines, and the arrows between the crates.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::step::{note, step};
use crate::wasm_target::{self, WASM};
use crate::workspace::Workspace;

const BROWSER: [&str; 7] =
    ["--package", "app", "--target", WASM, "--no-default-features", "--features", "hydrate"];

pub(crate) fn lint(workspace: &Workspace, fix: bool) -> Result<()> {
    step("Check the format", "run `cargo xtask lint --fix`.", || {
        let mut fmt = workspace.cargo();
        fmt.args(["fmt", "--all"]);
        if !fix {
            fmt.arg("--check");
        }
        process::run(&mut fmt)
    })?;
    step(
        "Check the dependencies' direction",
        "take the named crate out, or move the code to `server`.",
        || {
            check_direction(workspace, "tag", &["--package", "tag"], &IMPURE)?;
            check_direction(workspace, "app in the browser", &BROWSER, &SERVER_ONLY)
        },
    )?;

    let remedy = "correct the warnings above; `cargo xtask lint --fix` does what can be done by itself.";
    step("Lint what runs on the server (clippy)", remedy, || {
        clippy(
            workspace.cargo(),
            &["--workspace", "--all-targets", "--features", "app/ssr,tag-wasm/engine,tag-wasm/replay"],
            fix,
        )
    })?;
    let browser = wasm_target::cargo(workspace)?;
    step("Lint what runs in the browser (clippy)", remedy, || clippy(browser, &BROWSER, fix))?;

    step("Check licences and advisories (cargo deny)", "see deny.toml for what is allowed and why.", || {
        if !process::succeeds(workspace.cargo().args(["deny", "--version"])) {
            note("left out: cargo-deny is not installed (`cargo install cargo-deny`)");
            return Ok(());
        }
        process::run(workspace.cargo().args(["deny", "check"]))
    })
}

fn clippy(mut cargo: Command, what: &[&str], fix: bool) -> Result<()> {
    cargo.arg("clippy").args(what);
    if fix {
        cargo.args(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    process::run(cargo.args(["--", "-D", "warnings"]))
}

/// What would bring a clock, chance or the outside world into the pure crate.
const IMPURE: [&str; 8] = ["tokio", "axum", "sqlx", "reqwest", "hyper", "leptos", "getrandom", "rand"];

/// What has no place in a browser.
const SERVER_ONLY: [&str; 6] = ["tokio", "axum", "sqlx", "reqwest", "hyper", "leptos_axum"];

fn check_direction(workspace: &Workspace, who: &str, which: &[&str], banned: &[&str]) -> Result<()> {
    let mut tree = workspace.cargo();
    tree.arg("tree").args(which).args(["--edges", "normal,no-proc-macro", "--prefix", "none"]);
    let tree = process::output(&mut tree)?;
    let found = banned_in(&tree, banned);
    if !found.is_empty() {
        bail!("{who} depends on {}", found.join(", "));
    }
    Ok(())
}

/// Those of the names that begin a line such as `tokio v1.54.1 (*)`.
fn banned_in<'a>(tree: &str, banned: &[&'a str]) -> Vec<&'a str> {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    banned.iter().copied().filter(|banned| names.clone().any(|name| name == *banned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_crate_is_found_by_its_whole_name() {
        let tree = "tag v0.1.0 (/somewhere/tag)\nserde v1.0.229\nrand_core v0.9.5\nhyper v1.12.0 (*)\n";
        assert_eq!(banned_in(tree, &IMPURE), ["hyper"]);
        assert!(banned_in("tag v0.1.0\n", &IMPURE).is_empty());
    }
}
