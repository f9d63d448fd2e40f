//! What a release does about a package that the project depends on, as its report has it.

use crate::inventory::Move;
use crate::join::packages::Informational;
use crate::model::AdvisoryId;

/// A package that the project depends on, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PackageUpdate {
    /// The ecosystem, in OSV's spelling.
    pub ecosystem: String,
    /// The package's name, as the advisory's record writes it.
    pub name: String,
    /// The versions that the advisory affected, in their order.
    pub from: Vec<String>,
    /// The versions that took their place; none where the package is gone.
    pub to: Vec<String>,
    /// Where, by path.
    pub files: Vec<FileUpdate>,
    /// Whether it may be part of what users get.
    pub shipped: bool,
    /// What took the place of each version that the advisory affected.
    pub moves: Vec<Move>,
    /// The versions that are still affected, in their order.
    pub affected: Vec<String>,
    /// The lowest version that fixes what is still affected, if a record names one.
    pub fixed_in: Option<String>,
    /// What the advisory tells of, if that is no vulnerability as such.
    pub informational: Option<Informational>,
    /// Whether that is all that it tells of: that nobody maintains the package any more.
    pub is_notice: bool,
}

impl PackageUpdate {
    /// A package of which only the name is known.
    #[must_use]
    pub fn new(ecosystem: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            ecosystem: ecosystem.into(),
            name: name.into(),
            from: Vec::new(),
            to: Vec::new(),
            files: Vec::new(),
            shipped: false,
            moves: Vec::new(),
            affected: Vec::new(),
            fixed_in: None,
            informational: None,
            is_notice: false,
        }
    }
}

/// A package in one manifest or lock file, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileUpdate {
    /// The file's path from the root of the repository.
    pub path: String,
    /// All its versions before, in their order.
    pub from: Vec<String>,
    /// All its versions after.
    pub to: Vec<String>,
    /// Whether one of those before was affected.
    pub was_affected: bool,
    /// Whether one of those after is.
    pub affected: bool,
}

/// Why a claim of a commit is not borne out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The kind of reason.
    pub reason: ClaimReason,
    /// The reason in words.
    pub detail: String,
    /// The id that was probably meant.
    pub meant: Option<AdvisoryId>,
}

/// Kinds of reasons why a claim is not borne out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ClaimReason {
    /// The repository has no lock file that could bear anything out.
    NoLockFiles,
    /// The affected package is in no manifest or lock file.
    PackageNotHere,
    /// A file still has an affected version.
    StillAffected,
    /// No version here was affected to begin with.
    NotAffectedBefore,
    /// The package is in no lock file, and the release updates binaries that it
    /// takes from elsewhere.
    ExternalBinary,
    /// There is no record of the id.
    UnknownId,
    /// A lock file changed that is not read, or not whole, and may bear it out.
    LockFileNotRead,
}

impl ClaimReason {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoLockFiles => "no-lock-files",
            Self::PackageNotHere => "package-not-here",
            Self::StillAffected => "still-affected",
            Self::NotAffectedBefore => "not-affected-before",
            Self::ExternalBinary => "external-binary",
            Self::UnknownId => "unknown-id",
            Self::LockFileNotRead => "lock-file-not-read",
        }
    }
}
