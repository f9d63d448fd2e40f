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
    /// At least 95 in 100 such links are right.
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
#[non_exhaustive]
pub enum EvidenceKind {
    /// A `fixed` event of a GIT range names the commit.
    FixedEvent,
    /// A reference of the record is a link to the commit.
    CommitReference,
    /// The fixed version is a Go pseudo-version that carries the commit's hash.
    PseudoVersion,
    /// A person of the project decided so, in a `[[link]]` of the configuration.
    Decision,
    /// A manifest or lock file has left the versions that the advisory affects.
    LockFile,
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
    /// The commit changes the same lines as a fix does: equal patch identity.
    SamePatch,
    /// The commit has the author, the author's date and the subject of a fix.
    SameOrigin,
    /// The commit has the subject of a fix, and changes much the same lines of the same files.
    EditedCopy,
    /// The commit has the subject and the author of a fix; what it changed cannot be read.
    SameSubject,
    /// The commit came by the merge of a private fork, which names no advisory.
    UnnamedFork,
    /// The subject speaks of the dependency and of the version that it came to.
    UpdateSubject,
    /// The record says that this release's version is patched.
    PatchedVersion,
    /// Words of the advisory stand in the commit's message, paths, functions or lines.
    Words,
    /// The commit changes lines that the advisory quotes or links to.
    QuotedCode,
    /// The commit changes a file that the advisory names or links to.
    NamedFile,
    /// The project's change log names the advisory in the entry of this commit.
    ChangeLog,
    /// The commit takes back what first shipped in the first affected version.
    UndoesIntroduced,
    /// The commit's author or reporter is credited by the advisory.
    Credit,
    /// The commit was made shortly before the advisory was published, or long after.
    Date,
    /// The release has no other change that may be a fix.
    Sole,
    /// The commit was made shortly before the release.
    NearTag,
    /// The subject or the message speaks of security.
    SecurityWording,
    /// Copies of the change are in all, or only in some, of the releases that are called patched.
    Story,
    /// The commit changes tests along with the code.
    Tests,
    /// The commit resembles a known fix of the advisory on another line.
    Resembles,
    /// The commit is a version bump, a document, a test: not what fixes are.
    Unlikely,
    /// The commit is explained by another advisory.
    ExplainedElsewhere,
    /// How far the next best candidate is behind.
    Margin,
    /// What the commit changed cannot be read: the rest decides.
    Unread,
    /// The message names the id, and says that this is no fix of it.
    NegativeMention,
    /// A later commit takes the fix back.
    Reverted,
}

impl EvidenceKind {
    /// Whether a record names the commit, or the pull request that brought it.
    #[must_use]
    pub const fn is_reference(self) -> bool {
        matches!(self, Self::FixedEvent | Self::CommitReference | Self::PseudoVersion | Self::PullRequestReference)
    }

    /// Whether the commit itself, GitHub or a person of the project says whose
    /// fix it is: evidence that no other record's mistake can be behind.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::MessageId | Self::PrivateForkMerge | Self::Decision)
    }

    /// The stable name, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixedEvent => "fixed_event",
            Self::CommitReference => "commit_reference",
            Self::PseudoVersion => "pseudo_version",
            Self::Decision => "decision",
            Self::LockFile => "lock_file",
            Self::PrivateForkMerge => "private_fork_merge",
            Self::PullRequestReference => "pull_request_reference",
            Self::MessageId => "message_id",
            Self::BroughtByMerge => "brought_by_merge",
            Self::MergeOfFix => "merge_of_fix",
            Self::CherryPick => "cherry_pick",
            Self::SamePatch => "same_patch",
            Self::SameOrigin => "same_origin",
            Self::EditedCopy => "edited_copy",
            Self::SameSubject => "same_subject",
            Self::UnnamedFork => "unnamed_fork",
            Self::UpdateSubject => "update_subject",
            Self::PatchedVersion => "patched_version",
            Self::Words => "words",
            Self::QuotedCode => "quoted_code",
            Self::NamedFile => "named_file",
            Self::ChangeLog => "change_log",
            Self::UndoesIntroduced => "undoes_introduced",
            Self::Credit => "credit",
            Self::Date => "date",
            Self::Sole => "sole",
            Self::NearTag => "near_tag",
            Self::SecurityWording => "security_wording",
            Self::Story => "story",
            Self::Tests => "tests",
            Self::Resembles => "resembles",
            Self::Unlikely => "unlikely",
            Self::ExplainedElsewhere => "explained_elsewhere",
            Self::Margin => "margin",
            Self::Unread => "unread",
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

/// How much a trace counts, in tenths of a point; below zero it speaks
/// against the link. About three points make odds ten times better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(i32);

impl Weight {
    /// So many tenths of a point.
    #[must_use]
    pub const fn tenths(tenths: i32) -> Self {
        Self(tenths)
    }

    /// In tenths of a point.
    #[must_use]
    pub const fn as_tenths(self) -> i32 {
        self.0
    }

    /// In points.
    #[must_use]
    pub fn points(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl std::ops::Add for Weight {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Weight {
    fn sum<I: Iterator<Item = Self>>(weights: I) -> Self {
        weights.fold(Self(0), |sum, weight| sum + weight)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let text = format!("{sign}{}.{}", self.0.abs() / 10, self.0.abs() % 10);
        f.pad(&text)
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
    /// How much it counts.
    pub weight: Weight,
}

impl Evidence {
    /// A trace whose weight is that of its kind, given when links are rated.
    #[must_use]
    pub fn new(kind: EvidenceKind, commit: Option<CommitId>, detail: impl Into<String>) -> Self {
        Self { kind, commit, detail: detail.into(), weight: Weight::default() }
    }

    /// The same trace with a weight.
    #[must_use]
    pub fn weighing(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }
}
