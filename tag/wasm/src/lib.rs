//! The tag engine as a browser module of its own. No page loads it: `cargo xtask` builds it to see what the
//! engine adds to a module (`engine`), and that a browser comes to the same results as the server (`replay`).

use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "replay")]
pub mod replaying;

/// What a module of ours holds in any case: reading and writing JSON.
#[wasm_bindgen]
pub fn json(text: &str) -> String {
    let value: Result<Value, _> = serde_json::from_str(text);
    value.map_or_else(|error| error.to_string(), |value| value.to_string())
}
