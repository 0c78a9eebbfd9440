//! Recorded runs, replayed by the code of the conformance test.

#![expect(dead_code, reason = "the comparison with the recording stays with the conformance test")]
#![expect(clippy::unwrap_used, reason = "it is a test, which may panic")]

use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../tests/support/replay.rs"]
mod replay;
#[path = "../../tests/support/vector.rs"]
mod vector;

/// What comes of a recorded run, given as a line of JSON.
#[wasm_bindgen]
pub fn replayed(vector: &str) -> String {
    replay::line(vector)
}
