//! Stories: one change and its copies on the lines of a project.

use std::collections::BTreeMap;

use super::candidates::Unit;
use super::weights::COPY_SUBJECT_WORDS;
use crate::history::message::subject;
use crate::history::{History, Node};

/// Puts the units of several releases that are one change together: they have
/// a commit in common, or commits of one author and author's date, or of one
/// subject. Each story is a list of places, ordered.
pub(super) fn stories(history: &History, units: &[(usize, &Unit)]) -> Vec<Vec<usize>> {
    let mut roots: Vec<usize> = (0..units.len()).collect();
    let mut by_commit: BTreeMap<Node, usize> = BTreeMap::new();
    let mut by_origin: BTreeMap<(&str, i64), usize> = BTreeMap::new();
    let mut by_subject: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, (release, unit)) in units.iter().enumerate() {
        for commit in &unit.members {
            let facts = history.commit(*commit);
            let key = subject::key(&facts.message.subject);
            let first = *by_commit.entry(*commit).or_insert(at);
            join(&mut roots, first, at);
            if facts.author_time > 0 {
                let first = *by_origin.entry((&facts.author, facts.author_time)).or_insert(at);
                join(&mut roots, first, at);
            }
            if key.split_whitespace().count() >= COPY_SUBJECT_WORDS {
                let first = *by_subject.entry(key).or_insert(at);
                // Twice in one release, a subject is a habit and no change.
                if first == at || units.get(first).is_some_and(|(other, _)| other != release) {
                    join(&mut roots, first, at);
                }
            }
        }
    }
    let mut stories: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..units.len() {
        stories.entry(root(&roots, at)).or_default().push(at);
    }
    stories.into_values().collect()
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
