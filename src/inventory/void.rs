//! Files that another one beside them makes void: their tool reads only that.

use std::sync::Arc;

/// Files of a tree that do not count, each with the one that makes it void, by path.
pub(super) type Void = Vec<(Arc<str>, String)>;

/// What counts, and what does not where it stands beside that.
const VOID: [(&str, &str); 3] = [
    // "npm-shrinkwrap.json will take precedence and package-lock.json will be
    // completely ignored" (npm's documentation of both).
    ("npm-shrinkwrap.json", "package-lock.json"),
    // Bundler warns that it ignores the Gemfile and its lock in favour of these.
    ("gems.locked", "Gemfile.lock"),
    // Bun from 1.2 on reads the binary file only where there is no other.
    ("bun.lock", "bun.lockb"),
];

/// The file that makes the one at a path void; `is_here` says which others there are.
pub(super) fn void_by(path: &str, is_here: impl Fn(&str) -> bool) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.strip_suffix(name).unwrap_or_default();
    let by = VOID.iter().filter(|(_, void)| *void == name).map(|(by, _)| format!("{folder}{by}"));
    by.into_iter().find(|by| is_here(by))
}

/// Whether a file may make others void.
pub(super) fn voids(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    VOID.iter().any(|(by, _)| *by == name)
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
}
