//! Findings: what a release manager should look at, as data.

use std::fmt;

/// How much a finding matters. Ordered from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Should be looked at before the release is announced.
    Warning,
    /// What was printed may be wrong.
    Error,
}

impl Level {
    /// The word, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Declares the codes once, so that none can be missing from the list.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $code:literal, $level:ident;)+) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode { $($(#[$doc])+ $name,)+ }

        impl FindingCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it is printed, in kebab case; it never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// How much findings of this code matter.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$name => Level::$level,)+ }
            }
        }
    };
}

codes! {
    /// A commit of the release names an advisory that the release does not fix first.
    MentionedNotFixed = "mentioned-not-fixed", Warning;
    /// Some files left the versions that an advisory affects, and others did not.
    DependencyPartlyFixed = "dependency-partly-fixed", Warning;
    /// The release has an affected version of a dependency where the one before had none.
    DependencyIntroduced = "dependency-introduced", Warning;
    /// The release still has an affected version of a dependency.
    DependencyAffected = "dependency-affected", Note;
    /// Which release of a language builds this one is not said exactly.
    BuilderUnknown = "builder-unknown", Note;
    /// The least release of a language that builds the project is newer: if it builds this one, it fixes something.
    BuilderPossible = "builder-possible", Note;
    /// A dependency was affected, and what the release has of it cannot be told.
    DependencyUnknown = "dependency-unknown", Warning;
    /// A commit says that it fixes an advisory of a dependency, and no lock file bears it out.
    ClaimNotBorneOut = "claim-not-borne-out", Warning;
    /// The records of an advisory contradict each other on a version that is in use.
    DependencyDisputed = "dependency-disputed", Warning;
    /// A `[[not-affected]]` matches nothing any more.
    StatementUnused = "statement-unused", Warning;
    /// Advisories of dependencies are about so many files that not all are named.
    FilesLeftOut = "files-left-out", Note;
    /// A manifest or lock file cannot be read, or not all of it.
    ManifestUnreadable = "manifest-unreadable", Warning;
    /// The release has a lock file that is known, and not read.
    LockFileNotRead = "lock-file-not-read", Warning;
    /// A commit names an id of which no record was given.
    UnknownAdvisory = "unknown-advisory", Note;
    /// A record names a commit that this repository does not have.
    CommitNotFound = "commit-not-found", Warning;
    /// Records name commits of this history at another address than the project's.
    FormerAddress = "former-address", Note;
    /// An abbreviated hash of a record names more than one commit.
    CommitAmbiguous = "commit-ambiguous", Warning;
    /// Two advisories name the same commit as their fix.
    SharedFixCommit = "shared-fix-commit", Warning;
    /// The record's patched version and the release that first carries its fix differ.
    PatchedVersionDiffers = "patched-version-differs", Warning;
    /// The record says that this version is patched, and its fix is not in the release.
    PatchedWithoutFix = "patched-without-fix", Error;
    /// The record says that this version is patched, and nothing names the fix.
    FixCommitUnknown = "fix-commit-unknown", Note;
    /// Only some commits of the fix are in the release.
    PartialFix = "partial-fix", Error;
    /// The release takes back a fix.
    FixReverted = "fix-reverted", Error;
    /// The evidence is too weak to print: a person has to decide.
    PossibleFix = "possible-fix", Warning;
    /// A merge of a private fork that no advisory explains.
    UnexplainedPrivateFork = "unexplained-private-fork", Warning;
    /// A record names a commit that cannot be its fix; it is not followed.
    ContradictedReference = "contradicted-reference", Warning;
    /// A commit looks like a security fix, and no advisory explains it.
    QuietSecurityFix = "quiet-security-fix", Warning;
    /// The fix of an unpublished advisory is in the history; only in a private preview.
    PublicFix = "public-fix", Warning;
    /// The release takes back an update that a commit called a security fix.
    SecurityUpdateReverted = "security-update-reverted", Error;
    /// So many advisories may want the same commits that none is looked for by words.
    TooManyToWeigh = "too-many-to-weigh", Warning;
    /// A `[[link]]` names a commit or an advisory that is not here.
    DecisionUnusable = "decision-unusable", Error;
    /// Records or commits say by now what a `[[link]]` says.
    DecisionUnnecessary = "decision-unnecessary", Note;
    /// A `[[link]]` and the records or commits name different fixes.
    DecisionContradicted = "decision-contradicted", Warning;
    /// A record names the version of a tag that is no release by the tag rules.
    TagsPassedOver = "tags-passed-over", Warning;
    /// A record's data is broken in a place that did not stop it from being read.
    OddRecord = "odd-record", Note;
    /// A person typed versions that cannot be read; they bound nothing.
    VersionsUnread = "versions-unread", Warning;
    /// A record calls one version patched and affected, or patched later than its range ends.
    VersionsContradicted = "versions-contradicted", Warning;
    /// The records of one advisory have different vectors of one scoring system.
    ScoresDiffer = "scores-differ", Note;
    /// The records of one advisory disagree.
    RecordsDisagree = "records-disagree", Warning;
    /// The records call other releases affected than the commits do.
    AffectedDiffers = "affected-differs", Warning;
    /// The merge that a record names brings in too much to be the fix.
    MergeTooLarge = "merge-too-large", Warning;
    /// Nothing says which package of the repository an advisory is about.
    PackageUndecided = "package-undecided", Warning;
    /// The commit that a release is counted from is not before it.
    FromIsNotBefore = "from-is-not-before", Warning;
    /// Something could not be read from the repository, and what that leaves open.
    Unreadable = "unreadable", Warning;
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for FindingCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing to look at. Ordered by level (most serious first), code, subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What kind of thing it is.
    pub code: FindingCode,
    /// What it is about: an advisory id, a commit, a file.
    pub subject: String,
    /// What was seen, and what would mend it.
    pub message: String,
}

impl Finding {
    /// A finding of this code about this subject.
    #[must_use]
    pub fn new(code: FindingCode, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, subject: subject.into(), message: message.into() }
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
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
        let mut codes: Vec<_> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), FindingCode::ALL.len());
    }
}
