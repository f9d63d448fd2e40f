//! What of a file could not be read.

/// Something in a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, short, with nothing in it that a terminal obeys.
    pub message: String,
}

impl Problem {
    /// A problem at a line, where it is known.
    pub(super) fn new(line: Option<usize>, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}
