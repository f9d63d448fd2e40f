//! Copies of a fix on other branches: by what their messages say, by what they
//! change, and by whose they are; each tier says of itself which it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Index, Resolved};
use super::link::Link;
use super::weights;
use crate::history::message::{MergeKind, subject};
use crate::history::{Change, Changes, History, Node};
use crate::ledger::FixRole;
use crate::model::{CommitId, Evidence, EvidenceKind};

/// Adds every commit that says it is a copy of a linked one, and copies of
/// these; and what a linked one says it is a copy of, when it is on a branch here.
pub(super) fn add_said(history: &History, index: &Index<'_>, links: &mut BTreeMap<Node, Link>) {
    let mut waiting: Vec<Node> = links.keys().copied().collect();
    while let Some(commit) = waiting.pop() {
        let Some(role) = links.get(&commit).map(|link| link.role) else { continue };
        let id = history.graph.id(commit);
        let mut found: Vec<(Node, String)> = Vec::new();
        for copy in index.copies_of(commit) {
            found.push((*copy, format!("its message says that it copies the fix {}", id.short())));
        }
        for origin in &history.commit(commit).message.origins {
            match index.resolve(&origin.commit) {
                Resolved::Commit(original) => found.push((
                    original,
                    format!("is what the fix {} says it copies ({})", id.short(), origin.kind.as_str()),
                )),
                // Nobody has the original, but two that copy it are one change.
                Resolved::Missing => {
                    for twin in index.copies_of_missing(&origin.commit).filter(|twin| *twin != commit) {
                        found.push((
                            twin,
                            format!("copies {}, which nobody has, as the fix {} does", origin.commit, id.short()),
                        ));
                    }
                }
                Resolved::Ambiguous(_) => {}
            }
        }
        for (node, detail) in found {
            if node == commit || undoes(history, node, commit) || links.contains_key(&node) {
                continue;
            }
            links.insert(
                node,
                copy(history, node, role, commit, Evidence::new(EvidenceKind::CherryPick, Some(id), detail)),
            );
            waiting.push(node);
        }
    }
}

/// Whether a commit takes something back that a fix did. Where the fix is a
/// revert, its copies are reverts as well.
fn undoes(history: &History, commit: Node, fix: Node) -> bool {
    let reverts = |node: Node| history.commit(node).message.reverts.as_ref().is_some_and(|reverts| !reverts.reapplies);
    reverts(commit) && !reverts(fix)
}

fn copy(history: &History, node: Node, role: FixRole, of: Node, evidence: Evidence) -> Link {
    let mut link = Link::new(node, if history.graph.is_merge(node) { FixRole::Merge } else { role });
    link.copy_of = Some(of);
    link.evidence.push(evidence);
    link
}

/// A commit that does again, further on, what an earlier one did.
pub(super) type Again = (Node, Node);

/// Adds copies that do not say so, to every advisory's links at once: the
/// history is passed over once, and only commits that may match are compared.
/// Gives back which commits do again what one of their ancestors did.
pub(super) fn add_unsaid(
    history: &History,
    changes: &dyn Changes,
    all: &mut [BTreeMap<Node, Link>],
) -> Vec<Vec<Again>> {
    let fixes = |links: &BTreeMap<Node, Link>| -> Vec<Node> {
        links.values().filter(|link| link.role == FixRole::Fix).map(|link| link.commit).collect()
    };
    let wanted: BTreeSet<Node> = all.iter().flat_map(fixes).collect();
    let alike = find_alike(history, &wanted);
    let ids: BTreeSet<CommitId> = alike
        .iter()
        .filter(|(_, others)| !others.is_empty())
        .flat_map(|(fix, others)| others.iter().copied().chain([*fix]))
        .map(|node| history.graph.id(node))
        .collect();
    let ids: Vec<CommitId> = ids.into_iter().collect();
    let known: FxHashMap<CommitId, Arc<Change>> =
        ids.iter().copied().zip(changes.changes(&ids)).filter_map(|(id, change)| Some((id, change?))).collect();
    let compare = Compare { history, known: &known };
    let mut again: Vec<Vec<Again>> = Vec::new();
    for links in all.iter_mut() {
        let mut repeated = Vec::new();
        for fix in fixes(links) {
            let descendants = std::cell::OnceCell::new();
            for other in alike.get(&fix).map(Vec::as_slice).unwrap_or_default() {
                let linked = links.contains_key(other);
                if linked && (*other < fix || !are_originals(links, fix, *other)) {
                    continue;
                }
                let Some(evidence) = compare.tier(fix, *other) else { continue };
                let (first, later) = (fix.min(*other), fix.max(*other));
                let in_line = if first == fix {
                    descendants.get_or_init(|| history.graph.descendants(fix)).contains(later)
                } else {
                    history.graph.descendants(first).contains(later)
                };
                // On the same line the change was taken back in between, or the
                // subject is a habit.
                if linked {
                    if !in_line {
                        same_change(history, links, fix, *other, evidence);
                    }
                } else if !in_line {
                    links.insert(*other, copy(history, *other, FixRole::Fix, fix, evidence));
                } else if later == *other && evidence.kind == EvidenceKind::SamePatch {
                    repeated.push((*other, fix));
                }
            }
        }
        again.push(repeated);
    }
    again
}

/// Whether two links each stand for themselves.
fn are_originals(links: &BTreeMap<Node, Link>, one: Node, other: Node) -> bool {
    let original = |node| links.get(&node).is_some_and(|link| link.copy_of.is_none() && link.role == FixRole::Fix);
    original(one) && original(other)
}

/// Two commits that a record names, by their pull request say, and that are one
/// change on two lines: what is known of one is known of the other. Each stays
/// an original, for what else its own line needs may differ.
fn same_change(history: &History, links: &mut BTreeMap<Node, Link>, first: Node, later: Node, evidence: Evidence) {
    let known = links.get(&later).is_some_and(|link| link.evidence.contains(&evidence));
    if known || !matches!(evidence.kind, EvidenceKind::SamePatch | EvidenceKind::SameOrigin) {
        return;
    }
    let of_later = Evidence { commit: Some(history.graph.id(later)), ..evidence.clone() };
    let of_later =
        Evidence { detail: format!("is the same change as {}", history.graph.id(later).short()), ..of_later };
    if let Some(link) = links.get_mut(&first) {
        link.evidence.push(of_later);
    }
    if let Some(link) = links.get_mut(&later) {
        link.evidence.push(evidence);
    }
}

/// For each fix the other commits of its subject, or of its author and author's date.
fn find_alike(history: &History, fixes: &BTreeSet<Node>) -> BTreeMap<Node, Vec<Node>> {
    // What GitHub or git writes over a merge or a squashed fork is no subject.
    let subject_of = |node: Node| {
        let facts = &history.commit(node).message;
        if facts.merge == MergeKind::Ordinary { subject::key(&facts.subject) } else { "" }
    };
    let origin_of = |node: Node| (&*history.commit(node).author, history.commit(node).author_time);
    let mut subjects: FxHashMap<&str, Vec<Node>> = FxHashMap::default();
    let mut origins: FxHashMap<(&str, i64), Vec<Node>> = FxHashMap::default();
    for fix in fixes {
        if subject_of(*fix).split_whitespace().count() >= weights::COPY_SUBJECT_WORDS {
            subjects.entry(subject_of(*fix)).or_default().push(*fix);
        }
        if origin_of(*fix).1 > 0 {
            origins.entry(origin_of(*fix)).or_default().push(*fix);
        }
    }
    // A squashed private fork has GitHub's subject and a time of its own: all
    // that is left is who wrote it, and when about.
    let is_fork = |node: Node| matches!(history.commit(node).message.merge, MergeKind::PrivateFork { .. });
    let mut forks: FxHashMap<&str, Vec<Node>> = FxHashMap::default();
    for fix in fixes.iter().filter(|fix| is_fork(**fix)) {
        forks.entry(origin_of(*fix).0).or_default().push(*fix);
    }
    let near = |a: Node, b: Node| (origin_of(a).1 - origin_of(b).1).abs() <= weights::FORK_SECONDS;
    let mut alike: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    let mut pairs: FxHashSet<(Node, Node)> = FxHashSet::default();
    for node in history.graph.nodes().filter(|node| !history.graph.is_merge(*node)) {
        let of_subject = subjects.get(subject_of(node)).map(Vec::as_slice).unwrap_or_default();
        let of_origin = origins.get(&origin_of(node)).map(Vec::as_slice).unwrap_or_default();
        let of_fork = forks.get(origin_of(node).0).filter(|_| is_fork(node)).map(Vec::as_slice).unwrap_or_default();
        let of_fork = of_fork.iter().filter(|fix| near(**fix, node));
        for fix in of_subject.iter().chain(of_origin).chain(of_fork) {
            if *fix != node && !undoes(history, node, *fix) && pairs.insert((*fix, node)) {
                alike.entry(*fix).or_default().push(node);
            }
        }
    }
    alike
}

struct Compare<'a> {
    history: &'a History,
    known: &'a FxHashMap<CommitId, Arc<Change>>,
}

impl Compare<'_> {
    /// The first tier in which a commit is a copy of a fix, if any.
    fn tier(&self, fix: Node, other: Node) -> Option<Evidence> {
        let (ours, theirs) = (self.history.commit(fix), self.history.commit(other));
        let id = self.history.graph.id(fix);
        let say = |kind, words: &str| Some(Evidence::new(kind, Some(id), format!("{words} the fix {}", id.short())));
        let same_author = ours.author == theirs.author
            || theirs
                .message
                .people
                .iter()
                .any(|person| person.value.contains(&*ours.author) && !ours.author.is_empty());
        let same_subject = ours.message.merge == MergeKind::Ordinary
            && subject::key(&ours.message.subject) == subject::key(&theirs.message.subject);
        let fork = |facts: &MergeKind| matches!(facts, MergeKind::PrivateFork { .. });
        let same_fork = same_author && fork(&ours.message.merge) && fork(&theirs.message.merge);
        let same_time = ours.author == theirs.author && ours.author_time == theirs.author_time;
        let changes = (self.known.get(&id), self.known.get(&self.history.graph.id(other)));
        match changes {
            (Some(ours), Some(theirs)) if ours.read && theirs.read => {
                let likeness = ours.likeness(theirs);
                let paths = ours.shared_paths(theirs);
                if ours.patch_id.is_some() && ours.patch_id == theirs.patch_id {
                    return say(EvidenceKind::SamePatch, "changes the same lines as");
                }
                if same_time && same_subject {
                    return say(EvidenceKind::SameOrigin, "has the author, the author's date and the subject of");
                }
                let enough = if same_author { weights::COPY_LIKENESS } else { weights::COPY_LIKENESS_STRANGER };
                if (same_subject || same_time || same_fork) && likeness >= enough && paths >= weights::COPY_PATHS {
                    let words = format!(
                        "has {} in 100 of its changed lines and {} in 100 of its paths in common with",
                        (likeness * 100.0).round(),
                        (paths * 100.0).round()
                    );
                    return say(EvidenceKind::EditedCopy, &words);
                }
                None
            }
            _ if same_time && same_subject => {
                say(EvidenceKind::SameOrigin, "has the author, the author's date and the subject of")
            }
            _ if same_subject && same_author => {
                say(EvidenceKind::SameSubject, "what it changed cannot be read here; it has the subject and author of")
            }
            _ => None,
        }
    }
}
