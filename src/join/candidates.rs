//! What a release brought, as the units in which fixes come: a pull request or
//! a private fork with its commits, or a commit on its own.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::index::Index;
use super::unity;
use super::weights::MAX_MEMBERS;
use crate::history::message::MergeKind;
use crate::history::{CommitSet, History, Node};

/// A merge with what it brought, or a commit on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The merge; none for a commit on its own.
    pub(super) merge: Option<Node>,
    /// Its commits, parents before children; merges among them left out.
    pub(super) members: Vec<Node>,
    /// Whether it is the merge of a private fork, squashed perhaps.
    pub(super) fork: bool,
}

impl Unit {
    /// Its commits, the merge last.
    pub(super) fn commits(&self) -> impl Iterator<Item = Node> {
        self.members.iter().copied().chain(self.merge)
    }

    /// Its commits, each on its own.
    pub(super) fn parted(&self) -> impl Iterator<Item = Self> {
        self.members.iter().map(|member| Self { merge: None, members: vec![*member], fork: false })
    }

    /// The commit that stands for it.
    pub(super) fn head(&self) -> Option<Node> {
        self.merge.or_else(|| self.members.last().copied())
    }
}

/// The units of some commits, as seen from a tip, the oldest first.
pub(super) fn units(history: &History, index: &Index<'_>, tip: Node, commits: &CommitSet) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut taken = CommitSet::empty(history.graph.len());
    let mut waiting = vec![(tip, commits.clone())];
    while let Some((tip, within)) = waiting.pop() {
        for commit in mainline(history, tip, &within) {
            if !taken.insert(commit) {
                continue;
            }
            let fork = index.is_private_fork(commit);
            let parents = history.graph.parents(commit);
            let Some((_, others)) = parents.split_first().filter(|(_, others)| !others.is_empty()) else {
                units.push(Unit { merge: None, members: vec![commit], fork });
                continue;
            };
            let brought = reach(history, others, &within, &taken);
            if apart(history, commit, &brought, fork) {
                waiting.extend(others.iter().map(|tip| (*tip, brought.clone())));
                continue;
            }
            taken.union_with(&brought);
            let members: Vec<Node> = brought.iter().filter(|node| !history.graph.is_merge(*node)).collect();
            if !members.is_empty() || fork {
                units.push(Unit { merge: Some(commit), members, fork });
            }
        }
    }
    units.sort_by_key(Unit::head);
    units
}

/// The units that change the package, with those of their commits that do.
pub(super) fn within(history: &History, units: Vec<Unit>) -> Vec<Unit> {
    let all = units.iter().flat_map(|unit| unit.commits().collect::<Vec<_>>());
    let own: FxHashSet<Node> = history.own(all).into_iter().collect();
    let keep = |mut unit: Unit| {
        unit.members.retain(|member| own.contains(member));
        let merge = unit.fork && unit.merge.is_some_and(|merge| own.contains(&merge));
        (merge || !unit.members.is_empty()).then_some(unit)
    };
    units.into_iter().filter_map(keep).collect()
}

/// The first-parent line of a tip within some commits, the oldest first.
fn mainline(history: &History, tip: Node, within: &CommitSet) -> Vec<Node> {
    let mut line = Vec::new();
    let mut at = Some(tip).filter(|tip| within.contains(*tip));
    while let Some(commit) = at {
        line.push(commit);
        at = history.graph.parents(commit).first().copied().filter(|parent| within.contains(*parent));
    }
    line.reverse();
    line
}

fn reach(history: &History, from: &[Node], within: &CommitSet, taken: &CommitSet) -> CommitSet {
    let mut found = CommitSet::empty(history.graph.len());
    let mut waiting = from.to_vec();
    while let Some(node) = waiting.pop() {
        if within.contains(node) && !taken.contains(node) && found.insert(node) {
            waiting.extend(history.graph.parents(node));
        }
    }
    found
}

/// Whether a merge brings works that have nothing to do with each other: its
/// title says so (NATS merges "Cherry-picks for 2.10.21-RC.1"), its commits came
/// by pull requests of their own, or it joins a branch that is no request's.
fn is_roll_up(history: &History, merge: Node, brought: &CommitSet) -> bool {
    let members: Vec<Node> = brought.iter().filter(|node| !history.graph.is_merge(*node)).collect();
    if members.len() < 2 {
        return false;
    }
    let message = &history.commit(merge).message;
    if unity::says_several(&message.subject) {
        return true;
    }
    let requests: BTreeSet<u64> = members
        .iter()
        .flat_map(|node| history.commit(*node).message.pull_requests.iter().copied())
        .filter(|number| !message.pull_requests.contains(number))
        .collect();
    requests.len() > 1 || message.merge == MergeKind::Branch
}

/// Whether what a merge brought is several units itself: a branch of merged
/// pull requests, a long one, or a line that has releases of its own.
fn apart(history: &History, merge: Node, brought: &CommitSet, fork: bool) -> bool {
    let inner = |node: Node| {
        history.graph.is_merge(node)
            && matches!(history.commit(node).message.merge, MergeKind::PrivateFork { .. } | MergeKind::PullRequest)
    };
    if brought.len() > MAX_MEMBERS || (!fork && brought.iter().any(inner)) {
        return true;
    }
    if !fork && is_roll_up(history, merge, brought) {
        return true;
    }
    // Traefik merges v2.11 into v3.6 now and then: what comes is what v2.11.x
    // shipped, commit by commit.
    let of_request = fork || history.commit(merge).message.merge == MergeKind::PullRequest;
    let Some(newest) = brought.iter().last().filter(|_| !of_request && brought.len() > 1) else { return false };
    let first = brought.iter().next().unwrap_or(newest);
    let (with_first, with_merge) = (history.graph.descendants(first), history.graph.descendants(merge));
    let shipped = |release: &&crate::history::Release| {
        with_first.contains(release.commit) && !with_merge.contains(release.commit)
    };
    history.releases.all().iter().any(|release| shipped(&release))
}
