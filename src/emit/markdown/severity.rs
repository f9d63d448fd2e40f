//! How severe an advisory is, as templates see it.

use serde::Serialize;

use super::escape;
use crate::emit::{json::v1, links};
use crate::model;

#[derive(Clone, Serialize)]
pub(super) struct Severity {
    level: &'static str,
    title: Option<&'static str>,
    score: Option<String>,
    vectors: Vec<String>,
    vector: Option<String>,
    vector_by: Option<String>,
    calculator: Option<String>,
    by: Option<String>,
    disputed: bool,
}

impl Severity {
    pub(super) fn new(severity: &model::Severity) -> Self {
        // Templates set vectors in code spans, where nothing can be escaped.
        let sound = |c: char| c.is_ascii_alphanumeric() || ":./".contains(c);
        let is_vector = |text: &&String| !text.contains("//") && text.chars().all(sound) && text.len() <= 300;
        let vectors = severity.vectors.iter().filter(is_vector).cloned().collect();
        let by = severity.by.as_ref().map(|id| escape::markdown(id.as_str()));
        let scored = severity.scored();
        let shown = scored.map(|scored| &scored.vector).filter(is_vector);
        Self {
            level: v1::severity(severity.level),
            title: severity.level.title(),
            score: scored.map(|scored| format!("{:.1}", scored.score())),
            vectors,
            vector: shown.cloned(),
            vector_by: scored.map(|scored| escape::markdown(scored.by.as_str())),
            calculator: shown.and_then(|vector| links::calculator(vector)),
            by,
            disputed: severity.disputed,
        }
    }
}
