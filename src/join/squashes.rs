//! Squashes: one commit on a line that is what a merge brought to another.
//!
//! A private fork is merged on one line and squashed on another, so that neither side has a commit
//! of the other's subject or patch: the merge is compared as a whole.
//! The record of aiohttp's CVE-2021-21330 names the merge on the main branch, and 3.7.4 has the
//! advisory's branch squashed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::alike::{is_fork, near, same_code};
use super::index::Index;
use super::link::Link;
use super::weights;
use crate::history::message::subject;
use crate::history::{Change, Changes, CommitSet, History, Node};
use crate::model::FixRole;
use crate::model::{CommitId, Evidence, EvidenceKind};

/// A linked commit and one that may be the same as a whole: of the two one is a
/// merge and one a squash. The advisory's place goes first.
type Pair = (usize, Node, Node);

/// Adds the squashes of linked merges, and the merges of what is linked as a
/// squash, where the two change the same. `alike`: the commits that have
/// something in common with each fix.
pub(super) fn add(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    all: &mut [BTreeMap<Node, Link>],
    alike: &BTreeMap<Node, Vec<Node>>,
) {
    let mut pairs: BTreeSet<Pair> = BTreeSet::new();
    for (at, links) in all.iter().enumerate() {
        let squashes = squashes(history, index, changes, links);
        let merges = merges(history, index, links, alike);
        pairs.extend(squashes.into_iter().chain(merges).map(|(known, other)| (at, known, other)));
    }
    let ids: BTreeSet<CommitId> =
        pairs.iter().flat_map(|(_, a, b)| [*a, *b]).map(|node| history.graph.id(node)).collect();
    let ids: Vec<CommitId> = ids.into_iter().collect();
    let read: FxHashMap<CommitId, Arc<Change>> =
        ids.iter().copied().zip(changes.changes(&ids)).filter_map(|(id, change)| Some((id, change?))).collect();
    for (at, known, other) in pairs {
        let Some(links) = all.get_mut(at) else { continue };
        let change = |node: Node| read.get(&history.graph.id(node));
        let (Some(ours), Some(theirs)) = (change(known), change(other)) else { continue };
        let exact = ours.patch_id.is_some() && ours.patch_id == theirs.patch_id;
        let same = exact || same_code(ours, theirs, weights::COPY_CODE_LINES);
        let (first, later) = (known.min(other), known.max(other));
        if !same || history.graph.descendants(first).contains(later) {
            continue;
        }
        let (id, is_merge) = (history.graph.id(known), history.graph.is_merge(known));
        let (role, words) = match is_merge {
            true => (FixRole::Fix, "changes what is brought in by the merge"),
            false => (FixRole::Merge, "brings in what is changed by the fix"),
        };
        let detail = format!("{words} {}", id.short());
        let mut link = Link::new(other, role);
        link.copy_of = Some(known);
        link.evidence.push(Evidence::new(EvidenceKind::SamePatch, Some(id), detail));
        if !is_merge {
            // A part of it that looked like an edited copy is in it.
            let brought = history.graph.brought_by(other);
            links.retain(|node, link| !(brought.contains(*node) && is_edited_copy(link, known)));
        }
        links.entry(other).or_insert(link);
    }
}

/// The merges of an advisory that bring several commits, each with commits of
/// its title, or of the subject of one that it brought, or near it from a fork.
fn squashes(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    links: &BTreeMap<Node, Link>,
) -> Vec<(Node, Node)> {
    let merges: Vec<Node> = links
        .values()
        .filter(|link| link.role == FixRole::Merge && link.copy_of.is_none())
        .map(|link| link.commit)
        .collect();
    let mut pairs = Vec::new();
    let ids: Vec<CommitId> = merges.iter().map(|merge| history.graph.id(*merge)).collect();
    let messages = if merges.is_empty() { Vec::new() } else { changes.messages(&ids) };
    for (merge, message) in merges.iter().zip(messages) {
        let Some((brought, members)) = several(history, *merge) else { continue };
        let title = message.as_deref().and_then(|message| message.lines().skip(1).find(|line| !line.trim().is_empty()));
        let mut keys: BTreeSet<&str> = title.map(subject::key).into_iter().collect();
        keys.extend(members.iter().map(|member| subject::key(&history.commit(*member).message.subject)));
        let named = keys.into_iter().flat_map(|key| index.of_subject(key));
        let authors: BTreeSet<&str> = members.iter().map(|member| &*history.commit(*member).author).collect();
        let of_fork = |node: &Node| {
            let is_close = || members.iter().any(|member| near(history, *member, *node));
            is_fork(history, *merge) && authors.contains(&*history.commit(*node).author) && is_close()
        };
        let forks = index.forks().iter().copied().filter(of_fork);
        let other =
            |node: &Node| !history.graph.is_merge(*node) && !links.contains_key(node) && !brought.contains(*node);
        pairs.extend(named.chain(forks).filter(other).map(|node| (*merge, node)));
    }
    pairs
}

/// The fixes of an advisory that are no merge, each with merges that brought a
/// commit that is like it, or that are of a fork near it.
fn merges(
    history: &History,
    index: &Index<'_>,
    links: &BTreeMap<Node, Link>,
    alike: &BTreeMap<Node, Vec<Node>>,
) -> Vec<(Node, Node)> {
    let fixes = links.values().filter(|link| link.role == FixRole::Fix && link.copy_of.is_none());
    let fixes = fixes.map(|link| link.commit).filter(|commit| !history.graph.is_merge(*commit));
    let mut pairs = Vec::new();
    for fix in fixes {
        let whole = |other: &&Node| links.get(other).is_none_or(|link| is_edited_copy(link, fix));
        let others = alike.get(&fix).into_iter().flatten().filter(|other| whole(other));
        let mut found: Vec<Node> = others.filter_map(|other| index.merge_of(history, *other)).collect();
        if is_fork(history, fix) {
            let author = &*history.commit(fix).author;
            let close = |merge: &Node| history.graph.is_merge(*merge) && near(history, fix, *merge);
            let by_author = |merge: &Node| {
                let members = several(history, *merge).map(|(_, members)| members).unwrap_or_default();
                members.iter().any(|member| &*history.commit(*member).author == author)
            };
            found.extend(index.forks().iter().copied().filter(close).filter(by_author));
        }
        let new = |merge: &Node| !links.contains_key(merge) && several(history, *merge).is_some();
        pairs.extend(found.into_iter().filter(new).map(|merge| (fix, merge)));
    }
    pairs
}

/// Whether a link is there for nothing but being an edited copy of a fix.
fn is_edited_copy(link: &Link, of: Node) -> bool {
    link.copy_of == Some(of) && link.evidence.iter().all(|evidence| evidence.kind == EvidenceKind::EditedCopy)
}

/// What a merge brought, and the commits of it that are no merges; none where
/// that is one, which is found by itself, or too many to be one work.
fn several(history: &History, merge: Node) -> Option<(CommitSet, Vec<Node>)> {
    let brought = history.graph.brought_by(merge);
    let members: Vec<Node> = brought.iter().filter(|node| !history.graph.is_merge(*node)).collect();
    (2..=weights::MAX_MEMBERS).contains(&members.len()).then_some((brought, members))
}
