//! Which releases the ranges of commits affect, and which events descend from
//! which, for all records in one pass each.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::check::view::Kind;
use crate::history::{Containment, History, Node, PointSet, Release};
use crate::ledger::affected::{Timeline, affected};
use crate::model::Version;

use super::own::{GitRange, Own};

/// The answers of the graph.
pub(super) struct Reach<'h> {
    /// By version, the lowest first.
    pub(super) releases: &'h [Release],
    tags: FxHashMap<&'h str, usize>,
    /// What each end of a range contains, of what was introduced.
    contained: Containment,
    ends: FxHashMap<Node, usize>,
    /// What each range affects, by its record and its place in it.
    affected: FxHashMap<(usize, usize), PointSet>,
}

impl<'h> Reach<'h> {
    pub(super) fn new(history: &'h History, records: &[Own<'_, '_>]) -> Self {
        let ranges = || {
            let all = records
                .iter()
                .flat_map(|record| record.ranges.iter().enumerate().map(|(place, range)| ((record.at, place), range)));
            all.filter(|(_, range)| range.whole)
        };
        let introduced: Vec<Node> = ranges().flat_map(|(_, range)| range.nodes(Kind::Introduced)).collect();
        let ends = [Kind::Fixed, Kind::LastAffected, Kind::Limit];
        let mut ends: Vec<Node> =
            ranges().flat_map(|(_, range)| ends.map(|kind| range.nodes(kind))).flatten().collect();
        ends.sort_unstable();
        ends.dedup();
        let contained = history.graph.containment(&introduced, &ends);
        let releases = history.releases.all();
        let points: Vec<Node> = releases.iter().map(|release| release.commit).collect();
        let timelines: Vec<Timeline> = ranges().map(|(_, range)| timeline(range)).collect();
        let reached = affected(&history.graph, &points, &timelines);
        Self {
            releases,
            tags: releases.iter().enumerate().map(|(at, release)| (release.tag.as_str(), at)).collect(),
            contained,
            ends: ends.into_iter().enumerate().map(|(at, node)| (node, at)).collect(),
            affected: ranges().map(|(place, _)| place).zip(reached).collect(),
        }
    }

    /// The release of a tag, by its number.
    pub(super) fn tagged(&self, tag: &str) -> Option<usize> {
        self.tags.get(tag).copied()
    }

    /// The releases that a version as a record spells it may name, by their
    /// numbers: by its tag, else by its version.
    pub(super) fn named(&self, text: &str) -> Range<usize> {
        if let Some(number) = self.tags.get(text) {
            return *number..number + 1;
        }
        let Ok(version) = text.strip_prefix(['v', 'V']).unwrap_or(text).parse::<Version>() else { return 0..0 };
        let first = self.releases.partition_point(|release| release.version < version);
        let after = self.releases.partition_point(|release| release.version <= version);
        first..after
    }

    /// Whether the end of a range is an introduced commit, or descends from it.
    pub(super) fn descends(&self, end: Node, introduced: Node) -> bool {
        self.ends.get(&end).is_some_and(|point| self.contained.contains(*point, introduced))
    }

    /// The releases that a range affects, by their numbers; none for a range of
    /// which a commit is not here.
    pub(super) fn affected(&self, record: usize, range: usize) -> Option<&PointSet> {
        self.affected.get(&(record, range))
    }
}

fn timeline(range: &GitRange<'_, '_>) -> Timeline {
    let unlimited = range.of(Kind::Limit).any(|limit| limit.node.is_none());
    Timeline {
        from_roots: range.begins_at_zero(),
        introduced: range.nodes(Kind::Introduced).collect(),
        fixed: range.nodes(Kind::Fixed).collect(),
        last_affected: range.nodes(Kind::LastAffected).collect(),
        limits: if unlimited { Vec::new() } else { range.nodes(Kind::Limit).collect() },
    }
}
