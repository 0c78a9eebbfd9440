//! When a failed delivery is tried again: values in, a time or the end out.

use serde::Deserialize;

/// The shape of the retries.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Milliseconds: the most the first wait can be; it doubles with every try.
    pub base_ms: i64,
    /// Milliseconds: no wait is longer, whatever Amazon asks for.
    pub cap_ms: i64,
    /// Milliseconds after acceptance within which tries begin.
    pub window_ms: i64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { base_ms: 5_000, cap_ms: 3_600_000, window_ms: 72 * 3_600_000 }
    }
}

/// No wait is shorter, or a lucky draw would try again at once.
const FLOOR_MS: i64 = 500;

impl Schedule {
    /// When to try again after try number `tries` failed at `now`; `None`: give up.
    ///
    /// Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): a uniform draw below a ceiling that
    /// doubles, so that many failed at once do not come back at once. `jitter` is that draw, `0.0..1.0`.
    /// `after_ms` is Amazon's `Retry-After`; it is never undercut, but capped.
    pub fn next(
        &self,
        tries: i64,
        now: i64,
        accepted_at: i64,
        after_ms: Option<i64>,
        jitter: f64,
    ) -> Option<i64> {
        let doublings = u32::try_from((tries - 1).clamp(0, 30)).unwrap_or(0);
        let ceiling = self.base_ms.saturating_mul(1 << doublings).min(self.cap_ms);
        let drawn = ((ceiling as f64 * jitter) as i64).max(FLOOR_MS);
        let wait = drawn.max(after_ms.unwrap_or(0).min(self.cap_ms));
        let at = now.saturating_add(wait);
        (at <= accepted_at.saturating_add(self.window_ms)).then_some(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_ceiling_doubles_from_five_seconds_to_an_hour() {
        let schedule = Schedule::default();
        let waits: Vec<_> =
            (1..=12).map(|tries| schedule.next(tries, 0, 0, None, 0.999_999_9).unwrap()).collect();
        let seconds: Vec<_> = waits.iter().map(|ms| (ms + 1) / 1000).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(schedule.next(7, 1000, 0, None, 0.5), Some(1000 + 160_000));
        assert_eq!(schedule.next(1, 1000, 0, None, 0.0), Some(1500), "never at once");
    }

    #[test]
    fn retry_after_is_kept_but_not_for_ten_years() {
        let schedule = Schedule::default();
        assert_eq!(schedule.next(1, 0, 0, Some(60_000), 0.5), Some(60_000));
        assert_eq!(schedule.next(1, 0, 0, Some(1), 0.5), Some(2500));
        assert_eq!(schedule.next(1, 0, 0, Some(i64::MAX), 0.5), Some(HOUR));
        assert_eq!(schedule.next(1, 0, 0, Some(-5), 0.5), Some(2500));
    }

    #[test]
    fn tries_end_seventy_two_hours_after_acceptance() {
        let schedule = Schedule::default();
        assert_eq!(schedule.next(90, 71 * HOUR, 0, Some(HOUR), 0.5), Some(72 * HOUR));
        assert_eq!(schedule.next(90, 71 * HOUR + 1, 0, Some(HOUR), 0.5), None);
        assert_eq!(schedule.next(1, 100 * HOUR, 0, None, 0.0), None);
    }

    proptest! {
        #[test]
        fn a_wait_lies_between_floor_and_cap(tries in 0..i64::MAX, jitter in 0.0..1.0, after in proptest::option::of(any::<i64>())) {
            let schedule = Schedule::default();
            let at = schedule.next(tries, 0, 0, after, jitter).unwrap();
            prop_assert!((FLOOR_MS..=HOUR).contains(&at));
        }
    }
}
