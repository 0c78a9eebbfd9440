//! How work is shown: each step says what it does and how long it took, and a failed step says what to do.
//! Everything goes to standard error, so that standard output stays the tests' own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Does one step. `remedy` completes the sentence "What to do:".
pub(crate) fn step<T>(what: &str, remedy: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {what}");
    let started = Instant::now();
    let result = work();
    let took = show(started.elapsed());
    match &result {
        Ok(_) => eprintln!("  done in {took}"),
        Err(error) => eprintln!("  failed after {took}: {error:#}\n  What to do: {remedy}"),
    }
    result.with_context(|| format!("{what}: failed"))
}

/// A remark inside a step.
pub(crate) fn note(text: &str) {
    eprintln!("  {text}");
}

/// A duration as a person reads it: `0.3 s`, `47 s`, `2 min 5 s`.
pub(crate) fn show(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        assert_eq!(show(Duration::from_millis(340)), "0.3 s");
        assert_eq!(show(Duration::from_secs(47)), "47 s");
        assert_eq!(show(Duration::from_secs(125)), "2 min 5 s");
    }
}
