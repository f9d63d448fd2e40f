//! Sets of commits.

use super::{Node, PointSet};

/// A set of commits of one graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitSet(PointSet);

impl CommitSet {
    /// The empty set for a graph of this many commits.
    #[must_use]
    pub fn empty(commits: usize) -> Self {
        Self(PointSet::empty(commits))
    }

    /// Adds a commit; whether it was new.
    #[inline]
    pub fn insert(&mut self, node: Node) -> bool {
        self.0.insert(node.index())
    }

    /// Whether the commit is in the set.
    #[inline]
    #[must_use]
    pub fn contains(&self, node: Node) -> bool {
        self.0.contains(node.index())
    }

    /// How many commits are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no commit is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The commits of this set that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.0.subtract(&other.0);
        rest
    }

    /// The commits of both sets.
    pub fn union_with(&mut self, other: &Self) {
        self.0.union_with(&other.0);
    }

    /// The commits, parents before children.
    pub fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        self.0.iter().filter_map(|at| u32::try_from(at).ok().map(Node))
    }
}
