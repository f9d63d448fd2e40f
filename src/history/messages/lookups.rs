//! What the messages of a history say, found by its commits and the other way round.

use rustc_hash::FxHashMap;

use super::pages::Pages;
use super::texts::{Key, List, Texts};
use crate::history::words::{Word, words};
use crate::history::{Commit, Node};
use crate::model::CommitPrefix;

/// The number of a commit that has no place in a history.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What the messages of a history say, found by its commits and the other way round.
///
/// Beside the parts it has 4 bytes a commit for each way between the history and its
/// parts, and none where one part is the whole history; and what was asked of, decoded.
#[derive(Default)]
pub(crate) struct Messages {
    pub(super) parts: Vec<PartTexts>,
    /// The numbers that the history's commits have, over all parts; none where one
    /// part is the history.
    pub(super) numbers: Option<Vec<u32>>,
    pub(super) pages: Pages,
}

/// What the messages of a part say, and where its commits are in the history.
pub(super) struct PartTexts {
    pub(super) texts: Texts,
    /// The number of its first commit over all parts.
    pub(super) first: u32,
    /// The node of each, or [`NOWHERE`], which has it also where another part has the
    /// commit and counts; none where they are the same numbers.
    pub(super) nodes: Option<Vec<u32>>,
    /// The numbers of those that are no commits of the history, and no merges.
    pub(super) absent: Vec<u32>,
}

impl PartTexts {
    fn node(&self, number: u32) -> Option<Node> {
        let node = match &self.nodes {
            Some(nodes) => *nodes.get(number as usize)?,
            None => number,
        };
        (node != NOWHERE).then_some(Node::numbered(node))
    }
}

impl Messages {
    /// What is known of a commit.
    pub(crate) fn commit(&self, node: Node) -> &Commit {
        self.pages.get(node.index(), || {
            let number = match &self.numbers {
                Some(numbers) => *numbers.get(node.index())?,
                None => u32::try_from(node.index()).ok()?,
            };
            let part = self.parts.partition_point(|part| part.first <= number);
            let part = self.parts.get(part.checked_sub(1)?)?;
            part.texts.commit(number - part.first)
        })
    }

    /// The commits of a list, in their order.
    pub(crate) fn list(&self, list: List) -> Vec<Node> {
        self.nodes(|texts| texts.list(list).collect())
    }

    /// The commits that a key and a value lead to, in their order.
    pub(crate) fn of(&self, key: Key, value: u32) -> Vec<Node> {
        self.nodes(|texts| texts.of(key, value).collect())
    }

    fn nodes(&self, find: impl Fn(&Texts) -> Vec<u32>) -> Vec<Node> {
        let of_part = |part: &PartTexts| -> Vec<Node> {
            find(&part.texts).into_iter().filter_map(|number| part.node(number)).collect()
        };
        let mut nodes: Vec<Node> = self.parts.iter().flat_map(of_part).collect();
        nodes.sort_unstable();
        nodes
    }

    /// The commits that say that they copy one whose hash this may abbreviate, with
    /// the hash that each names; in their order.
    pub(crate) fn copying(&self, original: &CommitPrefix) -> Vec<(Node, CommitPrefix)> {
        let of_part = |part: &PartTexts| -> Vec<(Node, CommitPrefix)> {
            let found = part.texts.copying(original);
            found.filter_map(|(named, number)| Some((part.node(number)?, named))).collect()
        };
        let mut found: Vec<(Node, CommitPrefix)> = self.parts.iter().flat_map(of_part).collect();
        found.sort_unstable();
        found
    }

    /// In how many subjects each word stands, merges left out, and how many
    /// subjects there are.
    pub(crate) fn subject_words(&self) -> (u32, FxHashMap<Word, u32>) {
        let mut counts: FxHashMap<Word, u32> = FxHashMap::default();
        let mut subjects = 0;
        for part in &self.parts {
            subjects += part.texts.plain;
            for (word, count) in part.texts.words() {
                *counts.entry(word).or_default() += count;
            }
            // What the part holds of other histories does not count.
            for commit in part.absent.iter().filter_map(|number| part.texts.commit(*number)) {
                subjects -= 1;
                for word in words(&commit.message.subject) {
                    counts.entry(word).and_modify(|count| *count -= 1);
                }
            }
        }
        counts.retain(|_, count| *count > 0);
        (subjects, counts)
    }
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Messages").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}
