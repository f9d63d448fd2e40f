//! What is asked of a repository.

use crate::inventory::{Inventory, Manifest};

/// What a compilation is about.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Request {
    /// The commits that it is about first; the tag of a release may set the rules
    /// by which tags are read.
    pub which: Which,
    /// Whether the dependencies of these commits are read.
    pub dependencies: bool,
    /// SBOMs that count beside the files of these commits.
    pub sboms: Sboms,
    /// The name of a package of a repository of several; none: as `pick` says.
    pub package: Option<String>,
    /// Which package of a repository of several it is about.
    pub pick: Pick,
}

impl Request {
    /// What a release fixes, in the project and in what it depends on.
    #[must_use]
    pub fn notes(which: Which) -> Self {
        Self { which, dependencies: true, ..Self::default() }
    }

    /// The history and the project's own advisories, for questions of any kind.
    #[must_use]
    pub fn history() -> Self {
        Self::default()
    }
}

/// Which commits are asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Which {
    /// Where they end.
    pub tip: Tip,
    /// A revision to count from; none: the release before.
    pub from: Option<String>,
}

/// Where the commits end that are asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tip {
    /// A release, by its tag.
    Release(String),
    /// The release at `HEAD`, else the newest.
    #[default]
    Newest,
    /// What `HEAD` has and no release yet.
    Unreleased,
}

impl Which {
    /// The commits of a release.
    #[must_use]
    pub fn release(tag: impl Into<String>) -> Self {
        Self { tip: Tip::Release(tag.into()), from: None }
    }

    /// Those of the release at `HEAD`, else of the newest.
    #[must_use]
    pub const fn newest() -> Self {
        Self { tip: Tip::Newest, from: None }
    }

    /// What `HEAD` has and no release yet.
    #[must_use]
    pub const fn unreleased() -> Self {
        Self { tip: Tip::Unreleased, from: None }
    }

    /// The same, counted from a revision instead of from the release before.
    #[must_use]
    pub fn counted_from(self, revision: impl Into<String>) -> Self {
        Self { from: Some(revision.into()), ..self }
    }

    /// The tag of the release, where one is asked for by its tag.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        match &self.tip {
            Tip::Release(tag) => Some(tag),
            Tip::Newest | Tip::Unreleased => None,
        }
    }
}

/// Which package of a repository of several is asked about, where none is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pick {
    /// The one of the tag, of the tag at `HEAD`, else the root.
    #[default]
    One,
    /// The one of the tag, else the one that this id or this commit is about.
    About(String),
    /// All of them, one after the other.
    Each,
}

/// SBOMs that are given for a release and for the one before: what builds ship
/// is not all in a repository.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Sboms {
    /// What the release before shipped.
    pub before: Vec<Manifest>,
    /// What the release ships.
    pub after: Vec<Manifest>,
}

impl Sboms {
    /// Adds them to what the commits say.
    pub(super) fn complete(&self, from: Option<&mut Inventory>, to: &mut Inventory) {
        if let Some(from) = from {
            from.add(&self.before);
        }
        to.add(&self.after);
    }
}
