//! Evaluates timelines: one pass over the graph for all of them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Timeline;
use crate::history::{Containment, Graph, Node, PointSet};

/// The points (releases, say) that each timeline affects, by their places in `points`.
///
/// The graph is passed over once for every 512 commits that the events name;
/// what a timeline then costs is a few words for every 64 points.
///
/// All 207 CVEs of curl, with 389 commits, take 6 ms so; `git for-each-ref --contains`, once for
/// each, takes 14.6 s, OSV.dev's former analyser 121 s.
#[must_use]
pub fn affected(graph: &Graph, points: &[Node], timelines: &[Timeline]) -> Vec<PointSet> {
    let roots = Roots::new(graph, timelines);
    let extra: Vec<Node> = asked_of_events(timelines, &roots).into_iter().collect();
    let mut places = points.to_vec();
    places.extend(&extra);
    let named = timelines
        .iter()
        .flat_map(|timeline| timeline.introduced.iter().chain(&timeline.fixed).chain(&timeline.last_affected).copied());
    let commits: Vec<Node> = named.chain(roots.all.iter().copied()).collect();
    let contained = graph.containment(&commits, &places);
    let evaluation = Evaluation { points, extra: &extra, roots, contained, limits: limits(graph, points, timelines) };
    timelines.iter().map(|timeline| evaluation.of(timeline)).collect()
}

/// What `0` may stand for.
struct Roots {
    /// The roots of the graph, where a timeline begins at them.
    all: Vec<Node>,
    /// The children of the last affected commits, which are the first that are
    /// not affected; known where there are several roots to choose from.
    after: FxHashMap<Node, Vec<Node>>,
}

impl Roots {
    fn new(graph: &Graph, timelines: &[Timeline]) -> Self {
        let asked = || timelines.iter().filter(|timeline| timeline.from_roots);
        let mut roots = Self { all: Vec::new(), after: FxHashMap::default() };
        if asked().next().is_none() {
            return roots;
        }
        roots.all.extend(graph.nodes().filter(|node| graph.parents(*node).is_empty()));
        let last: FxHashSet<Node> = asked().flat_map(|timeline| timeline.last_affected.iter().copied()).collect();
        if roots.all.len() > 1 && !last.is_empty() {
            for node in graph.nodes() {
                for parent in graph.parents(node).iter().filter(|parent| last.contains(parent)) {
                    roots.after.entry(*parent).or_default().push(node);
                }
            }
        }
        roots
    }

    /// What closes a timeline: with one of these in its future a root is one of
    /// those for which `0` stands.
    fn ends<'e>(&'e self, timeline: &'e Timeline) -> impl Iterator<Item = Node> + 'e {
        let after = timeline.last_affected.iter().filter_map(|last| self.after.get(last)).flatten();
        timeline.fixed.iter().chain(after).chain(&timeline.limits).copied()
    }
}

/// The events of which is asked what they contain.
fn asked_of_events(timelines: &[Timeline], roots: &Roots) -> BTreeSet<Node> {
    let mut asked = BTreeSet::new();
    let several = roots.all.len() > 1;
    for timeline in timelines {
        if !timeline.introduced.is_empty() || timeline.from_roots && several {
            asked.extend(closing(timeline));
        }
        if timeline.from_roots && several {
            asked.extend(roots.ends(timeline));
        }
    }
    asked
}

fn closing(timeline: &Timeline) -> impl Iterator<Item = Node> {
    timeline.fixed.iter().chain(&timeline.last_affected).copied()
}

/// Which points strictly lead to which limits; asked only where there are limits.
fn limits(graph: &Graph, points: &[Node], timelines: &[Timeline]) -> Vec<(Node, PointSet)> {
    let limits: BTreeSet<Node> = timelines.iter().flat_map(|timeline| timeline.limits.iter().copied()).collect();
    if limits.is_empty() {
        return Vec::new();
    }
    let limits: Vec<Node> = limits.into_iter().collect();
    let leading = graph.containment(points, &limits);
    let before = |(at, limit): (usize, &Node)| {
        let mut before = PointSet::empty(points.len());
        let leads = |(_, point): &(usize, &Node)| *point != limit && leading.contains(at, **point);
        for (point, _) in points.iter().enumerate().filter(leads) {
            before.insert(point);
        }
        (*limit, before)
    };
    limits.iter().enumerate().map(before).collect()
}

/// What was found in the graph for all timelines.
struct Evaluation<'a> {
    points: &'a [Node],
    /// The events that were asked about like points, in order; their places
    /// follow those of `points`.
    extra: &'a [Node],
    roots: Roots,
    contained: Containment,
    /// What strictly leads to each limit, in the order of the limits.
    limits: Vec<(Node, PointSet)>,
}

impl Evaluation<'_> {
    fn of(&self, timeline: &Timeline) -> PointSet {
        let mut introduced = timeline.introduced.clone();
        introduced.extend(self.leading_roots(timeline));
        let closed: Vec<(Node, PointSet)> = self.closed(timeline);
        // Introductions that the same events close are looked at together.
        // Each introduction is ended by what descends from it alone: a fix on a branch that never had the
        // weakness makes no merge with that branch safe (docs/affected.md).
        let mut groups: BTreeMap<Vec<usize>, Vec<Node>> = BTreeMap::new();
        for introduction in introduced {
            let closes = |(at, (close, _)): (usize, &(Node, PointSet))| self.leads(introduction, *close).then_some(at);
            groups.entry(closed.iter().enumerate().filter_map(closes).collect()).or_default().push(introduction);
        }
        let mut affected = PointSet::empty(self.points.len());
        for (closing, introduced) in &groups {
            let closing = closing.iter().filter_map(|at| closed.get(*at)).map(|(_, points)| points);
            affected.union_with(&self.open(introduced, closing));
        }
        if !timeline.limits.is_empty() {
            let mut within = PointSet::empty(self.points.len());
            let of_timeline = self.limits.iter().filter(|(limit, _)| timeline.limits.contains(limit));
            of_timeline.for_each(|(_, before)| within.union_with(before));
            affected.intersect_with(&within);
        }
        affected
    }

    /// The points that contain one of some introductions and nothing that closes them.
    fn open<'p>(&self, introduced: &[Node], closed: impl Iterator<Item = &'p PointSet>) -> PointSet {
        let mut open = PointSet::empty(self.points.len());
        introduced.iter().for_each(|commit| open.union_with(self.contained.points_with(*commit)));
        closed.for_each(|points| open.subtract(points));
        open.truncate(self.points.len());
        open
    }

    /// What each event closes: a fix its descendants and itself, a last
    /// affected commit its descendants only.
    fn closed(&self, timeline: &Timeline) -> Vec<(Node, PointSet)> {
        let fixed = timeline.fixed.iter().map(|fix| (*fix, self.contained.points_with(*fix).clone()));
        let after = timeline.last_affected.iter().map(|last| {
            let mut after = self.contained.points_with(*last).clone();
            let own = self.points.iter().enumerate().filter(|(_, point)| *point == last);
            own.for_each(|(at, _)| after.remove(at));
            (*last, after)
        });
        fixed.chain(after).collect()
    }

    /// Whether an event is a commit, or descends from it.
    fn leads(&self, commit: Node, event: Node) -> bool {
        // With one root, everything descends from it.
        commit == event || self.roots.all.as_slice() == [commit] || commit < event && self.event_contains(event, commit)
    }

    fn event_contains(&self, event: Node, commit: Node) -> bool {
        let place = self.extra.binary_search(&event).ok();
        place.is_some_and(|place| self.contained.contains(self.points.len() + place, commit))
    }

    /// The roots for which `0` stands.
    fn leading_roots(&self, timeline: &Timeline) -> Vec<Node> {
        if !timeline.from_roots {
            return Vec::new();
        }
        let ends: Vec<Node> = self.roots.ends(timeline).collect();
        if self.roots.all.len() < 2 || ends.is_empty() {
            return self.roots.all.clone();
        }
        let leads = |root: &&Node| ends.iter().any(|end| self.event_contains(*end, **root));
        self.roots.all.iter().filter(leads).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CommitId;

    /// ```text
    /// 1 ── 2 ── 3 ── 4 ── 6 ── 7      and 8 ── 9, a history of its own
    ///       └── 5 ────────┘
    /// ```
    fn graph() -> Graph {
        let commits: [(u8, &[u8]); 9] =
            [(1, &[]), (2, &[1]), (3, &[2]), (4, &[3]), (5, &[2]), (6, &[4, 5]), (7, &[6]), (8, &[]), (9, &[8])];
        let id = |byte: u8| CommitId::from_bytes([byte; 20]);
        let commits: Vec<_> =
            commits.iter().map(|(of, parents)| (id(*of), parents.iter().map(|parent| id(*parent)).collect())).collect();
        Graph::new(&commits).unwrap()
    }

    /// Events by the commits' numbers; `0` is the event of that name.
    fn affected_of(introduced: &[u8], fixed: &[u8], last_affected: &[u8], limits: &[u8]) -> Vec<u8> {
        let graph = graph();
        let node = |byte: u8| graph.find(&CommitId::from_bytes([byte; 20])).unwrap();
        let nodes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != 0).map(|byte| node(*byte)).collect();
        let timeline = Timeline {
            from_roots: introduced.contains(&0),
            introduced: nodes(introduced),
            fixed: nodes(fixed),
            last_affected: nodes(last_affected),
            limits: nodes(limits),
        };
        let points: Vec<Node> = (1..=9).map(node).collect();
        affected(&graph, &points, &[timeline]).remove(0).iter().map(|at| u8::try_from(at).unwrap() + 1).collect()
    }

    #[test]
    fn a_fix_holds_for_all_that_descends_from_it() {
        assert_eq!(affected_of(&[2], &[4], &[], &[]), [2, 3, 5], "the merge of a fixed line is fixed");
        assert_eq!(affected_of(&[2], &[5], &[], &[]), [2, 3, 4], "so is the merge of a fixed side branch");
        assert_eq!(affected_of(&[2], &[3, 5], &[], &[]), [2]);
    }

    #[test]
    fn a_fix_that_does_not_descend_from_what_introduced_it_ends_nothing() {
        assert_eq!(affected_of(&[3], &[5], &[], &[]), [3, 4, 6, 7]);
        assert_eq!(affected_of(&[3], &[2, 8], &[], &[]), [3, 4, 6, 7]);
        assert_eq!(affected_of(&[3], &[], &[5], &[]), [3, 4, 6, 7]);
        assert_eq!(affected_of(&[3, 5], &[4], &[], &[]), [3, 5, 6, 7], "the other introduction stays open");
        assert_eq!(affected_of(&[0, 5], &[4], &[], &[]), [1, 2, 3, 5, 6, 7]);
    }

    #[test]
    fn zero_is_the_roots_that_lead_to_the_fix() {
        assert_eq!(affected_of(&[0], &[4], &[], &[]), [1, 2, 3, 5]);
        assert_eq!(affected_of(&[0], &[9], &[], &[]), [8]);
        assert_eq!(affected_of(&[0], &[], &[], &[]), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(affected_of(&[0], &[], &[8], &[]), [8]);
    }

    #[test]
    fn the_last_affected_commit_is_affected_itself() {
        assert_eq!(affected_of(&[2], &[], &[4], &[]), [2, 3, 4, 5]);
        assert_eq!(affected_of(&[4], &[], &[4], &[]), [4]);
    }

    #[test]
    fn what_is_introduced_again_is_open_until_fixed_again() {
        assert_eq!(affected_of(&[1, 4], &[3], &[], &[]), [1, 2, 4, 5, 6, 7]);
        assert_eq!(affected_of(&[1, 4], &[3, 6], &[], &[]), [1, 2, 4, 5]);
    }

    #[test]
    fn a_limit_keeps_the_range_to_what_leads_to_it() {
        assert_eq!(affected_of(&[2], &[], &[], &[4]), [2, 3]);
        assert_eq!(affected_of(&[2], &[], &[], &[4, 5]), [2, 3]);
        assert_eq!(affected_of(&[0], &[], &[], &[6]), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn several_introductions_have_one_fix() {
        assert_eq!(affected_of(&[3, 5], &[6], &[], &[]), [3, 4, 5]);
        assert_eq!(affected_of(&[3], &[3], &[], &[]), [0u8; 0]);
    }
}
