//! Which releases an advisory reaches, as people say it.
//!
//! Nothing is worked out here: what is affected comes from the evaluation that OSV
//! records and `explain` are made of, and from the records' word where that has none;
//! what is fixed from what notes announce.

mod spans;

pub use spans::{LineReach, LineState, Span};

use super::book::{Ledger, Points};
use super::impact::{Impact, NoImpact, stated_start};
use super::news::Holders;
use super::query::Query;
use crate::advisory::{Advisory, Event};
use crate::history::{PointSet, Release};
use crate::join::Said;
use crate::model::TagName;

/// Which releases one of the project's own advisories reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The affected releases, the lowest first. Candidates are left out unless they
    /// alone are affected.
    pub affected: Vec<Span>,
    /// The lines that have one of them, by version.
    pub lines: Vec<LineReach>,
    /// The releases that announce the fix, by version: the first of each line that did
    /// not come with it.
    pub fixed_in: Vec<TagName>,
    /// The release to go to from what the entry is about.
    pub upgrade_to: Option<TagName>,
}

/// What is affected, and whether what came before the first release is as well.
#[derive(Default)]
struct Affected {
    releases: PointSet,
    from_start: bool,
}

/// The reach of an advisory by its place, as seen from a release. `is_here`: whether that
/// has the fix.
pub(super) fn of(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    points: &Points,
    (at, impact): (usize, &Result<Impact, NoImpact>),
    is_here: bool,
) -> Option<Reach> {
    let advisory = ledger.own.get(at)?;
    let holders = Holders::new(ledger, points, at)?;
    let calls_own = |affected: &Affected| query.release.is_some_and(|own| affected.releases.contains(own.place));
    let (affected, is_here) = match impact {
        // A fix that is only possible is none by the commits.
        Ok(impact) => {
            let affected = by_graph(ledger, impact);
            let is_here = is_here && !calls_own(&affected);
            (affected, is_here)
        }
        Err(_) => {
            let affected = by_word(ledger, advisory);
            // Who types `<= 1.0.1` for what 1.0.1 fixes is wrong somewhere, and nobody here
            // can tell where: no section announces a fix and calls its own release affected.
            let is_open = ledger.project.is_undecided(advisory) || is_here && calls_own(&affected);
            (if is_open { Affected::default() } else { affected }, is_here)
        }
    };
    let (spans, lines) = spans::of(&ledger.history.releases, &affected.releases, affected.from_start);
    Some(Reach {
        affected: spans,
        lines,
        fixed_in: holders.first_fixed().into_iter().map(|release| release.tag.clone()).collect(),
        upgrade_to: upgrade_to(ledger, query, &holders, &affected.releases, is_here),
    })
}

fn by_graph(ledger: &Ledger<'_>, impact: &Impact) -> Affected {
    let is_root = |node: &_| ledger.history.graph.parents(*node).is_empty();
    let from_start = impact.timeline.from_roots || impact.timeline.introduced.iter().any(is_root);
    Affected { releases: impact.affected.clone(), from_start }
}

/// Where no commit is known, a record is written as its source has it.
fn by_word(ledger: &Ledger<'_>, advisory: &Advisory) -> Affected {
    let said = Said::by(advisory);
    let releases = ledger.history.releases.all();
    let mut affected = PointSet::empty(releases.len());
    for (place, _) in releases.iter().enumerate().filter(|(_, release)| said.is_affected(release) == Some(true)) {
        affected.insert(place);
    }
    let ranges = advisory.affected.iter().flat_map(|fact| &fact.value.ranges).filter(|range| range.repo.is_none());
    let begins = |event: &Event| matches!(event, Event::Introduced(text) if stated_start(text).is_none());
    let from_start = ranges.flat_map(|range| &range.events).any(begins);
    Affected { releases: affected, from_start }
}

/// The release itself, if it has the fix; else the lowest one of its line that has, else
/// the lowest one above. Of what is unreleased as seen from the release before.
fn upgrade_to(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    holders: &Holders<'_, '_>,
    affected: &PointSet,
    is_here: bool,
) -> Option<TagName> {
    let all = || ledger.history.releases.all().iter().enumerate();
    let before = |own: &Release| {
        let mut known = all().filter(|(place, _)| affected.contains(*place)).map(|(_, release)| release).peekable();
        known.peek().is_none() || known.any(|release| release.precedes(own))
    };
    // Nobody goes up to a release that lies below all that is affected.
    if let Some(own) = query.release.filter(|own| is_here && before(own)) {
        return Some(own.tag.clone());
    }
    let own = query.release.or_else(|| Some(query.previous?.release))?;
    let is_cure = |(place, release): &(usize, &Release)| {
        own.precedes(release) && !release.version.is_prerelease() && holders.has(release) && !affected.contains(*place)
    };
    let cures = || all().filter(is_cure).map(|(_, release)| release);
    let cure = cures().find(|release| release.line == own.line).or_else(|| cures().next());
    cure.map(|release| release.tag.clone())
}
