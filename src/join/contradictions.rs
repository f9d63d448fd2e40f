//! References that cannot be right, and records that name one commit for
//! different vulnerabilities.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::index::{Index, Resolved};
use super::link::AdvisoryLinks;
use super::scoring::Outcome;
use super::words::{Doc, Query, Rarity};
use super::{messages, stated, weights};
use crate::advisory::{Advisory, Event, Project};
use crate::history::{Change, Changes, History, Node};
use crate::model::{AdvisoryId, Confidence, Finding, FindingCode, Version, Weight};

/// Why commits that a record or a message names cannot be the fix, in words
/// that go on from "it".
/// Records name commits that cannot be the fix: those that only prepare the release (in one project
/// 13 notes said so at *confirmed*), and those that introduced the weakness.
/// The record of DOMPurify's CVE-2026-0540 names a commit of 3.2.7, and 3.3.2 mends it.
pub(super) fn of(
    history: &History,
    index: &Index<'_>,
    advisory: &Advisory,
    changes: &dyn Changes,
    commits: &[Node],
) -> Option<String> {
    if let Some(why) = nothing_mended(history, index, changes, commits) {
        return Some(why);
    }
    let with = history.graph.descendants(*commits.last()?);
    if let Some(first) = stated::first_affected(advisory) {
        // Release candidates of the first affected version count as it.
        let before = history.releases.all().iter().find(|release| {
            !release.version.is_prerelease() && release.version < first && with.contains(release.commit)
        });
        if let Some(before) = before {
            return Some(format!(
                "is in {} already, before {first}, the first version that is called affected",
                before.tag
            ));
        }
    }
    // Before the count of affected releases, which needs three of them: a weakness that was introduced
    // one release ago has fewer.
    if let Some(why) = introduced(history, index, advisory, commits) {
        return Some(why);
    }
    // A patched version may be off by one. What was in several affected
    // releases introduced the weakness, sooner: Argo CD's GO-2025-3994 links
    // the pull request that did, urllib3's CVE-2020-7212 calls it `fixed`.
    let affected = stated::affected(history, advisory);
    let mut inside = affected.iter().filter(|release| with.contains(release.commit));
    let earliest = inside.next()?;
    let more = inside.count();
    (more >= 2).then(|| format!("is in {} already and {more} more releases that are called affected", earliest.tag))
}

/// Why a commit that a record names is another advisory's: GitHub merged the
/// private forks of both under their ids (Argo CD's GO-2023-2050 links its own and
/// the one that was released with it).
pub(super) fn another_fork(history: &History, index: &Index<'_>, advisory: &Advisory, commit: Node) -> Option<String> {
    let is_own = |id: &AdvisoryId| advisory.ids().any(|own| own == id);
    let fork_id = |node: Node| index.mentions_of(node).find(|id| messages::fork_id(history, node) == Some(*id));
    let other = fork_id(commit).filter(|id| !is_own(id))?;
    let mut mentions = advisory.ids().flat_map(|id| index.mentions(id));
    let has_own = mentions.any(|(node, _)| fork_id(*node).is_some_and(is_own));
    has_own.then(|| format!("is the merge of the private fork of {other}"))
}

/// Why commits are what introduced the weakness: a record says so, or they were
/// first released in the version that the records call the first affected one.
fn introduced(history: &History, index: &Index<'_>, advisory: &Advisory, commits: &[Node]) -> Option<String> {
    let ranges = || advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
    let events = |git: bool| {
        let ranges = ranges().filter(move |range| range.repo.is_some() == git);
        ranges.flat_map(|range| &range.events).filter_map(|event| match event {
            Event::Introduced(text) => Some(text.as_str()),
            _ => None,
        })
    };
    let named = events(true).filter_map(|hash| match index.resolve(&hash.parse().ok()?) {
        Resolved::Commit(node) => Some(node),
        _ => None,
    });
    let tags = history.releases.commits();
    // A tag stands for its version there.
    if let Some(node) = named.filter(|node| !tags.contains(node)).find(|node| commits.contains(node)) {
        return Some(format!("is {}, which its record says introduced it", history.graph.id(node).short()));
    }
    let with = history.graph.descendants(*commits.last()?);
    let mut finals = history.releases.all().iter().filter(|release| !release.version.is_prerelease());
    let first = finals.find(|release| with.contains(release.commit))?;
    let starts =
        |text: &str| text.trim_start_matches(['v', 'V']).parse().is_ok_and(|version: Version| version == first.version);
    let affected = stated::affected(history, advisory);
    let is_first = events(false).any(starts) && affected.iter().any(|release| release.tag == first.tag);
    is_first.then(|| format!("was first released in {}, the first version that is called affected", first.tag))
}

/// Why commits mend nothing, by what they changed.
/// By content and not by subject alone: the merge of a private fork may hold nothing but the notes
/// of the release.
pub(super) fn nothing_mended(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    commits: &[Node],
) -> Option<String> {
    let ids: Vec<_> = commits.iter().map(|node| history.graph.id(*node)).collect();
    let read = changes.changes(&ids);
    if !commits.is_empty() && read.iter().all(|change| change.as_ref().is_some_and(|change| change.is_prose())) {
        return Some("changes documents only".to_owned());
    }
    let prepares =
        |(node, change): (&Node, &Option<Arc<Change>>)| index.prepares_release(history, *node, change.as_deref());
    if !commits.is_empty() && commits.iter().zip(&read).all(prepares) {
        return Some("only prepares a release".to_owned());
    }
    None
}

/// An advisory whose record names a commit that another advisory explains better.
#[derive(Debug)]
pub(super) struct Shared {
    /// The advisory that loses it.
    pub(super) loser: usize,
    /// All commits that it loses.
    pub(super) commits: BTreeSet<Node>,
    /// Those of them that its record names.
    pub(super) named: Vec<Node>,
    id: String,
    /// The advisory that explains them.
    owner: String,
    /// What the words of both count in it: the owner's, and the loser's.
    words: [Weight; 2],
    /// Whether the loser's words are in it, too: one commit may fix both.
    pub(super) enough: bool,
}

impl Shared {
    /// Whether another candidate fits the loser better than the shared commit.
    pub(super) fn is_beaten_by(&self, outcome: &Outcome) -> bool {
        outcome.confidence == Some(Confidence::Likely) && outcome.words > self.words[1]
    }

    pub(super) fn detail(&self, history: &History) -> String {
        let names: Vec<String> = self.named.iter().map(|node| history.graph.id(*node).short()).collect();
        format!(
            "its record names {}, which {} explains better (words {} against {})",
            names.join(", "),
            self.owner,
            self.words[0],
            self.words[1]
        )
    }

    pub(super) fn finding(&self, history: &History, outcome: &Outcome) -> Finding {
        let instead: Vec<String> = outcome
            .chosen
            .iter()
            .flat_map(|unit| unit.members.iter().copied().chain(unit.merge))
            .map(|node| history.graph.id(node).short())
            .collect();
        Finding::new(
            FindingCode::ContradictedReference,
            self.id.clone(),
            format!(
                "{}; {} fits it instead. Correct the record's reference.",
                capitalised(&self.detail(history)),
                instead.join(", ")
            ),
        )
    }
}

/// Finds advisories that name one commit, where its words are those of one of
/// them and not of the other.
/// Records do name another advisory's fix; which of the two is wrong their words tell, since each
/// has its own.
pub(super) fn shared(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisories: &[Advisory],
    joined: &[AdvisoryLinks],
    takes_part: &[bool],
    changes: &dyn Changes,
) -> Vec<Shared> {
    let mut owners: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
    for (at, links) in joined.iter().enumerate().filter(|(at, _)| takes_part.get(*at) == Some(&true)) {
        for link in links.links.iter().filter(|link| link.copy_of.is_none() && !history.graph.is_merge(link.commit)) {
            owners.entry(link.commit).or_default().push(at);
        }
    }
    owners.retain(|_, owners| owners.len() > 1);
    let pairs: BTreeSet<(usize, usize)> = owners
        .values()
        .flat_map(|owners| owners.iter().flat_map(|a| owners.iter().map(move |b| (*a, *b))))
        .filter(|(a, b)| a < b)
        .collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    let rarity = Rarity::new(index.subject_words());
    let mut lost: Vec<Shared> = Vec::new();
    for (a, b) in pairs {
        let commits: BTreeSet<Node> = owners
            .iter()
            .filter(|(_, owners)| owners.contains(&a) && owners.contains(&b))
            .map(|(node, _)| *node)
            .collect();
        let doc = doc_of(history, changes, &commits.iter().copied().collect::<Vec<_>>());
        let words = |at: usize| {
            let mut query = advisories.get(at).map(|advisory| Query::new(advisory, project)).unwrap_or_default();
            query.keep_rarest(&rarity);
            query.matched(&doc, &rarity).0
        };
        let own = |at: usize| {
            let links = joined.get(at).map(|links| links.links.as_slice()).unwrap_or_default();
            let mut here = links.iter().filter(|link| commits.contains(&link.commit)).flat_map(|link| &link.evidence);
            here.any(|evidence| evidence.kind.is_own())
        };
        let (of_a, of_b) = (words(a), words(b));
        let (owner, loser, more, fewer) = if of_a >= of_b { (a, b, of_a, of_b) } else { (b, a, of_b, of_a) };
        let enough = fewer >= weights::SHARED_WORDS && fewer.points() >= more.points() * weights::SHARED_PART;
        let Some(of) = advisories.get(owner) else { continue };
        if !own(loser) && lost.iter().all(|known| known.loser != loser) {
            let links = joined.get(loser).map(|links| links.links.as_slice()).unwrap_or_default();
            let all: BTreeSet<Node> = closure(history, links.iter().map(|link| link.commit), &commits);
            let named = links
                .iter()
                .filter(|link| {
                    all.contains(&link.commit) && link.evidence.iter().any(|evidence| evidence.kind.is_reference())
                })
                .map(|link| link.commit)
                .collect();
            let id = advisories.get(loser).map(|advisory| advisory.id.to_string()).unwrap_or_default();
            lost.push(Shared {
                loser,
                commits: all,
                named,
                id,
                owner: of.id.to_string(),
                words: [more, fewer],
                enough,
            });
        }
    }
    lost
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The shared commits, and the linked merges that brought them.
fn closure(history: &History, links: impl Iterator<Item = Node>, commits: &BTreeSet<Node>) -> BTreeSet<Node> {
    let merges = links.filter(|link| {
        history.graph.is_merge(*link) && history.graph.brought_by(*link).iter().any(|node| commits.contains(&node))
    });
    merges.chain(commits.iter().copied()).collect()
}

/// The words of some commits: what their messages say and what they change.
pub(super) fn doc_of(history: &History, changes: &dyn Changes, commits: &[Node]) -> Doc {
    let ids: Vec<_> = commits.iter().map(|node| history.graph.id(*node)).collect();
    let mut doc = Doc::default();
    for (node, message) in commits.iter().zip(changes.messages(&ids)) {
        doc.message(message.as_deref().unwrap_or(&history.commit(*node).message.subject));
    }
    for change in changes.changes(&ids).iter().flatten() {
        doc.change(change);
    }
    doc
}

/// What people decided against what records and messages name today.
pub(super) fn decision(
    history: &History,
    advisory: &Advisory,
    decided: &BTreeSet<Node>,
    named: &BTreeSet<Node>,
) -> Option<Finding> {
    let fixes: BTreeSet<Node> = decided.iter().copied().filter(|node| !history.graph.is_merge(*node)).collect();
    let list = |nodes: &BTreeSet<Node>| {
        nodes.iter().map(|node| history.graph.id(*node).short()).collect::<Vec<_>>().join(", ")
    };
    if named.is_empty() {
        return None;
    }
    if fixes.is_subset(named) {
        let message = "The records or the commits name the same fix as its [[link]], which has become unnecessary.";
        return Some(Finding::new(FindingCode::DecisionUnnecessary, advisory.id.as_str(), message));
    }
    fixes.is_disjoint(named).then(|| {
        Finding::new(
            FindingCode::DecisionContradicted,
            advisory.id.as_str(),
            format!(
                "Its [[link]] says {}, and the records or commits name {}. The link is obeyed; correct the one that is wrong.",
                list(&fixes),
                list(named)
            ),
        )
    })
}
