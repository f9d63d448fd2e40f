//! Where a vulnerability came from: the record's word, the `Fixes:` trailers of
//! its fix, else nothing.

use super::fixes::Fixes;
use crate::advisory::{Advisory, Event, Range};
use crate::history::{CommitSet, Graph, Node, Release};
use crate::ledger::Ledger;
use crate::ledger::affected::{BadEvent, Timeline};
use crate::model::{AdvisoryId, Remote, Version};

/// A commit that introduced a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduced {
    /// The commit.
    pub commit: Node,
    /// How that is known.
    pub by: IntroducedBy,
}

/// How a commit is known to have introduced a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// The commits that introduced what an advisory is about; none where nothing says.
pub(super) fn of(ledger: &Ledger<'_>, advisory: &Advisory, fixes: &Fixes) -> Result<Vec<Introduced>, Vec<BadEvent>> {
    let of_record = by_record(ledger, advisory)?;
    if !of_record.is_empty() {
        return Ok(of_record);
    }
    let of_version = by_version(ledger, advisory);
    if !of_version.is_empty() {
        return Ok(of_version);
    }
    Ok(by_trailers(ledger, fixes))
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
            let remote = range.repo.as_ref().and_then(|repo| repo.parse::<Remote>().ok());
            if !remote.is_some_and(|remote| ledger.project.remotes.contains(&remote)) {
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
/// that all early ones are, the beginning is open. A range without an end says
/// little of its beginning: Go's database writes one for each major version of
/// a module of which it knows no fix.
fn by_version(ledger: &Ledger<'_>, advisory: &Advisory) -> Vec<Introduced> {
    let ranges = advisory.affected.iter().flat_map(|fact| &fact.value.ranges).filter(|range| range.repo.is_none());
    let ends = |range: &&Range| range.events.iter().any(|event| !matches!(event, Event::Introduced(_)));
    let mut found: Vec<Introduced> = Vec::new();
    for event in ranges.filter(ends).flat_map(|range| &range.events) {
        let Event::Introduced(text) = event else { continue };
        let Some(version) = stated_start(text) else { return Vec::new() };
        let release = ledger.history.releases.all().iter().find(|release| release.version >= version);
        let Some(release) = release else { continue };
        let commit = first_of(ledger, release);
        if found.iter().all(|known| known.commit != commit) {
            found.push(Introduced { commit, by: IntroducedBy::Version(version) });
        }
    }
    found.sort_by_key(|introduced| introduced.commit);
    found
}

/// The version that an `introduced` event of versions names; none for the
/// beginning, in any of its spellings (`0`, `0.0.0-0`).
#[must_use]
pub fn stated_start(text: &str) -> Option<Version> {
    let version = text.trim_start_matches(['v', 'V']).parse::<Version>().ok();
    version.filter(|version| version.numbers().iter().any(|number| *number > 0))
}

/// The commit that stands for all releases from one on. That is the release's
/// own where later ones descend from it; where each is cut on a branch of its
/// own (Helm, Kata), it is the oldest on the way to it that no earlier release
/// has, for later lines fork after that.
fn first_of(ledger: &Ledger<'_>, release: &Release) -> Node {
    let graph = &ledger.history.graph;
    let releases = ledger.history.releases.all();
    let with = graph.descendants(release.commit);
    let later = |other: &&Release| other.version > release.version && other.line != release.line;
    if releases.iter().filter(later).all(|other| with.contains(other.commit)) {
        return release.commit;
    }
    // A candidate of this very version has what the version has.
    let candidate = |other: &Release| {
        other.version.is_prerelease()
            && (0..3).all(|place| other.version.number(place) == release.version.number(place))
    };
    let earlier = releases.iter().filter(|other| other.version < release.version && !candidate(other));
    let earlier: Vec<Node> = earlier.map(|other| other.commit).collect();
    oldest_without(graph, release.commit, &graph.ancestors(&earlier))
}

/// Follows first parents as long as they are not in a set.
fn oldest_without(graph: &Graph, from: Node, known: &CommitSet) -> Node {
    let mut oldest = from;
    while let Some(first) = graph.parents(oldest).first().filter(|first| !known.contains(**first)) {
        oldest = *first;
    }
    oldest
}

/// The commits that trailers of the fix name, as far as the fix descends from
/// them, and copies of these that other lines have.
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
    for original in found.clone() {
        for copy in ledger.index.copies_of(original.commit) {
            if found.iter().all(|known| known.commit != *copy) {
                found.push(Introduced { commit: *copy, by: IntroducedBy::Copy(original.commit) });
            }
        }
    }
    found.sort_by_key(|introduced| introduced.commit);
    found
}
