//! What traces somebody asked for, read from an address. What cannot be read asks for nothing in particular.

use super::act::Area;
use super::views::TraceFilter;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl TraceFilter {
    /// `since` and `until` are days such as 2026-11-23, in UTC, both included.
    pub fn asked(person: &str, area: &str, since: &str, until: &str, before: &str) -> Self {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            person_id: some(person),
            area: Area::named(area),
            since: day(since),
            until: day(until).map(|day| day + DAY_MS),
            before: some(before),
        }
    }
}

/// The start of a day, in Unix milliseconds, after Howard Hinnant's `days_from_civil`.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some((era * 146_097 + day_of_era - 719_468) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_both_ends_count() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2000-02-29"), Some(951_782_400_000));
        assert_eq!(day("2026-11-23"), Some(1_795_392_000_000));
        for odd in ["", "2026", "2026-13-01", "x-1-1", "99999999999999999999-1-1"] {
            assert_eq!(day(odd), None, "{odd}");
        }
        let filter = TraceFilter::asked("", "people", "1970-01-01", "1970-01-01", "");
        assert_eq!((filter.since, filter.until), (Some(0), Some(DAY_MS)));
        assert_eq!((filter.person_id, filter.area), (None, Some(Area::People)));
    }
}
