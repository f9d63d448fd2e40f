//! Records against the history of the repository that they are about.

mod agree;
mod backports;
mod commits;
mod own;
mod reach;

use std::collections::BTreeSet;

use crate::advisory::{PackageName, Project};
use crate::history::{Changes, History};
use crate::join::Index;
use crate::model::TagName;

use super::problem::Problem;
use super::view::View;
use super::{Quality, Unchecked};
use own::Own;
use reach::Reach;

/// What is known of a project's repository.
#[derive(Clone, Copy)]
pub struct Facts<'h> {
    /// Its commits and releases.
    pub history: &'h History,
    /// What its messages say.
    pub index: &'h Index<'h>,
    /// Where changes are read.
    pub changes: &'h dyn Changes,
    /// Which records are about it.
    pub project: &'h Project,
    /// Which releases are whose, in a repository of several packages.
    pub packages: Option<&'h dyn Packages>,
}

/// The packages of a repository that has several, by their numbers.
pub trait Packages {
    /// The package that a tag is a release of.
    fn of_tag(&self, tag: &TagName) -> Option<usize>;

    /// The package that a record's package is.
    fn of_package(&self, package: &PackageName) -> Option<usize>;
}

impl std::fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").field("project", &self.project).finish_non_exhaustive()
    }
}

/// What only a repository can tell.
const CODES: [Quality; 7] = [
    Quality::CommitNotFound,
    Quality::ReferencedCommitNotFound,
    Quality::EndWithoutIntroduced,
    Quality::ListedNotAffected,
    Quality::AffectedNotListed,
    Quality::RangesDisagree,
    Quality::BackportMissing,
];

/// That the rules which need a repository were not checked, and why.
pub(super) fn unchecked(reason: &str) -> Unchecked {
    Unchecked { codes: CODES.iter().map(|code| (*code).into()).collect(), reason: reason.to_owned() }
}

/// Whether a record is about a project.
pub(super) fn concerns(record: &View<'_>, project: &Project) -> bool {
    own::concerns(record, project)
}

/// Adds what contradicts the repository, and not what a record merely lacks.
pub(super) fn contradictions(facts: &Facts<'_>, records: &[View<'_>], found: &mut [Vec<Problem>]) {
    ranges(facts, records, &BTreeSet::new(), found);
}

/// Adds what is wrong with ranges by the repository; gives back the records that
/// are about it, what their ranges reach, and the packages of which it knows.
fn ranges<'r, 'v, 'h>(
    facts: &Facts<'h>,
    records: &'r [View<'v>],
    listed: &BTreeSet<PackageName>,
    found: &mut [Vec<Problem>],
) -> (Vec<Own<'r, 'v>>, Reach<'h>, Vec<(PackageName, bool)>) {
    let mut own: Vec<Own<'_, '_>> = Vec::new();
    for (at, record) in records.iter().enumerate().filter(|(_, record)| own::concerns(record, facts.project)) {
        if let Some(found) = found.get_mut(at) {
            own.push(commits::resolve(facts, at, record, found));
        }
    }
    let reach = Reach::new(facts.history, &own);
    let mut packages = Vec::new();
    for record in &own {
        if let Some(found) = found.get_mut(record.at) {
            commits::ancestry(&reach, record, found);
            agree::check(facts, &reach, record, found, &mut packages, listed);
        }
    }
    (own, reach, packages)
}

/// Adds what the repository tells of each record; of the packages in `listed`
/// the versions are known from elsewhere. Gives back the packages of
/// which it knows whether they exist and which versions they have, and how many
/// records are about another project.
pub(super) fn check(
    facts: &Facts<'_>,
    records: &[View<'_>],
    listed: &BTreeSet<PackageName>,
    found: &mut [Vec<Problem>],
) -> (Vec<(PackageName, bool)>, Option<Unchecked>) {
    let (own, reach, packages) = ranges(facts, records, listed, found);
    backports::check(facts, &reach, &own, found);
    let elsewhere = records.len() - own.len();
    let lives = facts.project.remotes.first().map_or("this repository", |remote| remote.as_str());
    let reason = format!("{elsewhere} of {} records are not about {lives}", records.len());
    (packages, (elsewhere > 0).then(|| unchecked(&reason)))
}
