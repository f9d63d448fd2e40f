//! What a `pom.xml` may write for a version
//! (<https://maven.apache.org/pom.html#dependency-version-requirement-specification>).

use crate::inventory::dependency::Pin;

/// The version that is meant, and how much of it is said; none where the one that
/// is built with depends on the day (`LATEST`), or only an upper bound is said.
pub(super) fn version_and_pin(written: &str) -> Option<(&str, Pin)> {
    let written = written.trim();
    if matches!(written, "" | "LATEST" | "RELEASE") {
        return None;
    }
    let Some(range) = written.strip_prefix(['[', '(']) else {
        // A bare version is a wish that nearer declarations override, and as a rule what is built with.
        let is_plain = !written.contains([',', '[', ']', '(', ')', '$', '{', '}']);
        return is_plain.then_some((written, Pin::Exact));
    };
    let (range, _) = range.split_once([']', ')'])?;
    match range.split_once(',') {
        None => Some((range.trim(), Pin::Exact)),
        Some((low, high)) if low.trim() == high.trim() => Some((low.trim(), Pin::Exact)),
        Some((low, _)) => Some((low.trim(), Pin::Floor)),
    }
    .filter(|(version, _)| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_ranges_say_more_or_less() {
        for (written, expected) in [
            ("1.2", Some(("1.2", Pin::Exact))),
            ("1.2-SNAPSHOT", Some(("1.2-SNAPSHOT", Pin::Exact))),
            ("[1.2]", Some(("1.2", Pin::Exact))),
            ("[1.2, 1.2]", Some(("1.2", Pin::Exact))),
            ("[1.2,2.0)", Some(("1.2", Pin::Floor))),
            ("(1.2,)", Some(("1.2", Pin::Floor))),
            ("[1.0,1.2),[1.4,)", Some(("1.0", Pin::Floor))),
            ("(,1.0]", None),
            ("[,]", None),
            ("[1.2", None),
            ("[]", None),
            ("LATEST", None),
            ("${open}", None),
            ("1.2]", None),
        ] {
            assert_eq!(version_and_pin(written), expected, "{written}");
        }
    }
}
