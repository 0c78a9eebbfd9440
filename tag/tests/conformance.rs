//! Recorded runs of the server-side GTM template, replayed through the importer and the run: same settings and
//! same event, same requests, cookies, pixels, outcome and logs.
//!
//! The vectors are `tests/vectors/*.jsonl`, or the files named in `CONFORMANCE_VECTORS` (separated by colons).
//! Vectors tagged with a quirk of the template (`Q…`) are runs on which the template errs: there we do what is
//! right, and only that nothing breaks is checked. Everywhere else we must agree exactly, but for the parameters
//! that we add and the [`deviations`], each of which has its reason here and in `docs/parity.md`.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::deviations::DEVIATIONS;
use support::replay::{Difference, Replayed, line, replay};
use support::sites::PublicSuffixes;
use support::vector::Vector;

fn files() -> Vec<PathBuf> {
    if let Some(named) = std::env::var_os("CONFORMANCE_VECTORS") {
        return std::env::split_paths(&named).collect();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
}

fn vectors() -> Vec<Vector> {
    let read =
        |file: PathBuf| std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let texts: Vec<String> = files().into_iter().map(read).collect();
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn recorded_runs_are_repeated_exactly() {
    let vectors = vectors();
    let (mut exact, mut skipped, mut failed) = (0, 0, 0);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut deviations = 0;
    let strict = vectors.iter().filter(|vector| vector.errors().is_empty()).count();
    for vector in &vectors {
        let replayed = replay(vector, &PublicSuffixes);
        replayed.assert_sound(vector);
        let differences = replayed.differences(vector);
        if differences.is_empty() {
            exact += 1;
            continue;
        }
        let (errors, assumptions) = (vector.errors(), vector.assumptions());
        let deviation =
            DEVIATIONS.iter().find(|deviation| (deviation.applies)(vector, &replayed, &differences));
        let reason = if !errors.is_empty() {
            skipped += 1;
            format!("skipped, {}", errors.join(" "))
        } else if let Some(deviation) = deviation {
            deviations += 1;
            format!("deviation, {}", deviation.name)
        } else if !assumptions.is_empty() {
            skipped += 1;
            format!("skipped, {}", assumptions.join(" "))
        } else {
            failed += 1;
            println!("{}", vector.name);
            for Difference { what, theirs, ours } in differences {
                println!("  {what}\n    theirs {theirs}\n    ours   {ours}");
            }
            continue;
        };
        *reasons.entry(reason).or_default() += 1;
    }
    for (reason, count) in &reasons {
        println!("{count:>4} {reason}");
    }
    println!("{exact} exact, {deviations} known deviations, {skipped} skipped, {failed} failed");
    assert_eq!(failed, 0, "the differences are above");
    // A deviation is an exception. If they become many, we are no longer the same tag.
    assert!(
        deviations * 20 < strict,
        "{deviations} of {strict} vectors without an error of the template deviate"
    );
    assert!(exact > 0);
}

/// Runs that nobody recorded: the settings of one with the visitor of another.
#[test]
fn settings_and_events_of_different_runs_are_sound_together() {
    let read = |file: PathBuf| std::fs::read_to_string(file).unwrap();
    let texts: Vec<String> = files().into_iter().map(read).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let vectors: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = vectors.len();
    for run in 0..5000 {
        // Another pair each time.
        let (settings, visitor) = (&vectors[run % count], &vectors[(run * 7 + run / count) % count]);
        let mut mixed = settings.clone();
        mixed["name"] = format!("{} with {}", settings["name"], visitor["name"]).into();
        for part in ["event", "headers", "cookies"] {
            mixed["input"][part] = visitor["input"][part].clone();
        }
        let vector: Vector = serde_json::from_value(mixed).unwrap();
        replay(&vector, &PublicSuffixes).assert_sound(&vector);
    }
}

/// Names the file with what WebAssembly made of the recorded runs, a line for each. `cargo xtask test unit`
/// replays them there and sets it.
const REPLAYED: &str = "SIDETAG_REPLAYED_IN_WASM";

#[test]
fn webassembly_comes_to_the_same_results() {
    let Some(replayed) = std::env::var_os(REPLAYED) else {
        println!("not compared: `cargo xtask test unit` replays the runs in WebAssembly first");
        return;
    };
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/public.jsonl");
    let vectors = std::fs::read_to_string(vectors).unwrap();
    let replayed = std::fs::read_to_string(replayed).unwrap();
    assert_eq!(replayed.lines().count(), vectors.lines().count());
    for (vector, there) in vectors.lines().zip(replayed.lines()) {
        let here = line(vector);
        let name = serde_json::from_str::<Vector>(vector).unwrap().name;
        assert!(here == there, "{name} differs\n  here  {here}\n  there {there}");
    }
}

#[test]
fn a_run_of_the_same_vector_is_the_same_again() {
    for vector in vectors().iter().step_by(7) {
        let (one, two): (Replayed, Replayed) =
            (replay(vector, &PublicSuffixes), replay(vector, &PublicSuffixes));
        assert_eq!(one, two, "{}", vector.name);
    }
}
