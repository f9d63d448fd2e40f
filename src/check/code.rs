//! The codes of problems. They are printed and scripted against: none ever
//! changes its meaning.

use std::fmt;

use crate::emit::osv::validate::Rule;
use crate::model::Level;

/// Declares the codes once, so that none can be missing from the list.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $level:ident $(, $linter:literal)*;)+) => {
        /// What is asked of records beyond the specification's schema.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Quality { $($(#[doc = $doc])+ $name,)+ }

        impl Quality {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            const fn says(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            const fn level(self) -> Level {
                match self { $(Self::$name => Level::$level,)+ }
            }

            const fn linter(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($linter),*],)+ }
            }
        }
    };
}

codes! {
    /// A file can be read.
    UnreadableFile = "unreadable-file", Error;
    /// A file is JSON, where its name does not say YAML.
    NotJson = "not-json", Error;
    /// A file named as YAML is one document that JSON can hold: text for keys, each once, no alias, no tag.
    NotYaml = "not-yaml", Error;
    /// A file that was named holds OSV records.
    NotARecord = "not-a-record", Error;
    /// An object has each key once: readers disagree which of two counts.
    DuplicateKey = "duplicate-key", Error;
    /// `schema_version` is a version of the schema that was published, without a `v`.
    BadSchemaVersion = "bad-schema-version", Error;
    /// A record that uses words or fields newer than schema 1.0 says which version it follows.
    SchemaVersionMissing = "schema-version-missing", Warning;
    /// A record has no field or special name that readers of the version which it declares pass over.
    FieldNewerThanDeclared = "field-newer-than-declared", Warning;
    /// A record says what is affected, unless it is withdrawn.
    AffectedMissing = "affected-missing", Warning, "REC:001";
    /// A record describes the vulnerability, in `summary` or `details`.
    NoDescription = "no-description", Note;
    /// An id can be the name of a file, and part of an address.
    IdNotPlain = "id-not-plain", Warning;
    /// A record is no alias of itself.
    AliasOfItself = "alias-of-itself", Error, "REC:002";
    /// Each alias is listed once.
    AliasTwice = "alias-twice", Warning, "REC:002";
    /// A record is not upstream of itself.
    UpstreamOfItself = "upstream-of-itself", Error, "REC:003";
    /// Each upstream id is listed once.
    UpstreamTwice = "upstream-twice", Warning, "REC:003";
    /// An upstream vulnerability is another one, and so no alias.
    UpstreamIsAlias = "upstream-is-alias", Error, "REC:003";
    /// What is upstream is not listed as related as well.
    UpstreamIsRelated = "upstream-is-related", Warning, "REC:003";
    /// A record is not related to itself.
    RelatedToItself = "related-to-itself", Warning, "REC:004";
    /// Each related id is listed once.
    RelatedTwice = "related-twice", Warning, "REC:004";
    /// Of two records, only one is upstream of the other.
    UpstreamBothWays = "upstream-both-ways", Error;
    /// A record lists the records that call it their alias, as far as they are given.
    AliasNotMutual = "alias-not-mutual", Note;
    /// A record lists the aliases of its aliases, as far as they are given.
    AliasNotTransitive = "alias-not-transitive", Note;
    /// A record lists the records that call it related, as far as they are given.
    RelatedNotMutual = "related-not-mutual", Note;
    /// Records with one id say the same.
    IdTwice = "id-twice", Warning;
    /// A record was modified when it was published, or later.
    ModifiedBeforePublished = "modified-before-published", Warning;
    /// A record was withdrawn after it was published.
    WithdrawnBeforePublished = "withdrawn-before-published", Warning;
    /// Withdrawing a record modifies it: who reads only what is new misses it otherwise.
    WithdrawnAfterModified = "withdrawn-after-modified", Warning;
    /// A date is one of this vulnerability, not a placeholder such as 0001-01-01.
    PlaceholderDate = "placeholder-date", Warning;
    /// A summary is one line.
    SummaryOfManyLines = "summary-of-many-lines", Warning;
    /// A summary has at most 120 characters, as the specification recommends.
    SummaryTooLong = "summary-too-long", Note;
    /// A CVSS vector can be scored: it has every base metric, each once.
    UnscorableVector = "unscorable-vector", Error;
    /// A reference leads somewhere by https or http.
    ReferenceNotWeb = "reference-not-web", Warning;
    /// References lead by https.
    ReferenceNotHttps = "reference-not-https", Note;
    /// Each reference is listed once.
    ReferenceTwice = "reference-twice", Note;
    /// The pages that references link to are there, as far as --online asks.
    ReferenceGone = "reference-gone", Warning;
    /// The pages that references link to can be asked for, where --online asks.
    ReferenceUnanswered = "reference-unanswered", Note;
    /// Somebody who is credited has a name.
    CreditWithoutName = "credit-without-name", Warning;
    /// A contact is an absolute URL, such as mailto:security@example.org.
    ContactNotUrl = "contact-not-url", Warning;
    /// An entry of `affected` names versions or ranges, unless the record is withdrawn.
    NothingAffected = "nothing-affected", Warning;
    /// A range of versions belongs to a package.
    RangeWithoutPackage = "range-without-package", Error, "RNG:002";
    /// Every range has an `introduced` event.
    RangeWithoutIntroduced = "range-without-introduced", Error, "RNG:001";
    /// What introduces the vulnerability is not what fixes it.
    IntroducedIsFixed = "introduced-is-fixed", Error, "RNG:002";
    /// A range ends after it begins.
    EndBeforeIntroduced = "end-before-introduced", Error;
    /// Each event of a range of versions changes something: none ends what has ended, or begins what goes on.
    EventWithoutEffect = "event-without-effect", Warning;
    /// A range ends with `fixed` rather than `last_affected`, where the next version is known.
    FixedNotSaid = "fixed-not-said", Note;
    /// The same event stands once in a range.
    EventTwice = "event-twice", Warning;
    /// The events of a range are in order, as the specification recommends.
    EventsUnsorted = "events-unsorted", Note;
    /// `limit` is for ranges of commits.
    LimitOfVersions = "limit-of-versions", Warning;
    /// The semantic ranges of a package do not overlap.
    RangesOverlap = "ranges-overlap", Warning;
    /// The events of a SEMVER range are semantic versions without a `v`.
    NotSemver = "not-semver", Error;
    /// A version of a package is one that its ecosystem can read.
    UnorderableVersion = "unorderable-version", Warning;
    /// The address of a repository is one that `git clone` takes.
    RepoNotCloneable = "repo-not-cloneable", Warning;
    /// Affected versions are listed beside ranges that only their ecosystem or repository can evaluate.
    VersionsMissing = "versions-missing", Note;
    /// Each version is listed once.
    VersionTwice = "version-twice", Warning;
    /// No listed version is another one in a different spelling.
    VersionRespelled = "version-respelled", Note;
    /// Listed versions lie within the ranges beside them.
    VersionOutsideRanges = "version-outside-ranges", Warning;
    /// An ecosystem of distributions names the release: `Alpine:v3.20`.
    EcosystemWithoutRelease = "ecosystem-without-release", Error;
    /// A package has a name that its ecosystem allows.
    PackageImpossible = "package-impossible", Error, "PKG:001";
    /// A package exists in its ecosystem's registry, as far as --known-packages tells.
    PackageUnknown = "package-unknown", Error, "PKG:001";
    /// Versions of a package exist: as releases of its repository, or by --known-packages.
    VersionUnknown = "version-unknown", Warning, "PKG:002";
    /// A package URL is valid.
    BadPurl = "bad-purl", Error, "PKG:003";
    /// A package URL has no version: a record is about many.
    PurlWithVersion = "purl-with-version", Warning;
    /// A package URL is spelled as its type's rules have it: case, `-` and `_`, `%40`.
    PurlNotNormalised = "purl-not-normalised", Warning;
    /// A package URL names the package beside it.
    PurlOfAnotherPackage = "purl-of-another-package", Warning;
    /// A package's name is spelled as its ecosystem normalises it.
    NameNotNormalised = "name-not-normalised", Warning;
    /// The commits of a range are in the repository.
    CommitNotFound = "commit-not-found", Error;
    /// The commits that references link to are in the repository.
    ReferencedCommitNotFound = "referenced-commit-not-found", Warning;
    /// What ends a range of commits descends from what introduced the vulnerability.
    EndWithoutIntroduced = "end-without-introduced", Error;
    /// Listed versions are affected by the range of commits.
    ListedNotAffected = "listed-not-affected", Warning;
    /// Releases that the range of commits affects are listed, where versions are.
    AffectedNotListed = "affected-not-listed", Warning;
    /// Ranges of versions and ranges of commits affect the same releases.
    RangesDisagree = "ranges-disagree", Warning;
    /// Copies of a fix on other lines are `fixed` events as well.
    BackportMissing = "backport-missing", Warning;
}

/// The code of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// A rule of the specification's schema.
    Specification(Rule),
    /// Anything else.
    Quality(Quality),
}

impl Code {
    /// Every code there is, the specification's first.
    pub fn all() -> impl Iterator<Item = Self> {
        let rules = Rule::ALL.iter().copied().map(Self::Specification);
        rules.chain(Quality::ALL.iter().copied().map(Self::Quality))
    }

    /// The code of this text.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::all().find(|code| code.as_str() == text)
    }

    /// The code as it is printed, in kebab case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Specification(rule) => rule.as_str(),
            Self::Quality(quality) => quality.as_str(),
        }
    }

    /// What sound records keep to, in one sentence.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::Specification(rule) => rule.says(),
            Self::Quality(quality) => quality.says(),
        }
    }

    /// How much it matters: an error breaks the specification or cannot be
    /// true, a warning misleads readers, a note could be better.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            // Importers read a record by the newest schema, so that nothing is
            // lost; who goes by what it declares is misled.
            Self::Specification(Rule::NewerThanDeclared) => Level::Warning,
            Self::Specification(_) => Level::Error,
            Self::Quality(quality) => quality.level(),
        }
    }

    /// A page that says more: the specification's of its rules, OSV's own where
    /// its linter asks for the same.
    #[must_use]
    pub const fn page(self) -> Option<&'static str> {
        match self {
            Self::Specification(_) => Some("https://ossf.github.io/osv-schema/"),
            Self::Quality(quality) if quality.linter().is_empty() => None,
            Self::Quality(_) => Some("https://google.github.io/osv.dev/data_quality/"),
        }
    }

    /// The codes under which OSV's own linter reports the same, if it does.
    #[must_use]
    pub const fn linter(self) -> &'static [&'static str] {
        match self {
            Self::Specification(Rule::NotIntroduced) => &["SCH:001", "RNG:001"],
            Self::Specification(_) => &["SCH:001"],
            Self::Quality(quality) => quality.linter(),
        }
    }
}

impl From<Rule> for Code {
    fn from(rule: Rule) -> Self {
        Self::Specification(rule)
    }
}

impl From<Quality> for Code {
    fn from(quality: Quality) -> Self {
        Self::Quality(quality)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_in_kebab_case_and_explained() {
        let mut codes: Vec<_> = Code::all().map(Code::as_str).collect();
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Rule::ALL.len() + Quality::ALL.len());
        assert!(Code::all().all(|code| code.says().ends_with('.') && Code::find(code.as_str()) == Some(code)));
    }

    #[test]
    fn every_rule_of_osvs_linter_has_a_code() {
        let mut codes: Vec<_> = Code::all().flat_map(|code| code.linter().iter().copied()).collect();
        codes.sort_unstable();
        codes.dedup();
        let linter = ["PKG:001", "PKG:002", "PKG:003", "REC:001", "REC:002", "REC:003", "REC:004"];
        assert_eq!(codes, [linter.as_slice(), &["RNG:001", "RNG:002", "SCH:001"]].concat());
    }
}
