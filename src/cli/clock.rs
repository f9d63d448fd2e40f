//! The only place that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use super::error::Error;

/// The beginning of 9999: a later record could not change any more.
const LATEST: i64 = 253_370_764_800;

/// Seconds since 1970: `SOURCE_DATE_EPOCH`, else the clock.
pub(super) fn now() -> Result<i64, Error> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text.parse().ok().filter(|now| (0..LATEST).contains(now)).ok_or_else(|| {
            Error::Usage("SOURCE_DATE_EPOCH has to be a number of seconds since 1970, before the year 9999".to_owned())
        }),
        _ => Ok(today()),
    }
}

/// Seconds since 1970 by the clock, whatever `SOURCE_DATE_EPOCH` says: how old
/// data is depends on today.
pub(super) fn today() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
