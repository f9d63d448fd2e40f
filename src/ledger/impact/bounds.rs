//! What has to be affected and what cannot be, whatever the events say: by the
//! records' word and by the fixes that releases carry.

use rustc_hash::FxHashMap;

use super::Draft;
use crate::advisory::Advisory;
use crate::history::{Node, PointSet, Release};
use crate::join::{Said, Word, is_of_several, stated};
use crate::ledger::Ledger;
use crate::ledger::affected::{Timeline, affected};

/// What is known of every release beside the events, by their places in `Releases::all`.
pub(super) struct Bounds {
    /// What the records say of each by its version.
    pub(super) said: Vec<Option<Word>>,
    /// The releases that carry the whole fix.
    pub(super) whole: PointSet,
    /// The releases that a record calls affected and that do not carry it. A
    /// graph alone proves nothing against that: histories that were imported
    /// or cut on branches of their own miss commits that the code has.
    pub(super) must: PointSet,
}

impl Ledger<'_> {
    /// The bounds of several advisories, all in one pass over the graph.
    pub(super) fn bounds(&self, drafts: &[(&Advisory, &Draft)]) -> Vec<Bounds> {
        let graph = &self.history.graph;
        let releases = self.history.releases.all();
        let points = self.history.releases.commits();
        let fixed: Vec<Node> = drafts.iter().flat_map(|(_, draft)| draft.fixes.fixed.iter().copied()).collect();
        let contained = graph.containment(&fixed, &points);
        // Where a fix was taken back, carrying it once is not enough.
        let open = drafts.iter().map(|(_, draft)| Timeline {
            introduced: draft.fixes.reopened.clone(),
            fixed: draft.fixes.fixed.clone(),
            ..Timeline::default()
        });
        let stated: Vec<Vec<Timeline>> = drafts.iter().map(|(advisory, _)| self.stated_commits(advisory)).collect();
        let timelines: Vec<Timeline> = open.chain(stated.iter().flatten().cloned()).collect();
        let mut sets = affected(graph, &points, &timelines).into_iter();
        let open: Vec<PointSet> = sets.by_ref().take(drafts.len()).collect();
        let listed = Listed::of(releases);
        let all = drafts.iter().zip(&open).zip(&stated);
        all.map(|(((advisory, draft), open), stated)| {
            let mut whole = contained.points_with_any(&draft.fixes.fixed);
            whole.subtract(open);
            let word = Said::by(advisory);
            let said: Vec<Option<Word>> = releases.iter().map(|release| word.of(release)).collect();
            if is_of_several(advisory) {
                // Nothing says which of the vulnerabilities a commit fixes.
                let affected = said.iter().enumerate().filter(|(_, word)| **word == Some(Word::Affected));
                affected.for_each(|(at, _)| whole.remove(at));
            }
            let by_commits: Vec<PointSet> = sets.by_ref().take(stated.len()).collect();
            let named = listed.by(self, advisory);
            // Of several tags of one commit the highest version says what is said of
            // all: 4.0.0-rc2 is often 4.0.0, and comes before it in every range.
            let mut highest: FxHashMap<Node, Option<Word>> = points.iter().copied().zip(said.iter().copied()).collect();
            // And where one of them is called patched by name, that is, unless
            // what is said of another package calls it affected.
            let patched = stated::exact(self.history, advisory).into_iter();
            for release in patched.filter(|release| word.of(release) != Some(Word::Affected)) {
                highest.insert(release.commit, Some(Word::Fixed));
            }
            let mut must = PointSet::empty(points.len());
            for (at, commit) in points.iter().enumerate() {
                let called = match highest.get(commit).copied().flatten() {
                    Some(Word::Affected) => true,
                    Some(Word::NotYet | Word::Fixed) => false,
                    // Where no range of versions speaks, ranges of commits and lists do.
                    Some(Word::NotNamed) | None => by_commits.iter().any(|set| set.contains(at)) || named.contains(at),
                };
                if called && !whole.contains(at) {
                    must.insert(at);
                }
            }
            Bounds { said, whole, must }
        })
        .collect()
    }

    /// The ranges of this repository's commits as the records have them; one that
    /// names a commit that is not here says nothing.
    fn stated_commits(&self, advisory: &Advisory) -> Vec<Timeline> {
        let ranges = advisory.affected.iter().flat_map(|fact| &fact.value.ranges);
        let own = ranges.filter(|range| range.repo.as_ref().is_some_and(|repo| self.project.lives_at(repo)));
        own.filter_map(|range| Timeline::read(&self.history.graph, &range.events).ok()).collect()
    }
}

/// The places of releases by their tags.
struct Listed<'h>(FxHashMap<&'h str, usize>);

impl<'h> Listed<'h> {
    fn of(releases: &'h [Release]) -> Self {
        Self(releases.iter().enumerate().map(|(at, release)| (release.tag.as_str(), at)).collect())
    }

    /// The releases whose tags the records list beside ranges of this repository's commits.
    fn by(&self, ledger: &Ledger<'_>, advisory: &Advisory) -> PointSet {
        let mut named = PointSet::empty(self.0.len());
        let entries = advisory.records.iter().flat_map(|source| source.record.affected.items());
        let own = entries.filter(|entry| {
            let here = |repo: &str| ledger.project.lives_at(repo);
            entry.package.value().is_none()
                && entry.ranges.items().iter().any(|range| range.repo.text().is_some_and(here))
        });
        for at in own.flat_map(|entry| entry.versions.items()).filter_map(|tag| self.0.get(tag.as_str())) {
            named.insert(*at);
        }
        named
    }
}
