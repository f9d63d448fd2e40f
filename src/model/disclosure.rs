//! Who may know of an advisory.

use std::fmt;

/// The disclosure state of an advisory.
///
/// Only [`Disclosure::Published`] and [`Disclosure::Unknown`] may be seen in
/// public output; the rest needs to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// Only the id is known, from a public commit message; no record was given.
    Unknown,
    /// Reported privately and not yet accepted (GitHub's `triage`).
    Triage,
    /// Being written, in private (GitHub's `draft`).
    Draft,
    /// Closed without publication (GitHub's `closed`).
    Closed,
    /// Public.
    Published,
    /// Published once and taken back.
    Withdrawn,
}

impl Disclosure {
    /// Whether the text and the id are private.
    #[must_use]
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Triage | Self::Draft | Self::Closed)
    }
}

impl fmt::Display for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Triage => "triage",
            Self::Draft => "draft",
            Self::Closed => "closed",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        })
    }
}
