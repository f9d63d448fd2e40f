//! What a release fixes: the one answer that every output projects from.

use crate::model::{
    AdvisoryId, CommitId, Confidence, Disclosure, Evidence, Finding, Remote, Severity, TagName, Timestamp, Version,
};

/// Everything there is to say about one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseReport {
    /// The release.
    pub release: ReleaseHeader,
    /// The project's repository on its forge, for links.
    pub remote: Option<Remote>,
    /// Project advisories first; within a scope the most severe first, then by id.
    pub advisories: Vec<Entry>,
    /// What a release manager should look at, the most serious first.
    pub findings: Vec<Finding>,
    /// Whether unpublished advisories were asked for: then this is private.
    pub private: bool,
}

/// A release, or the commits that are in none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseHeader {
    /// The tag; none for what is unreleased.
    pub tag: Option<TagName>,
    /// The version that the tag rules read from the tag.
    pub version: Option<Version>,
    /// The commit that the tag names, or `HEAD`.
    pub commit: CommitId,
    /// When that commit was committed, in UTC.
    pub date: Option<Timestamp>,
    /// The release that the commits are counted from.
    pub previous_tag: Option<TagName>,
}

/// Whose vulnerability it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The project's own.
    Project,
    /// Of something that the project ships or builds with.
    Dependency,
}

impl Scope {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Dependency => "dependency",
        }
    }
}

/// What the release does about an advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The release carries the whole fix, and none before it on its line does.
    Fixed,
    /// The release carries some commits of the fix, not all.
    Partial,
    /// The release carries the fix and a commit that takes it back.
    Reverted,
    /// A commit of the release says so, and nothing here bears it out.
    Claimed,
}

impl Status {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Partial => "partial",
            Self::Reverted => "reverted",
            Self::Claimed => "claimed",
        }
    }
}

/// One advisory in one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id that people look for first.
    pub id: AdvisoryId,
    /// All its other ids, ordered.
    pub aliases: Vec<AdvisoryId>,
    /// The advisory's title, as written: untrusted text.
    pub summary: Option<String>,
    /// Whose vulnerability it is.
    pub scope: Scope,
    /// How severe it is.
    pub severity: Severity,
    /// Who may know of it.
    pub disclosure: Disclosure,
    /// What the release does about it.
    pub status: Status,
    /// How sure that is.
    pub confidence: Confidence,
    /// The fix.
    pub fix: Fix,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
    /// People and tools that the records credit, as written: untrusted text.
    pub credits: Vec<String>,
    /// The advisory's page, when a record names one.
    pub page: Option<String>,
}

/// The fix as this release has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fix {
    /// The commits of the fix that are reachable from the release, the oldest
    /// first, a merge after what it brought in.
    pub commits: Vec<FixCommit>,
    /// The first release of this line that carries the fix.
    pub first_release: Option<TagName>,
    /// The first releases of other lines that carry it, by version.
    pub also_fixed_in: Vec<TagName>,
}

/// A commit of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixCommit {
    /// Its hash.
    pub id: CommitId,
    /// The first line of its message, as written: untrusted text.
    pub subject: String,
    /// What it does for the fix.
    pub role: FixRole,
}

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
