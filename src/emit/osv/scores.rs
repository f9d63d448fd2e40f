//! The severities of a record: every score that its sources give.

use rustc_hash::FxHashSet;
use serde_json::{Map, Value, json};

use super::validate::{is_sound, prefix};
use crate::advisory::{Advisory, SourceRecord};
use crate::model::osv::{Affected, Maybe, SeverityScore, Term, since};

/// The scores, the most trusted record's first, and whose they are where the
/// record cannot say it.
pub(super) struct Scores {
    pub(super) scores: Vec<SeverityScore>,
    /// Scores that other records give, which `source` has no word for.
    pub(super) of_others: Vec<Value>,
}

/// Collects them. The specification takes several scores of one type, and tells
/// them apart by `source`; a score without one is held to be of the database that
/// `id`, the written record's, belongs to, or endorsed by it. So `SELF` is kept of
/// that database's own records only, and what another database says without a
/// source is named apart.
pub(super) fn of(advisory: &Advisory, base: Option<&SourceRecord>, id: &str) -> Scores {
    let mut found = Scores { scores: Vec::new(), of_others: Vec::new() };
    let (mut seen, mut sourced) = (FxHashSet::default(), FxHashSet::default());
    let is_base = |source: &SourceRecord| base.is_some_and(|base| std::ptr::eq(base, source));
    // The written record keeps what its own base says, in its order.
    let others = advisory.records.iter().filter(|source| !is_base(source));
    for source in base.into_iter().chain(others) {
        let at_home = prefix(source.id.as_str()) == prefix(id);
        for score in source.record.severity.items() {
            let Some((kind, vector)) = read(score) else { continue };
            let said = score.extra.get("source").and_then(Value::as_str);
            let said = said.filter(|said| since(Term::Source, said).is_some() && (*said != "SELF" || at_home));
            let is_known = match said {
                Some(_) => false,
                // Which of the known ones it repeats nobody can tell, nor needs to.
                None => !is_base(source) && sourced.contains(vector),
            };
            if is_known || !seen.insert((vector, said)) {
                continue;
            }
            if said.is_some() {
                sourced.insert(vector);
            } else if !at_home && found.scores.iter().any(|known| known.kind.text() == Some(kind)) {
                found.of_others.push(json!({ "record": source.id.as_str(), "score": vector }));
            }
            let mut extra: Map<String, Value> = score.extra.clone();
            match said {
                Some(said) => drop(extra.insert("source".to_owned(), json!(said))),
                None => drop(extra.shift_remove("source")),
            }
            let (kind, vector) = (Maybe::Value(kind.to_owned()), Maybe::Value(vector.to_owned()));
            found.scores.push(SeverityScore { kind, score: vector, extra });
        }
    }
    found
}

/// Leaves a package the scores that the specification takes.
pub(super) fn keep_sound(entry: &mut Affected) {
    if let Maybe::Value(scores) = &mut entry.severity {
        scores.retain(|score| read(score).is_some_and(|(kind, _)| score.kind.text() == Some(kind)));
        for score in scores {
            let is_word = |said: &Value| said.as_str().is_some_and(|said| since(Term::Source, said).is_some());
            score.extra.retain(|field, said| field != "source" || is_word(said));
        }
    }
}

/// A score and the type that its notation has: records are wrong on the type.
fn read(score: &SeverityScore) -> Option<(&str, &str)> {
    let vector = score.score.text()?;
    let kind = match (vector.get(..7), score.kind.text()?) {
        (Some("CVSS:4."), _) => "CVSS_V4",
        (Some("CVSS:3."), _) => "CVSS_V3",
        (_, "CVSS_V3" | "CVSS_V4") => "CVSS_V2",
        (_, kind) => kind,
    };
    is_sound(kind, vector).then_some((kind, vector))
}
