//! What a project of .NET may write for a version
//! (<https://learn.microsoft.com/nuget/concepts/package-versioning>).

use super::pom_version;
use crate::inventory::dependency::Pin;

/// The version that is meant, and how much of it is said; none where any counts
/// (`*`), or only an upper bound is said.
///
/// A bare version is the least that is wanted, and NuGet takes the least that
/// there is: so it is what a project that refers to it is built with, and `[1.2,)`
/// or `[1.2,2)` say the same. Where another package needs a higher one the restore
/// fails (NU1605). What `(1.2,)` takes is higher, and so is what `1.*` takes, the newest.
pub(in crate::inventory) fn version_and_pin(written: &str) -> Option<(&str, Pin)> {
    let (version, pin) = pom_version::version_and_pin(written)?;
    let (version, pin) = match version.split_once('*') {
        Some((least, _)) => (least.trim_end_matches(['.', '-']), Pin::Floor),
        None if written.trim_start().starts_with('[') => (version, Pin::Exact),
        None => (version, pin),
    };
    version.starts_with(|first: char| first.is_ascii_digit()).then_some((version, pin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_ranges_say_more_or_less() {
        for (written, expected) in [
            ("1.2.0-rc.1", Some(("1.2.0-rc.1", Pin::Exact))),
            ("[1.2]", Some(("1.2", Pin::Exact))),
            ("[1.2,2)", Some(("1.2", Pin::Exact))),
            (" [1.2.0, )", Some(("1.2.0", Pin::Exact))),
            ("(1.2,)", Some(("1.2", Pin::Floor))),
            ("(,2.0)", None),
            ("1.*", Some(("1", Pin::Floor))),
            ("1.2.0-beta.*", Some(("1.2.0-beta", Pin::Floor))),
            ("[1.*,2)", Some(("1", Pin::Floor))),
            ("*", None),
            ("next", None),
            ("", None),
        ] {
            assert_eq!(version_and_pin(written), expected, "{written}");
        }
    }
}
