//! Lock files that are known by their names, and not read: what they lock is
//! told to be unknown, never to be unchanged.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::format::Format;
use super::place::Place;
use crate::history::BlobId;

/// A kind of lock file that is not read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct UnreadLock {
    /// The file's name; a `*` stands for anything.
    pub name: &'static str,
    /// The tool that writes it.
    pub tool: &'static str,
    /// The ecosystems of what it locks, in OSV's words; none where OSV has no
    /// records of them.
    pub ecosystems: &'static [&'static str],
    /// Why a package that a file beside it named may still be there.
    pub lost: &'static str,
}

/// Writes the table, with the sentence of each.
macro_rules! unread {
    ($($name:literal $tool:literal [$($ecosystem:literal),*];)+) => {
        &[$(UnreadLock {
            name: $name,
            tool: $tool,
            ecosystems: &[$($ecosystem),*],
            lost: concat!($name, " is not read, and may lock it now"),
        },)+]
    };
}

/// The lock files of which nothing is read: binary ones, those of programs that
/// pin revisions of sources instead of packages, and those for which there is no
/// reader. A name that a [`Format`] has is read, whatever stands here.
/// To say that nothing changed while a lock file was passed over is wrong, and reads as clean
/// (google/osv-scanner issue 1405, `bun.lock`).
pub const UNREAD: &[UnreadLock] = unread! {
    "bun.lockb" "Bun" ["npm"];
    "pixi.lock" "pixi" ["PyPI"];
    "conda-lock.yml" "conda-lock" ["PyPI"];
    "conda-lock.yaml" "conda-lock" ["PyPI"];
    "*.conda-lock.yml" "conda-lock" ["PyPI"];
    "build.sbt.lock" "sbt-dependency-lock" ["Maven"];
    "cargo-bazel-lock.json" "rules_rust" ["crates.io"];
    "Cargo.Bazel.lock" "rules_rust" ["crates.io"];
    "maven_install.json" "rules_jvm_external" ["Maven"];
    "paket.lock" "Paket" ["NuGet"];
    "project.lock.json" "NuGet" ["NuGet"];
    "Gopkg.lock" "dep" ["Go"];
    "glide.lock" "Glide" ["Go"];
    "Cartfile.resolved" "Carthage" ["SwiftURL"];
    "packrat.lock" "Packrat" ["CRAN", "Bioconductor"];
    "Manifest.toml" "Julia" ["Julia"];
    "JuliaManifest.toml" "Julia" ["Julia"];
    "Manifest-v*.toml" "Julia" ["Julia"];
    "opam.locked" "opam" ["opam"];
    "*.opam.locked" "opam" ["opam"];
    "cpanfile.snapshot" "Carton" [];
    "flake.lock" "Nix" [];
    "shard.lock" "Shards" [];
    "nimble.lock" "Nimble" [];
    "dub.selections.json" "DUB" [];
    "spack.lock" "Spack" [];
    "apko.lock.json" "apko" [];
    "rpms.lock.yaml" "rpm-lockfile-prototype" [];
    "helmfile.lock" "Helmfile" [];
    "vendir.lock.yml" "vendir" [];
    "jsonnetfile.lock.json" "jsonnet-bundler" [];
    ".terraform.lock.hcl" "Terraform" [];
};

/// The table by names: every path of a tree is looked up.
struct Known {
    by_name: FxHashMap<&'static str, &'static UnreadLock>,
    /// What names begin and end with.
    by_pattern: Vec<(&'static str, &'static str, &'static UnreadLock)>,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

impl Known {
    fn new() -> Self {
        let parted = |lock: &'static UnreadLock| Some((lock, lock.name.split_once('*')?));
        let by_pattern =
            UNREAD.iter().filter_map(parted).map(|(lock, (before, after))| (before, after, lock)).collect();
        Self { by_name: UNREAD.iter().map(|lock| (lock.name, lock)).collect(), by_pattern }
    }
}

impl UnreadLock {
    /// The kind of a file, if it is a lock file that is not read.
    #[must_use]
    pub fn of(path: &str) -> Option<&'static Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let known = KNOWN.get_or_init(Known::new);
        // `pylock.toml` is not `pylock.*.toml`: something stands between.
        let is_like = |(before, after, _): &&(&str, &str, &Self)| {
            name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        };
        let found = known.by_name.get(name).copied();
        let found = found.or_else(|| known.by_pattern.iter().find(is_like).map(|(_, _, lock)| *lock));
        found.filter(|_| Format::of(path).is_none())
    }

    /// Whether packages of an ecosystem may be in it.
    #[must_use]
    pub fn locks(&self, ecosystem: &str) -> bool {
        self.ecosystems.contains(&ecosystem)
    }
}

/// A lock file of a tree that is not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Unread {
    /// Its path from the root of the tree, with slashes.
    pub path: Arc<str>,
    /// What it is.
    pub lock: &'static UnreadLock,
    /// Whose dependencies it locks.
    pub place: Place,
    /// Its contents, of which nothing but their hash is known.
    pub(super) blob: BlobId,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lock_files_are_known_by_their_names_and_told_by_their_tools() {
        let tool = |path: &str| UnreadLock::of(path).map(|lock| lock.tool);
        assert_eq!(tool("web/bun.lockb"), Some("Bun"));
        assert_eq!(tool("Manifest-v1.11.toml"), Some("Julia"));
        assert_eq!(tool("a/parcel.opam.locked"), Some("opam"));
        assert_eq!(tool("notpixi.lock"), None);
        assert_eq!(tool("package-lock.json"), None);
    }

    #[test]
    fn no_kind_stands_in_the_table_twice() {
        let names: BTreeSet<&str> = UNREAD.iter().map(|lock| lock.name).collect();
        assert_eq!(names.len(), UNREAD.len());
    }
}
