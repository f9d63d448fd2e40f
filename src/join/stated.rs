//! The releases that records call patched.

use super::said::{Said, Word};
use super::{confidence, prose};
use crate::advisory::{Advisory, Database, Event};
use crate::history::{History, Node, Release, previous_release};
use crate::model::{Confidence, Version};

/// A release that a record calls patched, with how far to trust that.
pub(crate) struct Stated<'h> {
    pub(crate) release: &'h Release,
    pub(crate) trust: Confidence,
    pub(crate) detail: String,
    /// Whether the record names this very version, and not one from which this
    /// release is inferred.
    pub(crate) is_named: bool,
}

/// The releases whose versions the records call patched or, where such a
/// version was never tagged, the next one of its line; and where records name
/// only the last affected version, the release after it.
/// All but the first are guesses: they say where to look and announce nothing alone. Real records
/// name versions that were never tagged, and versions that were tagged and given up.
pub(crate) fn releases<'h>(history: &'h History, advisory: &Advisory) -> Vec<Stated<'h>> {
    let releases = history.releases.all();
    let finals = |release: &&Release| !release.version.is_prerelease();
    let mut found: Vec<Stated<'h>> = Vec::new();
    let said = Said::by(advisory);
    for (version, source) in confidence::patched_versions(advisory) {
        let trust = confidence::of_patched_version(advisory, source);
        let of_others =
            advisory.records.iter().any(|record| record.id.as_str() == source && record.database == Database::Other);
        // Where a more trusted record begins later, there is nothing to fix: GO-2024-3248 calls
        // KubeSphere's 3.4.1 patched, and GHSA-p26r-gfgc-c47h speaks of 4.x alone.
        let trust = |release: &Release| {
            if of_others && said.of(release) == Some(Word::NotYet) { Confidence::Possible } else { trust }
        };
        let tagged = found.len();
        let detail = || format!("{source} says that {version} is patched");
        let named = history.releases.of_version(&version);
        found.extend(named.map(|release| Stated { release, trust: trust(release), detail: detail(), is_named: true }));
        if found.len() > tagged {
            continue;
        }
        let next = releases
            .iter()
            .filter(finals)
            .find(|release| release.version > version && same_line(&release.version, &version));
        found.extend(next.map(|release| Stated {
            release,
            trust: Confidence::Possible,
            detail: format!(
                "{source} says that {version} is patched, which was never tagged; this is the next release"
            ),
            is_named: false,
        }));
    }
    // A range may know one line of several, or say what is affected last.
    for (version, source) in prose::patched(advisory) {
        for release in history.releases.of_version(&version) {
            if found.iter().all(|known| known.release.line != release.line) {
                let detail = format!("the text of {source} says that {version} is patched");
                found.push(Stated { release, trust: Confidence::Possible, detail, is_named: true });
            }
        }
    }
    if found.is_empty() {
        for (version, source) in last_affected(advisory) {
            let later = || releases.iter().filter(finals).filter(|release| release.version > version);
            let next = later().find(|release| same_line(&release.version, &version)).or_else(|| later().next());
            found.extend(next.map(|release| Stated {
                release,
                trust: Confidence::Possible,
                detail: format!("{source} says that {version} is the last affected version; this is the next release"),
                is_named: false,
            }));
        }
    }
    found
}

/// The releases of exactly the versions that records call patched.
pub(crate) fn exact<'h>(history: &'h History, advisory: &Advisory) -> Vec<&'h Release> {
    let patched = confidence::patched_versions(advisory);
    let named = patched.iter().flat_map(|(version, _)| history.releases.of_version(version));
    let mut named: Vec<&Release> = named.collect();
    named.sort_by_key(|release| release.place);
    named.dedup_by(|a, b| a.tag == b.tag);
    named
}

/// Asked last, because databases mix the two up: GO-2024-3248 calls KubeSphere's 3.4.1 patched,
/// which is the last affected version.
fn last_affected(advisory: &Advisory) -> Vec<(Version, &str)> {
    let mut versions: Vec<(Version, &str)> = Vec::new();
    for affected in &advisory.affected {
        let Some(source) = advisory.source_of(affected) else { continue };
        let events = affected.value.ranges.iter().filter(|range| range.repo.is_none()).flat_map(|range| &range.events);
        for event in events {
            if let Event::LastAffected(text) = event
                && let Ok(version) = text.trim_start_matches(['v', 'V']).parse::<Version>()
                && versions.iter().all(|(known, _)| *known != version)
            {
                versions.push((version, source.id.as_str()));
            }
        }
    }
    versions
}

/// The lowest version that the records call affected; none where one of them
/// says that all early ones are.
pub(crate) fn first_affected(advisory: &Advisory) -> Option<Version> {
    let mut lowest: Option<Version> = None;
    for affected in &advisory.affected {
        for event in affected.value.ranges.iter().filter(|range| range.repo.is_none()).flat_map(|range| &range.events) {
            if let Event::Introduced(text) = event {
                let version = text.trim_start_matches(['v', 'V']).parse::<Version>().ok();
                let version = version.filter(|version| version.numbers().iter().any(|number| *number > 0))?;
                lowest = Some(lowest.map_or_else(|| version.clone(), |lowest| lowest.min(version.clone())));
            }
        }
    }
    lowest
}

/// The final releases that the records call affected, by ranges that end with a
/// fix; a range without an end says nothing of where a fix is.
pub(crate) fn affected<'h>(history: &'h History, advisory: &Advisory) -> Vec<&'h Release> {
    let version = |text: &str| text.trim_start_matches(['v', 'V']).parse::<Version>().ok();
    let mut spans: Vec<(Option<Version>, Version)> = Vec::new();
    let ranges = advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
    for range in ranges.filter(|range| range.repo.is_none()) {
        let mut from = None;
        for event in &range.events {
            match event {
                Event::Introduced(text) => from = Some(version(text)),
                Event::Fixed(text) => {
                    if let (Some(from), Some(to)) = (from.take(), version(text)) {
                        spans.push((from, to));
                    }
                }
                Event::LastAffected(_) | Event::Limit(_) => from = None,
            }
        }
    }
    let within = |release: &&Release| {
        let version = &release.version;
        let inside =
            |(from, to): &(Option<Version>, Version)| from.as_ref().is_none_or(|from| from <= version) && version < to;
        // Each major version may be a package of its own, all of whose ranges
        // begin at 0 (Go): what its own range calls fixed is not affected.
        let fixed = |(_, to): &(Option<Version>, Version)| to.number(0) == version.number(0) && version >= to;
        !version.is_prerelease() && spans.iter().any(inside) && !spans.iter().any(fixed)
    };
    history.releases.all().iter().filter(within).collect()
}

/// The release before a commit that leaves no room for it to be a fix: no record
/// calls it affected, so that nothing which comes after mends what it lacks.
/// None where a release first has the commit that they call patched, or after
/// one that they call affected, or of which they say nothing.
pub(crate) fn settled_before<'h>(history: &'h History, advisory: &Advisory, commit: Node) -> Option<&'h Release> {
    let said = Said::by(advisory);
    let settled = |release: &Release| matches!(said.of(release), Some(Word::Fixed | Word::NotYet));
    let with = history.graph.descendants(commit);
    let has = |release: &Release| with.contains(release.commit);
    let all = history.releases.all();
    if !all.iter().any(has) {
        // Unreleased, it comes after the highest release that leads to it.
        let reach = history.graph.ancestors(&[commit]);
        let latest = all.iter().rfind(|release| reach.contains(release.commit));
        return latest.filter(|latest| settled(latest));
    }
    let patched: Vec<&Release> = releases(history, advisory).into_iter().map(|stated| stated.release).collect();
    let mut before = None;
    let mut lines: Vec<&[u64]> = Vec::new();
    for release in all.iter().filter(|release| has(release)) {
        if lines.contains(&release.line.as_slice()) {
            continue;
        }
        lines.push(&release.line);
        let previous = previous_release(&history.graph, &history.releases, release).map(|previous| previous.release);
        if previous.is_some_and(has) {
            continue;
        }
        // A candidate is of the version that it leads to.
        let is_patched = patched.iter().any(|patched| {
            patched.commit == release.commit || release.line == patched.line && release.precedes(patched)
        });
        match previous.filter(|previous| settled(previous) && !is_patched) {
            Some(previous) => before = before.or(Some(previous)),
            None => return None,
        }
    }
    before
}

/// Whether two versions share their first two numbers.
fn same_line(a: &Version, b: &Version) -> bool {
    (0..2).all(|place| a.number(place) == b.number(place))
}
