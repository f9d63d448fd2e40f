//! What a commit does for a fix.

/// What a commit does for a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixRole {
    /// It changes what was vulnerable.
    Fix,
    /// It brings such commits in.
    Merge,
}

impl FixRole {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fix => "fix",
            Self::Merge => "merge",
        }
    }
}
