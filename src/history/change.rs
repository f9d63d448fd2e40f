//! What a commit changed, as far as joining asks.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::words::Word;
use crate::model::CommitId;

/// What a commit changed against its first parent.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// Every path that was added, removed or changed, ordered; of a renamed
    /// file both names.
    pub paths: Vec<String>,
    /// Whether the contents could be read. A partial clone lacks them, and
    /// those of a change of thousands of files are left alone; then only
    /// `paths` holds anything.
    pub read: bool,
    /// The functions that git names in the headers of the hunks, distinct, ordered.
    pub contexts: Vec<String>,
    /// The added lines, without white space, hashed, ordered. Blank lines and
    /// lines of other people's code (vendored, locked, generated) do not count.
    pub added: Vec<u64>,
    /// The removed lines, likewise.
    pub removed: Vec<u64>,
    /// Whether lines that name the project's own version were changed, and no
    /// others of what is shipped.
    pub versions_only: bool,
    /// The distinct words of both, ordered.
    pub words: Vec<Word>,
    /// The identity of the change: equal for equal changes of lines in files of
    /// the same names, whatever surrounds the lines. None where nothing that
    /// counts was changed.
    pub patch_id: Option<PatchId>,
    /// The identity that a change has which undoes this one.
    pub inverse_patch_id: Option<PatchId>,
    /// The identity of what is shipped: equal for equal changes of lines of
    /// code, whatever the files are called and whatever documents and tests
    /// came along. None where no such line was changed.
    pub shipped_id: Option<PatchId>,
    /// How many distinct lines of code were changed: of a single one, such as a
    /// version's, equality says nothing.
    pub shipped_lines: u32,
}

/// The identity of a change. `git patch-id` hashes the lines around a change
/// as well, so that a fix which was copied to an older branch without a single
/// edit often has another one there; this does not.
/// Nor can one made by git be compared with one made by libgit2: on Kata's release ranges they
/// agree for 93 in 100 commits, since the two part hunks in other places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct PatchId(pub(super) [u8; 20]);

impl Change {
    /// How alike the changed lines of two changes are, from 0 to 1: twice the
    /// lines that both have, by all lines of both (Dice).
    /// Lines without their order and place, for a backport puts them elsewhere in the file.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let lines = self.added.len() + self.removed.len() + other.added.len() + other.removed.len();
        if lines == 0 {
            return 0.0;
        }
        let both = in_both(&self.added, &other.added) + in_both(&self.removed, &other.removed);
        2.0 * both as f64 / lines as f64
    }

    /// How many of the paths of the smaller change the other has, from 0 to 1.
    /// Of the smaller one, and without documents: a backport has another change log.
    #[must_use]
    pub fn shared_paths(&self, other: &Self) -> f64 {
        fn code(change: &Change) -> BTreeSet<&str> {
            change.paths.iter().map(String::as_str).filter(|path| !is_prose(path)).collect()
        }
        let (ours, theirs) = (code(self), code(other));
        let fewer = ours.len().min(theirs.len());
        if fewer == 0 { 0.0 } else { ours.intersection(&theirs).count() as f64 / fewer as f64 }
    }

    /// Whether only documents were changed: change logs, release notes, manuals.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        !self.paths.is_empty() && self.paths.iter().all(|path| is_prose(path))
    }

    /// Whether nothing but notes and the project's version were changed.
    #[must_use]
    pub fn is_release(&self) -> bool {
        self.is_prose() || self.versions_only && !self.paths.iter().any(|path| is_test(path))
    }

    /// Whether code of the project's own was changed, beyond its version.
    #[must_use]
    pub fn has_own_code(&self) -> bool {
        let own = |path: &String| !is_prose(path) && !is_test(path) && !is_ci(path) && !is_foreign(path);
        !self.versions_only && self.paths.iter().any(|path| own(path) && !is_manifest(path) && !is_version(path))
    }

    /// Whether nothing was changed that is shipped: documents, tests, the CI.
    #[must_use]
    pub fn is_unshipped(&self) -> bool {
        !self.paths.is_empty() && self.paths.iter().all(|path| is_prose(path) || is_test(path) || is_ci(path))
    }

    /// Whether only files that pin versions, vendored code or documents were changed.
    #[must_use]
    pub fn is_update(&self) -> bool {
        let update = |path: &String| is_foreign(path) || is_prose(path) || is_ci(path) || is_manifest(path);
        !self.paths.is_empty() && self.paths.iter().all(update) && !self.is_prose()
    }
}

/// How many elements two ordered lists share, each as often as both have it.
fn in_both(a: &[u64], b: &[u64]) -> usize {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut both = 0;
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                both += 1;
                a.next();
                b.next();
            }
        }
    }
    both
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn has_folder(path: &str, names: &[&str]) -> bool {
    let mut folders = path.split('/').collect::<Vec<_>>();
    folders.pop();
    folders.iter().any(|folder| names.iter().any(|name| folder.eq_ignore_ascii_case(name)))
}

/// Folders of release notes, whatever these are written in (`releases/v1.5.1.toml`).
/// Mbed TLS keeps an entry a file, and so do many.
const NOTES: [&str; 11] = [
    "releases",
    "changes.d",
    ".changes",
    "news.d",
    "changelog",
    "changelogs",
    "changelog.d",
    "newsfragments",
    "release-notes",
    "releasenotes",
    ".changeset",
];

/// Whether a file is written for people to read: a change log, a manual, a
/// version number on its own.
#[must_use]
pub fn is_prose(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let named = [
        "changelog",
        "changes",
        "releases",
        "release-notes",
        "releasenotes",
        "release_notes",
        "relnotes",
        "news",
        "history",
        "authors",
        "contributors",
        "credits",
        "thanks",
        "version",
    ];
    let pages = ["doc", "docs", "xdocs", "xdoc", "site", "website", "www", "content", "documentation", "man"];
    let stem =
        name.split('.').next().unwrap_or(&name).trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '_');
    let is_source = matches!(
        ending,
        "go" | "rs"
            | "py"
            | "js"
            | "mjs"
            | "ts"
            | "tsx"
            | "jsx"
            | "vue"
            | "java"
            | "kt"
            | "scala"
            | "c"
            | "cc"
            | "cpp"
            | "h"
            | "hpp"
            | "rb"
            | "php"
            | "ex"
            | "exs"
            | "erl"
            | "hrl"
            | "cs"
            | "swift"
            | "lua"
            | "pl"
            | "pm"
            | "sh"
            | "tmpl"
            | "tpl"
    );
    // Who wrote what under which name: containerd's preparations of a release bring it up to date.
    name == ".mailmap"
        || matches!(
            ending,
            "md" | "rst" | "adoc" | "asciidoc" | "markdown" | "rdoc" | "textile" | "png" | "svg" | "jpg"
        )
        || named.contains(&stem) && !is_source
        || has_folder(path, &NOTES) && !is_source
        || has_folder(path, &pages)
            && matches!(ending, "txt" | "xml" | "html" | "htm" | "tex" | "texi" | "1" | "3" | "5" | "8" | "d" | "dox")
}

/// Whether a file is a test or belongs to one.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    has_folder(path, &["test", "tests", "testdata", "e2e", "fixtures", "__tests__", "spec", "testing", "integration"])
        || stem.ends_with("_test")
        || stem.ends_with("-test")
        || stem.starts_with("test_")
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.ends_with("test.java")
        || name.ends_with(".bats")
}

/// Whether a file runs the project's own automation.
#[must_use]
pub fn is_ci(path: &str) -> bool {
    has_folder(path, &[".github", ".circleci", ".gitlab", ".ci", ".buildkite", ".semaphore"])
        || matches!(
            file_name(path),
            ".gitlab-ci.yml" | ".travis.yml" | "Jenkinsfile" | ".golangci.yml" | ".codecov.yml"
        )
}

/// Whether a file holds other people's code, what a tool wrote, or pinned versions.
#[must_use]
pub fn is_foreign(path: &str) -> bool {
    let name = file_name(path);
    has_folder(path, &["vendor", "node_modules", "bower_components", "third_party", "Godeps", "dist", "generated"])
        || [
            ".lock",
            ".sum",
            ".pb.go",
            ".pb.h",
            ".pb.cc",
            "_pb2.py",
            ".g.cs",
            ".min.js",
            ".min.css",
            ".map",
            "-lock.json",
            "-lock.yaml",
            ".snap",
            ".po",
            ".pot",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
        || name.starts_with("zz_generated")
        || matches!(name, "swagger.json" | "go.work.sum" | "npm-shrinkwrap.json")
}

/// Whether a file names the versions of what the project uses.
/// `versions.yaml` is Kata's list of all that it builds with.
#[must_use]
pub fn is_manifest(path: &str) -> bool {
    matches!(
        file_name(path),
        "go.mod"
            | "go.work"
            | "Cargo.toml"
            | "package.json"
            | "requirements.txt"
            | "pyproject.toml"
            | "pom.xml"
            | "build.gradle"
            | "Gemfile"
            | "composer.json"
            | "Dockerfile"
            | "versions.yaml"
            | "Chart.yaml"
    )
}

/// Whether a file is there for the project's version, by its name: `version.go`,
/// `_version.py`.
fn is_version(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    stem.trim_matches('_') == "version"
}

/// Where changes and whole messages are read. A repository is one; tests bring
/// another.
pub trait Changes: Sync {
    /// What commits changed, in their order; none where it cannot be read.
    fn changes(&self, commits: &[CommitId]) -> Vec<Option<Arc<Change>>>;

    /// The whole messages of commits, in their order.
    fn messages(&self, commits: &[CommitId]) -> Vec<Option<Arc<str>>>;

    /// The hashes of the contents at these paths in the trees of these commits:
    /// for each commit one list, in the order of the paths. None where the
    /// commit has no such file, or its trees cannot be read.
    fn contents_at(&self, commits: &[CommitId], paths: &[String]) -> Vec<Vec<Option<[u8; 20]>>>;

    /// The lines that the change logs gained from the first commit of each pair to
    /// the second, in their order; entries are parted by blank lines as they are
    /// written. Nothing where there are none, or they cannot be read.
    fn notes(&self, spans: &[(Option<CommitId>, CommitId)]) -> Vec<Vec<String>> {
        vec![Vec::new(); spans.len()]
    }

    /// The lines of a file in the tree of a commit, hashed as those of a [`Change`]
    /// are: these by their numbers, from 1 on. None where it cannot be read.
    fn lines_at(&self, commit: CommitId, path: &str, lines: std::ops::RangeInclusive<usize>) -> Vec<u64> {
        let _ = (commit, path, lines);
        Vec::new()
    }
}

/// No change can be read: joins by messages and records alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoChanges;

impl Changes for NoChanges {
    fn changes(&self, commits: &[CommitId]) -> Vec<Option<Arc<Change>>> {
        vec![None; commits.len()]
    }

    fn messages(&self, commits: &[CommitId]) -> Vec<Option<Arc<str>>> {
        vec![None; commits.len()]
    }

    fn contents_at(&self, commits: &[CommitId], paths: &[String]) -> Vec<Vec<Option<[u8; 20]>>> {
        vec![vec![None; paths.len()]; commits.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_lines_that_both_have() {
        let change = |added: &[u64], removed: &[u64]| Change {
            added: added.to_vec(),
            removed: removed.to_vec(),
            ..Change::default()
        };
        assert_eq!(change(&[1, 2, 3], &[9]).likeness(&change(&[1, 2, 3], &[9])), 1.0);
        assert_eq!(change(&[1, 2], &[]).likeness(&change(&[2, 3], &[])), 0.5);
        assert_eq!(change(&[1], &[]).likeness(&change(&[], &[1])), 0.0);
        assert_eq!(change(&[], &[]).likeness(&change(&[], &[])), 0.0);
    }

    #[test]
    fn files_are_told_by_what_they_are_for() {
        for path in ["CHANGELOG.md", "docs/releases/4.1.0.md", "VERSION", "NEWS", "releases/v1.5.1.toml", ".mailmap"] {
            assert!(is_prose(path), "{path}");
        }
        for path in ["src/version.rs", "src/main.go", "Makefile", "changes.go", "src/releases/list.go"] {
            assert!(!is_prose(path), "{path}");
        }
        for path in ["pkg/x_test.go", "tests/a.rs", "ui/x.spec.ts", "src/FooTest.java", "tests/integration/a.bats"] {
            assert!(is_test(path), "{path}");
        }
        assert!(!is_test("src/attest.go") && !is_test("src/latest.go"));
        assert!(is_foreign("vendor/a/b.go") && is_foreign("Cargo.lock") && is_foreign("go.sum"));
        assert!(is_ci(".github/workflows/ci.yml") && !is_ci("src/ci.go"));
    }
}
