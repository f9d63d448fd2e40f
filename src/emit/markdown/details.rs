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

    /// Leaves all of it out: whether there was any.
    pub(super) fn clear(&mut self) -> bool {
        let all = [
            &mut self.description,
            &mut self.impact,
            &mut self.patches,
            &mut self.workarounds,
            &mut self.references,
            &mut self.notes,
        ];
        all.into_iter().fold(false, |any, text| text.take().is_some() | any)
    }
}
