//! The only place that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use super::error::Error;

/// Seconds since 1970: `SOURCE_DATE_EPOCH`, else the clock.
pub(super) fn now() -> Result<i64, Error> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text
            .parse()
            .map_err(|_| Error::Usage("SOURCE_DATE_EPOCH has to be a number of seconds since 1970".to_owned())),
        _ => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            Ok(since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)))
        }
    }
}
