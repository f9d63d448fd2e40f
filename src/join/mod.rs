//! Commits + advisories → links with evidence. Pure: the same input gives the
//! same links, whatever its order.
//!
//! The stages, in order: what people decided, what records and messages name,
//! what contradicts that; copies on other branches; for what is still open,
//! the candidates of each release that is called patched, scored and assigned
//! as one matching; what takes fixes back; and how sure each link is.

mod alike;
mod assign;
mod backports;
mod beside;
mod candidates;
mod carry;
mod change_log;
mod choose;
mod clues;
mod companions;
pub(crate) mod confidence;
mod contradictions;
mod copies;
mod decisions;
mod disputes;
mod doubts;
mod former;
mod gather;
mod index;
mod link;
mod messages;
mod nature;
mod notes;
pub mod packages;
mod pattern;
mod prose;
pub(crate) mod quiet;
mod rate;
pub(crate) mod records;
mod requests;
mod reverts;
mod said;
mod same_code;
mod scored;
mod scoring;
mod squashes;
pub(crate) mod stated;
mod story;
mod subject_words;
mod tag_events;
mod titles;
mod unity;
mod weights;
pub(crate) mod wording;
mod words;

pub use carry::Carry;
pub(crate) use copies::{Copied, copies_of};
pub use decisions::Decision;
pub(crate) use former::{former, strangers};
pub use index::Index;
pub use link::{AdvisoryLinks, Candidate, Link, Revert};
pub use notes::Note;
pub(crate) use notes::noted;
pub(crate) use requests::request_of;
pub(crate) use said::{Said, Word, first_of_package, is_of_several};
pub(crate) use tag_events::read as read_tag_events;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::advisory::{Advisory, Project};
use crate::history::{Changes, History, Node, Release};
use crate::model::{Confidence, EvidenceKind, Finding, FindingCode, Version};
use carry::{carrying, unsettled};
use gather::Gathered;
use scoring::{Outcome, Scoring, Wanted};

/// What the join is given beside the history and the advisories.
#[derive(Clone, Copy)]
pub struct Joining<'a> {
    /// Where changes are read.
    pub changes: &'a dyn Changes,
    /// What people of the project decided.
    pub decisions: &'a [Decision],
    /// Whether unpublished advisories take part. If not they have their direct
    /// links, and no influence on what is said of any other advisory.
    pub unpublished: bool,
}

impl std::fmt::Debug for Joining<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Joining").field("decisions", &self.decisions).finish_non_exhaustive()
    }
}

/// The result of the join.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Joined {
    /// One entry for each advisory, in their order.
    pub links: Vec<AdvisoryLinks>,
    /// What is odd about the decisions as a whole.
    pub findings: Vec<Finding>,
}

/// Joins each advisory with the commits that fix it. The advisories are the
/// project's own.
#[must_use]
pub fn join(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisories: &[Advisory],
    joining: &Joining<'_>,
) -> Joined {
    let changes = joining.changes;
    let mut gathered: Vec<Gathered> = advisories
        .par_iter()
        .map(|advisory| gather::direct(history, index, project, advisory, joining.decisions, changes))
        .collect();
    for gathered in &mut gathered {
        backports::add_said(history, index, &mut gathered.links);
        gathered.stay_within(history);
    }
    copies(history, index, project, changes, advisories, &mut gathered);
    // Most advisories gain nothing by a later stage: what was made of the same stays.
    let mut known: Vec<Gathered> = Vec::new();
    let mut finish_all = |gathered: &[Gathered], joined: &[AdvisoryLinks]| -> Vec<AdvisoryLinks> {
        let all = gathered.par_iter().zip(advisories).enumerate().map(|(at, (gathered, advisory))| {
            let same = joined.get(at).filter(|_| known.get(at) == Some(gathered));
            same.cloned().unwrap_or_else(|| finish(history, index, changes, advisory, gathered))
        });
        let finished = all.collect();
        known = gathered.to_vec();
        finished
    };
    let mut joined = finish_all(&gathered, &[]);
    let takes_part: Vec<bool> =
        advisories.iter().map(|advisory| joining.unpublished || !advisory.disclosure.is_private()).collect();
    let open = |gathered: &[Gathered], joined: &[AdvisoryLinks]| {
        let shared = contradictions::shared(history, index, project, advisories, joined, &takes_part, changes);
        (wanted(history, advisories, gathered, joined, &shared), shared)
    };
    let (mut wanted, mut shared) = open(&gathered, &joined);
    // Before anything is weighed: a copy by equal code is surer than any score, and takes its release
    // out of what is weighed.
    if same_code::add(history, changes, &wanted, &mut gathered) {
        copies(history, index, project, changes, advisories, &mut gathered);
        joined = finish_all(&gathered, &joined);
        (wanted, shared) = open(&gathered, &joined);
    }
    wanted.retain(|wanted| takes_part.get(wanted.at) == Some(&true));
    let explained = |joined: &[AdvisoryLinks]| {
        let taking_part = joined.iter().enumerate().filter(|(at, _)| takes_part.get(*at) == Some(&true));
        scored::explained(taking_part.flat_map(|(at, links)| {
            let sure = links.links.iter().filter(|link| link.confidence >= Confidence::Likely);
            sure.map(move |link| (at, link))
        }))
    };
    let asked: Vec<usize> = wanted.iter().map(|wanted| wanted.at).collect();
    let (outcomes, unweighed) = weigh(history, index, project, advisories, joining, wanted, &explained(&joined));
    let mut take = |outcomes: Vec<Outcome>, joined: &mut Vec<AdvisoryLinks>, gathered: &mut Vec<Gathered>| {
        if outcomes.is_empty() {
            return;
        }
        for outcome in &outcomes {
            let owner = |loser: &&contradictions::Shared| loser.loser == outcome.at;
            gather::apply(history, index, gathered, outcome, shared.iter().find(owner), changes);
        }
        copies(history, index, project, changes, advisories, gathered);
        let weighed: Vec<Vec<Candidate>> =
            joined.iter_mut().map(|links| std::mem::take(&mut links.candidates)).collect();
        *joined = finish_all(gathered, joined);
        for (links, weighed) in joined.iter_mut().zip(weighed) {
            links.candidates = weighed;
        }
        for outcome in outcomes {
            if let Some(links) = joined.get_mut(outcome.at) {
                links.candidates.extend(outcome.candidates);
            }
        }
    };
    take(outcomes, &mut joined, &mut gathered);
    // After the stated releases were weighed: what they gave explains commits that an advisory beside
    // could else claim.
    let beside = beside::wanted(history, advisories, &gathered, &joined, &asked);
    let (outcomes, _) = weigh(history, index, project, advisories, joining, beside, &explained(&joined));
    // Nothing is said of what is no better there than where records look.
    let found = outcomes.into_iter().filter(|outcome| outcome.confidence == Some(Confidence::Likely));
    take(found.collect(), &mut joined, &mut gathered);
    for ((advisory, links), gathered) in advisories.iter().zip(&mut joined).zip(&gathered) {
        links.by_word = by_word(history, advisory, links);
        decisions_held(history, advisory, links, gathered);
    }
    // Last, when everything is linked that will be: who shares a commit is known only then.
    confidence::lower_shared(history, advisories, &takes_part, &mut joined);
    let mut findings = decisions::strangers(joining.decisions, advisories);
    findings.extend(unweighed);
    Joined { links: joined, findings }
}

fn copies(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    changes: &dyn Changes,
    advisories: &[Advisory],
    gathered: &mut [Gathered],
) {
    let mut links: Vec<BTreeMap<Node, Link>> =
        gathered.iter_mut().map(|gathered| std::mem::take(&mut gathered.links)).collect();
    let again = backports::add_unsaid(history, index, changes, &mut links);
    for ((gathered, links), again) in gathered.iter_mut().zip(links).zip(again) {
        gathered.links = links;
        drop_barred(gathered);
        gathered.again.extend(again);
        gathered.stay_within(history);
    }
    let shared = companions::shared(gathered);
    gathered.par_iter_mut().zip(advisories).for_each(|(gathered, advisory)| {
        companions::stay_on_affected_lines(history, index, advisory, gathered, &shared);
        companions::mark(history, changes, advisory, gathered);
        companions::set_aside(history, index, project, changes, advisory, gathered);
    });
}

/// Drops what is not the fix, and what is linked for nothing but being a copy of it.
fn drop_barred(gathered: &mut Gathered) {
    let mut dropped = gathered.barred.clone();
    loop {
        let is_copied = |kind: EvidenceKind| !kind.is_reference() && !kind.is_own();
        let falls = |link: &&Link| {
            let only_copy = link.copy_of.is_some_and(|of| dropped.contains(&of))
                && link.evidence.iter().all(|evidence| is_copied(evidence.kind));
            only_copy && !dropped.contains(&link.commit)
        };
        let more: Vec<Node> = gathered.links.values().filter(falls).map(|link| link.commit).collect();
        if more.is_empty() {
            break;
        }
        dropped.extend(more);
    }
    gathered.links.retain(|node, _| !dropped.contains(node));
}

/// Groups the links, looks for what takes them back, and rates them.
fn finish(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    advisory: &Advisory,
    gathered: &Gathered,
) -> AdvisoryLinks {
    let mut joined = AdvisoryLinks {
        links: gathered.links.values().cloned().collect(),
        mentions: gathered.mentions.clone(),
        findings: gathered.findings.clone(),
        ..AdvisoryLinks::default()
    };
    joined.reverts = reverts::of(history, index, &joined.links);
    reverts::add_unsaid(history, index, changes, &joined.links, &gathered.again, &mut joined.reverts);
    joined.group(history, &stated::exact(history, advisory));
    confidence::rate(history, advisory, &mut joined);
    joined
}

/// The advisories that have a release which is called patched and carries no
/// fix that is known.
fn wanted<'a>(
    history: &'a History,
    advisories: &'a [Advisory],
    gathered: &[Gathered],
    joined: &[AdvisoryLinks],
    shared: &[contradictions::Shared],
) -> Vec<Wanted<'a>> {
    let mut wanted = Vec::new();
    let kin = Kin::new(advisories);
    for (at, (advisory, links)) in advisories.iter().zip(joined).enumerate() {
        let Some(gathered) = gathered.get(at) else { continue };
        let lost = shared.iter().find(|shared| shared.loser == at);
        let stated = stated::releases(history, advisory);
        let stated: Vec<&Release> = stated.into_iter().map(|stated| stated.release).collect();
        let open: Vec<&Release> = if lost.is_some() { stated } else { unsettled(history, links, stated) };
        // What people decided is the answer, whole or not.
        if open.is_empty() || gathered.decided {
            continue;
        }
        let mut barred = gathered.barred.clone();
        barred.extend(lost.into_iter().flat_map(|lost| lost.commits.iter().copied()));
        let known = links.links.iter().map(|link| link.commit).filter(|commit| !barred.contains(commit)).collect();
        let kin = kin.of(at, advisory, joined);
        wanted.push(Wanted { at, advisory, releases: open, known, kin, barred, merged: 0.0, beside: false });
    }
    wanted
}

/// The fixes, named or told by messages, of the advisories that end in the
/// version in which another begins.
struct Kin(BTreeMap<Version, Vec<usize>>);

impl Kin {
    fn new(advisories: &[Advisory]) -> Self {
        let mut ends: BTreeMap<Version, Vec<usize>> = BTreeMap::new();
        for (at, advisory) in advisories.iter().enumerate() {
            for (version, _) in confidence::patched_versions(advisory) {
                ends.entry(version).or_default().push(at);
            }
        }
        Self(ends)
    }

    fn of(&self, at: usize, advisory: &Advisory, joined: &[AdvisoryLinks]) -> Vec<Node> {
        let first = stated::first_affected(advisory);
        let others = first.and_then(|first| self.0.get(&first)).into_iter().flatten().filter(|other| **other != at);
        let links = others.filter_map(|other| joined.get(*other)).flat_map(|links| &links.links);
        links.filter(|link| link.confidence >= Confidence::Likely).map(|link| link.commit).collect()
    }
}

/// What scored evidence says, and a finding for each group of advisories that
/// was too large to be weighed.
fn weigh(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    advisories: &[Advisory],
    joining: &Joining<'_>,
    wanted: Vec<Wanted<'_>>,
    explained: &FxHashMap<Node, Vec<usize>>,
) -> (Vec<Outcome>, Vec<Finding>) {
    let scoring = Scoring { history, index, project, changes: joining.changes, explained };
    let groups = scored::components(wanted);
    let (mut outcomes, mut unweighed) = (Vec::new(), Vec::new());
    for group in groups {
        let members: Vec<usize> = group.iter().map(|wanted| wanted.at).collect();
        match scoring.run(group) {
            Some(found) => outcomes.extend(found),
            None => unweighed.extend(too_many(advisories, &members)),
        }
    }
    (outcomes, unweighed)
}

fn too_many(advisories: &[Advisory], members: &[usize]) -> Option<Finding> {
    let first = advisories.get(*members.first()?)?;
    let message = format!(
        "{} advisories from this one on are called patched in releases that they share, and nothing names their fixes: \
         too many to weigh the words of so many changes, so none is looked for. Name the fixes in the records' \
         references, or decide on them in secnotes.links.toml.",
        members.len()
    );
    Some(Finding::new(FindingCode::TooManyToWeigh, first.id.as_str(), message))
}

/// The releases for which only the records' word stands. What is known of the
/// fix on one line says nothing of the others: those stay announced, unless the
/// commits that records name come later on their own line.
fn by_word(history: &History, advisory: &Advisory, links: &AdvisoryLinks) -> Vec<Node> {
    if links.groups.is_empty() {
        return Vec::new();
    }
    let stated = stated::releases(history, advisory).into_iter().map(|stated| stated.release).collect();
    let mut open = unsettled(history, links, stated);
    // Records are one early now and then: the line has its fix in another release.
    let carrying = carrying(history, links);
    open.retain(|release| carrying.iter().all(|other| other.line != release.line));
    open.into_iter().map(|release| release.commit).collect()
}

/// Holds what people decided against what the records and messages say today.
fn decisions_held(history: &History, advisory: &Advisory, links: &mut AdvisoryLinks, gathered: &Gathered) {
    if !gathered.decided {
        return;
    }
    let decided: BTreeSet<Node> = links
        .links
        .iter()
        .filter(|link| link.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Decision))
        .map(|link| link.commit)
        .collect();
    let found = contradictions::decision(history, advisory, &decided, &gathered.undecided);
    links.findings.extend(found.map(|finding| Finding { place: gathered.decided_at.clone(), ..finding }));
}
