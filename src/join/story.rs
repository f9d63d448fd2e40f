//! Stories: one change and its copies on the lines of a project.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::candidates::Unit;
use super::weights::{COPY_LIKENESS, COPY_PATHS, COPY_SUBJECT_WORDS};
use crate::history::message::{MergeKind, subject};
use crate::history::{Change, History, Node};

/// A unit, the release that it is of, and what its members changed.
pub(super) type Part<'a> = (usize, &'a Unit, &'a [Option<Arc<Change>>]);

/// Puts the units of several releases that are one change together: they have
/// a commit in common, or commits of one author and author's date, of one
/// subject, or of much the same changed lines. Each story is a list of places,
/// ordered.
pub(super) fn stories(history: &History, units: &[Part<'_>]) -> Vec<Vec<usize>> {
    let mut roots: Vec<usize> = (0..units.len()).collect();
    let mut by_commit: BTreeMap<Node, usize> = BTreeMap::new();
    let mut by_origin: BTreeMap<(&str, i64), usize> = BTreeMap::new();
    let mut by_subject: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, (release, unit, _)) in units.iter().enumerate() {
        for commit in &unit.members {
            let facts = history.commit(*commit);
            let key = subject::key(&facts.message.subject);
            let first = *by_commit.entry(*commit).or_insert(at);
            join(&mut roots, first, at);
            if facts.author_time > 0 {
                let first = *by_origin.entry((&facts.author, facts.author_time)).or_insert(at);
                join(&mut roots, first, at);
            }
            // A squashed private fork has GitHub's subject.
            let own = facts.message.merge == MergeKind::Ordinary;
            if own && key.split_whitespace().count() >= COPY_SUBJECT_WORDS {
                let first = *by_subject.entry(key).or_insert(at);
                // Twice in one release, a subject is a habit and no change.
                if first == at || units.get(first).is_some_and(|(other, ..)| other != release) {
                    join(&mut roots, first, at);
                }
            }
        }
    }
    join_forks(units, &mut roots);
    let mut stories: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..units.len() {
        stories.entry(root(&roots, at)).or_default().push(at);
    }
    stories.into_values().collect()
}

/// Squashed forks say nothing of themselves: only what they change tells which
/// of two releases are one.
fn join_forks(units: &[Part<'_>], roots: &mut [usize]) {
    let forks: Vec<usize> =
        (0..units.len()).filter(|at| units.get(*at).is_some_and(|(_, unit, _)| unit.fork)).collect();
    for (place, a) in forks.iter().enumerate() {
        for b in forks.iter().skip(place + 1) {
            let (Some((of_a, _, ours)), Some((of_b, _, theirs))) = (units.get(*a), units.get(*b)) else { continue };
            let mut pairs =
                ours.iter().flatten().flat_map(|ours| theirs.iter().flatten().map(move |theirs| (ours, theirs)));
            let alike = pairs.any(|(ours, theirs)| {
                ours.likeness(theirs) >= COPY_LIKENESS && ours.shared_paths(theirs) >= COPY_PATHS
            });
            if of_a != of_b && alike {
                join(roots, *a, *b);
            }
        }
    }
}

fn root(roots: &[usize], mut at: usize) -> usize {
    while let Some(up) = roots.get(at).copied().filter(|up| *up != at) {
        at = up;
    }
    at
}

fn join(roots: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(roots, a), root(roots, b));
    if let Some(up) = roots.get_mut(a.max(b)) {
        *up = a.min(b);
    }
}
