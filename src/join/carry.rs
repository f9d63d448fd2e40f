//! Whether a commit (a release, a branch) carries a fix.

use super::AdvisoryLinks;
use crate::history::{Containment, History, Node, Release};

/// How much of a fix a release carries, from nothing to all.
/// The order of the variants is the order of `max`: of several ways to have the fix a release is
/// told the best one, and one that is whole and taken back says more than a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carry {
    /// Nothing.
    Nothing,
    /// Some of its commits; these are missing.
    Partly(Vec<Node>),
    /// All of them, and these commits take it back.
    TakenBack(Vec<Node>),
    /// All of them.
    Whole,
}

impl Carry {
    /// What the point of a number carries of a fix.
    #[must_use]
    pub fn of(links: &AdvisoryLinks, contained: &Containment, point: usize) -> Self {
        Self::by(links, &|commit| contained.contains(point, commit))
    }

    /// What is carried of a fix where these commits are contained.
    pub(crate) fn by(links: &AdvisoryLinks, contains: &dyn Fn(Node) -> bool) -> Self {
        let groups = links.groups.iter().map(|group| Self::of_group(links, contains, group));
        groups.max().unwrap_or(Self::Nothing)
    }

    fn of_group(links: &AdvisoryLinks, contains: &dyn Fn(Node) -> bool, group: &[Vec<Node>]) -> Self {
        let (mut missing, mut taken_back, mut there) = (Vec::new(), Vec::new(), 0);
        for part in group {
            let has: Vec<Node> = part.iter().copied().filter(|commit| contains(*commit)).collect();
            let reverts: Vec<Option<Node>> = has.iter().map(|commit| taken_back_by(links, contains, *commit)).collect();
            if has.is_empty() {
                missing.extend(part.first().copied());
            } else if reverts.iter().all(Option::is_some) {
                taken_back.extend(reverts.into_iter().flatten());
            } else {
                there += 1;
            }
        }
        taken_back.sort_unstable();
        taken_back.dedup();
        match (missing.is_empty(), taken_back.is_empty(), there) {
            (true, true, _) => Self::Whole,
            (_, false, _) => Self::TakenBack(taken_back),
            (false, true, 0) => Self::Nothing,
            (false, true, _) => Self::Partly(missing),
        }
    }
}

/// The commit that takes a fix back at a point, unless a later one brought it back.
/// Reverts are in the order of their commits, parents before children, so that the last one
/// decides.
fn taken_back_by(links: &AdvisoryLinks, contains: &dyn Fn(Node) -> bool, commit: Node) -> Option<Node> {
    let mut there = links.reverts.iter().filter(|revert| revert.of == commit && contains(revert.by));
    there.next_back().filter(|last| !last.reapplies).map(|last| last.by)
}

/// The releases that carry nothing of the fix as far as it is known, and no
/// release before them on their line does.
pub(super) fn unsettled<'h>(history: &History, links: &AdvisoryLinks, releases: Vec<&'h Release>) -> Vec<&'h Release> {
    let commits: Vec<Node> =
        links.links.iter().map(|link| link.commit).chain(links.reverts.iter().map(|revert| revert.by)).collect();
    let points: Vec<Node> = releases.iter().map(|release| release.commit).collect();
    let contained = history.graph.containment(&commits, &points);
    let mut open: Vec<&Release> = Vec::new();
    for (point, release) in releases.iter().enumerate() {
        let nothing = Carry::of(links, &contained, point) == Carry::Nothing;
        if nothing && open.iter().all(|known| known.commit != release.commit) {
            open.push(release);
        }
    }
    open
}

/// The releases that carry something of the fix.
pub(super) fn carrying<'h>(history: &'h History, links: &AdvisoryLinks) -> Vec<&'h Release> {
    let commits: Vec<Node> =
        links.links.iter().map(|link| link.commit).chain(links.reverts.iter().map(|revert| revert.by)).collect();
    let contained = history.graph.containment(&commits, &history.releases.commits());
    let releases = history.releases.all().iter().enumerate();
    let carrying = releases.filter(|(point, _)| Carry::of(links, &contained, *point) != Carry::Nothing);
    carrying.map(|(_, release)| release).collect()
}
