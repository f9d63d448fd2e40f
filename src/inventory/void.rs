//! Files that another one beside them makes void: their tool reads only that.

use std::sync::Arc;

/// Files of a tree that do not count, each with the one that makes it void, by path.
pub(super) type Void = Vec<(Arc<str>, String)>;

/// A file that does not count where another stands beside it.
struct Rule {
    void: &'static str,
    by: &'static str,
    /// Where this one stands there too, the rule does not count.
    unless: Option<&'static str>,
}

/// A stale lock file that no tool reads would hold a fix back, or report what nobody installs.
const RULES: [Rule; 4] = [
    // "npm-shrinkwrap.json will take precedence and package-lock.json will be
    // completely ignored" (npm's documentation of both).
    Rule { void: "package-lock.json", by: "npm-shrinkwrap.json", unless: None },
    // Bundler locks what the manifest says that it finds, in the lock of that one,
    // and finds `gems.rb` first: it warns that it ignores a Gemfile with its lock
    // then. A lock whose manifest is not there is left from another time.
    Rule { void: "Gemfile.lock", by: "gems.rb", unless: None },
    Rule { void: "gems.locked", by: "Gemfile", unless: Some("gems.rb") },
    // Bun from 1.2 on reads the binary file only where there is no other.
    Rule { void: "bun.lockb", by: "bun.lock", unless: None },
];

/// The file that makes the one at a path void; `is_here` says which others there are.
pub(super) fn void_by(path: &str, is_here: impl Fn(&str) -> bool) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.strip_suffix(name).unwrap_or_default();
    let beside = |other: &str| is_here(&format!("{folder}{other}"));
    let counts = |rule: &&Rule| rule.void == name && beside(rule.by) && !rule.unless.is_some_and(beside);
    RULES.iter().find(counts).map(|rule| format!("{folder}{}", rule.by))
}

/// Whether a file may make others void, or no longer.
pub(super) fn voids(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    RULES.iter().any(|rule| rule.by == name || rule.unless == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_the_same_folder_makes_a_file_void() {
        let here = ["web/npm-shrinkwrap.json", "bun.lock"];
        let void = |path: &str| void_by(path, |other| here.contains(&other));
        assert_eq!(void("web/package-lock.json").as_deref(), Some("web/npm-shrinkwrap.json"));
        assert_eq!(void("package-lock.json"), None);
        assert_eq!(void("web/yarn.lock"), None);
        assert_eq!(void("bun.lockb").as_deref(), Some("bun.lock"));
    }

    #[test]
    fn bundler_reads_the_lock_of_the_manifest_that_it_finds() {
        let both = ["Gemfile.lock", "gems.locked"];
        for (manifests, expected) in [
            (&["Gemfile"][..], [None, Some("Gemfile")]),
            (&["gems.rb"], [Some("gems.rb"), None]),
            (&["Gemfile", "gems.rb"], [Some("gems.rb"), None]),
            // Nobody says which one counts.
            (&[], [None, None]),
        ] {
            let void = both.map(|path| void_by(path, |other| manifests.contains(&other) || both.contains(&other)));
            assert_eq!(void.each_ref().map(Option::as_deref), expected, "{manifests:?}");
        }
    }
}
