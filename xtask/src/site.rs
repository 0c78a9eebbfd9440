//! The site: what the browser gets, as a folder that the server embeds.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use serde_json::{Value, json};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets::{self, Assets};
use crate::step::step;
use crate::wasm_target::{self, WASM};
use crate::workspace::{Workspace, artifacts, with_extension};

/// Whom the site is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quality {
    /// The developer who changes it: fast to build, slow and large in the browser.
    Draft,
    /// Everybody else.
    Final,
}

/// Builds the site into [`Workspace::site`].
pub(crate) fn build(workspace: &Workspace, quality: Quality) -> Result<()> {
    let mut cargo = wasm_target::cargo(workspace)?;
    let profile = match quality {
        Quality::Draft => "wasm-dev",
        Quality::Final => "wasm-release",
    };
    let module = step(
        &format!("Build the browser part ({profile})"),
        "correct the errors above. The browser runs the crate `app` with the feature `hydrate`.",
        || {
            // Only here is it a library for another language; everywhere else it is linked into the server.
            cargo.args([
                "rustc",
                "--package",
                "app",
                "--lib",
                "--crate-type",
                "cdylib",
                "--profile",
                profile,
            ]);
            cargo.args(["--no-default-features", "--features", "hydrate", "--target", WASM]);
            with_extension(&artifacts(&mut cargo, "app")?, "wasm")
        },
    )?;
    step(
        "Assemble the site",
        "look at the file that the message names. The style starts in style/main.css; fixed files lie in app/public/.",
        || assemble(workspace, &module, Assets::open(workspace.site(), quality == Quality::Final)?),
    )
}

fn assemble(workspace: &Workspace, module: &Path, mut assets: Assets) -> Result<()> {
    let Bound { js, wasm, from } = bind(module, &mut assets)?;
    let css = assets.add("style", "css", style(&workspace.root.join("style/main.css"))?.as_bytes())?;
    let fixed = workspace.root.join("app/public");
    if fixed.is_dir() {
        for entry in fs::read_dir(fixed)? {
            let path = entry?.path();
            let content = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
            assets.add_as(&path.file_name().unwrap_or_default().to_string_lossy(), &content)?;
        }
    }
    assets.close(json!({ "js": js, "wasm": wasm, "css": css, "from": from }))
}

/// The two halves of the browser part, and the hash of what they were made from.
struct Bound {
    js: String,
    wasm: String,
    from: String,
}

/// Makes the compiled module callable from a page: adds its JavaScript half, and the module without what only
/// wasm-bindgen reads.
fn bind(module: &Path, assets: &mut Assets) -> Result<Bound> {
    let input = fs::read(module).with_context(|| format!("could not read {}", module.display()))?;
    let from = assets::hash(&input);
    if let Some(bound) = bound_before(&from, assets) {
        return Ok(bound);
    }

    let mut output = Bindgen::new()
        .input_bytes("app", without_lazy_hydration(&input)?)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let beside = output.local_modules().len() + output.snippets().values().map(Vec::len).sum::<usize>();
    if beside > 0 {
        bail!("a dependency of `app` brings JavaScript files of its own, which the site cannot carry");
    }
    let compiled = output.wasm_mut().emit_wasm();
    Ok(Bound {
        js: assets.add("app", "js", output.js().as_bytes())?,
        wasm: assets.add("app", "wasm", &compiled)?,
        from,
    })
}

/// The result of the last build, when it was made from the same module.
fn bound_before(from: &str, assets: &mut Assets) -> Option<Bound> {
    let last = assets.last_manifest();
    if last["from"] != from {
        return None;
    }
    let name = |key: &str| last.get(key).and_then(Value::as_str).map(str::to_owned);
    let (js, wasm) = (name("js")?, name("wasm")?);
    let there = assets.keep(&js, &last) && assets.keep(&wasm, &last);
    there.then(|| Bound { js, wasm, from: from.to_owned() })
}

/// Leptos compiles each view twice for the browser: to take over a page at once, and to take it over piece by
/// piece while parts of the code are still being loaded. We never do the latter, and no setting leaves it out;
/// it is a fifth of the module. So those functions lose their bodies, and with them all that only they call.
fn without_lazy_hydration(module: &[u8]) -> Result<Vec<u8>> {
    let mut module = walrus::Module::from_buffer(module)?;
    // What frees such a function's memory may be shared with others that are alike.
    let lazy = |name: &str| name.contains("hydrate_async") && !name.contains("drop_in_place");
    let named = |function: &&walrus::Function| function.name.as_deref().is_some_and(lazy);
    let functions: Vec<_> = module.funcs.iter().filter(named).map(walrus::Function::id).collect();
    for id in functions {
        if let walrus::FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
            let entry = function.entry_block();
            function.block_mut(entry).instrs = vec![(walrus::ir::Unreachable {}.into(), walrus::ir::InstrLocId::default())];
        }
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// One sheet out of the main one and all that it imports. Colours and nesting stay as they are written: no
/// older browsers are named that would need them otherwise.
fn style(main: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(main).map_err(|error| anyhow!("{error}"))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error}"))?;
    let minified = PrinterOptions { minify: true, ..PrinterOptions::default() };
    Ok(sheet.to_css(minified).map_err(|error| anyhow!("{error}"))?.code)
}
