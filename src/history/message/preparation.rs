//! Subjects of commits that prepare a release, or that open the work on the next.
//!
//! People write them in many words, but of few: a version, what one does with it
//! (prepare, release, bump, tag, cut), and words between. What has others speaks
//! of something else: "Release the lock", "Fix release of 1.2 clients".

/// A word that alone says what the subject is about.
const RELEASE: [&str; 19] = [
    "release",
    "releases",
    "released",
    "releasing",
    "prerelease",
    "pre-release",
    "postrelease",
    "post-release",
    "version",
    "versions",
    "versioning",
    "changelog",
    "change-log",
    "changelogs",
    "release-notes",
    "releasenotes",
    "iteration",
    "maven-release-plugin",
    "cargo-release",
];

/// What one does with a version.
const DEEDS: [&str; 24] = [
    "prepare",
    "prepares",
    "prepared",
    "preparing",
    "preparation",
    "preparations",
    "prep",
    "bump",
    "bumps",
    "bumped",
    "bumping",
    "tag",
    "tags",
    "tagged",
    "tagging",
    "cut",
    "cuts",
    "cutting",
    "set",
    "setting",
    "back",
    "start",
    "open",
    "begin",
];

/// Words that stand between.
const FILLING: [&str; 83] = [
    "a",
    "add",
    "added",
    "all",
    "alpha",
    "an",
    "and",
    "announce",
    "announcement",
    "as",
    "at",
    "beta",
    "branch",
    "bugfix",
    "build",
    "candidate",
    "chore",
    "ci",
    "commit",
    "create",
    "current",
    "cycle",
    "date",
    "dev",
    "development",
    "do",
    "doc",
    "docs",
    "draft",
    "edit",
    "file",
    "files",
    "final",
    "finalise",
    "finalize",
    "finish",
    "for",
    "from",
    "generate",
    "in",
    "include",
    "increment",
    "into",
    "is",
    "latest",
    "line",
    "main",
    "maintenance",
    "major",
    "make",
    "mark",
    "master",
    "micro",
    "minor",
    "misc",
    "new",
    "news",
    "next",
    "notes",
    "number",
    "numbers",
    "of",
    "on",
    "patch",
    "point",
    "post",
    "pre",
    "publish",
    "rc",
    "security",
    "snapshot",
    "stable",
    "string",
    "sync",
    "synced",
    "synchronise",
    "the",
    "to",
    "trunk",
    "update",
    "updated",
    "with",
    "write",
];

/// What a subject is made of.
#[derive(Debug, Default)]
struct Made<'s> {
    versions: Vec<&'s str>,
    /// Words of a release.
    release: usize,
    /// Whether it says release, and not only version.
    says_release: bool,
    deeds: usize,
    /// How many words are of none of these.
    others: usize,
    /// Whether it begins with one of these, or with a name and a colon.
    begins: bool,
    /// Whether one of these speaks of a fix.
    fixes: bool,
}

/// Whether a subject says that its commit prepares a release, writes the notes
/// of one, or opens the work on the next.
pub(crate) fn prepares(subject: &str) -> bool {
    let made = Made::of(subject);
    if made.fixes {
        return false;
    }
    match made.versions.is_empty() {
        // "Bump version", "Post release", "Update CHANGELOG".
        true => made.release > 0 && made.others == 0,
        // "Release foo 1.2.3", "Bump p to v1.0.5, a security release"; but
        // "Bump foo version to 1.2.3" is of something that is used.
        false => made.others == 0 || made.others <= 2 && made.says_release && made.begins,
    }
}

/// Whether a subject says so, if its commit first ships in this version: then
/// "P 1.0.1." and "Bump p to 1.0.1" are no updates of something else.
/// The version has to be the commit's own: by its words alone "Bump p to 1.0.1" is an update of a
/// dependency.
pub(crate) fn prepares_version(subject: &str, version: &str) -> bool {
    let made = Made::of(subject);
    let own = |named: &&str| named.trim_start_matches(['v', 'V']) == version.trim_start_matches(['v', 'V']);
    prepares(subject) || made.versions.iter().any(own) && !made.fixes && made.others <= 2
}

impl<'s> Made<'s> {
    fn of(subject: &'s str) -> Self {
        let mut made = Self::default();
        let subject = without_branch(subject.trim());
        let parts = subject.split(|c: char| c.is_whitespace() || "()[]{}:,;\"'`/!“”".contains(c));
        let words = parts.map(|word| word.trim_matches(['.', '-', '_', '*'])).filter(|word| !word.is_empty());
        for word in words.take(24) {
            let word = [".md", ".rst", ".txt", ".adoc"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
            let first = made.is_empty();
            made.take(word);
            if first {
                let name = subject.split_whitespace().next().is_some_and(|start| start.ends_with(':'));
                made.begins = made.others == 0 || name;
            }
        }
        made
    }

    const fn is_empty(&self) -> bool {
        self.versions.is_empty() && self.release + self.deeds + self.others == 0
    }

    fn take(&mut self, word: &'s str) {
        if let Some((name, version)) = parted(word) {
            self.versions.push(version);
            if !name.is_empty() && !is_number(name) {
                self.take(name);
            }
            return;
        }
        let lower = word.to_ascii_lowercase();
        let lower = lower.as_str();
        if RELEASE.contains(&lower) {
            self.release += 1;
            self.says_release |= lower.contains("release");
        } else if DEEDS.contains(&lower) {
            self.deeds += 1;
        } else if !FILLING.contains(&lower) && !is_number(lower) {
            self.others += 1;
            let speaks_of_fix = ["fix", "backport", "cherry", "mitigat", "revert", "cve-", "ghsa-"];
            self.fixes |= speaks_of_fix.iter().any(|start| lower.starts_with(start));
        }
    }
}

/// Takes `[release-1.2]` off the start: the branch that a copy is on.
fn without_branch(subject: &str) -> &str {
    let parted = subject.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let branch = |inner: &str| inner.bytes().any(|byte| byte.is_ascii_digit());
    parted.filter(|(inner, rest)| branch(inner) && !rest.trim().is_empty()).map_or(subject, |(_, rest)| rest)
}

fn is_number(word: &str) -> bool {
    word.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_digit())
}

/// A word that ends with a version, parted from it: `libssh2-1.11.0`, `v1.2.3`.
fn parted(word: &str) -> Option<(&str, &str)> {
    let digit = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let starts = std::iter::once(0).chain(word.match_indices(['-', '_', '@', '=']).map(|(at, _)| at + 1));
    for at in starts {
        let (name, version) = word.split_at_checked(at)?;
        let bare = version.trim_start_matches(['v', 'V']);
        let (major, rest) = bare.split_once('.').unwrap_or((bare, ""));
        // `1.x` is a line, and `curl-8_1_0` a version.
        let next = rest.starts_with('x') || digit(rest);
        if digit(bare) && is_number(major) && next {
            return Some((name.trim_end_matches(['-', '_', '@', '=']), version));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_prepared_in_many_words() {
        for subject in [
            "Release 1.2.3",
            "release: v1.2.3",
            "Release v1.2.3 (#41)",
            "release: Kata Containers 2.0.2",
            "Release Line 1.0.1 (#21)",
            "chore(release): 1.2.3",
            "chore: release 1.2.3",
            "chore(main): release 2.0.0",
            "Prepare release notes for v1.5.1",
            "Prepare for the 1.2.3 release",
            "prepare 1.2.3",
            "Preparing for release.",
            "[maven-release-plugin] prepare release foo-parent-1.2.3",
            "[maven-release-plugin] prepare for next development iteration",
            "Bump version to 2.1.9",
            "Bump to 2.1.9",
            "bump version",
            "Version bump",
            "Version bump 1.2.3",
            "Tagging 1.2.3",
            "Tag 1.2.3",
            "Cut v1.2.3",
            "cut 1.2.3 release",
            "Set version to 1.2.3",
            "VERSION: 1.2.3",
            "VERSION: release 1.1.2",
            "VERSION: back to development",
            "Version 1.2.3",
            "v1.2.3",
            "1.2.3",
            "1.2.3-SNAPSHOT",
            "v1.2.0-rc1",
            "Changelog for 1.2.3",
            "Update CHANGELOG",
            "CHANGELOG.md",
            "Post release",
            "Next development version",
            "Back to 1.2.4-dev",
            "Start 1.3.0 development",
            "Bump p to v1.0.5 a security release",
            "libssh2: release 1.11.1",
            "RELEASE-NOTES: synced",
            "[release/1.5] Prepare release notes for v1.5.1",
        ] {
            assert!(prepares(subject), "{subject}: {:?}", Made::of(subject));
        }
    }

    #[test]
    fn what_speaks_of_something_else_prepares_no_release() {
        for subject in [
            "Release the lock",
            "release buffers early",
            "Releases memory twice",
            "Fix release of locks",
            "fix: release the lock",
            "Version the cache by its key",
            "Bump golang.org/x/net to v0.50",
            "build(deps): bump go from 1.21 to 1.22.3",
            "versions: Bump golang to 1.24.1",
            "Bump golang version to 1.24.1",
            "Update helm to 3.14.1",
            "[1.0.x] Combined backports for a 1.0.1 release (#11)",
            "Security fixes for 1.2.3",
            "Backport fixes to the 1.2 release branch",
            "[release-1.2] Bound copies",
            "Check the version of peers",
            "Set the limit to 10",
            "mount: relabel only managed host paths",
            "Disable eval in release 1.2.3",
            "",
        ] {
            assert!(!prepares(subject), "{subject}: {:?}", Made::of(subject));
        }
    }

    #[test]
    fn the_version_that_it_ships_in_tells_a_release_from_an_update() {
        for subject in ["P 1.0.1.", "Bump p to v1.0.1", "libssh2 1.0.1", "Mbed TLS 1.0.1", "p-1.0.1"] {
            assert!(prepares_version(subject, "1.0.1"), "{subject}");
            assert!(!prepares_version(subject, "1.0.2"), "{subject}");
        }
        assert!(!prepares_version("Fix the crash of 1.0.1", "1.0.1"));
        assert!(!prepares_version("Combined backports for a 1.0.1 release", "1.0.1"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,80}") {
            let _ = (prepares(&text), prepares_version(&text, "1.2.3"));
        }
    }
}
