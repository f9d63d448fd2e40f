//! Commits whose messages name an advisory: which are its fix, and which are not.

use super::confidence::patched_versions;
use super::index::Index;
use super::stated;
use crate::advisory::Advisory;
use crate::history::change::is_ci;
use crate::history::message::{Mention, MentionContext};
use crate::history::{Changes, History, Node, Release};
use crate::model::{AdvisoryId, Evidence, EvidenceKind};

type Named = Vec<(Node, Evidence)>;

/// What messages say of an advisory.
#[derive(Default)]
pub(super) struct Said {
    /// The commits that they make the fix.
    pub(super) fixes: Named,
    /// Those that name the advisory without being it.
    pub(super) mentions: Named,
    /// Those of these that are another's private fork, or say that they fix
    /// nothing: whatever else fits, they are not it.
    pub(super) barred: Vec<Node>,
}

/// The commits whose messages make them the fix, and those that name the
/// advisory without being it.
///
/// A commit that names an advisory after a release has shipped its fix speaks
/// of the past: later hardening, a change log, a test.
/// What is refused was said to be the fix in two large projects, partly at *confirmed*: no record
/// called the release before affected, and its commits named the advisory.
pub(super) fn commits(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    advisory: &Advisory,
    known: &[Node],
) -> Said {
    let patched = patched_releases(history, advisory);
    let mut all: Vec<(Node, &Mention)> = advisory.ids().flat_map(|id| index.mentions(id).iter().copied()).collect();
    all.sort_by_key(|(node, mention)| (*node, mention.context));
    all.dedup_by_key(|(node, _)| *node);
    let Said { mut fixes, mut mentions, mut barred } = Said::default();
    for (node, mention) in all {
        let id = history.graph.id(node);
        let fork = fork_id(history, node);
        let own_fork = fork.is_some_and(|fork| advisory.ids().any(|id| id == fork));
        let shipped = || {
            let before = known.iter().copied().chain(fixes.iter().map(|(fix, _)| *fix));
            before.filter(|fix| *fix < node).find(|fix| shipped_before(history, *fix, node))
        };
        let own_code = is_own_code(history, changes, node, mention);
        let words = match own_code {
            true => Mention { context: MentionContext::Named, ..mention.clone() }.detail(),
            false => mention.detail(),
        };
        let evidence = |kind, detail| Evidence::new(kind, Some(id), detail);
        let refused = if own_fork {
            shipped()
                .map(|fix| format!("{words}, after a release had shipped the fix {}", history.graph.id(fix).short()))
        } else if mention.context.is_negative() && !own_code {
            Some(words.clone())
        } else if let Some(fork) = fork.filter(|_| mention.context != MentionContext::Fixes) {
            Some(format!("{words}, and it is the merge of the private fork of {fork}"))
        } else if let Some(fix) = shipped() {
            Some(format!("{words}, after a release had shipped the fix {}", history.graph.id(fix).short()))
        } else if let Some(release) = patched.iter().find(|release| descends(history, node, release.commit)) {
            // Kata 3.26.0 ships GHSA-5fc8's fix without naming it; a commit of
            // a later branch that names it removes an option.
            Some(format!("{words}, after {}, which the records call patched", release.tag))
        } else if let Some(reason) = unshipped(history, changes, node) {
            Some(format!("{words}, but it {reason}"))
        } else {
            // Wasmtime's main had a fix a release before anybody knew, and later
            // documents, hardening and tests name the advisory.
            stated::settled_before(history, advisory, node)
                .map(|release| format!("{words}, after {}, which no record calls affected", release.tag))
        };
        match refused {
            Some(detail) => {
                if fork.is_some() || denies(mention.context) {
                    barred.push(node);
                }
                mentions.push((node, evidence(EvidenceKind::NegativeMention, detail)));
            }
            None if own_fork => {
                let detail = format!("is the merge of the private fork of {}", mention.id);
                fixes.push((node, evidence(EvidenceKind::PrivateForkMerge, detail)));
            }
            None => fixes.push((node, evidence(EvidenceKind::MessageId, words))),
        }
    }
    Said { fixes, mentions, barred }
}

/// Whether a message says that its commit fixes nothing. A fix in part may be all
/// that there is, "see CVE-2024-1" may stand in the fix itself, and a release in
/// one commit has its notes in its message.
const fn denies(context: MentionContext) -> bool {
    matches!(
        context,
        MentionContext::Loosened
            | MentionContext::Ignored
            | MentionContext::FalsePositive
            | MentionContext::NotAffected
            | MentionContext::Reverted
    )
}

/// The advisory whose private fork a commit merges, where it says so.
pub(super) fn fork_id(history: &History, node: Node) -> Option<&AdvisoryId> {
    history.commit(node).message.merge.fork_of()
}

/// Files by which scanners are told what to pass over.
/// `ignore` has `.trivyignore`, `.snyk` and `osv-scanner.toml` have their tools' names; `vex` is a
/// statement that one is not affected.
const SCANNERS: [&str; 14] = [
    "ignore",
    "audit",
    "trivy",
    "grype",
    "snyk",
    "deny.toml",
    "osv-scanner",
    "nancy",
    "nsprc",
    "suppress",
    "vex",
    "govulncheck",
    "allowlist",
    "whitelist",
];

/// Whether a commit that seems to tell a scanner to ignore the id changes code
/// instead: an allow-list of the project's own ("Validate by an allow-list").
fn is_own_code(history: &History, changes: &dyn Changes, node: Node, mention: &Mention) -> bool {
    if mention.context != MentionContext::Ignored || mention.is_object_of_ignoring() {
        return false;
    }
    let change = changes.changes(&[history.graph.id(node)]).pop().flatten();
    let of_scanner = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        SCANNERS.iter().any(|word| name.contains(word))
    };
    change.is_some_and(|change| change.has_own_code() && !change.paths.iter().any(of_scanner))
}

/// Why a commit that names an advisory ships nothing; what mends a workflow of
/// the CI may say so.
fn unshipped(history: &History, changes: &dyn Changes, node: Node) -> Option<&'static str> {
    let change = changes.changes(&[history.graph.id(node)]).pop().flatten()?;
    let of_ci = || change.paths.iter().all(|path| is_ci(path));
    (change.is_unshipped() && !change.is_prose() && !of_ci()).then_some("changes nothing that is shipped")
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
