//! Turns the site that `cargo xtask` built into a table of constants, so that one file is the whole server.
//!
//! `SIDETAG_SITE` names the site's folder. Without it the table is empty: the server still compiles and can
//! be tested, and refuses to serve.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=SIDETAG_SITE");
    // The SQL is compiled in as well, and rustc does not notice a new file.
    println!("cargo:rerun-if-changed=../migrations");

    let table = match env::var_os("SIDETAG_SITE") {
        Some(folder) => table(Path::new(&folder))?,
        None => "None".to_owned(),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(out.join("site.rs"), table)?;
    Ok(())
}

/// An expression of type `Option<Site>`, in the words of `src/site.rs`.
fn table(folder: &Path) -> Result<String, Box<dyn Error>> {
    let manifest = folder.join("manifest.json");
    println!("cargo:rerun-if-changed={}", manifest.display());
    let text = fs::read_to_string(&manifest)
        .map_err(|error| format!("SIDETAG_SITE has no readable {}: {error}", manifest.display()))?;
    let manifest: Value = serde_json::from_str(&text)?;
    let name = |key: &str| manifest[key].as_str().ok_or_else(|| format!("the manifest names no `{key}`"));
    let (js, wasm, css) = (name("js")?, name("wasm")?, name("css")?);

    let mut files = String::new();
    for (name, hash) in manifest["files"].as_object().ok_or("the manifest lists no files")? {
        let include = |suffix: &str| {
            let path = folder.join(format!("{name}{suffix}"));
            path.is_file().then(|| format!("include_bytes!({path:?})"))
        };
        let compressed =
            |suffix: &str| include(suffix).map_or("None".to_owned(), |bytes| format!("Some({bytes})"));
        writeln!(
            files,
            "        File {{ name: {name:?}, hash: {hash}, content_type: {:?}, plain: {}, br: {}, gzip: {} }},",
            content_type(name)?,
            include("").ok_or_else(|| format!("the site's file {name} is missing"))?,
            compressed(".br"),
            compressed(".gz"),
        )?;
    }
    Ok(format!(
        "Some(Self {{\n    js: {js:?},\n    wasm: {wasm:?},\n    css: {css:?},\n    files: &[\n{files}    ],\n}})\n"
    ))
}

fn content_type(name: &str) -> Result<&'static str, String> {
    let (_, extension) = name.rsplit_once('.').unwrap_or_default();
    Ok(match extension {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => {
            return Err(format!(
                "{name}: say in server/build.rs which content type its extension stands for"
            ));
        }
    })
}
