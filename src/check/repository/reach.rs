//! Which releases ranges of commits affect, by the specification's evaluation
//! on the commit graph.

use rustc_hash::FxHashMap;

use crate::check::view::Kind;
use crate::history::{Containment, History, Node, Release};

use super::own::{GitRange, Own};

/// What contains what, for all records at once.
pub(super) struct Reach<'h> {
    pub(super) releases: &'h [Release],
    contained: Containment,
    /// The numbers of the events' commits among the points; releases come first.
    points: FxHashMap<Node, usize>,
}

impl<'h> Reach<'h> {
    pub(super) fn new(history: &'h History, records: &[Own<'_, '_>]) -> Self {
        let releases = history.releases.all();
        let events = records.iter().flat_map(|record| &record.ranges).flat_map(|range| &range.events);
        let mut commits: Vec<Node> = events.filter_map(|event| event.node).collect();
        commits.sort_unstable();
        commits.dedup();
        let mut points: Vec<Node> = releases.iter().map(|release| release.commit).collect();
        points.extend(&commits);
        let contained = history.graph.containment(&commits, &points);
        let points = commits.iter().enumerate().map(|(at, node)| (*node, releases.len() + at)).collect();
        Self { releases, contained, points }
    }

    /// Whether an event's commit is another, or descends from it.
    pub(super) fn descends(&self, node: Node, from: Node) -> bool {
        self.points.get(&node).is_some_and(|point| self.contained.contains(*point, from))
    }

    /// Which releases a range affects, by their numbers; none for a range of
    /// which a commit is not here.
    pub(super) fn affected(&self, range: &GitRange<'_, '_>) -> Option<Vec<bool>> {
        range.whole.then(|| (0..self.releases.len()).map(|point| self.is_affected(range, point)).collect())
    }

    fn is_affected(&self, range: &GitRange<'_, '_>, point: usize) -> bool {
        let here = self.releases.get(point).map(|release| release.commit);
        let has = |node: Node| self.contained.contains(point, node);
        // What ends the range in this release: a fix that it has, or a last
        // affected commit that it goes beyond.
        let ends: Vec<Node> = range
            .nodes(Kind::Fixed)
            .filter(|node| has(*node))
            .chain(range.nodes(Kind::LastAffected).filter(|node| has(*node) && here != Some(*node)))
            .collect();
        // A commit that introduces it again comes after the end.
        let again = |from: Node| ends.iter().all(|end| *end != from && self.descends(from, *end));
        let open = if range.from_the_beginning() && ends.is_empty() {
            true
        } else {
            range.nodes(Kind::Introduced).any(|from| has(from) && again(from))
        };
        let mut limits = range.of(Kind::Limit).peekable();
        let within = limits.peek().is_none()
            || limits.any(|limit| limit.node.is_none_or(|limit| self.comes_before(point, limit)));
        open && within
    }

    /// Whether a release is an ancestor of a commit, and not the commit itself.
    fn comes_before(&self, _point: usize, _limit: Node) -> bool {
        false
    }
}
