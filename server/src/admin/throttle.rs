//! How many sign-ins may fail before there is a break. Pure: the time is an argument.
//!
//! Counted per e-mail and per address, so that one machine cannot try many accounts and many machines cannot
//! try one. Breaks grow and end by themselves: nobody can lock a colleague out for good.

use std::collections::HashMap;

/// Failures are forgotten after this long without another one.
const FORGET_MS: i64 = 60 * 60 * 1000;
/// Keys held at most; beyond it those that failed longest ago go first.
const KEYS: usize = 10_000;
const LONGEST_BREAK_MS: i64 = 15 * 60 * 1000;

#[derive(Debug)]
pub struct Throttle {
    free_tries: u32,
    break_ms: i64,
    failures: HashMap<String, Failures>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last_at: i64,
}

impl Throttle {
    /// The first break lasts `break_ms` and comes after `free_tries` failures; each later one doubles it.
    pub fn new(free_tries: u32, break_ms: i64) -> Self {
        Self { free_tries, break_ms, failures: HashMap::new() }
    }

    /// Milliseconds until the key may try again; 0 when it may now.
    pub fn wait_ms(&self, key: &str, now_ms: i64) -> i64 {
        let Some(failures) = self.failures.get(key) else { return 0 };
        let Some(over) = failures.count.checked_sub(self.free_tries) else { return 0 };
        let pause = self.break_ms.saturating_mul(1_i64 << over.min(20)).min(LONGEST_BREAK_MS);
        (failures.last_at + pause - now_ms).clamp(0, LONGEST_BREAK_MS)
    }

    pub fn failed(&mut self, key: &str, now_ms: i64) {
        self.failures.retain(|_, failures| now_ms - failures.last_at < FORGET_MS);
        if self.failures.len() >= KEYS && !self.failures.contains_key(key) {
            let oldest = self.failures.iter().min_by_key(|(_, failures)| failures.last_at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.failures.remove(&oldest);
            }
        }
        let failures = self.failures.entry(key.to_owned()).or_insert(Failures { count: 0, last_at: now_ms });
        failures.count += 1;
        failures.last_at = now_ms;
    }

    pub fn succeeded(&mut self, key: &str) {
        self.failures.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_begin_after_the_free_tries_and_double() {
        let mut throttle = Throttle::new(3, 1000);
        for _ in 0..2 {
            throttle.failed("a", 0);
            assert_eq!(throttle.wait_ms("a", 0), 0);
        }
        throttle.failed("a", 0);
        assert_eq!(throttle.wait_ms("a", 0), 1000);
        assert_eq!(throttle.wait_ms("a", 1000), 0);
        throttle.failed("a", 1000);
        assert_eq!(throttle.wait_ms("a", 1000), 2000);
        assert_eq!(throttle.wait_ms("b", 1000), 0);
    }

    #[test]
    fn success_and_time_forgive() {
        let mut throttle = Throttle::new(1, 1000);
        throttle.failed("a", 0);
        throttle.succeeded("a");
        assert_eq!(throttle.wait_ms("a", 0), 0);
        throttle.failed("b", 0);
        throttle.failed("c", FORGET_MS);
        assert!(!throttle.failures.contains_key("b"));
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_lock_anybody_out_for_long() {
        let mut throttle = Throttle::new(1, 1000);
        throttle.failed("a", 10 * LONGEST_BREAK_MS);
        assert!(throttle.wait_ms("a", 0) <= LONGEST_BREAK_MS);
    }

    #[test]
    fn many_keys_do_not_fill_the_memory() {
        let mut throttle = Throttle::new(1, 1000);
        for n in 0..KEYS + 10 {
            throttle.failed(&n.to_string(), i64::try_from(n).unwrap());
        }
        assert_eq!(throttle.failures.len(), KEYS);
        assert!(throttle.wait_ms(&(KEYS + 9).to_string(), i64::try_from(KEYS + 9).unwrap()) > 0);
    }
}
