//! Merges: what one brought in, and by which one a commit came in.

use super::{CommitSet, Graph, Node};

/// Answers questions about merges, as seen from one commit (a tag or a branch).
#[derive(Debug)]
pub(crate) struct MergeIndex<'g> {
    graph: &'g Graph,
    tip: Node,
}

impl<'g> MergeIndex<'g> {
    /// The merges that lead to a commit.
    #[must_use]
    pub(crate) const fn new(graph: &'g Graph, tip: Node) -> Self {
        Self { graph, tip }
    }

    /// The merge that brought a commit in: the innermost whose first parent
    /// lacks the commit, following the side that has it. None where the commit
    /// stands on the first-parent line itself, or is not reachable at all.
    ///
    /// With a pull request merged into `develop` and `develop` into `main`, it
    /// is the pull request's merge; a merge of `main` into the pull request's
    /// branch is not on the way.
    pub(crate) fn merge_with(&self, commit: Node, descendants: &CommitSet) -> Option<Node> {
        let mut tip = self.tip;
        let mut merge = None;
        if !descendants.contains(tip) {
            return None;
        }
        loop {
            let oldest = oldest_on_first_parents(self.graph, tip, descendants);
            if oldest == commit {
                return merge;
            }
            let side = self.graph.parents(oldest).iter().copied().find(|parent| descendants.contains(*parent));
            merge = Some(oldest);
            tip = side?;
        }
    }
}

/// Follows first parents as long as they have what `with` marks.
fn oldest_on_first_parents(graph: &Graph, tip: Node, with: &CommitSet) -> Node {
    let mut oldest = tip;
    while let Some(first) = graph.parents(oldest).first() {
        if !with.contains(*first) {
            break;
        }
        oldest = *first;
    }
    oldest
}

impl Graph {
    /// The commits that a merge brought in: those that its other parents have
    /// and its first parent has not. Empty for an ordinary commit.
    #[must_use]
    pub fn brought_by(&self, merge: Node) -> CommitSet {
        match self.parents(merge).split_first() {
            Some((first, others)) if !others.is_empty() => self.between(others, &[*first]),
            _ => CommitSet::empty(self.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::{commit, graph};
    use super::*;

    fn merge_of(merges: &MergeIndex<'_>, commit: Node) -> Option<Node> {
        merges.merge_with(commit, &merges.graph.descendants(commit))
    }

    #[test]
    fn a_merge_knows_what_it_brought() {
        // 1 ── 2 ── 5 ; 1 ── 3 ── 4 ── 5
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[3]), (5, &[2, 4])]);
        let node = |number| graph.find(&commit(number)).unwrap();
        let brought: Vec<_> = graph.brought_by(node(5)).iter().collect();
        assert_eq!(brought, [node(3), node(4)]);
        assert!(graph.brought_by(node(4)).is_empty());
        let merges = MergeIndex::new(&graph, node(5));
        assert_eq!(merge_of(&merges, node(3)), Some(node(5)));
        assert_eq!(merge_of(&merges, node(2)), None);
        assert_eq!(merge_of(&MergeIndex::new(&graph, node(2)), node(3)), None);
    }

    #[test]
    fn the_pull_request_is_found_behind_the_release_merge() {
        // develop: 1 2 5(merge of 4, from 2) 6; main: 1 7(merge of 6).
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[2]), (4, &[3]), (5, &[2, 4]), (6, &[5]), (7, &[1, 6])]);
        let node = |number| graph.find(&commit(number)).unwrap();
        let merges = MergeIndex::new(&graph, node(7));
        assert_eq!(merge_of(&merges, node(3)), Some(node(5)));
        assert_eq!(merge_of(&merges, node(6)), Some(node(7)));
    }

    #[test]
    fn a_merge_of_main_into_the_branch_is_not_on_the_way() {
        // main: 1 2 6(merge of 5); branch: 1 3 4(merge of 2) 5.
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[3, 2]), (5, &[4]), (6, &[2, 5])]);
        let node = |number| graph.find(&commit(number)).unwrap();
        let merges = MergeIndex::new(&graph, node(6));
        assert_eq!(merge_of(&merges, node(3)), Some(node(6)));
        assert_eq!(merge_of(&merges, node(2)), None);
    }
}
