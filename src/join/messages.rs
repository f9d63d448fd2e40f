//! Commits whose messages name an advisory: which are its fix, and which are not.

use super::confidence::patched_versions;
use super::index::Index;
use crate::advisory::Advisory;
use crate::history::message::{Mention, MergeKind};
use crate::history::{History, Node, Release};
use crate::model::{Evidence, EvidenceKind};

type Named = Vec<(Node, Evidence)>;

/// The commits whose messages make them the fix, and those that name the
/// advisory without being it.
///
/// A commit that names an advisory after a release has shipped its fix speaks
/// of the past: later hardening, a change log, a test.
pub(super) fn commits(history: &History, index: &Index<'_>, advisory: &Advisory, known: &[Node]) -> (Named, Named) {
    let patched = patched_releases(history, advisory);
    let mut all: Vec<(Node, &Mention)> = advisory.ids().flat_map(|id| index.mentions(id).iter().copied()).collect();
    all.sort_by_key(|(node, mention)| (*node, mention.context));
    all.dedup_by_key(|(node, _)| *node);
    let (mut fixes, mut mentions): (Named, Named) = (Vec::new(), Vec::new());
    for (node, mention) in all {
        let id = history.graph.id(node);
        let fork = matches!(&history.commit(node).message.merge, MergeKind::PrivateFork { id: Some(_) });
        let shipped = || {
            let before = known.iter().copied().chain(fixes.iter().map(|(fix, _)| *fix));
            before.filter(|fix| *fix < node).find(|fix| shipped_before(history, *fix, node))
        };
        let words = mention.detail();
        let evidence = |kind, detail| Evidence::new(kind, Some(id), detail);
        if mention.context.is_negative() && !fork {
            mentions.push((node, evidence(EvidenceKind::NegativeMention, words)));
        } else if let Some(fix) = shipped() {
            let detail = format!("{words}, after a release had shipped the fix {}", history.graph.id(fix).short());
            mentions.push((node, evidence(EvidenceKind::NegativeMention, detail)));
        } else if let (Some(release), false) =
            (patched.iter().find(|release| descends(history, node, release.commit)), fork)
        {
            // Kata 3.26.0 ships GHSA-5fc8's fix without naming it; a commit of
            // a later branch that names it removes an option.
            let detail = format!("{words}, after {}, which the records call patched", release.tag);
            mentions.push((node, evidence(EvidenceKind::NegativeMention, detail)));
        } else if fork {
            fixes.push((
                node,
                evidence(EvidenceKind::PrivateForkMerge, format!("is the merge of the private fork of {}", mention.id)),
            ));
        } else {
            fixes.push((node, evidence(EvidenceKind::MessageId, words)));
        }
    }
    (fixes, mentions)
}

/// The releases whose versions the records call patched.
fn patched_releases<'h>(history: &'h History, advisory: &Advisory) -> Vec<&'h Release> {
    let versions = patched_versions(advisory);
    let patched = |release: &&Release| versions.iter().any(|(version, _)| *version == release.version);
    history.releases.all().iter().filter(patched).collect()
}

/// Whether a commit descends from another, and is not it.
fn descends(history: &History, commit: Node, from: Node) -> bool {
    commit != from && history.graph.descendants(from).contains(commit)
}

/// Whether a release contains the first commit and not the second, which
/// descends from it.
fn shipped_before(history: &History, fix: Node, later: Node) -> bool {
    let with = history.graph.descendants(fix);
    if !with.contains(later) {
        return false;
    }
    let without = history.graph.descendants(later);
    history.releases.all().iter().any(|release| with.contains(release.commit) && !without.contains(release.commit))
}
