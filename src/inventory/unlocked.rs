//! Manifests that are not read for what they ask for: a lock file says what
//! that comes to, and where there is none, what changed in them is told to be
//! unknown.

use std::sync::Arc;

use super::format::Format;
use super::place::Place;
use crate::history::BlobId;

/// A kind of manifest.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    /// The file's name; `*.x` is any that ends so.
    name: &'static str,
    /// The ecosystem of what it asks for.
    pub(super) ecosystem: &'static str,
    /// The lock files that say what that comes to.
    pub(super) locks: &'static [Format],
}

const NPM: &[Format] = &[Format::NpmLock, Format::YarnLock, Format::PnpmLock, Format::BunLock, Format::DenoLock];
const PYTHON: &[Format] = &[Format::UvLock, Format::PoetryLock, Format::PdmLock, Format::PipfileLock, Format::Pylock];
const HASKELL: &[Format] = &[Format::StackLock, Format::CabalFreeze];

/// Writes the table.
macro_rules! kinds {
    ($($ecosystem:literal $locks:expr, [$($name:literal),+];)+) => {
        &[$($(Kind { name: $name, ecosystem: $ecosystem, locks: $locks },)+)+]
    };
}

/// What programs in these languages ask for is code or prose that no reader here
/// evaluates; of `pyproject.toml`, `pom.xml` and projects of .NET there is one.
const KINDS: &[Kind] = kinds! {
    "crates.io" &[Format::CargoLock], ["Cargo.toml"];
    "npm" NPM, ["package.json", "deno.json", "deno.jsonc"];
    "Packagist" &[Format::ComposerLock], ["composer.json"];
    "RubyGems" &[Format::GemfileLock], ["Gemfile", "gems.rb", "*.gemspec"];
    "Maven" &[Format::GradleLock], ["build.gradle", "build.gradle.kts"];
    "Maven" &[], ["build.sbt", "project.clj", "deps.edn", "ivy.xml", "build.sc", "build.mill"];
    "PyPI" PYTHON, ["setup.py", "setup.cfg", "Pipfile"];
    "SwiftURL" &[Format::SwiftResolved], ["Package.swift"];
    "SwiftURL" &[], ["Cartfile"];
    "CocoaPods" &[Format::PodfileLock], ["Podfile"];
    "Hex" &[Format::MixLock], ["mix.exs"];
    "Hex" &[Format::RebarLock], ["rebar.config"];
    "Pub" &[Format::PubspecLock], ["pubspec.yaml"];
    "ConanCenter" &[Format::ConanLock], ["conanfile.py", "conanfile.txt"];
    "Hackage" HASKELL, ["stack.yaml", "cabal.project", "*.cabal"];
    "CRAN" &[Format::RenvLock], ["DESCRIPTION"];
    "NuGet" &[], ["paket.dependencies"];
    "Julia" &[], ["Project.toml", "JuliaProject.toml"];
    "opam" &[], ["*.opam"];
};

/// A manifest of a tree that is not read for what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlocked {
    /// Its path from the root of the tree, with slashes.
    pub path: Arc<str>,
    /// Whose dependencies it names.
    pub place: Place,
    pub(super) kind: &'static Kind,
    /// Its contents, of which nothing but their hash is known.
    pub(super) blob: BlobId,
}

/// The kind of a file, if it is such a manifest by its name.
pub(super) fn kind(path: &str) -> Option<&'static Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_meant = |kind: &&Kind| kind.name.strip_prefix('*').map_or(kind.name == name, |end| name.ends_with(end));
    KINDS.iter().find(is_meant)
}

impl Unlocked {
    /// A file that is such a manifest.
    pub(super) const fn new(path: Arc<str>, place: Place, kind: &'static Kind, blob: BlobId) -> Self {
        Self { path, place, kind, blob }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn manifests_are_known_by_their_names() {
        let ecosystem = |path: &str| kind(path).map(|kind| kind.ecosystem);
        assert_eq!(ecosystem("web/package.json"), Some("npm"));
        assert_eq!(ecosystem("lib/parcel.gemspec"), Some("RubyGems"));
        assert_eq!(ecosystem("pom.xml"), None);
        assert_eq!(ecosystem("old-setup.py"), None);
    }

    #[test]
    fn no_kind_stands_in_the_table_twice() {
        let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
    }
}
