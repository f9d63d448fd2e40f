//! Where a vulnerability came from: the record's word, the `Fixes:` trailers of
//! its fix, else nothing.

use super::fixes::Fixes;
use crate::advisory::{Advisory, Affected, Event, Range};
use crate::history::{CommitSet, Graph, Node, Release};
use crate::join::records::pseudo_version;
use crate::join::{Said, first_of_package};
use crate::ledger::Ledger;
use crate::ledger::affected::{BadEvent, Timeline, affected};
use crate::model::{AdvisoryId, TagName, Version};

/// A commit that introduced a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Introduced {
    /// The commit.
    pub commit: Node,
    /// How that is known.
    pub by: IntroducedBy,
}

/// How a commit is known to have introduced a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntroducedBy {
    /// An `introduced` event of this record names it.
    Record(AdvisoryId),
    /// A record calls this version the first affected one: the commit is the
    /// first that only it and later releases have.
    Version(Version),
    /// The `Fixes:` trailer of this fix names it.
    Trailer(Node),
    /// It says that it copies such a commit.
    Copy(Node),
    /// Records call this release affected, and nothing that is known to have
    /// introduced it is among its commits: this is the first that only releases
    /// have that may be affected.
    Release(TagName),
    /// This fix is on a line of which nothing says what introduced it there.
    Fix(Node),
}

/// The commits that introduced what an advisory is about; none where nothing says.
/// From the surest word to the weakest. Pseudo-versions and trailers have to explain every fix: a
/// beginning that is not among the ancestors of one would call that fix's whole line safe.
pub(super) fn of(ledger: &Ledger<'_>, advisory: &Advisory, fixes: &Fixes) -> Result<Vec<Introduced>, Vec<BadEvent>> {
    let of_record = by_record(ledger, advisory)?;
    if !of_record.is_empty() {
        return Ok(with_copies(ledger, of_record));
    }
    let of_commit = with_copies(ledger, by_version(ledger, advisory, true));
    if explains(ledger, advisory, fixes, &of_commit) {
        return Ok(of_commit);
    }
    let mut of_version = by_version(ledger, advisory, false);
    if !of_version.is_empty() {
        // A commit that a record names on one line, and versions of the others.
        let named = of_commit.into_iter().filter(|commit| matches!(commit.by, IntroducedBy::Record(_)));
        of_version.extend(named.collect::<Vec<_>>());
        of_version.sort_by_key(|introduced| introduced.commit);
        of_version.dedup_by_key(|introduced| introduced.commit);
        return Ok(of_version);
    }
    let of_trailers = with_copies(ledger, by_trailers(ledger, fixes));
    Ok(if explains(ledger, advisory, fixes, &of_trailers) { of_trailers } else { Vec::new() })
}

/// Whether commits can be all that introduced the vulnerability: each fix
/// follows from one, since nobody fixes a line that has nothing to fix, and
/// some release is affected where the records say so of any. A `Fixes:` trailer
/// in a series mends the commit before it; of a copy on another line nobody
/// may have said that it is one.
fn explains(ledger: &Ledger<'_>, advisory: &Advisory, fixes: &Fixes, introduced: &[Introduced]) -> bool {
    let commits: Vec<Node> = introduced.iter().map(|introduced| introduced.commit).collect();
    let contained = ledger.history.graph.containment(&commits, &fixes.fixed);
    let reached = (0..fixes.fixed.len()).all(|fix| commits.iter().any(|commit| contained.contains(fix, *commit)));
    if commits.is_empty() || !reached {
        return false;
    }
    let releases = ledger.history.releases.all();
    let said = Said::by(advisory);
    if releases.iter().all(|release| said.is_affected(release) != Some(true)) {
        return true;
    }
    let points = ledger.history.releases.commits();
    let timeline = Timeline { introduced: commits, fixed: fixes.fixed.clone(), ..Timeline::default() };
    affected(&ledger.history.graph, &points, &[timeline]).iter().any(|set| !set.is_empty())
}

/// Adds the copies of commits that other lines have: what was backported
/// brought the vulnerability along.
fn with_copies(ledger: &Ledger<'_>, mut found: Vec<Introduced>) -> Vec<Introduced> {
    for original in found.clone() {
        // What stands for a version is no change that somebody copied.
        let copies = match original.by {
            IntroducedBy::Version(_) => Vec::new(),
            _ => ledger.index.copies_of(original.commit),
        };
        for copy in copies {
            if found.iter().all(|known| known.commit != copy) {
                found.push(Introduced { commit: copy, by: IntroducedBy::Copy(original.commit) });
            }
        }
    }
    found.sort_by_key(|introduced| introduced.commit);
    found
}

/// The `introduced` events of the GIT ranges of the project's repository. One
/// that is `0` says that nobody looked, or that it was always there: both leave
/// the beginning open.
fn by_record(ledger: &Ledger<'_>, advisory: &Advisory) -> Result<Vec<Introduced>, Vec<BadEvent>> {
    let mut found: Vec<Introduced> = Vec::new();
    let mut bad = Vec::new();
    for fact in &advisory.affected {
        let Some(source) = advisory.source_of(fact) else { continue };
        for range in &fact.value.ranges {
            if !range.repo.as_ref().is_some_and(|repo| ledger.project.lives_at(repo)) {
                continue;
            }
            let events: Vec<Event> =
                range.events.iter().filter(|event| matches!(event, Event::Introduced(_))).cloned().collect();
            if events.is_empty() {
                continue;
            }
            match Timeline::read(&ledger.history.graph, &events) {
                Ok(timeline) if timeline.from_roots => return Ok(Vec::new()),
                Ok(timeline) => {
                    let by = || IntroducedBy::Record(source.id.clone());
                    let new = timeline.introduced.into_iter().map(|commit| Introduced { commit, by: by() });
                    found.extend(new);
                }
                Err(errors) => bad.extend(errors),
            }
        }
    }
    found.sort_by_key(|introduced| introduced.commit);
    found.dedup_by_key(|introduced| introduced.commit);
    if bad.is_empty() { Ok(found) } else { Err(bad) }
}

/// The versions that the records call the first affected ones. Where one says
/// that all early ones are, the beginning is open. Of a range without an end
/// the `0` says little: Go's database writes one for each major version of a
/// module of which it knows no fix. `commits`: whether pseudo-versions, which
/// are commits in a version's clothes, are taken for these.
fn by_version(ledger: &Ledger<'_>, advisory: &Advisory, commits: bool) -> Vec<Introduced> {
    let releases = ledger.history.releases.all();
    let mut found: Vec<Introduced> = Vec::new();
    // The lowest start, and whether it is that of all versions of a module.
    let mut lowest: Option<(Version, bool)> = None;
    let stated = starts(advisory, false).into_iter().filter(|(_, _, event)| stated_start(event).is_some());
    for (fact, source, event) in starts(advisory, true).into_iter().chain(stated) {
        let named = pseudo_version(event).filter(|_| commits).map(|prefix| ledger.history.graph.find_prefix(&prefix));
        let introduced = if let Some([commit]) = named.as_deref() {
            Introduced { commit: *commit, by: IntroducedBy::Record(source.clone()) }
        } else {
            // All versions of a module whose name has a major version are not
            // all versions of the project.
            let first = || fact.package.as_ref().and_then(first_of_package);
            let whole = stated_start(event).is_none();
            let Some(version) = stated_start(event).or_else(first) else { return Vec::new() };
            if lowest.as_ref().is_none_or(|(lowest, _)| version < *lowest) {
                lowest = Some((version.clone(), whole));
            }
            let Some(release) = releases.iter().find(|release| release.version >= version) else { continue };
            Introduced { commit: first_of(ledger, release), by: IntroducedBy::Version(version) }
        };
        if found.iter().all(|known| known.commit != introduced.commit) {
            found.push(introduced);
        }
    }
    // Where a module is affected from its first version on, so is the one of
    // the major version before it of which a record says the same.
    let from_start = lowest.is_some_and(|(_, whole)| whole);
    if from_start && starts(advisory, false).iter().any(|(_, _, event)| stated_start(event).is_none()) {
        return Vec::new();
    }
    found.sort_by_key(|introduced| introduced.commit);
    found
}

/// The `introduced` events of version ranges, of those that end or of those
/// that do not, each with what it is said of and by which record.
fn starts(advisory: &Advisory, ending: bool) -> Vec<(&Affected, &AdvisoryId, &str)> {
    let ends = |range: &&Range| range.events.iter().any(|event| !matches!(event, Event::Introduced(_))) == ending;
    let mut starts = Vec::new();
    for fact in &advisory.affected {
        let Some(source) = advisory.source_of(fact) else { continue };
        for range in fact.value.ranges.iter().filter(|range| range.repo.is_none()).filter(ends) {
            starts.extend(range.events.iter().filter_map(|event| match event {
                Event::Introduced(text) => Some((&fact.value, &source.id, text.as_str())),
                _ => None,
            }));
        }
    }
    starts
}

/// The version that an `introduced` event of versions names; none for the
/// beginning, in any of its spellings (`0`, `0.0.0-0`).
#[must_use]
pub(crate) fn stated_start(text: &str) -> Option<Version> {
    let version = text.trim_start_matches(['v', 'V']).parse::<Version>().ok();
    version.filter(|version| version.numbers().iter().any(|number| *number > 0))
}

/// The commit that stands for all releases from one on. That is the release's
/// own where later ones descend from it; where each is cut on a branch of its
/// own (Helm, Kata), it is the oldest that it has and no earlier release, and
/// that most later lines have: they fork after it.
fn first_of(ledger: &Ledger<'_>, release: &Release) -> Node {
    let graph = &ledger.history.graph;
    let releases = ledger.history.releases.all();
    let later = releases.iter().filter(|other| release.precedes(other) && other.line != release.line);
    let later: Vec<Node> = later.map(|other| other.commit).collect();
    let with = graph.descendants(release.commit);
    if later.iter().all(|other| with.contains(*other)) {
        return release.commit;
    }
    // A candidate of this very version has what the version has.
    let candidate = |other: &Release| {
        other.version.is_prerelease()
            && (0..3).all(|place| other.version.number(place) == release.version.number(place))
    };
    let earlier = releases.iter().filter(|other| other.precedes(release) && !candidate(other));
    let earlier: Vec<Node> = earlier.map(|other| other.commit).collect();
    let known = graph.ancestors(&earlier);
    let own = graph.ancestors(&[release.commit]).without(&known);
    // A history that was merged in has roots of its own, and never was this project's.
    let mut native = known;
    let follows = |native: &CommitSet, node: Node| {
        earlier.is_empty() || graph.parents(node).iter().any(|parent| native.contains(*parent))
    };
    let own = own.iter().filter(|node| follows(&native, *node) && native.insert(*node));
    let own: Vec<Node> = own.take(MOST_COMMITS).collect();
    let contained = graph.containment(&own, &later);
    let by_lines = |commit: &&Node| (contained.points_with(**commit).len(), std::cmp::Reverse(**commit));
    own.iter().max_by_key(by_lines).copied().unwrap_or(release.commit)
}

/// The most commits of a release that are looked at one by one.
const MOST_COMMITS: usize = 8192;

/// Follows first parents as long as they are not in a set.
pub(super) fn oldest_without(graph: &Graph, from: Node, known: &CommitSet) -> Node {
    let mut oldest = from;
    while let Some(first) = graph.parents(oldest).first().filter(|first| !known.contains(**first)) {
        oldest = *first;
    }
    oldest
}

/// The commits that trailers of the fix name, as far as the fix descends from them.
/// A trailer may name a commit of the same series, or one of another line; what the fix does not
/// descend from introduced nothing here.
fn by_trailers(ledger: &Ledger<'_>, fixes: &Fixes) -> Vec<Introduced> {
    let graph = &ledger.history.graph;
    let mut found: Vec<Introduced> = Vec::new();
    for fix in &fixes.commits {
        for prefix in &ledger.history.commit(*fix).message.introduced_by {
            let [commit] = graph.find_prefix(prefix)[..] else { continue };
            let leads = commit < *fix && graph.descendants(commit).contains(*fix);
            if leads && found.iter().all(|known| known.commit != commit) {
                found.push(Introduced { commit, by: IntroducedBy::Trailer(*fix) });
            }
        }
    }
    found.sort_by_key(|introduced| introduced.commit);
    found
}
