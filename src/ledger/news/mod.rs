//! Which fixes are news in a release: one rule, asked by every output.
//! `docs/releases.md` states it, with its cases.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::book::{Ledger, Points};
use super::confidence::{confidence_at, sure};
use super::query::Query;
use crate::advisory::Advisory;
use crate::history::{Node, Release, ReleaseRange};
use crate::join::{AdvisoryLinks, Carry, Said, Word};
use crate::model::Confidence;

/// What people had before a release.
#[derive(Clone, Debug)]
pub(super) enum Before<'h> {
    /// A commit that was named for it, with its point.
    Commit(usize, Node),
    /// The releases that they come from.
    Releases(Vec<&'h Release>),
}

/// Which releases have the fix of one advisory.
pub(super) struct Holders<'l, 'h> {
    ledger: &'l Ledger<'h>,
    advisory: &'l Advisory,
    links: &'l AdvisoryLinks,
    points: &'l Points,
    /// Whether each release has all commits of the fix, by place.
    whole: Vec<bool>,
    /// Whether its records' word is all there is of it, by place.
    word: Vec<Option<ByWord>>,
}

/// What the records' word makes of a release on which no commit is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByWord {
    /// They call it patched.
    Patched,
    /// It comes after one that they call patched.
    Later,
}

impl<'l, 'h> Holders<'l, 'h> {
    /// Asks every release about an advisory; none where the place is not one.
    pub(super) fn new(ledger: &'l Ledger<'h>, points: &'l Points, at: usize) -> Option<Self> {
        let (advisory, links) = ledger.own.get(at).zip(ledger.links.get(at))?;
        let all = ledger.history.releases.all();
        let carried: Vec<Carry> = (0..all.len()).map(|place| Carry::of(links, &points.contained, place)).collect();
        let word = by_word(ledger, advisory, links).map_or_else(Vec::new, |word| {
            let known = all.iter().zip(&carried);
            known.map(|(release, carry)| word(release).filter(|_| *carry == Carry::Nothing)).collect()
        });
        let whole = carried.iter().map(|carry| *carry == Carry::Whole).collect();
        Some(Self { ledger, advisory, links, points, whole, word })
    }

    fn word(&self, release: &Release) -> Option<ByWord> {
        self.word.get(release.place).copied().flatten()
    }

    fn is_whole(&self, release: &Release) -> bool {
        self.whole.get(release.place).copied().unwrap_or(false)
    }

    /// Whether a release has the fix.
    /// Commits go before words only where some are known: `word` is none for a release that carries a
    /// part.
    pub(super) fn has(&self, release: &Release) -> bool {
        self.is_whole(release) || self.word(release).is_some()
    }

    /// Whether people had the fix before, so that it is no news.
    pub(super) fn had(&self, before: &Before<'_>) -> bool {
        match before {
            Before::Releases(releases) => releases.iter().any(|release| self.has(release)),
            Before::Commit(point, commit) => {
                let mut releases = self.ledger.history.releases.all().iter();
                Carry::of(self.links, &self.points.contained, *point) == Carry::Whole
                    || releases.any(|release| release.commit == *commit && self.has(release))
            }
        }
    }

    /// The final releases that announce the fix, by version; one that is
    /// spelled twice once.
    /// 3.2.1, which merges the fix of 2.11.14, announces it as well: 3.2.0 was affected (Traefik).
    fn announcing(&self) -> Vec<&'h Release> {
        let mut found = Vec::<&Release>::new();
        let finals = self.ledger.history.releases.all().iter().filter(|release| !release.version.is_prerelease());
        for release in finals {
            let brings = self.is_whole(release) || self.word(release) == Some(ByWord::Patched);
            let twin = || found.last().is_some_and(|last| !last.precedes(release));
            if brings && !twin() && !self.had(&self.ledger.origins(release)) {
                found.push(release);
            }
        }
        found
    }

    /// The final releases that announce the fix to everybody, by version; where
    /// it is nowhere more than possible, those that may have it. No notes say
    /// that it is also fixed in a release whose own notes are silent.
    pub(super) fn first_fixed(&self) -> Vec<&'h Release> {
        let all = self.announcing();
        let public: Vec<&Release> =
            all.iter().copied().filter(|release| self.confidence(release) >= Confidence::Likely).collect();
        if public.is_empty() { all } else { public }
    }

    fn confidence(&self, release: &Release) -> Confidence {
        let by_commits = self.is_whole(release).then(|| confidence_at(self.links, self.points, release.place));
        sure(self.ledger, Some(release), self.advisory, by_commits.unwrap_or(Confidence::Possible)).0
    }

    /// The release that people had the fix from first, of those that come before.
    pub(super) fn brought_first(&self, query: &Query<'_>) -> Option<&'h Release> {
        let time = self.ledger.history.graph.time(query.tip);
        let before = |release: &&Release| match query.release {
            Some(own) => release.precedes(own),
            None => release.time <= time,
        };
        let all = self.ledger.history.releases.all().iter();
        let having = all.filter(before).filter(|release| query.counts(release) && self.has(release));
        having.min_by_key(|release| (release.time, Reverse(release.place)))
    }
}

/// What the records' word says of releases where no commit is known: those that
/// they call patched, and what comes later, as far as they do not call it
/// affected. A commit that has two tags is patched in both. None where they
/// call no release patched.
fn by_word<'l>(
    ledger: &Ledger<'_>,
    advisory: &'l Advisory,
    links: &'l AdvisoryLinks,
) -> Option<impl Fn(&Release) -> Option<ByWord> + use<'l>> {
    let unknown = links.groups.is_empty();
    let commits: BTreeSet<Node> = if unknown {
        ledger.patched_releases(advisory).into_iter().map(|(release, _)| release.commit).collect()
    } else {
        links.by_word.iter().copied().collect()
    };
    let mut first: Option<usize> = None;
    let mut first_of_line = BTreeMap::<Vec<u64>, usize>::new();
    for release in ledger.history.releases.all().iter().filter(|release| commits.contains(&release.commit)) {
        first = first.or(Some(release.place));
        first_of_line.entry(release.line.clone()).or_insert(release.place);
    }
    let first = first?;
    let said = Said::by(advisory);
    Some(move |release: &Release| {
        if commits.contains(&release.commit) {
            return Some(ByWord::Patched);
        }
        let later = match said.of(release) {
            Some(Word::Affected) => false,
            // Where commits are known the word stands for its own line alone.
            Some(Word::Fixed) if unknown => first < release.place,
            _ => first_of_line.get(&release.line).is_some_and(|first| *first < release.place),
        };
        later.then_some(ByWord::Later)
    })
}

impl<'h> Ledger<'h> {
    /// What people had before a release who come from other releases.
    fn origins(&self, release: &Release) -> Before<'h> {
        Before::Releases(self.origins.of(self.history, release))
    }

    /// What people had before what a query is about.
    pub(super) fn had_before<'q>(&self, query: &Query<'q>, points: &Points) -> Before<'q>
    where
        'h: 'q,
    {
        match (query.from.zip(points.from), query.release) {
            (Some((commit, point)), _) => Before::Commit(point, commit),
            (None, Some(release)) => self.origins(release),
            (None, None) => {
                let previous = query.previous.map(|previous| previous.release);
                Before::Releases(previous.into_iter().chain(query.highest_before(self.history)).collect())
            }
        }
    }

    /// The releases that announce an advisory, by version: the first that have
    /// its fix, on every line that did not come with it.
    pub(super) fn first_fixed(&self, at: usize, points: &Points) -> Vec<&'h Release> {
        Holders::new(self, points, at).map(|holders| holders.first_fixed()).unwrap_or_default()
    }
}

/// Whether commits bring a fix, or bring it back.
pub(super) fn brings(range: &ReleaseRange, links: &AdvisoryLinks) -> bool {
    let fixes = links.groups.iter().flatten().flatten().copied();
    let again = links.reverts.iter().filter(|revert| revert.reapplies).map(|revert| revert.by);
    fixes.chain(again).any(|commit| range.commits.contains(commit))
}

#[cfg(test)]
mod tests;
