//! How severe records say that it is.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::advisory::github::score_of;
use crate::advisory::{SourceRecord, standing_first};
use crate::model::{Disclosure, Scored, Severity, SeverityLevel, level_of_vector, osv};

fn word_of(record: &osv::Record) -> SeverityLevel {
    let word = record.database_specific.value().and_then(|specific| specific.get("severity")).and_then(Value::as_str);
    word.map_or(SeverityLevel::Unknown, SeverityLevel::from_word)
}

pub(super) fn vectors_of(record: &osv::Record) -> impl Iterator<Item = &str> {
    let of_parts = record.affected.items().iter().flat_map(|affected| affected.severity.items());
    record.severity.items().iter().chain(of_parts).filter_map(|score| score.score.text())
}

/// The levels that a record may be held to say: its word, else what its vectors
/// score, of which those of CVSS 3 and 4 may differ.
pub(super) fn levels_of(record: &SourceRecord) -> BTreeSet<SeverityLevel> {
    let word = word_of(&record.record);
    let levels: BTreeSet<_> = match word {
        SeverityLevel::Unknown => vectors_of(&record.record).map(level_of_vector).collect(),
        word => BTreeSet::from([word]),
    };
    levels.into_iter().filter(|level| *level != SeverityLevel::Unknown).collect()
}

/// Whether a record says another level than the first that says any.
pub(super) fn levels_differ<'r>(records: impl Iterator<Item = &'r SourceRecord>) -> bool {
    let said: Vec<BTreeSet<SeverityLevel>> = records.map(levels_of).filter(|levels| !levels.is_empty()).collect();
    said.first().is_some_and(|first| said.iter().any(|other| first.is_disjoint(other)))
}

pub(super) fn severity(records: &[SourceRecord]) -> Severity {
    // A record that was withdrawn is asked last.
    let standing = |record: &&SourceRecord| record.disclosure != Disclosure::Withdrawn;
    let by = |record: &SourceRecord| Some((*levels_of(record).last()?, record.id.clone()));
    let (level, by) = standing_first(records).find_map(by).unzip();
    let disputed = levels_differ(records.iter().filter(standing));
    let (mut vectors, mut known): (Vec<String>, FxHashSet<&str>) = Default::default();
    for vector in records.iter().flat_map(|record| vectors_of(&record.record)) {
        if level_of_vector(vector) != SeverityLevel::Unknown && known.insert(vector) {
            vectors.push(vector.to_owned());
        }
    }
    let scores = each_once(standing_first(records).flat_map(scores_of));
    Severity { level: level.unwrap_or_default(), vectors, scores, by, disputed }
}

/// The vectors of a record with their scores.
fn scores_of(record: &SourceRecord) -> Vec<Scored> {
    let stated = |vector: &str| score_of(&record.record, vector);
    let all = vectors_of(&record.record);
    let mut scores: Vec<Scored> =
        all.filter_map(|vector| Scored::new(vector, stated(vector), record.id.clone())).collect();
    scores.sort_by_key(Scored::rank);
    scores
}

/// Each vector once, as the first record has it.
fn each_once(all: impl Iterator<Item = Scored>) -> Vec<Scored> {
    let mut known: FxHashSet<String> = FxHashSet::default();
    all.filter(|scored| known.insert(scored.vector.clone())).collect()
}
