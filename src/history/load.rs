//! A repository's history: its graph, its releases, and what its messages say.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::messages::{Known, List, Messages};
use super::{Commit, Error, Graph, Node, Releases, Repository, TagRules, Touch, Touches, walk};
use crate::model::{AdvisoryId, CommitId};

/// A repository's history, or that of one of its packages: what `join` and
/// `ledger` work on.
#[non_exhaustive]
pub struct History {
    /// All commits that a tag, a branch or `HEAD` leads to.
    pub graph: Arc<Graph>,
    /// Every tag, told apart by the tag rules.
    pub releases: Releases,
    messages: Arc<Messages>,
    /// Which commits are the package's; none where all are.
    touches: Option<Arc<dyn Touches>>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History").field("commits", &self.graph.len()).finish_non_exhaustive()
    }
}

impl History {
    /// Reads the whole history of a repository: what its index of messages does not
    /// have yet from git ([`Repository::keeping_messages`]).
    ///
    /// # Errors
    /// A commit is missing or the repository cannot be read.
    pub fn load(repository: &Repository, rules: &TagRules, also: &[CommitId]) -> Result<Self, Error> {
        let mut tips = repository.tips()?;
        tips.extend(also);
        let (graph, messages) = Known::kept(repository).history(repository, &tips)?;
        let releases = Releases::new(repository.tags()?, rules, &graph);
        Ok(Self { graph: Arc::new(graph), releases, messages: Arc::new(messages), touches: None })
    }

    /// The history of one package: its releases, and which commits are its own.
    /// The commits themselves are not read again.
    #[must_use]
    pub fn of_package(&self, releases: Releases, touches: Arc<dyn Touches>) -> Self {
        let (graph, messages) = (Arc::clone(&self.graph), Arc::clone(&self.messages));
        Self { graph, releases, messages, touches: Some(touches) }
    }

    /// The same commits with other releases.
    #[must_use]
    pub fn with(&self, releases: Releases) -> Self {
        let (graph, messages) = (Arc::clone(&self.graph), Arc::clone(&self.messages));
        Self { graph, releases, messages, touches: self.touches.clone() }
    }

    /// Whose commits these are, in their order.
    #[must_use]
    pub fn touch(&self, commits: &[Node]) -> Vec<Touch> {
        match &self.touches {
            Some(touches) => touches.touch(&commits.iter().map(|node| self.graph.id(*node)).collect::<Vec<_>>()),
            None => vec![Touch::Own; commits.len()],
        }
    }

    /// Those of some commits that change the package.
    #[must_use]
    pub fn own(&self, commits: impl IntoIterator<Item = Node>) -> Vec<Node> {
        self.within(commits, |touch| touch == Touch::Own)
    }

    /// Those of some commits that do not change other packages alone.
    #[must_use]
    pub fn not_of_others(&self, commits: impl IntoIterator<Item = Node>) -> Vec<Node> {
        self.within(commits, |touch| touch != Touch::Others)
    }

    fn within(&self, commits: impl IntoIterator<Item = Node>, keep: impl Fn(Touch) -> bool) -> Vec<Node> {
        let commits: Vec<Node> = commits.into_iter().collect();
        if self.touches.is_none() {
            return commits;
        }
        let touches = self.touch(&commits);
        commits.into_iter().zip(touches).filter(|(_, touch)| keep(*touch)).map(|(node, _)| node).collect()
    }

    /// A history whose commits say nothing.
    #[cfg(test)]
    pub(crate) fn silent(graph: Graph, releases: Releases) -> Self {
        Self { graph: Arc::new(graph), releases, messages: Arc::default(), touches: None }
    }

    /// What is known of a commit. Read from the index when it is first asked for.
    #[must_use]
    pub fn commit(&self, node: Node) -> &Commit {
        self.messages.commit(node)
    }

    /// The ids that commits name.
    #[must_use]
    pub fn named_ids(&self) -> BTreeSet<AdvisoryId> {
        let mut ids = BTreeSet::new();
        for message in self.messages.list(List::Naming).into_iter().map(|node| &self.commit(node).message) {
            ids.extend(message.mentions.iter().map(|mention| mention.id.clone()));
            ids.extend(message.merge.fork_of().cloned());
        }
        ids
    }

    /// Whether some commit is the merge of the private fork of an advisory.
    #[must_use]
    pub(crate) fn merges_fork_of(&self, id: &AdvisoryId) -> bool {
        let mut naming = self.messages.list(List::Naming).into_iter();
        naming.any(|node| self.commit(node).message.merge.fork_of() == Some(id))
    }

    /// Look-ups over all messages.
    pub(crate) fn messages(&self) -> &Messages {
        &self.messages
    }
}

/// A repository's commits and releases without what messages say.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outline {
    /// All commits that a tag, a branch or `HEAD` leads to.
    pub graph: Graph,
    /// Every tag, told apart by the tag rules.
    pub releases: Releases,
}

impl Outline {
    /// Reads the commit graph and the tags of a repository: from git's commit-graph
    /// file where there is one, else from the index of messages where it has every
    /// commit, else from the commits themselves.
    ///
    /// # Errors
    /// A commit is missing or the repository cannot be read.
    pub fn load(repository: &Repository, rules: &TagRules) -> Result<Self, Error> {
        let graph = walk::graph(repository)?;
        let releases = Releases::new(repository.tags()?, rules, &graph);
        Ok(Self { graph, releases })
    }
}
