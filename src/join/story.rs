//! Stories: one change and its copies on the lines of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::candidates::Unit;
use super::weights::{COPY_LIKENESS_STRANGER, COPY_PATHS, COPY_SUBJECT_WORDS};
use crate::history::message::{MergeKind, subject};
use crate::history::{Change, History, Node};

/// A unit, the release that it is of, and what its members changed.
pub(super) type Part<'a> = (usize, &'a Unit, &'a [Option<Arc<Change>>]);

/// By what two commits are known to be one change, the surest first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trace<'h> {
    Commit(Node),
    Origin(&'h str, i64),
    Title(String),
}

/// Changed lines that more units than this have tell nothing of any.
const COMMON_LINE: usize = 12;

/// Puts the units of several releases that are one change together: most of the
/// commits of each are commits of the other, by one author at one author's
/// date, of one title, or of much the same changed lines. No two units of a
/// release are one change, and no unit leads from one to another through what
/// came along with it: a roll-up would make one story of all that a release
/// has. Each story is a list of places, ordered.
pub(super) fn stories(history: &History, units: &[Part<'_>]) -> Vec<Vec<usize>> {
    let mut found = Stories::new(units);
    for ((a, b), matched) in matches(history, units.iter().map(|(release, unit, _)| (*release, *unit))) {
        if matched.is_most_of(units.get(a).map(|part| part.1), units.get(b).map(|part| part.1)) {
            found.join(a, b);
        }
    }
    for (a, b) in changed_alike(units) {
        found.join(a, b);
    }
    found.lists()
}

/// The units that are no work of their own: what they brought is on another
/// line in several units, each by itself.
pub(super) fn roll_ups(history: &History, units: &[(usize, &Unit)]) -> BTreeSet<usize> {
    let mut elsewhere: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    for ((a, b), _) in matches(history, units.iter().copied()) {
        for (one, other) in [(a, b), (b, a)] {
            let release = units.get(other).map_or(0, |(release, _)| *release);
            elsewhere.entry((one, release)).or_default().insert(other);
        }
    }
    let several = |at: usize| units.get(at).is_some_and(|(_, unit)| !unit.fork && unit.members.len() > 1);
    elsewhere.into_iter().filter(|((at, _), others)| others.len() > 1 && several(*at)).map(|((at, _), _)| at).collect()
}

/// The members of two units that are one and the same, by their places.
#[derive(Default)]
struct Matched {
    first: BTreeSet<usize>,
    second: BTreeSet<usize>,
}

impl Matched {
    /// Half of both: half of the smaller alone would join every commit with the roll-up that has it.
    fn is_most_of(&self, first: Option<&Unit>, second: Option<&Unit>) -> bool {
        let most = |part: &BTreeSet<usize>, of: Option<&Unit>| {
            part.len() * 2 >= of.map_or(usize::MAX, |unit| unit.members.len().max(1))
        };
        most(&self.first, first) && most(&self.second, second)
    }
}

/// Which members of the units of different releases are one change, by what
/// their messages say: the surest traces first.
fn matches<'u>(history: &History, units: impl Iterator<Item = (usize, &'u Unit)>) -> Vec<((usize, usize), Matched)> {
    let mut with: BTreeMap<Trace<'_>, Vec<(usize, usize, usize)>> = BTreeMap::new();
    for (at, (release, unit)) in units.enumerate() {
        for (place, member) in unit.members.iter().enumerate() {
            for trace in traces(history, *member) {
                with.entry(trace).or_default().push((release, at, place));
            }
        }
    }
    let mut found: BTreeMap<(usize, usize), (Trace<'_>, Matched)> = BTreeMap::new();
    for (trace, have) in with {
        // Twice in one release, a title is a habit and no change.
        let units: BTreeSet<(usize, usize)> = have.iter().map(|(release, at, _)| (*release, *at)).collect();
        let releases: BTreeSet<usize> = units.iter().map(|(release, _)| *release).collect();
        if matches!(trace, Trace::Title(_)) && releases.len() < units.len() {
            continue;
        }
        for (of_first, first, ours) in &have {
            for (of_second, second, theirs) in have.iter().filter(|(_, second, _)| second > first) {
                if of_first != of_second {
                    let (_, matched) =
                        found.entry((*first, *second)).or_insert_with(|| (trace.clone(), Matched::default()));
                    matched.first.insert(*ours);
                    matched.second.insert(*theirs);
                }
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|a, b| (&a.1.0, a.0).cmp(&(&b.1.0, b.0)));
    found.into_iter().map(|(pair, (_, matched))| (pair, matched)).collect()
}

fn traces(history: &History, member: Node) -> impl Iterator<Item = Trace<'_>> {
    let facts = history.commit(member);
    let origin = (facts.author_time > 0).then_some(Trace::Origin(&facts.author, facts.author_time));
    // A squashed private fork has GitHub's subject.
    let own = facts.message.merge == MergeKind::Ordinary;
    let title = own.then(|| title(&facts.message.subject)).flatten();
    [Some(Trace::Commit(member)), origin, title.map(Trace::Title)].into_iter().flatten()
}

/// A subject without the version of the line that it was copied to: combined
/// backports are titled `[2.0.x] Combined backports for a 2.0.1 release`.
fn title(written: &str) -> Option<String> {
    let plain = |word: &&str| !word.bytes().any(|byte| byte.is_ascii_digit());
    let words: Vec<String> = subject::key(written).split_whitespace().filter(plain).map(str::to_lowercase).collect();
    (words.len() >= COPY_SUBJECT_WORDS).then(|| words.join(" "))
}

/// Units of different releases that change much the same lines.
fn changed_alike(units: &[Part<'_>]) -> Vec<(usize, usize)> {
    let mut with: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (at, (.., changes)) in units.iter().enumerate() {
        let lines: BTreeSet<u64> =
            changes.iter().flatten().flat_map(|change| change.added.iter().chain(&change.removed)).copied().collect();
        for line in lines {
            with.entry(line).or_default().push(at);
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for have in with.values().filter(|have| have.len() <= COMMON_LINE) {
        pairs.extend(have.iter().flat_map(|a| have.iter().map(move |b| (*a, *b))).filter(|(a, b)| a < b));
    }
    let alike = |(a, b): &(usize, usize)| {
        let (Some((of_a, _, ours)), Some((of_b, _, theirs))) = (units.get(*a), units.get(*b)) else { return false };
        let mut both = ours.iter().flatten().flat_map(|ours| theirs.iter().flatten().map(move |theirs| (ours, theirs)));
        of_a != of_b
            && both.any(|(ours, theirs)| {
                ours.likeness(theirs) >= COPY_LIKENESS_STRANGER && ours.shared_paths(theirs) >= COPY_PATHS
            })
    };
    pairs.into_iter().filter(alike).collect()
}

/// Sets of units that grow together, each with the releases that they are of.
struct Stories {
    roots: Vec<usize>,
    releases: Vec<BTreeSet<usize>>,
}

impl Stories {
    fn new(units: &[Part<'_>]) -> Self {
        let releases = units.iter().map(|(release, ..)| BTreeSet::from([*release])).collect();
        Self { roots: (0..units.len()).collect(), releases }
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(up) = self.roots.get(at).copied().filter(|up| *up != at) {
            at = up;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, later) = (a.min(b), a.max(b));
        let of_later = self.releases.get(later).cloned().unwrap_or_default();
        let Some(of_first) = self.releases.get_mut(first).filter(|of_first| of_first.is_disjoint(&of_later)) else {
            return;
        };
        of_first.extend(of_later);
        if let Some(up) = self.roots.get_mut(later) {
            *up = first;
        }
    }

    fn lists(&self) -> Vec<Vec<usize>> {
        let mut stories: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.roots.len() {
            stories.entry(self.root(at)).or_default().push(at);
        }
        stories.into_values().collect()
    }
}
