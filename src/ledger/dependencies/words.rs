//! Words of findings and entries about dependencies.

use std::collections::BTreeSet;

use crate::model::PackageName;

/// `a, b, c, 4 more`: joined by commas alone, unlike `model::few`, since it stands
/// within sentences that go on with "and".
pub(super) fn few(mut texts: Vec<String>) -> String {
    const MOST: usize = 3;
    let more = texts.len().saturating_sub(MOST);
    texts.truncate(MOST);
    if more > 0 {
        texts.push(format!("{more} more"));
    }
    texts.join(", ")
}

/// `1 advisory`, `2 advisories`.
pub(super) fn counted(advisories: usize) -> String {
    if advisories == 1 { "1 advisory".to_owned() } else { format!("{advisories} advisories") }
}

/// `1 known vulnerability`, `2 known vulnerabilities`.
pub(super) fn vulnerabilities(count: usize) -> String {
    if count == 1 { "1 known vulnerability".to_owned() } else { format!("{count} known vulnerabilities") }
}

/// What people update: Go's standard library comes with Go.
pub(super) fn called(package: &PackageName) -> &str {
    match (package.ecosystem.as_str(), package.name.as_str()) {
        ("Go", "stdlib" | "toolchain") => "Go",
        (_, name) => name,
    }
}

/// `0.43.0 → 0.49.0`, `0.43.0 → gone`.
pub(super) fn told(before: &BTreeSet<&str>, after: &BTreeSet<&str>) -> String {
    let list = |versions: &BTreeSet<&str>, nothing: &str| {
        if versions.is_empty() { nothing.to_owned() } else { versions.iter().copied().collect::<Vec<_>>().join(", ") }
    };
    format!("{} → {}", list(before, "new"), list(after, "gone"))
}
