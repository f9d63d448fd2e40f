//! Why a commit is held to be a fix: evidence and confidence.

use std::fmt;

use super::CommitId;

/// How sure a link is. Ordered from the least to the most sure.
///
/// Public notes print *likely* and *confirmed*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A person has to look: the evidence is weak, contradicted or shared.
    Possible,
    /// At least 90 in 100 such links are right.
    Likely,
    /// At least 99 in 100 such links are right.
    Confirmed,
}

impl Confidence {
    /// The word, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kind of trace joins an advisory and a commit, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A `fixed` event of a GIT range names the commit.
    FixedEvent,
    /// A reference of the record is a link to the commit.
    CommitReference,
    /// The fixed version is a Go pseudo-version that carries the commit's hash.
    PseudoVersion,
    /// GitHub's merge of the advisory's private fork names the id.
    PrivateForkMerge,
    /// A reference of the record is a link to the pull request that brought the commit.
    PullRequestReference,
    /// The commit's message names the id.
    MessageId,
    /// The commit came in with a merge that other evidence names.
    BroughtByMerge,
    /// The merge brought in a commit that other evidence names.
    MergeOfFix,
    /// The message says that it is a cherry-pick or backport of a fix.
    CherryPick,
    /// The record says that this release's version is patched.
    PatchedVersion,
    /// The message names the id, and says that this is no fix of it.
    NegativeMention,
    /// A later commit takes the fix back.
    Reverted,
}

impl EvidenceKind {
    /// The stable name, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixedEvent => "fixed_event",
            Self::CommitReference => "commit_reference",
            Self::PseudoVersion => "pseudo_version",
            Self::PrivateForkMerge => "private_fork_merge",
            Self::PullRequestReference => "pull_request_reference",
            Self::MessageId => "message_id",
            Self::BroughtByMerge => "brought_by_merge",
            Self::MergeOfFix => "merge_of_fix",
            Self::CherryPick => "cherry_pick",
            Self::PatchedVersion => "patched_version",
            Self::NegativeMention => "negative_mention",
            Self::Reverted => "reverted",
        }
    }
}

impl fmt::Display for EvidenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One trace that speaks for or against a link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// What kind of trace it is.
    pub kind: EvidenceKind,
    /// The commit it was seen at or that it names; none for a statement about versions.
    pub commit: Option<CommitId>,
    /// The trace in words, with the record that states it.
    pub detail: String,
}
