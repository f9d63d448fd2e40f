//! How each ecosystem orders its versions, and the timeline of a range of OSV.
//!
//! Where a crate is right it is used (`semver`, `pep440_rs`). Held against osv-scalibr's fixtures,
//! some 72,000 comparisons, none is for Maven, Alpine, Packagist, NuGet and Pub: `versions` fails
//! 73 of 102 cases of Maven.

mod apk;
mod debian;
mod dotted;
mod gem;
mod go;
mod maven;
mod number;
mod packagist;
mod pep440;
mod rpm;
mod semantic;
#[cfg(test)]
mod tests;
mod timeline;

pub use timeline::{EventKind, Timeline};

/// An order of versions. Each variant is that of one tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// Semantic Versioning 2.0, to the letter.
    Semver,
    /// The same, which also reads `v1.2`, as tags are written.
    Loose,
    /// Go's modules, and the spellings of its toolchain.
    Go,
    /// Semantic versions whose build metadata counts: Pub's, and Julia's `VersionNumber`.
    Pub,
    /// Semantic versions of up to four numbers, whatever the case of words.
    NuGet,
    /// PEP 440, Python's.
    Pep440,
    /// `Gem::Version`.
    RubyGems,
    /// `ComparableVersion`.
    Maven,
    /// Composer's.
    Packagist,
    /// `dpkg --compare-versions`.
    Debian,
    /// opam's, which is dpkg's without epochs.
    Opam,
    /// `apk version`.
    Apk,
    /// `rpmvercmp`, with epoch and release.
    Rpm,
    /// `Data.Version`.
    Haskell,
    /// `package_version`.
    R,
}

/// A version's place in an order. Places of one order are compared as the
/// ecosystem compares versions, and are equal where it calls them equal. Those
/// of semantic versions, strict, loose and Go's, are places of one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(Place);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// `0`, before everything (OSV schema, `affected[].ranges[].events`).
    Least,
    Semantic(semantic::Semantic),
    Pep440(pep440_rs::Version),
    Gem(gem::Gem),
    Maven(maven::Maven),
    Packagist(packagist::Packagist),
    Debian(debian::Debian),
    Apk(apk::Apk),
    Rpm(rpm::Rpm),
    Dotted(dotted::Dotted),
}

/// The longest version, in bytes, that has a place.
pub const LONGEST: usize = 256;

impl Order {
    /// The order of an ecosystem in OSV's names, without a suffix (`Debian`, not
    /// `Debian:12`); none where it is not known for sure.
    ///
    /// Source: OSV schema, "Defined ecosystems".
    #[must_use]
    pub fn of_ecosystem(ecosystem: &str) -> Option<Self> {
        Some(match ecosystem {
            "Go" => Self::Go,
            "crates.io"
            | "npm"
            | "Hex"
            | "SwiftURL"
            | "GitHub Actions"
            | "Bitnami"
            | "Docker Hardened Images"
            | "VSCode" => Self::Loose,
            "Julia" | "Pub" => Self::Pub,
            "NuGet" => Self::NuGet,
            "PyPI" => Self::Pep440,
            "RubyGems" => Self::RubyGems,
            "Maven" => Self::Maven,
            "Packagist" => Self::Packagist,
            "Debian" | "Ubuntu" => Self::Debian,
            "opam" => Self::Opam,
            "Alpine"
            | "Alpaquita"
            | "BellSoft Hardened Containers"
            | "Chainguard"
            | "CleanStart"
            | "MinimOS"
            | "Wolfi" => Self::Apk,
            "AlmaLinux" | "Azure Linux" | "Mageia" | "openEuler" | "openSUSE" | "Photon OS" | "Red Hat"
            | "Rocky Linux" | "SUSE" => Self::Rpm,
            "Hackage" | "GHC" => Self::Haskell,
            "CRAN" | "Bioconductor" => Self::R,
            _ => return None,
        })
    }

    /// The order of a range of OSV, by its type and its package's ecosystem; none
    /// for ranges of commits, and where the ecosystem's order is not known.
    #[must_use]
    pub fn of_range(kind: &str, ecosystem: &str) -> Option<Self> {
        match kind {
            "SEMVER" => Some(Self::Semver),
            "ECOSYSTEM" => Self::of_ecosystem(ecosystem),
            _ => None,
        }
    }

    /// The order for versions that come from elsewhere than a range: they are
    /// spelled more loosely than the events of a `SEMVER` range have to be.
    #[must_use]
    pub const fn loosened(self) -> Self {
        match self {
            Self::Semver => Self::Loose,
            other => other,
        }
    }

    /// Whether versions are those of a distribution's packages, which no tag of
    /// the project itself has: `1:1.2.3-4`, `1.2.3-r0`.
    #[must_use]
    pub const fn is_of_distribution(self) -> bool {
        matches!(self, Self::Debian | Self::Apk | Self::Rpm)
    }

    /// The place of a version; none where the text is no version of this order,
    /// and where it is longer than [`LONGEST`].
    #[must_use]
    pub fn key(self, text: &str) -> Option<Key> {
        if text == "0" {
            return Some(Key(Place::Least));
        }
        if text.len() > LONGEST {
            return None;
        }
        let place = match self {
            Self::Semver => Place::Semantic(semantic::Semantic::strict(text)?),
            Self::Loose => Place::Semantic(semantic::Semantic::loose(text)?),
            Self::Go => Place::Semantic(go::read(text)?),
            Self::Pub => Place::Semantic(semantic::Semantic::with_build(text)?),
            Self::NuGet => Place::Semantic(semantic::Semantic::nuget(text)?),
            Self::Pep440 => Place::Pep440(pep440::read(text)?),
            Self::RubyGems => Place::Gem(gem::Gem::read(text)?),
            Self::Maven => Place::Maven(maven::Maven::read(text)?),
            Self::Packagist => Place::Packagist(packagist::Packagist::read(text)?),
            Self::Debian => Place::Debian(debian::Debian::read(text)?),
            Self::Opam => Place::Debian(debian::Debian::opam(text)?),
            Self::Apk => Place::Apk(apk::Apk::read(text)?),
            Self::Rpm => Place::Rpm(rpm::Rpm::read(text)?),
            Self::Haskell => Place::Dotted(dotted::Dotted::haskell(text)?),
            Self::R => Place::Dotted(dotted::Dotted::r(text)?),
        };
        Some(Key(place))
    }
}

/// Ecosystems whose versions are semantic versions by their own rules. `of_ecosystem`
/// orders some more of them so, of which other spellings are versions too.
const SEMVER: [&str; 5] = ["Go", "crates.io", "npm", "Hex", "SwiftURL"];

/// Whether an ecosystem's versions are semantic versions.
#[must_use]
pub fn has_semver(ecosystem: &str) -> bool {
    SEMVER.contains(&ecosystem)
}

/// Whether a text is a semantic version, to the letter of the specification and
/// of any length.
#[must_use]
pub fn is_semver(text: &str) -> bool {
    semantic::Semantic::strict(text).is_some()
}
