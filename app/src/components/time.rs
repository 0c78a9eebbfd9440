//! Points in time. The server cannot know the reader's zone, so it writes UTC and the browser rewrites it.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;

/// How much of a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeStyle {
    /// `14:32`
    Minute,
    /// `14:32:05`
    Second,
    /// `14:32:05.102`
    Milli,
    /// `21 Nov, 14:32`; the day is left out when it is today.
    Day,
    /// `21 Nov 2026, 14:32:05`
    Date,
}

/// `at`: Unix milliseconds.
#[component]
pub fn Time(at: i64, #[prop(default = TimeStyle::Day)] style: TimeStyle) -> AnyView {
    let (text, set_text) = signal(written(&Civil::utc(at), None, style));
    let (title, set_title) = signal(String::from("UTC"));
    Effect::new(move |_| {
        let today = Civil::local(js_sys::Date::now() as i64);
        set_text.set(written(&Civil::local(at), Some(&today), style));
        set_title.set(String::from("Local time"));
    });
    view! { <time datetime=rfc3339(at) title=title>{text}</time> }.into_any()
}

/// A point in time on some zone's calendar.
#[derive(Debug, PartialEq, Eq)]
struct Civil {
    year: i64,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    milli: u16,
}

impl Civil {
    fn utc(at: i64) -> Self {
        let (days, ms) = (at.div_euclid(86_400_000), at.rem_euclid(86_400_000));
        let (year, month, day) = civil_date(days);
        Self {
            year,
            month,
            day,
            hour: (ms / 3_600_000) as u8,
            minute: (ms / 60_000 % 60) as u8,
            second: (ms / 1000 % 60) as u8,
            milli: (ms % 1000) as u16,
        }
    }

    /// In the browser's zone; only there.
    fn local(at: i64) -> Self {
        let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
        // The offset is minutes to add to local time to get UTC.
        let offset = date.get_timezone_offset() as i64 * 60_000;
        Self::utc(at - offset)
    }
}

/// Days since 1970-01-01 to the proleptic Gregorian calendar, after Howard Hinnant's `civil_from_days`.
fn civil_date(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month as u8, day as u8)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month_name(month: u8) -> &'static str {
    MONTHS[usize::from(month).saturating_sub(1) % 12]
}

fn written(time: &Civil, today: Option<&Civil>, style: TimeStyle) -> String {
    let Civil { year, month, day, hour, minute, second, milli } = time;
    let clock = format!("{hour:02}:{minute:02}");
    match style {
        TimeStyle::Minute => clock,
        TimeStyle::Second => format!("{clock}:{second:02}"),
        TimeStyle::Milli => format!("{clock}:{second:02}.{milli:03}"),
        TimeStyle::Date => format!("{day} {} {year}, {clock}:{second:02}", month_name(*month)),
        TimeStyle::Day => {
            let date = format!("{day} {}", month_name(*month));
            match today {
                Some(now) if (now.year, now.month, now.day) == (*year, *month, *day) => clock,
                Some(now) if now.year == *year => format!("{date}, {clock}"),
                Some(_) => format!("{date} {year}, {clock}"),
                None => format!("{date}, {clock} UTC"),
            }
        }
    }
}

/// For `datetime`: RFC 3339 in UTC.
fn rfc3339(at: i64) -> String {
    let Civil { year, month, day, hour, minute, second, milli } = Civil::utc(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_is_right_around_its_edges() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc3339(at), text);
        }
    }

    #[test]
    fn a_day_is_named_only_when_it_is_another() {
        let then = Civil::utc(1_763_735_525_102);
        let on = |at| written(&then, Some(&Civil::utc(at)), TimeStyle::Day);
        assert_eq!(on(1_763_735_525_102 + 3_600_000), "14:32");
        assert_eq!(on(1_763_735_525_102 + 86_400_000), "21 Nov, 14:32");
        assert_eq!(on(1_763_735_525_102 + 366 * 86_400_000), "21 Nov 2025, 14:32");
        assert_eq!(written(&then, None, TimeStyle::Day), "21 Nov, 14:32 UTC");
        assert_eq!(written(&then, None, TimeStyle::Date), "21 Nov 2025, 14:32:05");
        assert_eq!(written(&then, None, TimeStyle::Milli), "14:32:05.102");
    }
}
