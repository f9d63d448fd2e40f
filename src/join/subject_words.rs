//! How often words stand in the subjects of a history.

use rustc_hash::FxHashMap;

use crate::history::History;
use crate::history::words::Word;

/// In how many subjects of a history each word stands, merges left out.
#[derive(Debug, Default)]
pub(super) struct SubjectWords {
    pub(super) messages: u32,
    pub(super) counts: FxHashMap<Word, u32>,
}

impl SubjectWords {
    pub(super) fn of(history: &History) -> Self {
        let (messages, counts) = history.messages().subject_words();
        Self { messages, counts }
    }
}
