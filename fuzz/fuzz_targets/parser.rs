//! One fuzz target for each parser: they differ in their name alone.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../../tag/tests/parsers/entries.rs"]
mod entries;

static ENTRY: LazyLock<fn(&[u8])> = LazyLock::new(|| entries::entry(env!("CARGO_BIN_NAME")));

fuzz_target!(|bytes: &[u8]| ENTRY(bytes));
