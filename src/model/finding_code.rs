//! The codes of findings, each with what it means and what to do. They are printed and
//! scripted against: none ever changes its meaning.

use std::fmt;

use super::level::Level;

/// What a finding is about, in the order in which a release manager looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingTopic {
    /// What the release fixes of the project's own, or does not.
    Fix,
    /// What people of the project decided and stated.
    Decision,
    /// What records say.
    Record,
    /// What the repository has, and what of it can be read.
    History,
    /// What the release depends on.
    Dependency,
}

/// Declares the codes once, so that none can be missing from the list.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $level:ident, $topic:ident, $mend:literal;)+) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode { $($(#[doc = $doc])+ $name,)+ }

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

            /// What findings of this code are about.
            #[must_use]
            pub const fn topic(self) -> FindingTopic {
                match self { $(Self::$name => FindingTopic::$topic,)+ }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// What to do about it, in a sentence; of a finding in particular its message may say more.
            #[must_use]
            pub const fn mend(self) -> &'static str {
                match self { $(Self::$name => $mend,)+ }
            }
        }
    };
}

codes! {
    /// A commit of the release names an advisory that the release does not fix first.
    MentionedNotFixed = "mentioned-not-fixed", Warning, Fix,
        "Nothing where the message says so too; where the commit is the fix, let the record name it, or decide with a `[[link]]`.";
    /// Some files left the versions that an advisory affects, and others did not.
    DependencyPartlyFixed = "dependency-partly-fixed", Warning, Dependency,
        "Update the package in the files that are left, or state with `[[not-affected]]` why that does not apply.";
    /// The release has an affected version of a dependency where the one before had none.
    DependencyIntroduced = "dependency-introduced", Warning, Dependency,
        "Update the package before the release is announced, or state with `[[not-affected]]` why this does not apply.";
    /// The release still has an affected version of a dependency.
    DependencyAffected = "dependency-affected", Note, Dependency,
        "Update the package, or state with `[[not-affected]]` why this does not apply.";
    /// Which release of a language builds this one is not said exactly.
    BuilderUnknown = "builder-unknown", Note, Dependency,
        "Pin the release of the language, or name the file that has it with `[[toolchain]]`.";
    /// The least release of a language that builds the project is newer: if it builds this one, it fixes something.
    BuilderPossible = "builder-possible", Note, Dependency,
        "Name what builds the release with `[[toolchain]]`; until then the notes leave this out.";
    /// A dependency was affected, and what the release has of it cannot be told.
    DependencyUnknown = "dependency-unknown", Warning, Dependency,
        "Look which version the release has, and state with `[[not-affected]]` what holds; until then the notes leave it out.";
    /// A commit says that it fixes an advisory of a dependency, and no lock file bears it out.
    ClaimNotBorneOut = "claim-not-borne-out", Warning, Dependency,
        "Correct the id where the release is announced, or update what is still affected; the notes leave the claim out.";
    /// The records of an advisory contradict each other on a version that is in use.
    DependencyDisputed = "dependency-disputed", Warning, Dependency,
        "Read the records, and have the wrong one corrected, or state with `[[not-affected]]` that it does not apply.";
    /// A `[[not-affected]]` matches nothing any more.
    StatementUnused = "statement-unused", Warning, Decision,
        "Take the statement out, or correct its advisory, package or files.";
    /// Advisories of dependencies are about so many files that not all are named.
    FilesLeftOut = "files-left-out", Note, Dependency,
        "`secnotes dependencies --list` names all of them.";
    /// A manifest or lock file cannot be read, or not all of it.
    ManifestUnreadable = "manifest-unreadable", Warning, Dependency,
        "Mend the file, or leave it out with `[dependencies] ignore`.";
    /// The release has a lock file that is known, and not read.
    LockFileNotRead = "lock-file-not-read", Warning, Dependency,
        "Have the tool write a format that is read beside it, or leave the file out with `[dependencies] ignore`.";
    /// A commit names an id of which no record was given.
    UnknownAdvisory = "unknown-advisory", Note, Dependency,
        "Fetch the record with `secnotes sync`, or give it with `--advisories`; correct the id where it is wrong.";
    /// A record names a commit that this repository does not have.
    CommitNotFound = "commit-not-found", Warning, Record,
        "Fetch the branch that has the commit, or have the record name the commit that is here.";
    /// Records name commits of this history at another address than the project's.
    FormerAddress = "former-address", Note, History,
        "Where the project lived there, add the address under `[project] repository`.";
    /// An abbreviated hash of a record names more than one commit.
    CommitAmbiguous = "commit-ambiguous", Warning, Record,
        "Have the record give the whole hash, or decide with a `[[link]]`.";
    /// Two advisories name the same commit as their fix.
    SharedFixCommit = "shared-fix-commit", Warning, Record,
        "Nothing where one commit mends both; else correct the record that is wrong, or decide with `secnotes review`.";
    /// The record's patched version and the release that first carries its fix differ.
    PatchedVersionDiffers = "patched-version-differs", Warning, Record,
        "Correct the patched versions of the record, or its reference.";
    /// The record says that this version is patched, and its fix is not in the release.
    PatchedWithoutFix = "patched-without-fix", Error, Fix,
        "Correct the record's patched version or its reference, decide with `secnotes review`, or release the fix.";
    /// The record says that this version is patched, and nothing names the fix.
    FixCommitUnknown = "fix-commit-unknown", Note, Fix,
        "Add a reference to the fix's commit to the record, or decide with `secnotes review`.";
    /// Only some commits of the fix are in the release.
    PartialFix = "partial-fix", Error, Fix,
        "Bring in the commits that are missing, or hold the announcement.";
    /// The release takes back a fix.
    FixReverted = "fix-reverted", Error, Fix,
        "Bring the fix in again before the release, or tell people that it is open again.";
    /// The evidence is too weak to print: a person has to decide.
    PossibleFix = "possible-fix", Warning, Fix,
        "Look at it with `secnotes explain`, and decide with `secnotes review`; until then no notes announce it.";
    /// A merge of a private fork that no advisory explains.
    UnexplainedPrivateFork = "unexplained-private-fork", Warning, Fix,
        "Give the advisory's record, or say in it that this commit fixes it.";
    /// A record names a commit that cannot be its fix; it is not followed.
    ContradictedReference = "contradicted-reference", Warning, Record,
        "Have the record name the commit that fixes it, or decide with a `[[link]]`.";
    /// A commit looks like a security fix, and no advisory explains it.
    QuietSecurityFix = "quiet-security-fix", Warning, Fix,
        "Publish an advisory for it, link it to one with a `[[link]]`, or announce it with a `[[note]]`: `secnotes review` asks.";
    /// The fix of an unpublished advisory is in the history; only in a private preview.
    PublicFix = "public-fix", Warning, Fix,
        "Publish the advisory soon: who reads the history knows of it.";
    /// The release takes back an update that a commit called a security fix.
    SecurityUpdateReverted = "security-update-reverted", Error, Fix,
        "Update again before the release, or say why it is safe without.";
    /// So many advisories may want the same commits that none is looked for by words.
    TooManyToWeigh = "too-many-to-weigh", Warning, Fix,
        "Have the records name the commits of the fixes, or decide in `secnotes.links.toml`.";
    /// A `[[link]]` names a commit or an advisory that is not here.
    DecisionUnusable = "decision-unusable", Error, Decision,
        "Correct the `[[link]]`, fetch what it names, or take it out: as long as it is there, it decides nothing.";
    /// A `[[note]]` names a commit that is not here; nothing of it is announced.
    NoteUnusable = "note-unusable", Error, Decision,
        "Correct the `[[note]]`, or fetch the commit.";
    /// An advisory explains what a `[[note]]` announces, too.
    NoteUnnecessary = "note-unnecessary", Warning, Decision,
        "Take the `[[note]]` out: the notes would say the same twice.";
    /// Records or commits say by now what a `[[link]]` says.
    DecisionUnnecessary = "decision-unnecessary", Note, Decision,
        "Take the `[[link]]` out.";
    /// A `[[link]]` and the records or commits name different fixes.
    DecisionContradicted = "decision-contradicted", Warning, Decision,
        "Correct the `[[link]]`, which is obeyed, or the record: one of them is wrong.";
    /// A record names the version of a tag that is no release by the tag rules.
    TagsPassedOver = "tags-passed-over", Warning, History,
        "Where these tags are releases, add their form under `[releases] pattern`.";
    /// A record's data is broken in a place that did not stop it from being read.
    OddRecord = "odd-record", Note, Record,
        "Tell whoever publishes the record.";
    /// A person typed versions that cannot be read; they bound nothing.
    VersionsUnread = "versions-unread", Warning, Record,
        "Write the versions in the advisory's form as `>= 1.0.0, < 1.0.5`.";
    /// A record calls one version patched and affected, or patched later than its range ends.
    VersionsContradicted = "versions-contradicted", Warning, Record,
        "Check the versions in the advisory's form.";
    /// The records of one advisory have different vectors of one scoring system.
    ScoresDiffer = "scores-differ", Note, Record,
        "Nothing, unless one of the records is yours and wrong.";
    /// The records of one advisory disagree.
    RecordsDisagree = "records-disagree", Warning, Record,
        "Read the records, and have the wrong one corrected; the project's own is believed first.";
    /// The records call other releases affected than the commits do.
    AffectedDiffers = "affected-differs", Warning, Record,
        "`secnotes explain --advisory-patch` prints what the advisory's form should say.";
    /// The merge that a record names brings in too much to be the fix.
    MergeTooLarge = "merge-too-large", Warning, Record,
        "Have the record name the commits of the fix, or decide with `secnotes review`.";
    /// Nothing says which package of the repository an advisory is about.
    PackageUndecided = "package-undecided", Warning, Fix,
        "Name what the record calls the package under `[[package]] names`, or have it name the commits of the fix.";
    /// The commit that a release is counted from is not before it.
    FromIsNotBefore = "from-is-not-before", Warning, History,
        "Name an older commit with `--from`.";
    /// Something could not be read from the repository, and what that leaves open.
    Unreadable = "unreadable", Warning, History,
        "Use a full clone.";
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_in_kebab_case_and_explained() {
        let mut codes: Vec<_> = FindingCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), FindingCode::ALL.len());
        for code in FindingCode::ALL {
            assert!(code.meaning().ends_with('.') && code.mend().ends_with('.'), "{code}");
        }
    }
}
