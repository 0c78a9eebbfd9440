//! The standard library for `wasm32-unknown-unknown`, without which the browser part cannot be built.
//!
//! Rustup brings it where it can be reached. Some networks have mirrors of Debian packages and nothing else;
//! there the same library is built from Debian's source package of exactly this compiler's version, into a
//! folder of ours: whatever is added to Rust's own folder later, by rustup or by hand, cannot collide with it.
//! There is no third way, and never a build that leaves the interface out.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::process;
use crate::step::{note, step};
use crate::workspace::{Workspace, cargo_program, find_program};

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Cargo, ready to build for the browser.
pub(crate) fn cargo(workspace: &Workspace) -> Result<Command> {
    let mut cargo = workspace.cargo();
    let rustc = Rustc::ask()?;
    if rustc.has_wasm() {
        return Ok(cargo);
    }
    let ours = workspace.target.join("wasm-std").join(&rustc.version);
    if !has_std(&ours) {
        step(
            "Bring the standard library for the browser (wasm32-unknown-unknown)",
            "run `rustup target add wasm32-unknown-unknown` where the internet can be reached; if Rust did not come \
             from https://rustup.rs, install your system's package of that library.",
            || bring(&rustc, &ours),
        )?;
    }
    if !rustc.has_wasm() {
        let mut flag = OsString::from("--sysroot=");
        flag.push(&ours);
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flag);
    }
    Ok(cargo)
}

fn bring(rustc: &Rustc, ours: &Path) -> Result<()> {
    let Err(error) = add_with_rustup() else { return Ok(()) };
    note(&format!("rustup cannot bring it ({error:#}); building it from Debian's source package"));
    build_from_source(rustc, ours)
}

struct Rustc {
    sysroot: PathBuf,
    /// Such as `1.95.0`.
    version: String,
    /// Such as `x86_64-unknown-linux-gnu`.
    host: String,
}

impl Rustc {
    fn ask() -> Result<Self> {
        let rustc = || Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        let sysroot = process::output(rustc().args(["--print", "sysroot"]))?;
        let verbose = process::output(rustc().arg("-vV"))?;
        let field = |name: &str| {
            let value = verbose.lines().find_map(|line| line.strip_prefix(name));
            value.map(str::to_owned).with_context(|| format!("`rustc -vV` says no `{name}`"))
        };
        Ok(Self {
            sysroot: PathBuf::from(sysroot.trim()),
            version: field("release: ")?,
            host: field("host: ")?,
        })
    }

    fn has_wasm(&self) -> bool {
        has_std(&self.sysroot)
    }
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM).join("lib")
}

/// Rustup's file has a hash in its name, the one that Cargo builds has none.
fn has_std(sysroot: &Path) -> bool {
    let rlibs = debian::files(&library_folder(sysroot), "rlib").unwrap_or_default();
    let names = rlibs.iter().filter_map(|file| file.file_stem()?.to_str());
    names.into_iter().any(|name| name == "libstd" || name.starts_with("libstd-"))
}

fn add_with_rustup() -> Result<()> {
    // For trying the other way out.
    if env::var_os("SIDETAG_WASM_STD").is_some_and(|choice| choice == "source") {
        bail!("SIDETAG_WASM_STD=source forbids it");
    }
    if find_program("rustup").is_none() {
        bail!("it is not installed");
    }
    process::run(Command::new("rustup").args(["target", "add", WASM]))
}

/// Builds the library, and makes `sysroot` a folder that rustc can take instead of its own.
fn build_from_source(rustc: &Rustc, sysroot: &Path) -> Result<()> {
    let scratch = sysroot.with_file_name("scratch");
    clear(&scratch)?;
    let library = debian::rust_library(&rustc.version, &scratch)?;
    let mut cargo = Command::new(cargo_program());
    cargo
        .current_dir(&library)
        // The standard library may use unstable features, when told that it is the standard library. Bitcode
        // lets the browser part be optimised together with it.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .args(["build", "--release", "--package", "sysroot", "--target", WASM]);
    process::run(&mut cargo)?;

    // Put together aside and renamed at the end: half of it would be taken for all of it.
    let staged = scratch.join("sysroot");
    fs::create_dir_all(library_folder(&staged))
        .with_context(|| format!("could not create {}", staged.display()))?;
    let built = scratch.join("target").join(WASM).join("release/deps");
    for file in debian::files(&built, "rlib")? {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, library_folder(&staged).join(name))
            .with_context(|| format!("could not copy {}", file.display()))?;
    }
    // The linker belongs to the compiler.
    let host = Path::new("lib/rustlib").join(&rustc.host);
    symlink(rustc.sysroot.join(&host), staged.join(&host))
        .context("could not link the compiler's own folder")?;
    clear(sysroot)?;
    fs::rename(&staged, sysroot).with_context(|| format!("could not rename {}", staged.display()))?;
    clear(&scratch)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not clear {}", folder.display()))?;
    }
    Ok(())
}
