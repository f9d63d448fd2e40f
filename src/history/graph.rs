//! The commit graph, held once and in topological order.

use rustc_hash::FxHashMap;

use crate::model::{CommitId, CommitPrefix};

/// A commit's place in a [`Graph`]. Parents have lower numbers than their children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// The place as an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All commits of a repository with their parents.
///
/// Nodes are numbered so that every parent comes before its children: a
/// question about ancestors is one pass over the numbers, whatever the number
/// of commits that are asked about.
#[derive(Debug, Default)]
pub struct Graph {
    ids: Vec<CommitId>,
    /// Where the parents of each node begin in `parents`; one more entry than nodes.
    starts: Vec<u32>,
    parents: Vec<Node>,
    nodes: FxHashMap<CommitId, Node>,
    /// Nodes in the order of their hashes, to find abbreviated ones.
    by_id: Vec<Node>,
}

/// A set of commits of one graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSet {
    words: Vec<u64>,
}

impl CommitSet {
    /// The empty set for a graph of this many commits.
    #[must_use]
    pub fn empty(commits: usize) -> Self {
        Self { words: vec![0; commits.div_ceil(64)] }
    }

    /// Adds a commit; whether it was new.
    pub fn insert(&mut self, node: Node) -> bool {
        let bit = 1u64 << (node.0 % 64);
        match self.words.get_mut(node.index() / 64) {
            Some(word) if *word & bit == 0 => {
                *word |= bit;
                true
            }
            _ => false,
        }
    }

    /// Whether the commit is in the set.
    #[must_use]
    pub fn contains(&self, node: Node) -> bool {
        self.words.get(node.index() / 64).is_some_and(|word| word & (1 << (node.0 % 64)) != 0)
    }

    /// How many commits are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether no commit is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many commits of this set are not in the other.
    #[must_use]
    pub fn len_without(&self, other: &Self) -> usize {
        let pairs = self.words.iter().zip(&other.words);
        pairs.map(|(ours, theirs)| (ours & !theirs).count_ones() as usize).sum()
    }

    /// The commits of this set that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(ours, theirs)| ours & !theirs).collect() }
    }

    /// The commits of both sets.
    pub fn union_with(&mut self, other: &Self) {
        for (ours, theirs) in self.words.iter_mut().zip(&other.words) {
            *ours |= theirs;
        }
    }

    /// The commits, parents before children.
    pub fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        self.words.iter().zip(0u32..).flat_map(|(word, at)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros();
                    rest &= rest - 1;
                    Node(at * 64 + bit)
                })
            })
        })
    }
}

impl Graph {
    /// Builds the graph of commits in any order, each with its parents.
    ///
    /// # Errors
    /// The first parent that is not among the commits.
    pub fn new(commits: &[(CommitId, Vec<CommitId>)]) -> Result<(Self, Vec<usize>), CommitId> {
        let order = parents_first(commits)?;
        let mut graph = Self { starts: vec![0], ..Self::default() };
        for at in &order {
            let Some((id, parents)) = commits.get(*at) else { continue };
            let node = Node(u32::try_from(graph.ids.len()).unwrap_or(u32::MAX));
            for parent in parents {
                if let Some(known) = graph.nodes.get(parent) {
                    graph.parents.push(*known);
                }
            }
            graph.starts.push(u32::try_from(graph.parents.len()).unwrap_or(u32::MAX));
            graph.ids.push(*id);
            graph.nodes.insert(*id, node);
        }
        graph.by_id = graph.nodes().collect();
        let ids = &graph.ids;
        graph.by_id.sort_unstable_by_key(|node| ids.get(node.index()).copied());
        Ok((graph, order))
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

    /// The commit of a hash.
    #[must_use]
    pub fn find(&self, id: &CommitId) -> Option<Node> {
        self.nodes.get(id).copied()
    }

    /// The commits that an abbreviated hash may mean.
    #[must_use]
    pub fn find_prefix(&self, prefix: &CommitPrefix) -> Vec<Node> {
        let start = self.by_id.partition_point(|node| self.id(*node) < prefix.lowest());
        let rest = self.by_id.get(start..).unwrap_or_default();
        rest.iter().copied().take_while(|node| prefix.matches(&self.id(*node))).collect()
    }

    /// The parents of a commit, the first first.
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

    /// These commits and everything that they descend from.
    #[must_use]
    pub fn ancestors(&self, of: &[Node]) -> CommitSet {
        let mut set = CommitSet::empty(self.len());
        let mut waiting: Vec<Node> = of.iter().copied().filter(|node| set.insert(*node)).collect();
        while let Some(node) = waiting.pop() {
            waiting.extend(self.parents(node).iter().filter(|parent| set.insert(**parent)));
        }
        set
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

/// Which of some points (releases, say) contain which commits.
#[derive(Debug, Default)]
pub struct Containment {
    rows: FxHashMap<Node, CommitSet>,
}

impl Containment {
    /// Whether the point of this number contains the commit.
    #[must_use]
    pub fn contains(&self, point: usize, commit: Node) -> bool {
        let bit = u32::try_from(point).map_or(Node(u32::MAX), Node);
        self.rows.get(&commit).is_some_and(|row| row.contains(bit))
    }

    /// Whether some point contains the first commit and not the second.
    #[must_use]
    pub fn parts(&self, first: Node, second: Node) -> bool {
        match (self.rows.get(&first), self.rows.get(&second)) {
            (Some(first), Some(second)) => first.len_without(second) > 0,
            _ => false,
        }
    }
}

impl Graph {
    /// Which points contain which commits: one pass over the graph for every
    /// 64 commits, however many points there are.
    #[must_use]
    pub fn containment(&self, commits: &[Node], points: &[Node]) -> Containment {
        let mut distinct = commits.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let mut rows: FxHashMap<Node, CommitSet> =
            distinct.iter().map(|commit| (*commit, CommitSet::empty(points.len()))).collect();
        for chunk in distinct.chunks(64) {
            let mut masks = vec![0u64; self.len()];
            for (bit, commit) in chunk.iter().enumerate() {
                if let Some(mask) = masks.get_mut(commit.index()) {
                    *mask |= 1 << bit;
                }
            }
            for node in self.nodes() {
                let inherited = self
                    .parents(node)
                    .iter()
                    .filter_map(|parent| masks.get(parent.index()))
                    .fold(0, |all, mask| all | mask);
                if let Some(mask) = masks.get_mut(node.index()) {
                    *mask |= inherited;
                }
            }
            for (point, number) in points.iter().zip(0u32..) {
                let mask = masks.get(point.index()).copied().unwrap_or(0);
                for (bit, commit) in chunk.iter().enumerate() {
                    if let (true, Some(row)) = (mask & (1 << bit) != 0, rows.get_mut(commit)) {
                        row.insert(Node(number));
                    }
                }
            }
        }
        Containment { rows }
    }
}

/// The order in which every parent comes before its children.
fn parents_first(commits: &[(CommitId, Vec<CommitId>)]) -> Result<Vec<usize>, CommitId> {
    let places: FxHashMap<CommitId, usize> = commits.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut order = Vec::with_capacity(commits.len());
    let mut seen = vec![false; commits.len()];
    // Depth first without recursion: a history is as deep as it is long.
    for root in 0..commits.len() {
        let mut path = vec![(root, 0usize)];
        while let Some((at, next)) = path.pop() {
            if next == 0 && seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                continue;
            }
            let parents = commits.get(at).map(|(_, parents)| parents.as_slice()).unwrap_or_default();
            match parents.get(next) {
                None => order.push(at),
                Some(parent) => {
                    let place = *places.get(parent).ok_or(*parent)?;
                    path.push((at, next + 1));
                    path.push((place, 0));
                }
            }
        }
    }
    Ok(order)
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
        Graph::new(&commits).unwrap().0
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
        assert_eq!((all.len(), all.len_without(&first), first.len_without(&all)), (3, 2, 0));
        assert_eq!(all.without(&first).len(), 2);
    }
}
