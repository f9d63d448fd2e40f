//! How long to wait before asking again.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// Longer waits between two tries help nobody.
const LONGEST: Duration = Duration::from_secs(60);

/// What a server asked for when it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// To wait so long.
    Wait(Duration),
    /// To wait; it did not say how long.
    Unsaid,
}

/// Reads from a refusal whether it is a rate limit. GitHub answers with 403 or
/// 429, for the hourly quota with `x-ratelimit-reset`, for bursts with
/// `retry-after` or only a sentence in the body.
/// Source: GitHub REST, "Rate limits for the REST API".
pub(crate) fn limit(status: u16, headers: &HeaderMap, body: &[u8], now: i64) -> Option<Limit> {
    if !matches!(status, 403 | 429 | 503) {
        return None;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    // The server's own clock, where it says: ours may be wrong by hours.
    let here = text("date").and_then(http_date).unwrap_or(now);
    let until = |moment: i64| Duration::from_secs(u64::try_from(moment.saturating_sub(here)).unwrap_or(0));
    if let Some(after) = text("retry-after") {
        if let Ok(seconds) = after.parse::<u64>() {
            return Some(Limit::Wait(Duration::from_secs(seconds)));
        }
        if let Some(moment) = http_date(after) {
            return Some(Limit::Wait(until(moment)));
        }
    }
    if text("x-ratelimit-remaining") == Some("0")
        && let Some(reset) = text("x-ratelimit-reset").and_then(|reset| reset.parse::<i64>().ok())
    {
        // The new hour begins after that second.
        return Some(Limit::Wait(until(reset) + Duration::from_secs(1)));
    }
    let speaks = String::from_utf8_lossy(body).to_ascii_lowercase().contains("rate limit");
    (status == 429 || speaks).then_some(Limit::Unsaid)
}

/// A date of HTTP: `Tue, 03 Mar 2026 10:00:00 GMT`, in seconds since 1970.
pub(crate) fn http_date(text: &str) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
    Some(date.timestamp().as_second())
}

/// The wait before a try, by how many failed before it: doubled each time, and
/// between half and whole of that by chance, so that a fleet does not come back
/// in step.
pub(crate) fn back_off(first: Duration, failed: u32, chance: f64) -> Duration {
    let whole = first.saturating_mul(1 << failed.min(10)).min(LONGEST.max(first));
    whole.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn seconds(status: u16, pairs: &[(&'static str, &str)], body: &str) -> Option<Limit> {
        limit(status, &headers(pairs), body.as_bytes(), 1_772_532_000)
    }

    #[test]
    fn every_way_to_ask_for_patience_is_understood() {
        let wait = |seconds| Some(Limit::Wait(Duration::from_secs(seconds)));
        assert_eq!(seconds(429, &[("retry-after", "7")], ""), wait(7));
        let date = ("date", "Tue, 03 Mar 2026 10:00:00 GMT");
        assert_eq!(seconds(503, &[date, ("retry-after", "Tue, 03 Mar 2026 10:00:30 GMT")], ""), wait(30));
        // A clock that is an hour off does not matter.
        let reset = ("x-ratelimit-reset", "1772532060");
        assert_eq!(http_date("Tue, 03 Mar 2026 10:00:00 GMT"), Some(1_772_532_000));
        assert_eq!(seconds(403, &[date, ("x-ratelimit-remaining", "0"), reset], ""), wait(61));
        assert_eq!(seconds(403, &[("x-ratelimit-remaining", "0"), reset], ""), wait(61));
        assert_eq!(seconds(403, &[], "You have exceeded a secondary rate limit."), Some(Limit::Unsaid));
        assert_eq!(seconds(429, &[], ""), Some(Limit::Unsaid));
        assert_eq!(seconds(403, &[("x-ratelimit-remaining", "4999")], "Resource not accessible"), None);
        assert_eq!(seconds(503, &[], ""), None);
    }

    #[test]
    fn waits_double_and_end_at_a_minute() {
        let first = Duration::from_secs(1);
        assert_eq!(back_off(first, 0, 1.0), Duration::from_secs(1));
        assert_eq!(back_off(first, 3, 1.0), Duration::from_secs(8));
        assert_eq!(back_off(first, 3, 0.0), Duration::from_secs(4));
        assert_eq!(back_off(first, 40, 1.0), LONGEST);
    }
}
