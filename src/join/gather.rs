//! The links of one advisory while they are gathered.

use std::collections::{BTreeMap, BTreeSet};

use super::backports::Again;
use super::contradictions::{self, Shared};
use super::decisions::{self, Decision};
use super::disputes;
use super::index::Index;
use super::link::Link;
use super::scoring::{ChosenUnit, Outcome};
use super::{confidence, messages, records, stated, unity, weights};
use crate::advisory::{Advisory, Project};
use crate::history::message::subject;
use crate::history::{Changes, History, Node};
use crate::model::FixRole;
use crate::model::{AdvisoryId, Confidence, Evidence, EvidenceKind, Finding, FindingCode, FindingPlace};

/// A merge that brings more commits than this joins branches; it is no fix of
/// its own, and what it brought is not one either. The largest private-fork
/// merge seen in the histories that this was measured on brings 12.
const MAX_BROUGHT: usize = 100;

/// What is known of one advisory's links so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gathered {
    pub(super) links: BTreeMap<Node, Link>,
    pub(super) mentions: Vec<(Node, Evidence)>,
    pub(super) findings: Vec<Finding>,
    pub(super) again: Vec<Again>,
    /// Commits that people said are not the fix, and that are contradicted.
    pub(super) barred: BTreeSet<Node>,
    /// Whether people said which commits are.
    pub(super) decided: bool,
    /// Where that stands.
    pub(super) decided_at: Option<FindingPlace>,
    /// What records and messages name, where people decided.
    pub(super) undecided: BTreeSet<Node>,
}

impl Gathered {
    /// Leaves out what changes other packages of the repository alone: the same
    /// edit is made in a hundred charts, and each has its own releases. What
    /// people decided stays.
    pub(super) fn stay_within(&mut self, history: &History) {
        let commits: Vec<Node> = self.links.keys().copied().collect();
        let kept: BTreeSet<Node> = history.not_of_others(commits.iter().copied()).into_iter().collect();
        for commit in commits.into_iter().filter(|commit| !kept.contains(commit)) {
            let Some(link) = self.links.get(&commit) else { continue };
            if link.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Decision) {
                continue;
            }
            let said = link.evidence.iter().find(|evidence| evidence.kind.is_reference() || evidence.kind.is_own());
            if let Some(said) = said {
                let detail = format!("{}, but it changes other packages of the repository alone", said.detail);
                let id = Some(history.graph.id(commit));
                self.mentions.push((commit, Evidence::new(EvidenceKind::NegativeMention, id, detail)));
            }
            self.links.remove(&commit);
        }
    }
}

/// What people, records and messages name.
pub(super) fn direct(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisory: &Advisory,
    decisions: &[Decision],
    changes: &dyn Changes,
) -> Gathered {
    let mut findings = advisory.findings.clone();
    findings.extend(confidence::too_many_patched(advisory));
    findings.extend(disputes::of(history, advisory));
    let decided = decisions::about(decisions, index, advisory, &mut findings);
    let named = records::named_commits(history, index, project, advisory, &mut findings);
    let said_here = advisory.ids().flat_map(|id| index.mentions(id).iter());
    let said_here = said_here.filter(|(_, mention)| !mention.context.is_negative()).map(|(node, _)| *node);
    let by_itself = named.iter().map(|(node, _)| *node).chain(said_here).filter(|node| !history.graph.is_merge(*node));
    let by_itself = by_itself.collect();
    let ids = advisory.ids().cloned().collect();
    let is_stated = !stated::releases(history, advisory).is_empty();
    let mut links =
        Links { history, index, changes, links: BTreeMap::new(), findings, named: by_itself, ids, is_stated };
    let mut mentions = Vec::new();
    let mut barred: BTreeSet<Node> = decided.not.iter().copied().collect();
    let mut refused: Vec<Node> = Vec::new();
    let follow = |links: &mut Links<'_>, refused: &mut Vec<Node>, mentions: &mut Vec<_>, (commit, evidence)| {
        let evidence: Evidence = evidence;
        let why = contradictions::another_fork(history, index, advisory, commit)
            .or_else(|| contradictions::of(history, index, advisory, changes, &links.stands_for(commit)));
        match why {
            Some(why) => {
                refused.push(commit);
                let id = history.graph.id(commit);
                let detail = format!("{}, but it {why}", evidence.detail);
                links.findings.push(Finding::new(
                    FindingCode::ContradictedReference,
                    advisory.id.as_str(),
                    format!("{detail}; {} is not followed. Correct the record's reference.", id.short()),
                ));
                mentions.push((commit, Evidence::new(EvidenceKind::NegativeMention, Some(id), detail)));
            }
            None => links.add_named(commit, evidence),
        }
    };
    for named in named {
        follow(&mut links, &mut refused, &mut mentions, named);
    }
    // Only where nothing is left: a record that says which link is the fix means no other one, and what
    // it links to beside may be later hardening.
    if links.links.is_empty() && !refused.is_empty() {
        // What else the record links to may be right.
        for named in records::other_commits(history, index, project, advisory) {
            if !refused.contains(&named.0) {
                follow(&mut links, &mut refused, &mut mentions, named);
            }
        }
    }
    let said = messages::commits(history, index, changes, advisory, &links.shipped());
    mentions.extend(said.mentions);
    refused.extend(said.barred);
    for (commit, evidence) in said.fixes {
        let stands_for = links.stands_for(commit);
        // A fork that prepares the release alone says which release it is.
        let why = match evidence.kind {
            EvidenceKind::MessageId => contradictions::of(history, index, advisory, changes, &stands_for),
            _ => contradictions::nothing_mended(history, index, changes, &stands_for).filter(|_| is_stated),
        };
        match why {
            Some(why) => {
                let detail = format!("{}, but it {why}", evidence.detail);
                mentions.push((commit, Evidence::new(EvidenceKind::NegativeMention, evidence.commit, detail)));
            }
            None => links.add_named(commit, evidence),
        }
    }
    let mut undecided = BTreeSet::new();
    if !decided.commits.is_empty() {
        let traces = std::mem::take(&mut links.links);
        undecided = traces.values().filter(|link| link.role == FixRole::Fix).map(|link| link.commit).collect();
        for (commit, detail) in &decided.commits {
            let id = history.graph.id(*commit);
            links.add_named(*commit, Evidence::new(EvidenceKind::Decision, Some(id), detail.clone()));
        }
        // What the records say of these commits is still worth showing.
        for (commit, link) in &mut links.links {
            link.evidence.extend(traces.get(commit).into_iter().flat_map(|trace| trace.evidence.clone()));
        }
    }
    if !decided.commits.is_empty() {
        barred.retain(|commit| !links.links.contains_key(commit));
    }
    // A copy of what is not the fix is none either.
    barred.extend(with_copies(history, index, refused).into_iter().filter(|node| !links.links.contains_key(node)));
    links.links.retain(|commit, _| !barred.contains(commit));
    let mut gathered = Gathered {
        links: links.links,
        mentions,
        findings: links.findings,
        barred,
        decided: !decided.commits.is_empty(),
        decided_at: decided.place,
        undecided,
        ..Gathered::default()
    };
    mark_needed(history, index, changes, &mut gathered);
    gathered
}

/// Commits, and those that say that they copy them or have their subject and author.
fn with_copies(history: &History, index: &Index<'_>, commits: Vec<Node>) -> BTreeSet<Node> {
    let mut found: BTreeSet<Node> = BTreeSet::new();
    let mut waiting = commits;
    while let Some(commit) = waiting.pop() {
        if found.insert(commit) {
            let facts = history.commit(commit);
            let twins = index.of_subject(subject::key(&facts.message.subject));
            waiting.extend(twins.filter(|twin| history.commit(*twin).author == facts.author));
            waiting.extend(index.copies_of(commit));
        }
    }
    found
}

/// Documents, tests and the release's own preparation came along with a fix; no
/// release needs them to have it.
/// As long as they were needed, a line that had the identical patch without the notes of the other
/// line was called affected, and 13 releases of a real project named a commit that prepares a
/// release as the fix, at *confirmed*.
fn mark_needed(history: &History, index: &Index<'_>, changes: &dyn Changes, gathered: &mut Gathered) {
    let idle: Vec<Node> =
        gathered.links.values().filter(|link| link.role == FixRole::Fix).map(|link| link.commit).collect();
    let ids: Vec<_> = idle.iter().map(|node| history.graph.id(*node)).collect();
    for (node, change) in idle.iter().zip(changes.changes(&ids)) {
        if let (Some(link), Some(change)) = (gathered.links.get_mut(node), change) {
            link.needed = !change.is_unshipped() && !index.prepares_release(history, *node, Some(&change));
        }
    }
}

/// Adds what scored evidence chose.
pub(super) fn apply(
    history: &History,
    index: &Index<'_>,
    all: &mut [Gathered],
    outcome: &Outcome,
    lost: Option<&Shared>,
    changes: &dyn Changes,
) {
    let Some(gathered) = all.get_mut(outcome.at) else { return };
    let likely = outcome.confidence == Some(Confidence::Likely);
    if let Some(lost) = lost {
        // The record's word stands until something better is found; weakly,
        // where the commit has nothing of the advisory.
        if !lost.is_beaten_by(outcome) {
            for link in gathered.links.values_mut().filter(|link| !lost.enough && lost.commits.contains(&link.commit)) {
                let id = Some(history.graph.id(link.commit));
                link.evidence.push(
                    Evidence::new(EvidenceKind::ExplainedElsewhere, id, lost.detail(history))
                        .weighing(weights::EXPLAINED),
                );
            }
            return;
        }
        gathered.links.retain(|commit, _| !lost.commits.contains(commit));
        gathered.findings.push(lost.finding(history, outcome));
        let detail = lost.detail(history);
        gathered.mentions.extend(lost.named.iter().map(|commit| {
            (*commit, Evidence::new(EvidenceKind::NegativeMention, Some(history.graph.id(*commit)), detail.clone()))
        }));
    }
    if !likely {
        return;
    }
    for unit in outcome.chosen.iter().filter(|unit| unit.confidence == Confidence::Likely) {
        add_unit(history, index, &mut gathered.links, unit);
    }
    mark_needed(history, index, changes, gathered);
}

fn add_unit(history: &History, index: &Index<'_>, links: &mut BTreeMap<Node, Link>, unit: &ChosenUnit) {
    let head = match (unit.merge, unit.members.as_slice()) {
        (Some(merge), _) if unit.fork => Some(merge),
        (_, [.., last]) => Some(*last),
        (merge, []) => merge,
    };
    let Some(head) = head else { return };
    let known: Vec<Node> = links.keys().copied().collect();
    for commit in unit.members.iter().copied().chain(unit.merge) {
        let is_merge = unit.merge == Some(commit);
        let role = if is_merge && !unit.members.is_empty() { FixRole::Merge } else { FixRole::Fix };
        let id = history.graph.id(head);
        let evidence = if commit == head {
            unit.evidence.clone()
        } else if is_merge {
            vec![Evidence::new(EvidenceKind::MergeOfFix, Some(id), format!("brought in commit {}", id.short()))]
        } else if unit.fork {
            vec![Evidence::new(
                EvidenceKind::BroughtByMerge,
                Some(id),
                format!("came in with the private-fork merge, {}", id.short()),
            )]
        } else {
            vec![Evidence::new(EvidenceKind::BroughtByMerge, Some(id), format!("came in with {}", id.short()))]
        };
        let mut link = Link { evidence, ..Link::new(commit, role) };
        let own = &history.commit(commit).message.subject;
        // The same subject on another line: one change, wherever it is needed.
        // Subjects of private forks are GitHub's, so that equal ones say nothing there.
        link.copy_of = known.iter().copied().find(|known| {
            let theirs = &history.commit(*known).message.subject;
            role == FixRole::Fix && !index.is_private_fork(commit) && subject::key(theirs) == subject::key(own)
        });
        links.entry(commit).or_insert(link);
    }
}

/// Gathers links: a merge stands for what it brought in, a commit of a private
/// fork for the whole fork.
struct Links<'h> {
    history: &'h History,
    index: &'h Index<'h>,
    changes: &'h dyn Changes,
    links: BTreeMap<Node, Link>,
    findings: Vec<Finding>,
    /// Every commit that is no merge and is named by itself.
    named: BTreeSet<Node>,
    /// All ids of the advisory.
    ids: BTreeSet<AdvisoryId>,
    /// Whether records call releases patched.
    is_stated: bool,
}

impl Links<'_> {
    fn shipped(&self) -> Vec<Node> {
        self.links.keys().copied().collect()
    }

    /// The commits that one which is named stands for.
    fn stands_for(&self, commit: Node) -> Vec<Node> {
        let graph = &self.history.graph;
        let members = |merge: Node| -> Vec<Node> {
            graph.brought_by(merge).iter().filter(|node| !graph.is_merge(*node)).take(MAX_BROUGHT + 1).collect()
        };
        if graph.is_merge(commit) {
            return members(commit);
        }
        match self.merge_of(commit).filter(|merge| self.index.is_private_fork(*merge)) {
            Some(merge) => members(merge),
            None => vec![commit],
        }
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
        let decided = evidence.kind == EvidenceKind::Decision;
        self.add(commit, FixRole::Fix, evidence);
        let Some(merge) = self.merge_of(commit) else { return };
        let brought: Vec<Node> = graph.brought_by(merge).iter().collect();
        if brought.len() > MAX_BROUGHT {
            return;
        }
        let id = graph.id(commit);
        let detail = format!("brought in commit {}", id.short());
        self.add(merge, FixRole::Merge, Evidence::new(EvidenceKind::MergeOfFix, Some(id), detail));
        // Who decides on a commit means that one.
        if self.index.is_private_fork(merge) && !decided {
            self.add_brought(merge, &brought, "came in with the private-fork merge");
        }
    }

    fn add_merge(&mut self, merge: Node, evidence: Evidence) {
        let brought = self.history.graph.brought_by(merge);
        // Who decides on a merge means all of it.
        let decided = evidence.kind == EvidenceKind::Decision;
        let several = (!decided).then(|| self.several_works(merge)).flatten();
        let many = brought.iter().count();
        if several.is_none() && many <= MAX_BROUGHT {
            self.add(merge, FixRole::Merge, evidence);
            let brought: Vec<Node> = brought.iter().collect();
            self.add_brought(merge, &brought, "came in with the merge that is named");
            return;
        }
        let id = self.history.graph.id(merge);
        let why = several.unwrap_or_else(|| format!("brings in {many} commits"));
        let of = self.ids.first().map(|id| format!(" as the fix of {id}")).unwrap_or_default();
        let message = format!(
            "Merge {} is named{of}, and it {why}: it joins works of several, and is no fix by itself. What it brought is \
             weighed instead; name the commits of the fix, or decide with `secnotes review`.",
            id.short()
        );
        self.findings.push(Finding::new(FindingCode::MergeTooLarge, id.to_string(), message));
        // Where a release is called patched, what it brought is weighed there.
        if !self.is_stated {
            self.add(merge, FixRole::Merge, evidence);
        }
    }

    fn several_works(&self, merge: Node) -> Option<String> {
        let brought = self.history.graph.brought_by(merge);
        unity::several_works(self.history, self.index, self.changes, merge, &brought)
    }

    fn add_brought(&mut self, merge: Node, brought: &[Node], words: &str) {
        let id = self.history.graph.id(merge);
        // runc merges the fixes of three advisories at once, and the commits
        // say which of them is whose.
        let named = |commit: &Node| self.named.contains(commit);
        let own: Vec<Node> = brought.iter().copied().filter(named).collect();
        let several = brought.iter().chain([&merge]).any(|commit| self.names_another(*commit));
        let brought = if own.is_empty() || !several { brought } else { &own };
        for commit in brought {
            // A version bump within a fork is no part of the fix.
            if self.prepares(*commit) {
                continue;
            }
            let role = if self.history.graph.is_merge(*commit) { FixRole::Merge } else { FixRole::Fix };
            let detail = format!("{words}, {}", id.short());
            self.add(*commit, role, Evidence::new(EvidenceKind::BroughtByMerge, Some(id), detail));
        }
    }

    /// Whether a commit does nothing but prepare a release.
    fn prepares(&self, commit: Node) -> bool {
        let change = self.changes.changes(&[self.history.graph.id(commit)]).pop().flatten();
        self.index.prepares_release(self.history, commit, change.as_deref())
    }

    /// Whether a commit's message names an advisory that is not this one.
    fn names_another(&self, commit: Node) -> bool {
        self.index.mentions_of(commit).any(|id| !self.ids.contains(id))
    }

    /// The merge by which a commit came in, as the first release that has it sees it.
    fn merge_of(&self, commit: Node) -> Option<Node> {
        self.index.merge_of(self.history, commit)
    }
}
