//! Sets of commits as bits.

use super::Node;

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
        super::points::ones(&self.words).filter_map(|at| u32::try_from(at).ok().map(Node))
    }
}
