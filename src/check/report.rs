//! What was found of all records, and what could not be asked.

use std::collections::BTreeMap;

use super::code::Code;
use super::problem::Problem;

/// What was found, and what could not be asked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The problems of each record, in the order of the records; of one record
    /// the most serious first, then by place.
    pub problems: Vec<Vec<Problem>>,
    /// Rules that were not checked everywhere.
    pub unchecked: Vec<Unchecked>,
}

/// Rules that could not be checked, so that silence says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unchecked {
    /// The codes that are not reported.
    pub codes: Vec<Code>,
    /// For how many of what, and what would let them be checked.
    pub reason: String,
}

/// The most serious first, then by place, each once and of each kind so many.
pub(super) fn sorted(found: &mut Vec<Problem>) {
    found.sort_by(|a, b| (b.level(), &a.at, a.code, &a.message).cmp(&(a.level(), &b.at, b.code, &b.message)));
    found.dedup();
    bounded(found);
}

/// The most problems of one code that are told of one record.
const MOST: usize = 50;

/// Says once how many more there are of what a record does over and over.
fn bounded(found: &mut Vec<Problem>) {
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    found.iter().for_each(|problem| *counts.entry(problem.code).or_default() += 1);
    let mut told: BTreeMap<Code, usize> = BTreeMap::new();
    for problem in found.iter_mut() {
        let number = told.entry(problem.code).or_default();
        *number += 1;
        let all = counts.get(&problem.code).copied().unwrap_or(0);
        if *number == MOST && all > MOST {
            problem.message = format!("{}; and {} more of this kind in this record", problem.message, all - MOST);
        }
    }
    let mut kept: BTreeMap<Code, usize> = BTreeMap::new();
    found.retain(|problem| {
        let number = kept.entry(problem.code).or_default();
        *number += 1;
        *number <= MOST
    });
}
