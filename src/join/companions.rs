//! What came along with a fix, and is none: prerequisites, formatting, the CI;
//! and fixes of several advisories in one commit, on lines that not all of them
//! affect.

use std::collections::{BTreeMap, BTreeSet};

use super::gather::Gathered;
use super::index::Index;
use super::link::Link;
use super::words::{Query, Rarity};
use super::{contradictions, stated, weights, wording};
use crate::advisory::{Advisory, Project};
use crate::history::{Changes, History, Node, Release};
use crate::model::FixRole;
use crate::model::{AdvisoryId, CommitId, Evidence, EvidenceKind};

/// Whether a link is there only because a merge brought the commit.
fn is_companion(link: &Link) -> bool {
    let mut own = link.evidence.iter().filter(|evidence| evidence.kind != EvidenceKind::PatchedVersion).peekable();
    own.peek().is_some() && own.all(|evidence| evidence.kind == EvidenceKind::BroughtByMerge)
}

/// Marks what no release needs of what came with a merge: what says that it is
/// upkeep, what changes white space, what affected releases have had for long,
/// and what no other line took of what was copied.
/// What is needed and is none of the fix makes lines look affected that have the identical patch
/// without it.
/// Argo CD's fix of CVE-2022-31105 builds on a feature that came along, and Helm's of
/// CVE-2026-35204 came with a stricter check of versions that mends nothing.
pub(super) fn mark(history: &History, changes: &dyn Changes, advisory: &Advisory, gathered: &mut Gathered) {
    let mut by_merge: BTreeMap<CommitId, Vec<Node>> = BTreeMap::new();
    for link in gathered.links.values().filter(|link| link.role == FixRole::Fix && link.copy_of.is_none()) {
        let merges = link.evidence.iter().filter(|evidence| evidence.kind == EvidenceKind::BroughtByMerge);
        let merge = merges.filter_map(|evidence| evidence.commit).next();
        by_merge.entry(merge.unwrap_or_else(|| history.graph.id(link.commit))).or_default().push(link.commit);
    }
    let had = had_before(history, advisory, gathered);
    for members in by_merge.into_values().filter(|members| members.len() > 1) {
        let ids: Vec<CommitId> = members.iter().map(|node| history.graph.id(*node)).collect();
        let read = changes.changes(&ids);
        let idle = |(node, change): (&Node, &Option<std::sync::Arc<crate::history::Change>>)| {
            // A patch identity leaves white space out: none means that nothing else was changed.
            let white = change.as_ref().is_some_and(|change| change.read && change.patch_id.is_none());
            let copied = copies(history, gathered, *node).iter().any(|copy| had.contains(copy));
            white || copied || wording::is_chore(&history.commit(*node).message.subject)
        };
        let idle: Vec<bool> = members.iter().zip(&read).map(idle).collect();
        let copied: Vec<usize> = members.iter().map(|node| copies(history, gathered, *node).len()).collect();
        let most = copied.iter().zip(&idle).filter(|(_, idle)| !**idle).map(|(copied, _)| *copied).max().unwrap_or(0);
        let unneeded: Vec<Node> = members
            .iter()
            .zip(idle.iter().zip(&copied))
            .filter(|(node, (idle, copied))| {
                gathered.links.get(node).is_some_and(is_companion) && (**idle || most > 0 && **copied == 0)
            })
            .map(|(node, _)| *node)
            .collect();
        // Something of it is the fix.
        if unneeded.len() < members.len() {
            for node in unneeded {
                if let Some(link) = gathered.links.get_mut(&node) {
                    link.needed = false;
                }
            }
        }
    }
    // What a line had before is no part of its fix.
    gathered.links.retain(|node, _| !had.contains(node));
}

/// Sets aside what has little of what the advisory speaks of, of several commits
/// that came with one merge: a release needs them as before, but they tell
/// nobody what was mended. net-imap's CVE-2026-42245 came with five commits that
/// make a reader faster, runc's GHSA-9493 with those of two other advisories.
pub(super) fn set_aside(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    changes: &dyn Changes,
    advisory: &Advisory,
    gathered: &mut Gathered,
) {
    let mut by_merge: BTreeMap<CommitId, BTreeSet<Node>> = BTreeMap::new();
    for link in gathered.links.values().filter(|link| link.role == FixRole::Fix && link.needed) {
        for evidence in link.evidence.iter().filter(|evidence| evidence.kind == EvidenceKind::BroughtByMerge) {
            if let Some(of) = evidence.commit {
                let members = by_merge.entry(of).or_default();
                members.insert(link.commit);
                // What brought them may be the commit that is named beside them.
                members.extend(
                    history
                        .graph
                        .find(&of)
                        .filter(|node| gathered.links.get(node).is_some_and(|named| named.role == FixRole::Fix)),
                );
            }
        }
    }
    by_merge.retain(|_, members| members.len() > 1);
    if by_merge.is_empty() {
        return;
    }
    let rarity = Rarity::new(index.subject_words());
    let mut query = Query::new(advisory, project);
    query.keep_rarest(&rarity);
    for members in by_merge.into_values() {
        let members: Vec<Node> = members.into_iter().collect();
        let words = |node: &Node| {
            let doc = contradictions::doc_of(history, changes, std::slice::from_ref(node));
            query.matched(&doc, &rarity).0.as_tenths()
        };
        let words: Vec<i32> = members.iter().map(words).collect();
        let best = words.iter().copied().max().unwrap_or(0);
        for (node, words) in members.iter().zip(&words) {
            let little = best >= weights::SHARED_WORDS.as_tenths() && 2 * words < best;
            if let Some(link) = gathered.links.get_mut(node).filter(|link| little && is_companion(link)) {
                link.aside = true;
            }
        }
    }
}

/// The links that are one change with a commit, on other lines.
fn copies(history: &History, gathered: &Gathered, commit: Node) -> Vec<Node> {
    let id = Some(history.graph.id(commit));
    let same = |link: &&Link| {
        let mut evidence = link.evidence.iter();
        let same = |evidence: &Evidence| matches!(evidence.kind, EvidenceKind::SamePatch | EvidenceKind::SameOrigin);
        link.commit != commit
            && (link.copy_of == Some(commit) || evidence.any(|evidence| same(evidence) && evidence.commit == id))
    };
    gathered.links.values().filter(same).map(|link| link.commit).collect()
}

/// Copies of companions that a release has which is called affected: a fix may be
/// merged with what it builds upon, and a newer line has had that for long.
fn had_before(history: &History, advisory: &Advisory, gathered: &Gathered) -> BTreeSet<Node> {
    let of_companion =
        |link: &&Link| link.copy_of.and_then(|commit| gathered.links.get(&commit)).is_some_and(is_companion);
    let copies: Vec<Node> = gathered.links.values().filter(of_companion).map(|link| link.commit).collect();
    if copies.is_empty() {
        return BTreeSet::new();
    }
    let patched: Vec<&Release> = stated::releases(history, advisory).into_iter().map(|stated| stated.release).collect();
    let affected = |release: &&Release| {
        let later = patched.iter().any(|patched| patched.line == release.line && release.precedes(patched));
        let fixed = patched.iter().any(|patched| patched.line == release.line && patched.version <= release.version);
        later && !fixed
    };
    let points: Vec<Node> = history.releases.all().iter().filter(affected).map(|release| release.commit).collect();
    let contained = history.graph.containment(&copies, &points);
    copies.into_iter().filter(|copy| (0..points.len()).any(|point| contained.contains(point, *copy))).collect()
}

/// The commits that several advisories have.
pub(super) fn shared(gathered: &[Gathered]) -> BTreeSet<Node> {
    let (mut once, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for node in gathered.iter().flat_map(|gathered| gathered.links.keys()) {
        if !once.insert(*node) {
            shared.insert(*node);
        }
    }
    shared
}

/// Leaves copies out that bring the fixes of several advisories to a line which
/// no record of this one calls affected, and those that list others alone.
/// "Combined backports for 1.0.1" are alike on all lines, and each line needed others of them.
pub(super) fn stay_on_affected_lines(
    history: &History,
    index: &Index<'_>,
    advisory: &Advisory,
    gathered: &mut Gathered,
    shared: &BTreeSet<Node>,
) {
    let names = |node: Node| -> BTreeSet<&AdvisoryId> { index.mentions_of(node).collect() };
    let own = |named: &BTreeSet<&AdvisoryId>| advisory.ids().any(|id| named.contains(id));
    let is_stranger = |link: &Link| {
        let original = link.copy_of?;
        let itself = |evidence: &Evidence| evidence.kind.is_own() || evidence.kind.is_reference();
        if link.evidence.iter().any(itself) {
            return None;
        }
        let (here, there) = (names(link.commit), names(original));
        if !here.is_empty() && !own(&here) && (there.is_empty() || own(&there)) {
            return Some("but it names other advisories and not this one".to_owned());
        }
        let combined =
            [link.commit, original].iter().any(|node| shared.contains(node)) || here.len().max(there.len()) > 2;
        let settled = combined.then(|| stated::settled_before(history, advisory, link.commit)).flatten()?;
        Some(format!("but it has the fixes of several, and no record calls {} affected", settled.tag))
    };
    let strangers: Vec<(Node, String)> =
        gathered.links.values().filter_map(|link| Some((link.commit, is_stranger(link)?))).collect();
    for (node, why) in strangers {
        let Some(link) = gathered.links.remove(&node) else { continue };
        let said = link.evidence.first().map(|evidence| evidence.detail.as_str()).unwrap_or_default();
        let id = Some(history.graph.id(node));
        let evidence = Evidence::new(EvidenceKind::NegativeMention, id, format!("{said}, {why}"));
        gathered.mentions.push((node, evidence));
        gathered.mentions.dedup();
    }
}
