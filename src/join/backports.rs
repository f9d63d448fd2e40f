//! Copies of a fix on other branches: by what their messages say, by what they
//! change, and by whose they are; each tier says of itself which it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::alike::{SAME_CODE, is_fork, near, same_code, subject_of, undoes};
use super::index::{Index, Resolved};
use super::link::Link;
use super::weights;
use crate::history::message::{MergeKind, subject};
use crate::history::{Change, Changes, History, Node};
use crate::model::FixRole;
use crate::model::{CommitId, Evidence, EvidenceKind};

/// Adds every commit that says it is a copy of a linked one, and copies of
/// these; and what a linked one says it is a copy of, when it is on a branch
/// here. Where both are linked already, the copy is marked as one.
/// What is said goes before what is compared: nothing has to be read for it, and it holds for
/// copies that were edited, as two thirds of real backports are.
pub(super) fn add_said(history: &History, index: &Index<'_>, links: &mut BTreeMap<Node, Link>) {
    let mut waiting: Vec<Node> = links.keys().copied().collect();
    while let Some(commit) = waiting.pop() {
        let Some(role) = links.get(&commit).map(|link| link.role) else { continue };
        let mut found = said_copies(history, index, commit);
        let originals = said_originals(history, index, commit);
        // Of several originals none is what another was found by: the copy is.
        let squashed = originals.len() > 1;
        found.extend(originals);
        for Said { node, is_copy, detail } in found {
            if node == commit || undoes(history, node, commit) {
                continue;
            }
            let id = Some(history.graph.id(commit));
            let evidence = Evidence::new(EvidenceKind::CherryPick, id, detail);
            if links.contains_key(&node) {
                if is_copy {
                    mark_copy(links, node, commit, evidence);
                }
                continue;
            }
            let mut link = copy(history, node, role, commit, evidence);
            if squashed && !is_copy {
                link.copy_of = None;
            }
            links.insert(node, link);
            waiting.push(node);
        }
    }
}

/// What two commits say of each other.
struct Said {
    node: Node,
    /// Whether the node is the copy.
    is_copy: bool,
    detail: String,
}

/// Notes of a linked commit that it says it copies another linked one.
fn mark_copy(links: &mut BTreeMap<Node, Link>, copy: Node, of: Node, evidence: Evidence) {
    if links.get(&of).is_some_and(|of| of.copy_of == Some(copy)) {
        return;
    }
    let Some(link) = links.get_mut(&copy) else { return };
    if link.copy_of != Some(of) && !link.also_of.contains(&of) {
        link.also_of.push(of);
        link.evidence.push(evidence);
    }
}

/// The commits that say that they copy this one, by its hash or by the pull
/// request that brought it.
fn said_copies(history: &History, index: &Index<'_>, commit: Node) -> Vec<Said> {
    let short = history.graph.id(commit).short();
    let mut found: Vec<Said> = Vec::new();
    for copy in index.copies_of(commit) {
        let detail = format!("its message says that it copies the fix {short}");
        found.push(Said { node: copy, is_copy: true, detail });
    }
    let message = &history.commit(commit).message;
    for number in message.pull_requests.iter().filter(|_| message.copied_requests.is_empty()) {
        for copy in index.copies_of_request(*number).into_iter().filter(|copy| !history.graph.is_merge(*copy)) {
            let detail = format!("its message says that it copies #{number}, which brought the fix {short}");
            found.push(Said { node: copy, is_copy: true, detail });
        }
    }
    for origin in &message.origins {
        // Nobody has the original, but two that copy it are one change.
        if let Resolved::Missing = index.resolve(&origin.commit) {
            for twin in index.copies_of_missing(&origin.commit).into_iter().filter(|twin| *twin != commit) {
                let detail = format!("copies {}, which nobody has, as the fix {short} does", origin.commit);
                // Of two, the later is taken for the copy.
                found.push(Said { node: twin, is_copy: twin > commit, detail });
            }
        }
    }
    found
}

/// What a commit says it copies, as far as it is here. Where it was copied from
/// line to line it names each, and the first is the original.
fn said_originals(history: &History, index: &Index<'_>, commit: Node) -> Vec<Said> {
    let short = history.graph.id(commit).short();
    let message = &history.commit(commit).message;
    let mut named: Vec<(Node, String)> = Vec::new();
    for origin in &message.origins {
        if let Resolved::Commit(original) = index.resolve(&origin.commit) {
            let detail = format!("is what the fix {short} says it copies ({})", origin.kind.as_str());
            named.push((original, detail));
        }
    }
    let unnamed = named.is_empty();
    for number in message.copied_requests.iter().filter(|_| unnamed) {
        let brought = index.pull_request(*number).into_iter().filter(|node| {
            let theirs = &history.commit(*node).message;
            // Copies have the number in their subjects as well.
            !history.graph.is_merge(*node) && theirs.copied_requests.is_empty() && theirs.origins.is_empty()
        });
        named.extend(
            brought
                .filter(|node| *node != commit)
                .map(|node| (node, format!("is of #{number}, which the fix {short} says it copies"))),
        );
    }
    let copies_another = |node: Node| {
        let origins = &history.commit(node).message.origins;
        let says = |other: Node| origins.iter().any(|origin| origin.commit.matches(&history.graph.id(other)));
        named.iter().any(|(other, _)| *other != node && says(*other))
    };
    // `git cherry-pick -x` adds a trailer each time and keeps the earlier ones.
    let first = |(node, _): &&(Node, String)| !copies_another(*node);
    let said = |(node, detail): &(Node, String)| Said { node: *node, is_copy: false, detail: detail.clone() };
    named.iter().filter(first).map(said).collect()
}

pub(super) fn copy(history: &History, node: Node, role: FixRole, of: Node, evidence: Evidence) -> Link {
    // `git cherry-pick -m 1` makes a fix of a merge.
    let role = match (history.graph.is_merge(node), history.graph.is_merge(of)) {
        (true, _) => FixRole::Merge,
        (false, true) => FixRole::Fix,
        (false, false) => role,
    };
    let mut link = Link::new(node, role);
    link.copy_of = Some(of);
    link.evidence.push(evidence);
    link
}

/// A commit that does again, further on, what an earlier one did.
/// They bring a fix back that was taken back between the two without saying so.
pub(super) type Again = (Node, Node);

/// Adds copies that do not say so, to every advisory's links at once; only
/// commits that may match are compared.
/// Gives back which commits do again what one of their ancestors did.
/// Helm's release branches have commits of the same changes as the merges on the main branch that
/// name the advisories, without a word of them (CVE-2022-23525 in 3.10.3).
pub(super) fn add_unsaid(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    all: &mut [BTreeMap<Node, Link>],
) -> Vec<Vec<Again>> {
    let fixes = |links: &BTreeMap<Node, Link>| -> Vec<Node> {
        links.values().filter(|link| link.role == FixRole::Fix).map(|link| link.commit).collect()
    };
    let wanted: BTreeSet<Node> = all.iter().flat_map(fixes).collect();
    let alike = find_alike(history, index, &wanted);
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
                // All preparations of releases are alike, and none has the fix for it: one in
                // containerd's private fork of GHSA-6g2q-w5j3-fwh4 had 65 copies.
                let change = known.get(&history.graph.id(*other)).map(Arc::as_ref);
                if index.prepares_release(history, *other, change) {
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
    super::squashes::add(history, index, changes, all, &alike);
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
/// These groups have 97 in 100 of the commits that share a patch identity in histories such as
/// those of the containers projects, and leave a third of all commits to be compared there, a
/// sixteenth in curl. To compare all costs about 2 ms a commit: 4 s for the release ranges of Kata
/// with git's own tools, 14 s with libgit2.
fn find_alike(history: &History, index: &Index<'_>, fixes: &BTreeSet<Node>) -> BTreeMap<Node, Vec<Node>> {
    let author = |node: Node| &*history.commit(node).author;
    let mut alike: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for fix in fixes {
        let of_subject = index.of_subject(subject_of(history, *fix));
        let of_origin = index.of_origin(*fix);
        // A squashed private fork has GitHub's subject and a time of its own:
        // all that is left is who wrote it, and when about.
        let forks = if is_fork(history, *fix) { index.forks() } else { &[] };
        let of_fork = forks.iter().copied().filter(|node| {
            !history.graph.is_merge(*node) && author(*node) == author(*fix) && near(history, *node, *fix)
        });
        let all: BTreeSet<Node> = of_subject.chain(of_origin).chain(of_fork).collect();
        let others: Vec<Node> = all.into_iter().filter(|node| node != fix && !undoes(history, *node, *fix)).collect();
        if !others.is_empty() {
            alike.insert(*fix, others);
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
    /// The order is that of how much each tier proves. That patches are unequal is no evidence against
    /// a copy: two thirds of real backports differ from their original.
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
        // All merges of private forks have one subject, GitHub's.
        let same_subject = ours.message.merge == MergeKind::Ordinary
            && subject::key(&ours.message.subject) == subject::key(&theirs.message.subject);
        let fork = MergeKind::is_private_fork;
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
                // One line is enough here, because the two have a subject or an origin in common already; without
                // that `weights::COPY_CODE_LINES` are asked for.
                if same_code(ours, theirs, 1) {
                    return say(EvidenceKind::SamePatch, SAME_CODE);
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
