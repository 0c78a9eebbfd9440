//! No bytes make a parser panic: each is given the seeds of its fuzz target, and those with some bytes changed.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic, as the test itself may")]

mod entries;

use std::path::Path;

use entries::{ENTRIES, entry};
use proptest::prelude::*;
use proptest::sample::Index;

/// What a fuzz run begins with.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(name);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn every_parser_has_seeds_and_takes_them() {
    for (name, entry) in ENTRIES {
        let seeds = seeds(name);
        assert!(!seeds.is_empty(), "{name}");
        seeds.iter().for_each(|seed| entry(seed));
    }
}

#[test]
fn every_parser_is_a_fuzz_target() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let targets: Vec<&str> =
        manifest.lines().filter_map(|line| line.strip_prefix("name = \"")).skip(1).collect();
    let names: Vec<String> = ENTRIES.iter().map(|(name, _)| format!("{name}\"")).collect();
    assert_eq!(targets, names);
}

/// A byte to put in place of another, or a stretch to repeat there.
type Change = (Index, u8, Option<(Index, Index)>);

/// Some bytes of a text, replaced by others or by other parts of it.
fn changed(mut seed: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (place, byte, copy) in changes {
        if seed.is_empty() {
            break;
        }
        let place = place.index(seed.len());
        match copy {
            None => seed[place] = *byte,
            Some((from, length)) => {
                let from = from.index(seed.len());
                let part: Vec<u8> = seed.iter().skip(from).take(length.index(40)).copied().collect();
                seed.splice(place..place, part);
            }
        }
    }
    seed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_bytes_make_a_parser_panic(
        which in 0..ENTRIES.len(),
        seed in any::<Index>(),
        changes in proptest::collection::vec(any::<(Index, u8, Option<(Index, Index)>)>(), 0..6),
        noise in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let (name, _) = ENTRIES[which];
        let seeds = seeds(name);
        let seed = seeds[seed.index(seeds.len())].clone();
        entry(name)(&changed(seed, &changes));
        entry(name)(&noise);
    }
}
