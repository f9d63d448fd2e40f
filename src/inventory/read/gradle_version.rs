//! What Gradle's builds may write for a version
//! (<https://docs.gradle.org/current/userguide/dependency_versions.html>).

use super::pom_version;
use crate::inventory::dependency::Pin;

/// The version that is meant, and how much of it is said; none where the one
/// that is built with depends on the day (`1.+`, `latest.release`).
///
/// Of a range Gradle takes the highest version that there is, or the one that
/// stands behind `!!`, which it prefers.
pub(super) fn version_and_pin(written: &str) -> Option<(&str, Pin)> {
    let (range, preferred) = match written.trim().split_once("!!") {
        Some((range, preferred)) => (range.trim(), preferred.trim()),
        None => (written.trim(), ""),
    };
    let written = if preferred.is_empty() { range } else { preferred };
    if written.ends_with('+') || written.starts_with("latest.") {
        return None;
    }
    // `]1.0, 2.0[` leaves its ends out.
    let Some(open) = written.strip_prefix(']') else {
        let (bounds, is_open) = match written.strip_suffix('[') {
            Some(bounds) => (bounds, true),
            None => (written, false),
        };
        return if is_open {
            low(bounds.trim_start_matches(['[', '(']))
        } else {
            pom_version::version_and_pin(written)
        };
    };
    low(open)
}

/// The lower bound of a range whose brackets are not Maven's.
fn low(bounds: &str) -> Option<(&str, Pin)> {
    let (low, _) = bounds.split_once(',')?;
    let low = low.trim();
    (!low.is_empty()).then_some((low, Pin::Floor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_ranges_say_more_or_less() {
        for (written, expected) in [
            ("1.2", Some(("1.2", Pin::Exact))),
            ("1.2!!", Some(("1.2", Pin::Exact))),
            ("[1.7, 1.8[!!1.7.25", Some(("1.7.25", Pin::Exact))),
            ("[1.7, 1.8[", Some(("1.7", Pin::Floor))),
            ("]1.7, 1.8]", Some(("1.7", Pin::Floor))),
            ("[1.7,)", Some(("1.7", Pin::Floor))),
            ("[1.7]", Some(("1.7", Pin::Exact))),
            ("1.+", None),
            ("+", None),
            ("latest.release", None),
            ("]", None),
            ("[", None),
            ("!!", None),
            ("", None),
        ] {
            assert_eq!(version_and_pin(written), expected, "{written}");
        }
    }
}
