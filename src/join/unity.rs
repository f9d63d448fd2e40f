//! Whether what a named merge brought is one work, so that the merge stands for
//! all of it. A private fork and a pull request are; branches that are merged
//! back, and maintainers' "Cherry-picks for 1.0.1", bring works of many.
//!
//! As long as every merge stood for all that it brought, one advisory of a real project came out
//! with 44 lines of "Fixed by" and 137 FIX references.

use std::collections::{BTreeMap, BTreeSet};

use super::index::{Index, Resolved};
use super::pattern::Pattern;
use super::weights;
use crate::history::message::{MergeKind, subject};
use crate::history::{Changes, CommitSet, History, Node};

/// Subjects of merges that say that they bring several works.
static SEVERAL: Pattern = Pattern::new(
    r"(?i)\b(?:cherry[ -]?picks|back-?ports|roll-?up|merge queue|batch of|various|multiple (?:fixes|backports))\b",
);

/// Whether the subject of a merge says that it brings several works.
pub(super) fn says_several(subject: &str) -> bool {
    SEVERAL.is_match(subject)
}

/// Why a merge is several works, in words that go on from "it"; none where it
/// is one.
pub(super) fn several_works(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    merge: Node,
    brought: &CommitSet,
) -> Option<String> {
    let graph = &history.graph;
    let members: Vec<Node> = brought.iter().filter(|node| !graph.is_merge(*node)).collect();
    let kind = &history.commit(merge).message.merge;
    if members.len() < 2 || kind.is_private_fork() {
        return None;
    }
    if members.len() > weights::MAX_MEMBERS {
        return Some(format!("brings in {} commits", members.len()));
    }
    let of_request = |node: Node| {
        let kind = &history.commit(node).message.merge;
        graph.is_merge(node) && (kind.is_private_fork() || *kind == MergeKind::PullRequest)
    };
    if let Some(inner) = brought.iter().find(|node| of_request(*node)) {
        return Some(format!("brings in other merges, as {}", graph.id(inner).short()));
    }
    let request = *kind == MergeKind::PullRequest || !history.commit(merge).message.pull_requests.is_empty();
    if !request && let Some(tag) = shipped_before(history, merge, &members) {
        return Some(format!("merges a branch back of which {tag} shipped"));
    }
    let origins = origins(history, index, merge, &members);
    if origins.len() > 1 {
        return Some(format!("brings in copies of commits that came in {} ways elsewhere", origins.len()));
    }
    let subject = &history.commit(merge).message.subject;
    let says_several = says_several(subject);
    // Of two or three commits of a pull request nobody says that they are many works.
    if !says_several && request && members.len() <= 3 {
        return None;
    }
    let authors: BTreeSet<&str> = members.iter().map(|node| &*history.commit(*node).author).collect();
    let one = !says_several && authors.len() == 1 || are_connected(history, changes, &members);
    (!one).then(|| format!("brings in {} commits that have nothing in common", members.len()))
}

/// A release that has the first of some commits, and not their merge.
fn shipped_before(history: &History, merge: Node, members: &[Node]) -> Option<String> {
    let (with, with_merge) = (history.graph.descendants(*members.first()?), history.graph.descendants(merge));
    let shipped = history
        .releases
        .all()
        .iter()
        .find(|release| with.contains(release.commit) && !with_merge.contains(release.commit));
    shipped.map(|release| release.tag.to_string())
}

/// By how many ways the originals of commits came in elsewhere: by merges, by
/// numbers of pull requests, or in rows of commits.
fn origins(history: &History, index: &Index<'_>, merge: Node, members: &[Node]) -> BTreeSet<Node> {
    let graph = &history.graph;
    let within = graph.descendants(merge);
    let mut originals: Vec<Node> = Vec::new();
    for member in members {
        let facts = history.commit(*member);
        let named = facts.message.origins.iter().find_map(|origin| match index.resolve(&origin.commit) {
            Resolved::Commit(node) => Some(node),
            _ => None,
        });
        let twin = || {
            let mut twins = index.of_subject(subject::key(&facts.message.subject));
            let is_twin = |node: &Node| *node < *member && !members.contains(node) && !within.contains(*node);
            twins.find(|node| is_twin(node) && history.commit(*node).author == facts.author)
        };
        originals.extend(named.or_else(twin));
    }
    let mut by_number: BTreeMap<u64, Node> = BTreeMap::new();
    let mut ways = BTreeSet::new();
    for original in &originals {
        let number = history.commit(*original).message.pull_requests.first();
        let merged = index.merge_of(history, *original);
        let mut row = *original;
        while let Some(parent) = graph.parents(row).first().filter(|parent| originals.contains(parent)) {
            row = *parent;
        }
        ways.insert(match (merged, number) {
            (Some(merge), _) => merge,
            (None, Some(number)) => *by_number.entry(*number).or_insert(*original),
            (None, None) => row,
        });
    }
    ways
}

/// Whether the files that commits change tie them to each other.
fn are_connected(history: &History, changes: &dyn Changes, members: &[Node]) -> bool {
    let ids: Vec<_> = members.iter().map(|node| history.graph.id(*node)).collect();
    let read = changes.changes(&ids);
    let paths: Vec<BTreeSet<&str>> = read
        .iter()
        .flatten()
        .filter(|change| !change.is_unshipped())
        .map(|change| change.paths.iter().map(String::as_str).collect())
        .collect();
    let mut open: Vec<&BTreeSet<&str>> = paths.iter().collect();
    let Some(first) = open.pop() else { return true };
    let mut reached: BTreeSet<&str> = first.clone();
    while let Some(at) = open.iter().position(|paths| !paths.is_disjoint(&reached)) {
        reached.extend(open.swap_remove(at));
    }
    open.is_empty()
}
