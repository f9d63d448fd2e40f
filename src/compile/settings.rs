//! What a repository does not tell of itself, and what is spoken of.

use std::path::PathBuf;

use super::rules::PackageRule;
use crate::history::{Line, Prereleases, TagPattern};
use crate::inventory::Rules;
use crate::join::{Decision, Note};
use crate::ledger::{DependencyPolicy, Statement};
use crate::model::{PackageName, Remote};

/// How a repository is compiled; [`Settings::default`] takes what the repository
/// shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Which project this is.
    pub project: ProjectSettings,
    /// Which tags are releases.
    pub releases: ReleaseSettings,
    /// The packages of a repository that has several; empty: those that tags and
    /// folders show.
    pub packages: Vec<PackageRule>,
    /// What the project depends on, and what of it is spoken of.
    pub dependencies: DependencySettings,
    /// Which commits fix which advisory, as people decided.
    pub decisions: Vec<Decision>,
    /// What people announce without an advisory.
    pub notes: Vec<Note>,
    /// What the ids of the project's own records begin with.
    pub id_prefix: Option<String>,
    /// The file that keeps what commits changed for the next time; none: nothing is kept.
    pub cache: Option<PathBuf>,
    /// Whether withdrawn advisories are spoken of.
    pub include_withdrawn: bool,
    /// Whether unpublished advisories are spoken of. Without it they are let go of
    /// before anything is made of them.
    pub include_unpublished: bool,
}

/// Which project this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectSettings {
    /// Where it lives, the first for links; empty: the repository's remotes.
    pub repositories: Vec<Remote>,
    /// Its packages as people write them, beside those that its manifests name.
    pub packages: Vec<PackageName>,
}

/// Which tags are releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseSettings {
    /// What tags look like after the prefix; empty: the common spellings.
    pub patterns: Vec<TagPattern>,
    /// What the tags of this package of a monorepo begin with.
    pub prefix: Option<String>,
    /// Globs of the tags to take; empty: all.
    pub include: Vec<String>,
    /// Globs of the tags to leave out.
    pub exclude: Vec<String>,
    /// Whether alpha, beta and candidate tags are releases.
    pub prereleases: Prereleases,
    /// Which releases are one maintained line.
    pub line: Line,
}

/// What the project depends on, and what of it is spoken of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DependencySettings {
    /// What notes print.
    pub policy: DependencyPolicy,
    /// Which files are read, and whose code they are of.
    pub rules: Rules,
    /// Advisories that do not affect the project.
    pub statements: Vec<Statement>,
}
