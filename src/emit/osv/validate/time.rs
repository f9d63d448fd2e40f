//! Timestamps: RFC 3339 in UTC.

use serde_json::Value;

use super::place::Place;
use super::shape::as_text;
use super::violation::{Rule, Violation, shown};

pub(super) fn timestamp(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    if let Some(text) = as_text(value, at, found)
        && is_timestamp(text).is_none()
    {
        let message = format!("\"{}\" is not a time in UTC such as 2026-02-19T09:00:56Z", shown(text));
        found.push(Violation::new(at, Rule::BadTimestamp, message));
    }
}

/// The schema's pattern asks for the capital `T` and `Z`; its `date-time` format
/// (RFC 3339, section 5.6) for a day and a time of day that exist. So an offset
/// is refused, even `+00:00`, and any number of fractional digits is not.
fn is_timestamp(text: &str) -> Option<()> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let leap_second = (hour, minute, second) == (23, 59, 60);
    let sound = (1..=days_of(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        && (second <= 59 || leap_second)
        && !fraction.is_empty()
        && fraction.bytes().all(|c| c.is_ascii_digit());
    sound.then_some(())
}

/// Three numbers of so many digits each.
fn numbers(text: &str, separator: char, widths: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let digits = parts.next().filter(|part| part.len() == width && part.bytes().all(|c| c.is_ascii_digit()))?;
        *number = digits.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The days of a month, none for a month that is not.
const fn days_of(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_utc_and_exist() {
        for good in [
            "2026-02-19T09:00:56Z",
            "2026-02-19T09:00:56.1234567890123Z",
            "0001-01-01T00:00:00Z",
            "2024-02-29T23:59:60Z",
            "2000-02-29T00:00:00Z",
        ] {
            assert!(is_timestamp(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "2026-02-19",
            "2026-02-19T09:00:56",
            "2026-02-19T09:00:56+00:00",
            "2026-02-19t09:00:56z",
            "2026-02-19 09:00:56Z",
            "2026-02-19T09:00:56.Z",
            "2026-02-19T09:00Z",
            "2026-02-19T24:00:00Z",
            "2026-02-19T09:00:60Z",
            "2026-02-29T09:00:56Z",
            "1900-02-29T09:00:56Z",
            "2026-13-01T09:00:56Z",
            "2026-00-01T09:00:56Z",
            "2026-04-31T09:00:56Z",
            "2026-04-00T09:00:56Z",
            "1-01-01T00:00:00Z", // PYSEC-2024-55
            "+026-02-19T09:00:56Z",
            "2026-02-19T09:00:56Z\n",
            "x2026-02-19T09:00:56Z",
        ] {
            assert!(is_timestamp(bad).is_none(), "{bad}");
        }
    }
}
