//! Copies of a listed fix, on lines where the record lists none.

use crate::check::Quality;
use crate::check::problem::{Problem, some};
use crate::check::view::Kind;
use crate::history::{Node, Release};
use crate::join::{Copied, copies_of};
use crate::model::EvidenceKind;

use super::facts::Facts;
use super::own::{self, GitRange, Own};
use super::reach::Reach;

/// Adds the copies that each record lacks. Releases that have such a copy would
/// be called affected although they carry the fix (the specification, on
/// `events`: other branches' fixes have to be listed).
pub(super) fn check(facts: &Facts<'_>, reach: &Reach<'_>, records: &[Own<'_, '_>], found: &mut [Vec<Problem>]) {
    let mut ranges: Vec<((usize, usize), &GitRange<'_, '_>)> = Vec::new();
    let mut fixes: Vec<Vec<Node>> = Vec::new();
    for record in records {
        // The release that ends a line by the records' word is a fix of nothing:
        // its copies prepare other releases.
        let by_word = own::by_word(record.view);
        for (place, range) in record.ranges.iter().enumerate().filter(|(_, range)| range.whole) {
            let fixed = range.of(Kind::Fixed).filter(|event| !by_word.contains(event.event.value));
            let fixed: Vec<Node> = fixed.filter_map(|event| event.node).collect();
            if !fixed.is_empty() {
                ranges.push(((record.at, place), range));
                fixes.push(fixed);
            }
        }
    }
    let copies = copies_of(facts.history, facts.index, facts.changes, &fixes);
    let all: Vec<Node> = copies.iter().flatten().map(|copy| copy.commit).collect();
    let points: Vec<Node> = reach.releases.iter().map(|release| release.commit).collect();
    let contained = facts.history.graph.containment(&all, &points);
    for (((at, place), range), copies) in ranges.iter().zip(&copies) {
        let (Some(found), Some(affected)) = (found.get_mut(*at), reach.affected(*at, *place)) else { continue };
        for copy in copies.iter().filter(|copy| is_sure(copy)) {
            let falsely: Vec<&Release> = reach
                .releases
                .iter()
                .enumerate()
                .filter(|(point, _)| affected.contains(*point) && contained.contains(*point, copy.commit))
                .map(|(_, release)| release)
                .collect();
            if falsely.is_empty() {
                continue;
            }
            let message = format!(
                "{} is a copy of a listed fix ({}) and no `fixed` event, so releases that carry it count as affected: {}; \
                 add it",
                facts.history.graph.id(copy.commit),
                copy.evidence.detail,
                some(falsely.iter().map(|release| release.tag.as_str()))
            );
            found.push(Problem::new(Quality::BackportMissing, format!("{}/events", range.range.at), message));
        }
    }
}

/// Copies of which the content could not be compared are not claimed: subject
/// and author alone are a habit as often as a copy.
fn is_sure(copy: &Copied) -> bool {
    use EvidenceKind::{CherryPick, EditedCopy, SameOrigin, SamePatch};
    matches!(copy.evidence.kind, CherryPick | SamePatch | SameOrigin | EditedCopy)
}
