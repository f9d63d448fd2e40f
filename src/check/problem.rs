//! A problem of a record, and where the record was read.

use super::Code;
use crate::model::{Level, few};

/// One thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of thing it is.
    pub code: Code,
    /// Where in the record: a JSON pointer (RFC 6901), empty for the whole. It
    /// can hold the record's own text.
    pub at: String,
    /// What is there, and what would mend it. What it quotes from the record is
    /// escaped and cut short.
    pub message: String,
}

impl Problem {
    pub(super) fn new(code: impl Into<Code>, at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), at: at.into(), message: message.into() }
    }

    /// How much it matters.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.code.level()
    }
}

/// Where a record was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file, as it was named.
    pub file: String,
    /// The entry, where the file is an archive.
    pub entry: Option<String>,
}

/// A record that is to be checked.
#[derive(Clone, Debug)]
pub struct Given {
    /// Where it was read.
    pub origin: Origin,
    /// Where in the file it stands: a JSON pointer, empty for the whole file.
    pub at: String,
    /// The record, whatever it holds.
    pub value: serde_json::Value,
}

impl Given {
    /// The record's id, as it is written; empty where it has none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.value.get("id").and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

/// How many examples a message names.
const EXAMPLES: usize = 5;

/// `a, b, c and 4 more`: some examples of many, escaped.
pub(super) fn some<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = all.into_iter();
    let shown: Vec<String> = all.by_ref().take(EXAMPLES).map(crate::emit::osv::validate::shown).collect();
    few(&shown, shown.len() + all.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_few_and_escaped() {
        assert_eq!(some(["a", "b\u{1b}"]), "a, b\\u{1b}");
        assert_eq!(some(["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
        assert_eq!(some([]), "");
    }
}
