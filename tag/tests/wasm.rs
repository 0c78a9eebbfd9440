//! The engine comes to the same results in a browser as on the server: the recorded runs, replayed in
//! WebAssembly by `cargo xtask test unit`, are replayed here and compared.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

mod support;

use std::path::Path;

use serde_json::Value;
use support::replay::line;

/// Names the file with one line for each recorded run.
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
        let vector: Value = serde_json::from_str(vector).unwrap();
        assert!(here == there, "{} differs\n  here  {here}\n  there {there}", vector["name"]);
    }
}
