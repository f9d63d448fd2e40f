//! GitHub's names of ecosystems.

/// GitHub's names of ecosystems, and OSV's.
const ECOSYSTEMS: [(&str, &str); 12] = [
    ("go", "Go"),
    ("rust", "crates.io"),
    ("npm", "npm"),
    ("pip", "PyPI"),
    ("maven", "Maven"),
    ("composer", "Packagist"),
    ("rubygems", "RubyGems"),
    ("nuget", "NuGet"),
    ("actions", "GitHub Actions"),
    ("erlang", "Hex"),
    ("pub", "Pub"),
    ("swift", "SwiftURL"),
];

/// GitHub's name of an ecosystem that OSV names so.
#[must_use]
pub fn github_ecosystem(osv: &str) -> Option<&'static str> {
    ECOSYSTEMS.iter().find(|(_, ours)| *ours == osv).map(|(theirs, _)| *theirs)
}

/// OSV's name of an ecosystem that GitHub names so.
pub(super) fn osv_ecosystem(github: &str) -> Option<&'static str> {
    ECOSYSTEMS.iter().find(|(theirs, _)| github.eq_ignore_ascii_case(theirs)).map(|(_, ours)| *ours)
}
