//! What a file says that a project depends on.

use std::sync::Arc;

use crate::model::PackageName;

/// A package that a file names, with its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Dependency {
    /// The package, in OSV's names where OSV knows its ecosystem; else in an
    /// ecosystem of the file's kind (`Docker`, `Helm`).
    pub package: Arc<PackageName>,
    /// The version as OSV would write it: without Go's leading `v`, without a
    /// range's operator.
    pub version: Arc<str>,
    /// How much the file says of the version that is built or installed.
    pub pin: Pin,
    /// Whether the project itself asks for it.
    pub relation: Relation,
    /// What the project uses it for.
    pub usage: Usage,
}

impl Dependency {
    /// A dependency of this package in exactly this version; none where either is empty.
    #[must_use]
    pub fn exact(ecosystem: &str, name: &str, version: &str) -> Option<Self> {
        let package = Arc::new(PackageName::new(ecosystem, name)?);
        let version = version.trim();
        (!version.is_empty()).then(|| Self {
            package,
            version: Arc::from(version),
            pin: Pin::Exact,
            relation: Relation::Unknown,
            usage: Usage::Unknown,
        })
    }

    /// The same with another pin.
    #[must_use]
    pub fn pinned(self, pin: Pin) -> Self {
        Self { pin, ..self }
    }

    /// The same with this relation.
    #[must_use]
    pub fn related(self, relation: Relation) -> Self {
        Self { relation, ..self }
    }

    /// The same with this usage.
    #[must_use]
    pub fn used(self, usage: Usage) -> Self {
        Self { usage, ..self }
    }
}

/// How much a file says of the version that is built or installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Pin {
    /// Exactly this version.
    Exact,
    /// At least this version: what is installed may be newer. Shown, not matched.
    Floor,
    /// The newest of several releases on the day of the build (`golang:1.25`,
    /// `stable`), or one that is decided elsewhere. Shown, not matched.
    Moving,
    /// What a weaker source says of what builds the project, where a stronger one
    /// speaks: evidence neither for nor against. Shown, not matched.
    Outranked,
    /// A version that advisories do not speak of: an image's tag, a chart's, a
    /// fork's or a commit's. Shown, not matched.
    Shown,
}

impl Pin {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Floor => "floor",
            Self::Moving => "moving",
            Self::Outranked => "outranked",
            Self::Shown => "shown",
        }
    }
}

/// Whether the project itself asks for a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Relation {
    /// It does.
    Direct,
    /// Another dependency does.
    Transitive,
    /// The format does not say.
    Unknown,
}

impl Relation {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Transitive => "transitive",
            Self::Unknown => "unknown",
        }
    }
}

/// What a project uses a dependency for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Usage {
    /// It is part of what the project ships.
    Runtime,
    /// It is part of what the project ships if its user asks for that.
    Optional,
    /// It builds the project, or runs in its CI, and is not shipped.
    Build,
    /// Developers use it.
    Dev,
    /// Tests use it.
    Test,
    /// The format does not say: taken for runtime.
    Unknown,
}

impl Usage {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Optional => "optional",
            Self::Build => "build",
            Self::Dev => "dev",
            Self::Test => "test",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it may be part of what users get.
    #[must_use]
    pub const fn is_shipped(self) -> bool {
        matches!(self, Self::Runtime | Self::Optional | Self::Unknown)
    }
}
