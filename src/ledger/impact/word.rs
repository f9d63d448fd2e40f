//! Where the records' word counts because no commit speaks.

use std::collections::BTreeSet;

use super::Impact;
use super::bounds::Bounds;
use super::introduced::oldest_without;
use crate::advisory::Advisory;
use crate::history::{CommitSet, Node, Release};
use crate::join::{AdvisoryLinks, Carry, Word, stated};
use crate::ledger::Ledger;
use crate::model::{Confidence, FixRole};

/// Commits that are before the fix.
struct Before {
    all: CommitSet,
    /// What is or may be the fix.
    fixes: Vec<Node>,
}

impl<'h> Ledger<'h> {
    /// Adds what records say of lines on which no fix is known: the first
    /// release there that they call patched, or that lies behind what they call
    /// affected, ends the range.
    pub(super) fn believe(&self, advisory: &Advisory, links: &AdvisoryLinks, impact: &mut Impact, bounds: &Bounds) {
        let releases = self.history.releases.all();
        let points: Vec<Node> = self.history.releases.commits();
        let said = &bounds.said;
        let announced = self.announced_by_word(advisory, links);
        let affected_from = said.iter().position(|said| *said == Some(Word::Affected));
        if affected_from.is_none() && announced.is_empty() {
            return;
        }
        let known = self.lines_with(&impact.timeline.fixed, &points);
        let before = self.before(links, impact, said);
        let patched = stated::exact(self.history, advisory);
        let named = |release: &Release| patched.iter().any(|patched| patched.tag == release.tag);
        // Each event leaves fewer releases affected, so that one pass finds all.
        for (place, release) in releases.iter().enumerate() {
            let by_record = || {
                affected_from.is_some_and(|first| first <= place)
                    && self.is_open(said.get(place).copied().flatten(), &known, release)
                    && (named(release) || self.may_be_fixed(&before, release))
            };
            let open = impact.affected.contains(place) && (announced.contains(&release.commit) || by_record());
            if !open {
                continue;
            }
            let end = match named(release) || announced.contains(&release.commit) {
                true => release.commit,
                false => self.end_of(&before, release),
            };
            // What was merged after the end is not ended by it; the release has it all.
            let end = if impact.by_word.contains(&end) { release.commit } else { end };
            // One commit is not fixed under one tag and affected under another.
            let twin = |(at, other): (usize, &Release)| other.commit == end && bounds.must.contains(at);
            let is_root = self.history.graph.parents(end).is_empty();
            if impact.by_word.contains(&end) || is_root || releases.iter().enumerate().any(twin) {
                continue;
            }
            impact.by_word.push(end);
            impact.timeline.fixed.push(end);
            impact.timeline.fixed.sort_unstable();
            self.evaluate(vec![&mut *impact]);
        }
    }

    /// The releases whose notes announce the fix by the records' word: no commit
    /// is known there, or none that is sure enough by itself.
    fn announced_by_word(&self, advisory: &Advisory, links: &AdvisoryLinks) -> BTreeSet<Node> {
        let stated = stated::releases(self.history, advisory).into_iter();
        let trusted = stated.filter(|stated| stated.trust >= Confidence::Likely).map(|stated| stated.release.commit);
        let trusted: Vec<Node> = trusted.collect();
        let commits = links.links.iter().map(|link| link.commit);
        let commits: Vec<Node> = commits.chain(links.reverts.iter().map(|revert| revert.by)).collect();
        let contained = self.history.graph.containment(&commits, &trusted);
        let told = |(at, commit): &(usize, Node)| {
            links.by_word.contains(commit) || Carry::of(links, &contained, *at) == Carry::Whole
        };
        trusted.iter().copied().enumerate().filter(told).map(|(_, commit)| commit).collect()
    }

    /// Whether records call a release not affected any more, and no fix is known
    /// on its line; of a major version that they do not name, on none of its lines.
    fn is_open(&self, said: Option<Word>, known: &BTreeSet<&[u64]>, release: &Release) -> bool {
        match said {
            Some(Word::Fixed) => !known.contains(release.line.as_slice()),
            Some(Word::NotNamed) => known.iter().all(|line| line.first() != release.line.first()),
            _ => false,
        }
    }

    /// The earlier releases of a release's line.
    fn earlier_of_line(&self, release: &Release) -> Vec<&'h Release> {
        let releases = self.history.releases.all().iter();
        releases.filter(|other| other.line == release.line && other.precedes(release)).collect()
    }

    /// The commit from which on a release is taken to have a fix that nobody knows.
    fn end_of(&self, before: &Before, release: &Release) -> Node {
        let graph = &self.history.graph;
        let affected = self.earlier_of_line(release).into_iter().filter(|other| !self.may_be_fixed(before, other));
        let affected: Vec<Node> = affected.map(|other| other.commit).collect();
        let mut all = graph.ancestors(&affected);
        all.union_with(&before.all);
        oldest_without(graph, release.commit, &all)
    }

    /// What is before the fix, whatever its version: what leads to a release
    /// that records call affected, or to a commit that is or may be the fix.
    fn before(&self, links: &AdvisoryLinks, impact: &Impact, said: &[Option<Word>]) -> Before {
        let graph = &self.history.graph;
        let releases = self.history.releases.all().iter().zip(said);
        let called = releases.filter(|(_, said)| **said == Some(Word::Affected)).map(|(release, _)| release.commit);
        let maybe = links.links.iter().filter(|link| link.role == FixRole::Fix).map(|link| link.commit);
        let fixes: Vec<Node> = maybe.chain(impact.timeline.fixed.iter().copied()).collect();
        let mut all = self.leading_to(&fixes);
        all.union_with(&graph.ancestors(&called.collect::<Vec<_>>()));
        Before { all, fixes }
    }

    /// What strictly leads to one of some commits.
    fn leading_to(&self, commits: &[Node]) -> CommitSet {
        let graph = &self.history.graph;
        let parents: Vec<Node> = commits.iter().flat_map(|commit| graph.parents(*commit).iter().copied()).collect();
        graph.ancestors(&parents)
    }

    /// Whether a release can have a fix that nobody knows. It cannot if it leads
    /// to the fix, nor if it is the first of its line and that forked from where
    /// the fix came later: there was no time for a backport.
    fn may_be_fixed(&self, before: &Before, release: &Release) -> bool {
        if before.all.contains(release.commit) {
            return false;
        }
        let graph = &self.history.graph;
        let releases = self.history.releases.all();
        if let Some(first) = self.earlier_of_line(release).first() {
            // What began without the fix got it before its final release, if at all.
            return !release.version.is_prerelease() || self.may_be_fixed(before, first);
        }
        let fork = oldest_without(graph, release.commit, &before.all);
        let earlier = releases.iter().filter(|other| other.precedes(release)).map(|other| other.commit);
        let earlier: Vec<Node> = earlier.collect();
        // What an earlier release has was on its line, not on the way here.
        let contained = graph.containment(&before.fixes, &earlier);
        let later: Vec<Node> =
            before.fixes.iter().copied().filter(|fix| contained.points_with(*fix).is_empty()).collect();
        let before_fix = self.leading_to(&later);
        graph.parents(fork).first().is_none_or(|parent| !before_fix.contains(*parent))
    }

    /// The lines that have a release with one of some commits.
    fn lines_with(&self, commits: &[Node], points: &[Node]) -> BTreeSet<&'h [u64]> {
        let contained = self.history.graph.containment(commits, points);
        let with = contained.points_with_any(commits);
        with.iter()
            .filter_map(|place| self.history.releases.all().get(place))
            .map(|release| release.line.as_slice())
            .collect()
    }
}
