//! A package of a repository.

use std::collections::BTreeSet;

use crate::advisory::PackageName;
use crate::history::TagRules;
use crate::model::{CommitId, TagName, Version};

/// How many releases of a package are looked at for its folder.
pub(super) const LOOKED_AT: usize = 20;

/// How many of them for a folder whose place is not known.
pub(super) const NEWEST: usize = 3;

/// A package, by its tags and its folders.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Package {
    /// What the repository calls it; empty for the one whose tags have no name.
    pub name: String,
    /// What its tags begin with.
    pub prefix: String,
    /// How its tags are read.
    pub(super) rules: TagRules,
    /// Its tags.
    pub(super) tags: Vec<(TagName, CommitId)>,
    /// Its folders; `""` is all that no other package has.
    pub folders: Vec<String>,
    pub(super) shared: Vec<String>,
    pub(super) names: BTreeSet<PackageName>,
    /// Which of the rules it comes from.
    pub(super) rule: Option<usize>,
}

/// The commits of releases, the highest version first.
pub(super) fn newest(tags: &[(TagName, CommitId)], rules: &TagRules) -> Vec<CommitId> {
    let mut versions: Vec<(Version, CommitId)> =
        tags.iter().filter_map(|(tag, commit)| Some((rules.read(tag).ok()?, *commit))).collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, commit)| commit).collect()
}
