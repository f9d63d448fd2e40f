//! How severe an advisory is, with every score.

use serde::Serialize;

use super::words::severity;
use crate::emit::links;
use crate::model::{self, AdvisoryId};

#[derive(Serialize)]
pub(super) struct Severity<'r> {
    level: &'static str,
    score: Option<f64>,
    vectors: &'r [String],
    vector: Option<&'r str>,
    vector_by: Option<&'r str>,
    calculator: Option<String>,
    scores: Vec<Scored<'r>>,
    by: Option<&'r str>,
    disputed: bool,
}

impl<'r> Severity<'r> {
    pub(super) fn new(said: &'r model::Severity) -> Self {
        let scored = said.scored();
        Self {
            level: severity(said.level),
            score: scored.map(model::Scored::score),
            vectors: &said.vectors,
            vector: scored.map(|scored| scored.vector.as_str()),
            vector_by: scored.map(|scored| scored.by.as_str()),
            calculator: scored.and_then(|scored| links::calculator(&scored.vector)),
            scores: said.scores.iter().map(Scored::new).collect(),
            by: said.by.as_ref().map(AdvisoryId::as_str),
            disputed: said.disputed,
        }
    }
}

/// A vector with its score.
#[derive(Serialize)]
struct Scored<'r> {
    vector: &'r str,
    score: f64,
    by: &'r str,
    calculator: Option<String>,
}

impl<'r> Scored<'r> {
    fn new(scored: &'r model::Scored) -> Self {
        Self {
            vector: &scored.vector,
            score: scored.score(),
            by: scored.by.as_str(),
            calculator: links::calculator(&scored.vector),
        }
    }
}
