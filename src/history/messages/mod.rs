//! The index of a repository's messages: what a commit says never changes, so it is
//! read once, and kept in the cache folder.
//!
//! The index has parts. Each has the commits that one run read, with their parents
//! ([`Commits`]) and what their messages say ([`Texts`]), and is never changed; a run
//! that meets new commits adds a part, and puts small parts together with it
//! ([`folder`]). A history is composed of the parts ([`compose`]): it has those
//! commits that the tips of today lead to. What the index holds of others is not
//! looked at, and what it does not hold is read from git ([`read`]).
//!
//! Without a cache folder the same parts are made and not kept, so that there is one
//! way to an answer.

mod bytes;
mod commits;
mod compose;
mod folder;
mod pages;
mod read;
mod record;
mod section;
#[cfg(test)]
mod tests;
mod texts;

use rustc_hash::FxHashMap;

use super::load::Commit;
use super::words::Word;
use super::{Error, Graph, Node, Repository};
use crate::model::{CommitId, CommitPrefix};
use commits::Commits;
use pages::Pages;
use read::Fresh;
use texts::Texts;
pub(crate) use texts::{Key, List, origin_hash, subject_hash};

/// A part of the index: some commits, and what their messages say.
#[derive(Default)]
pub(crate) struct Part {
    commits: Commits,
    texts: Texts,
}

/// The number of a commit that has no place in a history.
const NOWHERE: u32 = u32::MAX;

/// What the messages of a history say, found by its commits and the other way round.
///
/// Beside the parts it has 4 bytes a commit for each way between the history and its
/// parts, and none where one part is the whole history; and what was asked of, decoded.
#[derive(Default)]
pub(crate) struct Messages {
    parts: Vec<PartTexts>,
    /// The numbers that the history's commits have, over all parts; none where one
    /// part is the history.
    numbers: Option<Vec<u32>>,
    pages: Pages,
}

/// What the messages of a part say, and where its commits are in the history.
struct PartTexts {
    texts: Texts,
    /// The number of its first commit over all parts.
    first: u32,
    /// The node of each, or [`NOWHERE`], which has it also where another part has the
    /// commit and counts; none where they are the same numbers.
    nodes: Option<Vec<u32>>,
    /// The numbers of those that are no commits of the history, and no merges.
    absent: Vec<u32>,
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

/// The commits of a repository that are known before its tips are: those of the index,
/// and where there is none and the repository is large, those of its packs. Who knows
/// them need not look tags up in packs.
pub(crate) struct Known {
    parts: Vec<Part>,
    fresh: Fresh,
}

impl Known {
    /// What the index holds that a repository's folder keeps.
    pub(crate) fn kept(repository: &Repository) -> Self {
        let mut parts = repository.kept_messages().map(folder::read).unwrap_or_default();
        drop_open(&mut parts);
        Self { parts, fresh: Fresh::default() }
    }

    /// The same, or the commits of all packs.
    pub(crate) fn read(repository: &Repository) -> Self {
        let mut known = Self::kept(repository);
        if known.parts.is_empty() && repository.objects.packed() > MANY_OBJECTS {
            known.fresh.read_packs(repository, &[]);
        }
        known
    }

    /// Whether a commit is known.
    pub(crate) fn has(&self, id: &CommitId) -> bool {
        has(&self.parts, id) || self.fresh.has(id)
    }

    /// The history of the commits that tips lead to.
    pub(crate) fn history(self, repository: &Repository, tips: &[CommitId]) -> Result<(Graph, Messages), Error> {
        let Self { mut parts, fresh } = self;
        if let Some(fresh) = fresh.complete(repository, tips, &parts)? {
            let part = match repository.kept_messages() {
                Some(folder) => folder::grow(folder, fresh, &mut parts),
                None => fresh,
            };
            parts.push(part);
        }
        compose::history(parts, tips, repository.limits().commits)
    }

    /// The graph of what tips lead to, if all of it is known.
    pub(crate) fn graph(self, repository: &Repository, tips: &[CommitId]) -> Option<Graph> {
        let all = !self.parts.is_empty() && tips.iter().all(|tip| has(&self.parts, tip));
        let composed = all.then(|| compose::history(self.parts, tips, repository.limits().commits));
        composed?.ok().map(|(graph, _)| graph)
    }
}

/// In a repository of so many objects a page for each tag is more than all commits.
const MANY_OBJECTS: u64 = 200_000;

fn has(parts: &[Part], id: &CommitId) -> bool {
    parts.iter().any(|part| part.commits.find(id).is_some())
}

/// Drops parts that lean on commits that no part has: another process put its
/// neighbours together while this one read them, or somebody deleted one.
fn drop_open(parts: &mut Vec<Part>) {
    loop {
        let held = |part: &Part| part.commits.outside.iter().all(|id| has(parts, id));
        let closed: Vec<bool> = parts.iter().map(held).collect();
        if closed.iter().all(|closed| *closed) {
            return;
        }
        let mut closed = closed.into_iter();
        parts.retain(|_| closed.next().unwrap_or(false));
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
                for word in super::words::words(&commit.message.subject) {
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
