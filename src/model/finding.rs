//! Findings: what a release manager should look at, as data.

use super::finding_code::FindingCode;
use super::level::Level;

/// One thing to look at. Ordered by level (most serious first), code, subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What kind of thing it is.
    pub code: FindingCode,
    /// What it is about: an advisory id, a commit, a file.
    pub subject: String,
    /// What was seen, and what of it in particular would mend it.
    pub message: String,
    /// The file of the project that it is in, where it is in one.
    pub place: Option<FindingPlace>,
}

/// A place in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingPlace {
    /// The file, from the root of the repository or beside the configuration.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
}

impl FindingPlace {
    /// A file, wherever in it.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: None }
    }
}

impl Finding {
    /// A finding of this code about this subject.
    #[must_use]
    pub fn new(code: FindingCode, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, subject: subject.into(), message: message.into(), place: None }
    }

    /// The same, in this file of the project.
    #[must_use]
    pub fn at(self, place: FindingPlace) -> Self {
        Self { place: Some(place), ..self }
    }

    /// How much it matters.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.code.level()
    }
}

impl Ord for Finding {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |finding: &Self| (std::cmp::Reverse(finding.level()), finding.code);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.subject.cmp(&other.subject))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| self.place.cmp(&other.place))
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
