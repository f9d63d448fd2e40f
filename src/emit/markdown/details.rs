//! What an advisory says in its own words, as templates and JSON have it.

use serde::Serialize;

use super::prose;
use crate::model::Texts;

/// The parts of its description, each as harmless Markdown of several lines.
#[derive(Clone, Serialize)]
pub(in crate::emit) struct Details {
    description: Option<String>,
    impact: Option<String>,
    patches: Option<String>,
    workarounds: Option<String>,
    references: Option<String>,
    notes: Option<String>,
}

impl Details {
    pub(in crate::emit) fn new(texts: &Texts) -> Self {
        Self {
            description: prose::markdown(&texts.description),
            impact: prose::markdown(&texts.impact),
            patches: prose::markdown(&texts.patches),
            workarounds: prose::markdown(&texts.workarounds),
            references: prose::markdown(&texts.references),
            notes: prose::markdown(&texts.notes),
        }
    }
}
