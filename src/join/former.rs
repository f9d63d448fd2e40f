//! Addresses at which records name commits of this history.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::advisory::{Advisory, Former, Project, commit_of};
use crate::history::{History, Node};
use crate::model::{CommitId, Finding, FindingCode, Remote};

/// How many such addresses are kept, those of the most commits: forks have them,
/// too, and every link is compared with each.
const MOST: usize = 32;

/// Where the project lived, as records show that name whole hashes of its commits
/// at other addresses.
///
/// A history that was merged into this one, as a library that is vendored with
/// its commits, begins at a root of its own: its address is not the project's.
#[must_use]
pub(crate) fn former(history: &History, project: &Project, advisories: &[Advisory]) -> Former {
    let mut former = Former::default();
    let mut roots = Roots { history, known: FxHashMap::default() };
    let newest = history.releases.newest().ok().map(|release| release.commit);
    let Some(home) = newest.or_else(|| history.graph.tips().first().copied()).map(|tip| roots.of(tip)) else {
        return former;
    };
    let mut found: BTreeMap<Remote, BTreeSet<CommitId>> = BTreeMap::new();
    for (address, commit) in advisories.iter().flat_map(named) {
        if project.remotes.contains(&address) {
            continue;
        }
        if let Some(node) = history.graph.find(&commit).filter(|node| roots.of(*node) == home) {
            found.entry(address).or_default().insert(history.graph.id(node));
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    for (address, commits) in found.into_iter().take(MOST) {
        former.addresses.insert(address);
        former.commits.extend(commits);
    }
    former
}

/// The commits that an advisory names by whole hashes, with the addresses of their
/// repositories.
pub(super) fn named(advisory: &Advisory) -> impl Iterator<Item = (Remote, CommitId)> {
    let links = advisory.references.iter().filter_map(|link| commit_of(&link.value.url));
    let ranges = advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
    let of_ranges = ranges.filter_map(|range| Some((range.repo.as_ref()?.parse::<Remote>().ok()?, range)));
    let events = of_ranges.flat_map(|(address, range)| {
        let hashes = range.events.iter().filter(|event| event.text().len() == 40);
        hashes.filter_map(move |event| Some((address.clone(), event.text().parse().ok()?)))
    });
    links.filter_map(|(address, commit)| Some((address?, commit))).chain(events)
}

/// The first commits of lines of first parents.
struct Roots<'h> {
    history: &'h History,
    known: FxHashMap<Node, Node>,
}

impl Roots<'_> {
    fn of(&mut self, node: Node) -> Node {
        let (mut at, mut way) = (node, Vec::new());
        let root = loop {
            if let Some(root) = self.known.get(&at) {
                break *root;
            }
            way.push(at);
            match self.history.graph.parents(at).first() {
                Some(parent) => at = *parent,
                None => break at,
            }
        };
        self.known.extend(way.into_iter().map(|node| (node, root)));
        root
    }
}

/// What to look at: addresses that are known only by what advisories about other
/// packages name there. They are the project's only if somebody says so: a fork
/// shares its commits with where it comes from.
#[must_use]
pub(crate) fn strangers(project: &Project, advisories: &[Advisory]) -> Vec<Finding> {
    let mut named_there: BTreeMap<Remote, BTreeSet<&str>> = BTreeMap::new();
    for advisory in advisories {
        let is_here = |(address, commit): &(Remote, CommitId)| {
            project.former.addresses.contains(address) && project.former.commits.contains(commit)
        };
        let addresses: BTreeSet<Remote> = named(advisory).filter(is_here).map(|(address, _)| address).collect();
        if !addresses.is_empty() && project.about(advisory).is_none() {
            for address in addresses {
                named_there.entry(address).or_default().insert(advisory.id.as_str());
            }
        }
    }
    let finding = |(address, ids): (Remote, BTreeSet<&str>)| {
        let (first, more) = (ids.first()?, ids.len() - 1);
        let others = if more > 0 { format!(" and {more} others") } else { String::new() };
        let message = format!(
            "{first}{others}, which name packages of other addresses, name commits of this history at {address}. If the \
             project lived there, {}.",
            Former::mend(&address)
        );
        Some(Finding::new(FindingCode::FormerAddress, address.as_str(), message))
    };
    named_there.into_iter().filter_map(finding).collect()
}
