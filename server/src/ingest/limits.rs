//! How much a sender may send, and how fast.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

/// Every limit of ingestion, with its unit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `/events`: bytes of a body, compressed and decompressed.
    pub events_body_bytes: usize,
    /// `/g/collect`: the same. gtag.js keeps a batch under 16 KiB, a beacon under 64 KiB.
    pub hit_body_bytes: usize,
    /// How many times its size a compressed body may grow, beyond the first 64 KiB.
    pub expansion: usize,
    /// Milliseconds in which a body must have arrived.
    pub body_ms: i64,
    /// Events in one request.
    pub events: usize,
    /// How deep JSON may nest.
    pub depth: usize,
    /// Requests of one source.
    pub source: Rate,
    /// Requests of browsers at one address (IPv6: one /64 network). Back ends use keys and are not counted.
    pub browser: Rate,
    /// Events that may wait for the disk before more are turned away.
    pub queue_events: usize,
    /// Milliseconds for which an event is remembered, so that a repeat is not counted twice.
    pub dedupe_ms: i64,
    /// Milliseconds a caller waits for the first try when a tag is not optimistic.
    pub wait_ms: i64,
}

/// Requests a second in the long run, and how many may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            events_body_bytes: 1024 * 1024,
            hit_body_bytes: 128 * 1024,
            expansion: 100,
            body_ms: 10_000,
            events: 1000,
            depth: 32,
            source: Rate { per_second: 10_000, burst: 20_000 },
            browser: Rate { per_second: 50, burst: 200 },
            queue_events: 8192,
            dedupe_ms: 24 * 60 * 60 * 1000,
            wait_ms: 1000,
        }
    }
}

/// Turns keys away that come faster than a [`Rate`]: the generic cell rate algorithm (ITU-T I.371), which
/// needs one number a key.
#[derive(Debug)]
pub struct Pace {
    interval_us: i64,
    burst_us: i64,
    /// When each key's bucket is full again, in microseconds.
    full_at: Mutex<HashMap<String, i64>>,
}

/// More keys than this are not remembered at once, whatever an attacker makes up.
const KEYS: usize = 50_000;

impl Pace {
    pub fn new(rate: Rate) -> Self {
        let interval_us = 1_000_000 / i64::from(rate.per_second.max(1));
        let burst_us = interval_us * i64::from(rate.burst.max(1));
        Self { interval_us, burst_us, full_at: Mutex::default() }
    }

    /// Counts one request. `Err`: too fast; milliseconds until the next one is taken.
    pub fn take(&self, key: &str, now_ms: i64) -> Result<(), i64> {
        let now = now_ms * 1000;
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= KEYS {
            full_at.retain(|_, at| *at > now);
            if full_at.len() > KEYS / 2 {
                full_at.clear();
            }
        }
        let current = full_at.get(key).copied().unwrap_or(now);
        let next = current.max(now) + self.interval_us;
        let excess = next - now - self.burst_us;
        if excess > 0 {
            return Err((excess + 999) / 1000);
        }
        full_at.insert(key.to_owned(), next);
        Ok(())
    }
}

/// What counts as one place: an IPv4 address, or an IPv6 /64 network, which is what one customer gets.
pub fn place(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds_for_each_key() {
        let pace = Pace::new(Rate { per_second: 2, burst: 3 });
        for _ in 0..3 {
            assert_eq!(pace.take("a", 0), Ok(()));
        }
        assert_eq!(pace.take("a", 0), Err(500));
        assert_eq!(pace.take("b", 0), Ok(()), "another key is not held back");
        assert_eq!(pace.take("a", 499), Err(1));
        assert_eq!(pace.take("a", 500), Ok(()));
        assert_eq!(pace.take("a", 500), Err(500));
        for _ in 0..3 {
            assert_eq!(pace.take("a", 10_000), Ok(()), "a rest fills the burst again");
        }
        assert_eq!(pace.take("a", 10_000), Err(500));
    }

    #[test]
    fn made_up_keys_do_not_fill_the_memory() {
        let pace = Pace::new(Rate { per_second: 1, burst: 100 });
        for n in 0..KEYS * 2 {
            pace.take(&n.to_string(), 0).unwrap();
        }
        assert!(pace.full_at.lock().unwrap().len() <= KEYS);
    }

    #[test]
    fn one_v6_customer_is_one_place() {
        let of = |ip: &str| place(ip.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
