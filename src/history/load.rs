//! A repository's history: its graph, its releases, and what its messages say.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::messages::{Known, List, Messages};
use super::objects::{header, seconds};
use super::{Error, Graph, Node, Releases, Repository, TagRules, Touch, Touches, message, walk};
use crate::limits;
use crate::model::{AdvisoryId, CommitId};

/// What is known of a commit beside its place in the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// When it was written, in seconds since 1970: a copy keeps that of its original.
    pub author_time: i64,
    /// Its author's name, as written.
    pub author: Box<str>,
    /// What its message says.
    pub message: message::MessageFacts,
}

/// A repository's history, or that of one of its packages: what `join` and
/// `ledger` work on.
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
        let known = Known::read(repository);
        let mut tips = repository.tips(&|id| known.has(id))?;
        tips.extend(also);
        let (graph, messages) = known.history(repository, &tips)?;
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
    pub fn merges_fork_of(&self, id: &AdvisoryId) -> bool {
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

/// What is known of a commit, from the bytes of its object.
pub(super) fn read_commit(bytes: &[u8]) -> Commit {
    let value = |key: &[u8]| header(bytes).find_map(|line| line.strip_prefix(key));
    let message_at = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 2);
    let text = bytes.get(message_at..).unwrap_or_default();
    let latin = value(b"encoding ").is_some_and(|encoding| {
        [b"ISO-8859-1".as_slice(), b"latin1", b"iso8859-1", b"windows-1252"]
            .iter()
            .any(|name| encoding.eq_ignore_ascii_case(name))
    });
    let text = if latin {
        text.iter().map(|byte| char::from(*byte)).collect::<String>().into()
    } else {
        // Old histories hold bytes of any encoding without saying which; ids
        // and hashes are ASCII in all of them.
        String::from_utf8_lossy(text)
    };
    let author = value(b"author ").map(String::from_utf8_lossy).unwrap_or_default();
    let author_time = value(b"author ").map_or(0, seconds);
    let author = author.split('<').next().unwrap_or_default().trim();
    let author = author.get(..author.floor_char_boundary(limits::AUTHOR)).unwrap_or(author);
    Commit { author_time, author: author.into(), message: message::scan(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Commit {
        read_commit(bytes)
    }

    #[test]
    fn a_message_of_any_encoding_is_read() {
        let head =
            b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor J\xf6rg <j@x> 5 +0000\ncommitter J <j@x> 7 +0200\n";
        let latin = [head.as_slice(), b"encoding ISO-8859-1\n\nFix Stra\xdfe, CVE-2024-12345\n"].concat();
        let commit = read(&latin);
        assert_eq!(&*commit.message.subject, "Fix Straße, CVE-2024-12345");
        assert_eq!(commit.author_time, 5);
        let bytes = [head.as_slice(), b"\nFix \xff\xfe CVE-2024-12345"].concat();
        assert_eq!(read(&bytes).message.mentions.len(), 1);
        assert_eq!(&*read(b"").message.subject, "");
    }

    #[test]
    fn little_is_kept_of_a_subject_or_an_author_without_end() {
        let text = format!("tree x\nauthor {} <a@b> 5 +0000\n\n{}", "é".repeat(100_000), "ß ".repeat(100_000));
        let commit = read(text.as_bytes());
        assert!(commit.author.len() <= limits::AUTHOR && commit.author.starts_with("éé"));
        assert!(commit.message.subject.len() <= limits::SUBJECT && commit.message.subject.starts_with("ß ß"));
        assert_eq!(commit.author_time, 5);
    }
}
