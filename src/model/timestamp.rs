//! Points in time as records write them.

use std::cmp::Ordering;
use std::fmt;

/// A timestamp as a record wrote it, kept to the letter so that it can be
/// written back unchanged.
///
/// Real records hold more than nine fractional digits, zero dates
/// (`0001-01-01T00:00:00Z`) and offsets; comparing parses, printing does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The timestamp of this text, which need not be well formed.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The timestamp of these seconds since 1970 in UTC, as `2026-02-19T09:00:56Z`;
    /// `None` for seconds outside the years that can be written so.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let instant = jiff::Timestamp::from_second(seconds).ok()?;
        Some(Self(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date part, `2026-02-19`, if this is a timestamp at all.
    #[must_use]
    pub fn date(&self) -> Option<&str> {
        self.unix().and(self.0.get(..10))
    }

    /// Seconds since 1970 and nanoseconds, `None` where the text is no
    /// timestamp or the zero date that means "not known".
    #[must_use]
    pub fn unix(&self) -> Option<(i64, u32)> {
        if self.0.starts_with("0001-01-01") {
            return None;
        }
        let trimmed = trim_fraction(&self.0);
        let instant: jiff::Timestamp = trimmed.parse().ok()?;
        Some((instant.as_second(), u32::try_from(instant.subsec_nanosecond()).unwrap_or(0)))
    }

    /// Orders by the moment; what is no moment comes first, by its text.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        self.unix().cmp(&other.unix()).then_with(|| self.0.cmp(&other.0))
    }
}

/// Cuts a fraction after its ninth digit: a nanosecond is exact enough to compare.
/// The library for times rejects a longer one; the raw text is kept as it is.
fn trim_fraction(text: &str) -> String {
    let Some((head, tail)) = text.split_once('.') else {
        return text.to_owned();
    };
    let digits = tail.chars().take_while(char::is_ascii_digit).count();
    let (fraction, zone) = tail.split_at(digits);
    format!("{head}.{}{zone}", fraction.get(..9).unwrap_or(fraction))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_fractions_and_zero_dates_are_kept_and_compared() {
        let long = Timestamp::new("2024-01-02T03:04:05.1234567890123Z");
        assert_eq!(long.as_str(), "2024-01-02T03:04:05.1234567890123Z");
        assert_eq!(long.unix(), Some((1_704_164_645, 123_456_789)));
        let zero = Timestamp::new("0001-01-01T00:00:00Z");
        assert_eq!(zero.unix(), None);
        assert_eq!(zero.compare(&long), Ordering::Less);
        assert_eq!(Timestamp::new("yesterday").date(), None);
    }

    #[test]
    fn unix_seconds_print_in_utc() {
        let stamp = Timestamp::from_unix(1_771_491_656).unwrap();
        assert_eq!(stamp.as_str(), "2026-02-19T09:00:56Z");
        assert_eq!(stamp.date(), Some("2026-02-19"));
        assert_eq!(Timestamp::from_unix(i64::MAX), None);
    }
}
