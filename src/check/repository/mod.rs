//! Records against the history of the repository that they are about.

mod agree;
mod backports;
mod commits;
mod facts;
mod own;
mod reach;

use std::collections::BTreeSet;

use crate::advisory::{PackageName, Project};

use super::problem::Problem;
use super::view::View;
use super::{Quality, Unchecked};
pub use facts::{Facts, Packages};
use own::Own;
use reach::Reach;

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
