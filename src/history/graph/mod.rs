//! The commit graph, held once and in topological order.

mod containment;
mod order;
mod points;
mod set;

use rustc_hash::FxHashMap;

use crate::model::{CommitId, CommitPrefix};

pub use containment::Containment;
pub(crate) use containment::FOLLOWED;
pub(crate) use order::{Numbered, OUTSIDE, Unordered, places_by_id};
pub use points::PointSet;
pub use set::CommitSet;

/// A commit's place in a [`Graph`]. Parents have lower numbers than their children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// The node of a number.
    pub(crate) const fn numbered(number: u32) -> Self {
        Self(number)
    }

    /// The place as an index.
    #[inline]
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All commits of a repository with their parents and dates: 40 bytes for a commit
/// with one parent (its hash 20, its date 8, and 4 each for a parent, where its
/// parents begin, and its place by hash).
///
/// Nodes are numbered by generation (git's corrected commit date), so that
/// every parent comes before its children, wherever the commits were read from:
/// a question about ancestors is one pass over the numbers, whatever the number
/// of commits that are asked about.
#[derive(Debug, Default)]
pub struct Graph {
    ids: Vec<CommitId>,
    /// Where the parents of each node begin in `parents`; one more entry than nodes.
    starts: Vec<u32>,
    parents: Vec<Node>,
    /// When each was committed, in seconds since 1970.
    times: Vec<i64>,
    /// Nodes in the order of their hashes.
    by_id: Vec<Node>,
    /// Nodes without children.
    tips: Vec<Node>,
}

impl Graph {
    /// The graph of commits without dates in any order, each with its parents.
    ///
    /// # Errors
    /// The first parent that is not among the commits, or a commit that
    /// descends from itself.
    pub fn new(commits: &[(CommitId, Vec<CommitId>)]) -> Result<Self, CommitId> {
        let places: FxHashMap<CommitId, u32> = commits.iter().map(|(id, _)| *id).zip(0..).collect();
        let mut unordered = Unordered { starts: vec![0], ..Unordered::default() };
        for (id, parents) in commits {
            unordered.ids.push(*id);
            unordered.times.push(0);
            for parent in parents {
                unordered.parents.push(*places.get(parent).ok_or(*parent)?);
            }
            unordered.starts.push(u32::try_from(unordered.parents.len()).unwrap_or(u32::MAX));
        }
        let first = commits.first().map_or(CommitId::from_bytes([0; 20]), |(id, _)| *id);
        Self::ordered(unordered).ok_or(first)
    }

    /// The graph of commits that were read in any order. None where a commit descends from
    /// itself.
    pub(crate) fn ordered(commits: Unordered) -> Option<Self> {
        let Numbered { ids, times, starts, parents, by_id, .. } = commits.number(&[])?;
        Some(Self::numbered(ids, times, starts, parents, by_id))
    }

    /// The graph of commits in the order of [`Numbered`]: what the fields hold.
    pub(crate) fn numbered(
        ids: Vec<CommitId>,
        times: Vec<i64>,
        starts: Vec<u32>,
        parents: Vec<u32>,
        by_id: Vec<u32>,
    ) -> Self {
        let nodes = |numbers: Vec<u32>| numbers.into_iter().map(Node).collect();
        let (parents, by_id) = (nodes(parents), nodes(by_id));
        let mut graph = Self { ids, starts, parents, times, by_id, tips: Vec::new() };
        graph.find_tips();
        graph
    }

    fn find_tips(&mut self) {
        let mut is_parent = CommitSet::empty(self.len());
        for parent in &self.parents {
            is_parent.insert(*parent);
        }
        self.tips = self.nodes().filter(|node| !is_parent.contains(*node)).collect();
    }

    /// The commits that have no children, the oldest first: every history leads
    /// to one of them.
    #[must_use]
    pub fn tips(&self) -> &[Node] {
        &self.tips
    }

    /// How many commits there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no commit.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Every commit, parents before children.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node> + use<> {
        (0..u32::try_from(self.ids.len()).unwrap_or(u32::MAX)).map(Node)
    }

    /// The hash of a commit.
    #[must_use]
    pub fn id(&self, node: Node) -> CommitId {
        self.ids.get(node.index()).copied().unwrap_or(CommitId::from_bytes([0; 20]))
    }

    /// When a commit was committed, in seconds since 1970.
    #[must_use]
    pub fn time(&self, node: Node) -> i64 {
        self.times.get(node.index()).copied().unwrap_or(0)
    }

    /// The commit of a hash.
    #[must_use]
    pub fn find(&self, id: &CommitId) -> Option<Node> {
        self.by_id.binary_search_by_key(id, |node| self.id(*node)).ok().and_then(|at| self.by_id.get(at).copied())
    }

    /// The commits that an abbreviated hash may mean.
    #[must_use]
    pub fn find_prefix(&self, prefix: &CommitPrefix) -> Vec<Node> {
        let start = self.by_id.partition_point(|node| self.id(*node) < prefix.lowest());
        let rest = self.by_id.get(start..).unwrap_or_default();
        rest.iter().copied().take_while(|node| prefix.matches(&self.id(*node))).collect()
    }

    /// The parents of a commit, the first first.
    #[inline]
    #[must_use]
    pub fn parents(&self, node: Node) -> &[Node] {
        let bounds = (self.starts.get(node.index()), self.starts.get(node.index() + 1));
        match bounds {
            (Some(from), Some(to)) => self.parents.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a commit has more than one parent.
    #[must_use]
    pub fn is_merge(&self, node: Node) -> bool {
        self.parents(node).len() > 1
    }

    /// The roots that lead to some commits, in order.
    #[must_use]
    pub fn roots_of(&self, commits: &[Node]) -> Vec<Node> {
        let reach = self.ancestors(commits);
        reach.iter().filter(|node| self.parents(*node).is_empty()).collect()
    }

    /// These commits and everything that they descend from, in one pass: to look at each
    /// number takes a third of what it takes to follow parents as they come.
    #[must_use]
    pub fn ancestors(&self, of: &[Node]) -> CommitSet {
        let mut set = CommitSet::empty(self.len());
        for node in of {
            set.insert(*node);
        }
        let last = of.iter().map(|node| node.0 + 1).max().unwrap_or(0);
        for node in (0..last).rev().map(Node) {
            if set.contains(node) {
                for parent in self.parents(node) {
                    set.insert(*parent);
                }
            }
        }
        set
    }

    /// What some commits descend from, themselves included, and others do not. It takes
    /// as long as the two histories are apart, whatever they have in common.
    #[must_use]
    pub(crate) fn between(&self, tips: &[Node], bases: &[Node]) -> CommitSet {
        let mut between = CommitSet::empty(self.len());
        self.each_between(tips, bases, &mut |node| between.insert(node));
        between
    }

    /// How many commits one descends from, itself included, and another does not; none
    /// where these are more than `most`, which takes no longer than to count so many.
    #[must_use]
    pub(crate) fn distance(&self, tip: Node, base: Node, most: usize) -> Option<usize> {
        let mut count = 0;
        self.each_between(&[tip], &[base], &mut |_| {
            count += 1;
            count <= most
        });
        (count <= most).then_some(count)
    }

    /// Calls back with each commit between, until told to stop.
    fn each_between(&self, tips: &[Node], bases: &[Node], take: &mut dyn FnMut(Node) -> bool) {
        let (mut ours, mut theirs) = (CommitSet::empty(self.len()), CommitSet::empty(self.len()));
        for base in bases {
            theirs.insert(*base);
        }
        // How many of those that wait are ours alone: where none is, nothing follows.
        let mut open = 0;
        for tip in tips {
            open += usize::from(!theirs.contains(*tip) && ours.insert(*tip));
        }
        // Children come first: whatever leads to a commit is known when it is reached.
        // To look at each number on the way costs less than to keep those that wait in order.
        let last = tips.iter().chain(bases).map(|node| node.0 + 1).max().unwrap_or(0);
        for node in (0..last).rev().map(Node) {
            if open == 0 {
                break;
            }
            if theirs.contains(node) {
                for parent in self.parents(node).iter().copied() {
                    let is_new = theirs.insert(parent);
                    open -= usize::from(is_new && ours.contains(parent));
                }
            } else if ours.contains(node) {
                if !take(node) {
                    break;
                }
                open -= 1;
                for parent in self.parents(node).iter().copied() {
                    let is_new = !theirs.contains(parent) && ours.insert(parent);
                    open += usize::from(is_new);
                }
            }
        }
    }

    /// This commit and everything that descends from it, in one pass.
    #[must_use]
    pub fn descendants(&self, of: Node) -> CommitSet {
        let mut set = CommitSet::empty(self.len());
        set.insert(of);
        for node in (of.0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(Node) {
            if self.parents(node).iter().any(|parent| set.contains(*parent)) {
                set.insert(node);
            }
        }
        set
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The made-up hash of a number.
    pub(crate) fn commit(number: u8) -> CommitId {
        CommitId::from_bytes([number; 20])
    }

    /// The graph of (commit, parents), by number.
    pub(crate) fn graph(commits: &[(u8, &[u8])]) -> Graph {
        let commits: Vec<_> = commits
            .iter()
            .map(|(id, parents)| (commit(*id), parents.iter().map(|parent| commit(*parent)).collect()))
            .collect();
        Graph::new(&commits).unwrap()
    }

    /// The graph of (commit, time, parents), by number.
    pub(crate) fn dated(commits: &[(u8, i64, Vec<u8>)]) -> Graph {
        let mut unordered = Unordered { starts: vec![0], ..Unordered::default() };
        for (id, time, parents) in commits {
            unordered.ids.push(commit(*id));
            unordered.times.push(*time);
            let place = |parent: &u8| commits.iter().position(|(id, ..)| id == parent).unwrap();
            unordered.parents.extend(parents.iter().map(|parent| u32::try_from(place(parent)).unwrap()));
            unordered.starts.push(u32::try_from(unordered.parents.len()).unwrap());
        }
        Graph::ordered(unordered).unwrap()
    }

    #[test]
    fn parents_come_before_children_whatever_the_order() {
        let graph = graph(&[(4, &[2, 3]), (3, &[1]), (1, &[]), (2, &[1])]);
        for node in graph.nodes() {
            assert!(graph.parents(node).iter().all(|parent| *parent < node));
        }
        let ids = |set: &CommitSet| set.iter().map(|node| graph.id(node).as_bytes()[0]).collect::<Vec<_>>();
        let node = |number| graph.find(&commit(number)).unwrap();
        assert_eq!(graph.parents(node(4)), [node(2), node(3)]);
        let mut of_three = ids(&graph.ancestors(&[node(3)]));
        of_three.sort_unstable();
        assert_eq!(of_three, [1, 3]);
        let mut from_two = ids(&graph.descendants(node(2)));
        from_two.sort_unstable();
        assert_eq!(from_two, [2, 4]);
    }

    proptest::proptest! {
        #[test]
        fn between_is_what_the_one_has_and_the_other_has_not(
            parents in proptest::collection::vec((0..40usize, 0..40usize), 1..40),
            picked in proptest::collection::vec(0..40usize, 4),
        ) {
            let commits: Vec<(u8, Vec<u8>)> = parents
                .iter()
                .zip(0u8..)
                .map(|((a, b), own)| {
                    let of = [*a, *b].map(|parent| u8::try_from(parent).unwrap());
                    (own, of.into_iter().filter(|parent| *parent < own).collect::<std::collections::BTreeSet<_>>().into_iter().collect())
                })
                .collect();
            let commits: Vec<(u8, &[u8])> = commits.iter().map(|(own, parents)| (*own, parents.as_slice())).collect();
            let graph = graph(&commits);
            let picked: Vec<Node> =
                picked.iter().filter_map(|at| graph.nodes().nth(*at % graph.len())).collect();
            for (tips, bases) in [(&picked[..1], &picked[1..2]), (&picked[..2], &picked[2..]), (&picked[..], &[][..])] {
                let expected = graph.ancestors(tips).without(&graph.ancestors(bases));
                if let ([tip], [base]) = (tips, bases) {
                    let count = expected.len();
                    proptest::prop_assert_eq!(graph.distance(*tip, *base, count), Some(count));
                    let fewer = count.checked_sub(1).and_then(|fewer| graph.distance(*tip, *base, fewer));
                    proptest::prop_assert_eq!(fewer, None);
                }
                proptest::prop_assert_eq!(graph.between(tips, bases), expected);
            }
        }
    }

    #[test]
    fn a_missing_parent_is_named() {
        let commits = [(commit(1), vec![commit(9)])];
        assert_eq!(Graph::new(&commits).unwrap_err(), commit(9));
    }

    #[test]
    fn an_abbreviated_hash_finds_all_it_may_mean() {
        let graph = graph(&[(0x11, &[]), (0x12, &[0x11]), (0xff, &[])]);
        assert_eq!(graph.find_prefix(&"1212121".parse().unwrap()).len(), 1);
        assert_eq!(graph.find_prefix(&"1313131".parse().unwrap()).len(), 0);
        assert_eq!(graph.find_prefix(&"fffffff".parse().unwrap()).len(), 1);
    }

    #[test]
    fn sets_count_what_the_other_lacks() {
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2])]);
        let all = graph.ancestors(&[graph.find(&commit(3)).unwrap()]);
        let first = graph.ancestors(&[graph.find(&commit(1)).unwrap()]);
        assert_eq!((all.len(), first.len(), first.without(&all).len()), (3, 1, 0));
        assert_eq!(all.without(&first).len(), 2);
    }
}
