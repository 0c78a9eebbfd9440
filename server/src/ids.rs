//! Ids, secrets and jitter, injected, so that a test can repeat them.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Builder;

pub trait Ids: Send + Sync + 'static {
    /// A UUIDv7. Each sorts after all that this process issued before it, even within one millisecond and
    /// when the clock goes back.
    fn id(&self, now_ms: i64) -> String;
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);
    /// That many unpredictable bytes as base64url without padding.
    fn secret(&self, bytes: usize) -> String {
        let mut buffer = vec![0; bytes];
        self.fill(&mut buffer);
        URL_SAFE_NO_PAD.encode(buffer)
    }
    /// A number in `0.0..1.0`, for jitter.
    fn fraction(&self) -> f64;
}

/// Ids from the operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemIds {
    ticks: Ticks,
}

impl Ids for SystemIds {
    fn id(&self, now_ms: i64) -> String {
        self.ticks.id(now_ms, random())
    }

    fn fill(&self, buffer: &mut [u8]) {
        fill(buffer);
    }

    fn fraction(&self) -> f64 {
        fraction(u64::from_le_bytes(random()))
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

#[expect(
    clippy::expect_used,
    reason = "without randomness no secret and no id is safe; there is no way to go on"
)]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

/// Ids that a seed decides.
#[derive(Debug)]
pub struct SeededIds {
    ticks: Ticks,
    state: AtomicU64,
}

impl SeededIds {
    pub fn new(seed: u64) -> Self {
        Self { ticks: Ticks::default(), state: AtomicU64::new(seed) }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): one addition a step, so that an atomic holds its state.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Ids for SeededIds {
    fn id(&self, now_ms: i64) -> String {
        self.ticks.id(now_ms, self.next().to_le_bytes())
    }

    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill_with(|| self.next().to_le_bytes()[0]);
    }

    fn fraction(&self) -> f64 {
        fraction(self.next())
    }
}

/// 53 bits fill a double's mantissa exactly.
fn fraction(random: u64) -> f64 {
    (random >> 11) as f64 / (1_u64 << 53) as f64
}

/// Milliseconds with a 12-bit counter below them (RFC 9562 §6.2, method 1): the last one issued.
#[derive(Debug, Default)]
struct Ticks(AtomicU64);

impl Ticks {
    fn id(&self, now_ms: i64, random: [u8; 8]) -> String {
        let now = u64::try_from(now_ms).unwrap_or(0) << 12;
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        // The closure never declines, so both arms hold the last tick.
        let last = last.unwrap_or_else(|last| last);
        let tick = now.max(last + 1);
        let [high, low] = ((tick & 0xfff) as u16).to_be_bytes();
        let [a, b, c, d, e, f, g, h] = random;
        let id = Builder::from_unix_timestamp_millis(tick >> 12, &[high, low, a, b, c, d, e, f, g, h]);
        id.into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_within_a_millisecond_past_its_counter_and_when_the_clock_goes_back() {
        let ids = SystemIds::default();
        let times =
            std::iter::repeat_n(1_789_380_000_123, 5000).chain([1_789_380_000_000, 1_789_390_000_000]);
        let issued: Vec<_> = times.map(|now| ids.id(now)).collect();
        assert!(issued.is_sorted_by(|a, b| a < b));
        assert_eq!(uuid::Uuid::parse_str(&issued[0]).unwrap().get_version_num(), 7);
        assert!(issued.last().unwrap().starts_with("01a09ff4-8f80"));
    }

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        let of = |ids: &dyn Ids| (ids.id(0), ids.secret(24), ids.fraction().to_bits());
        assert_eq!(of(&SeededIds::new(7)), of(&SeededIds::new(7)));
        assert_ne!(of(&SeededIds::new(7)), of(&SeededIds::new(8)));
        assert_ne!(of(&SystemIds::default()), of(&SystemIds::default()));
        assert_eq!(SystemIds::default().secret(24).len(), 32);
    }
}
