//! Commits + advisories → links with evidence. Pure: the same input gives the
//! same links, whatever its order.

mod backports;
pub(crate) mod confidence;
mod index;
mod link;
mod messages;
mod records;
mod reverts;

pub use index::Index;
pub use link::{AdvisoryLinks, Link, Revert};

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::advisory::{Advisory, Project};
use crate::history::{History, MergeIndex, Node};
use crate::ledger::FixRole;
use crate::model::{Evidence, EvidenceKind, Finding, FindingCode};

/// A merge that brings more commits than this joins branches; it is no fix of
/// its own, and what it brought is not one either. The largest private-fork
/// merge seen in the histories that this was measured on brings 12.
const MAX_BROUGHT: usize = 100;

/// Joins each advisory with the commits that fix it. The advisories are the
/// project's own; the result has one entry for each, in their order.
#[must_use]
pub fn join(history: &History, index: &Index<'_>, project: &Project, advisories: &[Advisory]) -> Vec<AdvisoryLinks> {
    let mut joined: Vec<AdvisoryLinks> =
        advisories.par_iter().map(|advisory| join_one(history, index, project, advisory)).collect();
    confidence::lower_shared(history, advisories, &mut joined);
    joined
}

fn join_one(history: &History, index: &Index<'_>, project: &Project, advisory: &Advisory) -> AdvisoryLinks {
    let mut findings = advisory.findings.clone();
    let named = records::named_commits(history, index, project, advisory, &mut findings);
    let mut links = Links { history, index, links: BTreeMap::new(), findings };
    for (commit, evidence) in named {
        links.add_named(commit, evidence);
    }
    let (fixes, mentions) = messages::commits(history, index, advisory, &links.shipped());
    for (commit, evidence) in fixes {
        links.add_named(commit, evidence);
    }
    backports::add(history, index, &mut links.links);
    let mut joined = AdvisoryLinks {
        links: links.links.into_values().collect(),
        mentions,
        reverts: Vec::new(),
        findings: links.findings,
        groups: Vec::new(),
    };
    joined.reverts = reverts::of(history, index, &joined.links);
    joined.group(history);
    confidence::rate(history, advisory, &mut joined);
    joined
}

/// The links of one advisory while they are gathered.
struct Links<'h> {
    history: &'h History,
    index: &'h Index<'h>,
    links: BTreeMap<Node, Link>,
    findings: Vec<Finding>,
}

impl Links<'_> {
    fn shipped(&self) -> Vec<Node> {
        self.links.keys().copied().collect()
    }

    fn add(&mut self, commit: Node, role: FixRole, evidence: Evidence) {
        let link = self.links.entry(commit).or_insert_with(|| Link::new(commit, role));
        // A commit that is a fix by any evidence is one.
        if role == FixRole::Fix && !self.history.graph.is_merge(commit) {
            link.role = FixRole::Fix;
        }
        if !link.evidence.contains(&evidence) {
            link.evidence.push(evidence);
        }
    }

    /// A commit that evidence names: a merge stands for what it brought in; a
    /// commit within a private fork stands for the whole fork.
    fn add_named(&mut self, commit: Node, evidence: Evidence) {
        let graph = &self.history.graph;
        if graph.is_merge(commit) {
            self.add_merge(commit, evidence);
            return;
        }
        self.add(commit, FixRole::Fix, evidence);
        let Some(merge) = self.merge_of(commit) else { return };
        let brought: Vec<Node> = graph.brought_by(merge).iter().collect();
        if brought.len() > MAX_BROUGHT {
            return;
        }
        let id = graph.id(commit);
        let detail = format!("brought in commit {}", id.short());
        self.add(merge, FixRole::Merge, Evidence { kind: EvidenceKind::MergeOfFix, commit: Some(id), detail });
        if self.index.is_private_fork(merge) {
            self.add_brought(merge, &brought, "came in with the private-fork merge");
        }
    }

    fn add_merge(&mut self, merge: Node, evidence: Evidence) {
        let brought: Vec<Node> = self.history.graph.brought_by(merge).iter().collect();
        self.add(merge, FixRole::Merge, evidence);
        if brought.len() > MAX_BROUGHT {
            let id = self.history.graph.id(merge);
            let message = format!(
                "The record names merge {}, which brings in {} commits: it joins branches and is no fix by itself. \
                 Name the commits of the fix instead.",
                id.short(),
                brought.len()
            );
            self.findings.push(Finding::new(FindingCode::MergeTooLarge, id.to_string(), message));
            return;
        }
        self.add_brought(merge, &brought, "came in with the merge that is named");
    }

    fn add_brought(&mut self, merge: Node, brought: &[Node], words: &str) {
        let id = self.history.graph.id(merge);
        for commit in brought {
            let role = if self.history.graph.is_merge(*commit) { FixRole::Merge } else { FixRole::Fix };
            let detail = format!("{words}, {}", id.short());
            self.add(*commit, role, Evidence { kind: EvidenceKind::BroughtByMerge, commit: Some(id), detail });
        }
    }

    /// The merge by which a commit came in, as the first release that has it sees it.
    fn merge_of(&self, commit: Node) -> Option<Node> {
        let tip = self.index.first_tip(self.history, commit)?;
        MergeIndex::new(&self.history.graph, tip).merge_of(commit)
    }
}
