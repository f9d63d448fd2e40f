//! The package ecosystems that OSV defines, and what other tools call them.

use crate::model::osv::{Term, words};

/// Names that GitHub, package URLs and package managers use.
const ELSEWHERE: [(&str, &str); 13] = [
    ("actions", "GitHub Actions"),
    ("cargo", "crates.io"),
    ("composer", "Packagist"),
    ("conan", "ConanCenter"),
    ("crates", "crates.io"),
    ("erlang", "Hex"),
    ("gem", "RubyGems"),
    ("githubactions", "GitHub Actions"),
    ("golang", "Go"),
    ("pip", "PyPI"),
    ("python", "PyPI"),
    ("rust", "crates.io"),
    ("swift", "SwiftURL"),
];

/// The ecosystem of exactly this name.
pub(super) fn known(name: &str) -> Option<&'static str> {
    words(Term::Ecosystem).find(|known| *known == name)
}

/// The ecosystem that was probably meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let elsewhere = ELSEWHERE.into_iter().find(|(other, _)| *other == lower).map(|(_, known)| known);
    elsewhere.or_else(|| super::error::nearest(name, words(Term::Ecosystem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_tools_names_and_typos_lead_to_osvs() {
        for (written, meant) in
            [("go", "Go"), ("pip", "PyPI"), ("NPM", "npm"), ("creates.io", "crates.io"), ("Pypi", "PyPI")]
        {
            assert_eq!(known(written), None);
            assert_eq!(nearest(written), Some(meant), "{written}");
        }
        assert_eq!(nearest("zzzzzzzzz"), None);
    }
}
