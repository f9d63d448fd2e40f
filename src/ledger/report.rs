//! What a release fixes: the one answer that every output projects from.

use super::package_update::{Claim, PackageUpdate};
use super::reach::Reach;
use crate::model::{
    AdvisoryId, CommitId, Confidence, Credit, Disclosure, Evidence, Finding, FixRole, IdScheme, Remote, Severity,
    SeverityLevel, TagName, Texts, Timestamp, Version, Weight,
};

/// Everything there is to say about one release.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReleaseReport {
    /// The release.
    pub release: ReleaseHeader,
    /// The project's repository on its forge, for links.
    pub remote: Option<Remote>,
    /// Project advisories first; within a scope the most severe first, then by id.
    pub advisories: Vec<Entry>,
    /// What people announce without an advisory, in the order of the configuration.
    pub notes: Vec<Announcement>,
    /// What a release manager should look at, the most serious first.
    pub findings: Vec<Finding>,
    /// What records call patched in this very version and notes do not announce,
    /// by id.
    pub unsaid: Vec<Unsaid>,
    /// What an earlier form of the notes announced, and what was withdrawn since; by id.
    pub withdrawn: Vec<Withdrawn>,
    /// Whether unpublished advisories were asked for: then this is private.
    pub private: bool,
    /// Which dependency advisories notes print.
    pub dependencies: DependencyPolicy,
    /// Whether notes list what is carried over.
    pub lists_carried: bool,
}

impl ReleaseReport {
    /// A report without any advisory, of which only the release is known.
    #[must_use]
    pub fn new(release: ReleaseHeader) -> Self {
        Self {
            release,
            remote: None,
            advisories: Vec::new(),
            notes: Vec::new(),
            findings: Vec::new(),
            unsaid: Vec::new(),
            withdrawn: Vec::new(),
            private: false,
            dependencies: DependencyPolicy::default(),
            lists_carried: false,
        }
    }
}

/// A fix that a person announces without an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Announcement {
    /// What is announced, in the person's words.
    pub text: String,
    /// How severe that was, where the person says so.
    pub severity: SeverityLevel,
    /// The commits that are reachable from the release.
    pub commits: Vec<FixCommit>,
}

impl Announcement {
    /// An announcement of which only the text is known.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), severity: SeverityLevel::Unknown, commits: Vec::new() }
    }
}

/// Which dependency advisories notes print. Other outputs have them all, but for
/// those that still affect the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DependencyPolicy {
    /// Of which dependencies.
    pub of: DependenciesOf,
    /// The least severity; what is unknown is never too low.
    pub severity: SeverityLevel,
    /// Whether outputs speak of what still affects the release, or came with it.
    pub include_affected: bool,
}

impl Default for DependencyPolicy {
    fn default() -> Self {
        Self { of: DependenciesOf::Runtime, severity: SeverityLevel::Unknown, include_affected: false }
    }
}

/// Of which dependencies notes speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DependenciesOf {
    /// Of none.
    Nothing,
    /// Of what is shipped; the rest is counted.
    Runtime,
    /// Of all.
    All,
}

/// A release, or the commits that are in none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Why that one, in a word.
    pub previous_reason: Option<&'static str>,
    /// What they are counted from and why, in a sentence.
    pub counted_from: String,
}

impl ReleaseHeader {
    /// A release of which only the commit is known.
    #[must_use]
    pub const fn new(commit: CommitId) -> Self {
        Self {
            tag: None,
            version: None,
            commit,
            date: None,
            previous_tag: None,
            previous_reason: None,
            counted_from: String::new(),
        }
    }
}

/// Whose vulnerability it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
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
#[non_exhaustive]
pub enum Status {
    /// The release carries the whole fix, and what people come from does not.
    Fixed,
    /// The release brings the whole fix, and people have it from an earlier one.
    Carried,
    /// The release carries some commits of the fix, not all.
    Partial,
    /// The release carries the fix and a commit that takes it back.
    Reverted,
    /// A commit of the release says so, and nothing here bears it out.
    Claimed,
    /// The release does not have the affected package any more.
    Removed,
    /// The release has an affected version, and the one before had none.
    Introduced,
    /// The release has an affected version, as the one before had.
    Affected,
}

impl Status {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Carried => "carried",
            Self::Partial => "partial",
            Self::Reverted => "reverted",
            Self::Claimed => "claimed",
            Self::Removed => "removed",
            Self::Introduced => "introduced",
            Self::Affected => "affected",
        }
    }
}

/// One advisory in one release.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The id that people look for first.
    pub id: AdvisoryId,
    /// All its other ids, ordered.
    pub aliases: Vec<AdvisoryId>,
    /// The advisory's title, as written: untrusted text.
    pub summary: Option<String>,
    /// Whose vulnerability it is.
    pub scope: Scope,
    /// When it was published first.
    pub published: Option<Timestamp>,
    /// When it was withdrawn, if it is.
    pub withdrawn: Option<Timestamp>,
    /// The kinds of weaknesses, as `CWE-22`.
    pub cwes: Vec<String>,
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
    /// Which releases it reaches; of a dependency nothing.
    pub reach: Reach,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
    /// People and tools that the records credit.
    pub credits: Vec<Credit>,
    /// The advisory's page, when a record names one.
    pub page: Option<String>,
    /// The package of a dependency advisory, and its versions; none for a claim
    /// that names no package of the project.
    pub package: Option<PackageUpdate>,
    /// Why a claim is not borne out; only of claims.
    pub claim: Option<Claim>,
    /// Where people have the fix from; only of what is carried over.
    pub carried: Option<Carried>,
    /// What the advisory says in its own words; only of the project's own.
    pub texts: Texts,
}

impl Entry {
    /// A published advisory that a release does something about, of which nothing
    /// else is known.
    #[must_use]
    pub fn new(id: AdvisoryId, scope: Scope, status: Status, confidence: Confidence) -> Self {
        Self {
            id,
            aliases: Vec::new(),
            summary: None,
            scope,
            published: None,
            withdrawn: None,
            cwes: Vec::new(),
            severity: Severity::default(),
            disclosure: Disclosure::Published,
            status,
            confidence,
            fix: Fix::default(),
            reach: Reach::default(),
            evidence: Vec::new(),
            credits: Vec::new(),
            page: None,
            package: None,
            claim: None,
            carried: None,
            texts: Texts::default(),
        }
    }

    /// The id and all aliases.
    pub fn ids(&self) -> impl Iterator<Item = &AdvisoryId> {
        std::iter::once(&self.id).chain(&self.aliases)
    }

    /// Whether notes announce it: half a fix or one taken back is none.
    #[must_use]
    pub fn is_announced(&self) -> bool {
        matches!(self.status, Status::Fixed | Status::Removed) && self.confidence >= Confidence::Likely
    }

    /// The id that people search for: a CVE where there is one.
    #[must_use]
    pub fn name(&self) -> &AdvisoryId {
        self.ids().find(|id| id.scheme() == IdScheme::Cve).unwrap_or(&self.id)
    }
}

/// The release that a fix was in before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Carried {
    /// The first release that brought it; of a dependency the highest version
    /// before, which had it.
    pub from: TagName,
    /// When its commit was committed, in UTC.
    pub date: Option<Timestamp>,
}

/// An advisory that an earlier form of a release's notes announced, and that
/// was withdrawn since. Notes keep its line, struck: whoever read it before
/// would look for it in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawn {
    /// The id that people look for first.
    pub id: AdvisoryId,
    /// All its other ids, ordered.
    pub aliases: Vec<AdvisoryId>,
    /// Its title, as written: untrusted text.
    pub summary: Option<String>,
    /// When it was withdrawn, by the most trusted record that says.
    pub time: Option<Timestamp>,
    /// Its page, when a record names one.
    pub page: Option<String>,
}

impl Withdrawn {
    /// The id that people search for: a CVE where there is one.
    #[must_use]
    pub fn name(&self) -> &AdvisoryId {
        let mut ids = std::iter::once(&self.id).chain(&self.aliases);
        ids.find(|id| id.scheme() == IdScheme::Cve).unwrap_or(&self.id)
    }
}

/// One of the project's advisories whose records call this very version
/// patched, and which its notes do not announce. Findings say the same at length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsaid {
    /// The id that people look for first.
    pub id: AdvisoryId,
    /// Who may know of it.
    pub disclosure: Disclosure,
    /// Why not.
    pub why: UnsaidBecause,
}

/// Why notes do not announce what records call patched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsaidBecause {
    /// No commit here is known to be the fix, or clearly the best candidate; with the best one
    /// of the release that no other advisory has.
    Unsure(Option<(FixCommit, Weight)>),
    /// The fix that is known is not in the release; with the first one of its
    /// line that has it.
    NotHere(Option<TagName>),
    /// The release has only a part of the fix.
    Partly,
    /// The release takes the fix back.
    TakenBack,
}

/// The fix as this release has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// The commits of the fix that are reachable from the release, the oldest
    /// first, a merge after what it brought in.
    pub commits: Vec<FixCommit>,
    /// The first release of this line that carries the fix.
    pub first_release: Option<TagName>,
    /// The releases of other lines that announce it, by version.
    pub also_fixed_in: Vec<TagName>,
    /// The numbers of the pull requests that brought an update of a dependency.
    pub pull_requests: Vec<u64>,
    /// Of the project's own: what of it matters most to a reader, three at most.
    pub by: Vec<FixBy>,
    /// How many more there are of these.
    pub by_more: usize,
}

/// A commit of a fix, or the pull request that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FixBy {
    /// The commit; of a pull request that brought several the first of them.
    pub commit: FixCommit,
    /// The number of the pull request, where it is known.
    pub pull_request: Option<u64>,
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
