//! What the specification names, and since which of its versions: one table.
//!
//! Source: the texts and JSON schemas that github.com/ossf/osv-schema published
//! under each version; where the text named a word before the schema asked for
//! it, the text counts. A new version of the specification is one more entry.

use Term::{Credit, Ecosystem, Field, Part, Prefix, Reference, Severity, Source};

/// Kinds of what a record says in words of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Term {
    /// An ecosystem, without the suffix of a distribution's release.
    Ecosystem,
    /// What ids begin with; a dash follows, but for `x_`.
    Prefix,
    /// A type of severity.
    Severity,
    /// Who gave a severity.
    Source,
    /// A type of references.
    Reference,
    /// A type of credits.
    Credit,
    /// A field of the record itself, or a kind of event: versions that lack it
    /// refuse a record that has it.
    Field,
    /// A field further in, or a value with a meaning of its own: versions that
    /// lack it pass over it.
    Part,
}

/// An entry of `affected` that is about every package of its ecosystem.
pub const EVERY_PACKAGE: &str = "*";

/// A kind, and words of it.
type Words = (Term, &'static [&'static str]);

/// What each version of the specification added, the oldest first.
const VERSIONS: [(&str, &[Words]); 22] = [
    (
        "1.0.0",
        &[
            (
                Ecosystem,
                &["Go", "npm", "OSS-Fuzz", "PyPI", "RubyGems", "crates.io", "Packagist", "Maven", "NuGet", "Linux"],
            ),
            // The text shows the ids of CVE and GHSA before its table has them.
            (Prefix, &["CVE", "GHSA", "GO", "OSV", "PYSEC", "RUSTSEC"]),
            (Reference, &["ADVISORY", "ARTICLE", "REPORT", "FIX", "GIT", "PACKAGE", "WEB"]),
        ],
    ),
    ("1.1.0", &[(Ecosystem, &["Debian", "Hex"]), (Prefix, &["GSD"]), (Field, &["database_specific"])]),
    ("1.2.0", &[(Ecosystem, &["Android"]), (Severity, &["CVSS_V3"]), (Field, &["severity", "credits"])]),
    (
        "1.3.0",
        &[
            (Ecosystem, &["GitHub Actions", "Pub"]),
            (Prefix, &["LBSEC"]),
            (Reference, &["EVIDENCE"]),
            (Field, &["last_affected"]),
            (Part, &["affected[].ranges[].database_specific"]),
        ],
    ),
    ("1.3.1", &[(Severity, &["CVSS_V2"])]),
    (
        "1.4.0",
        &[
            (Ecosystem, &["Alpine", "ConanCenter"]),
            (Prefix, &["DSA", "DLA", "DTSA"]),
            (
                Credit,
                &[
                    "FINDER",
                    "REPORTER",
                    "ANALYST",
                    "COORDINATOR",
                    "REMEDIATION_DEVELOPER",
                    "REMEDIATION_REVIEWER",
                    "REMEDIATION_VERIFIER",
                    "TOOL",
                    "SPONSOR",
                    "OTHER",
                ],
            ),
            (Part, &["affected[].severity", "credits[].type"]),
        ],
    ),
    (
        "1.5.0",
        &[
            (Ecosystem, &["AlmaLinux", "Rocky Linux"]),
            (Prefix, &["ALSA", "ALBA", "ALEA", "RLSA", "RXSA"]),
            (Reference, &["DETECTION", "DISCUSSION", "INTRODUCED"]),
        ],
    ),
    (
        "1.6.0",
        &[
            (Ecosystem, &["Bioconductor", "Bitnami", "CRAN", "GHC", "Hackage", "Photon OS", "SwiftURL"]),
            (Prefix, &["BIT", "HSEC", "PHSA", "PSF", "RSEC"]),
        ],
    ),
    ("1.6.1", &[(Prefix, &["CURL"])]),
    ("1.6.2", &[(Ecosystem, &["Ubuntu"]), (Prefix, &["USN"]), (Severity, &["CVSS_V4"])]),
    ("1.6.3", &[(Prefix, &["MAL"])]),
    (
        "1.6.4",
        &[(Ecosystem, &["Chainguard", "Mageia", "Red Hat"]), (Prefix, &["ASB-A", "PUB-A", "CGA", "MGASA", "RHSA"])],
    ),
    ("1.6.5", &[(Ecosystem, &["openSUSE", "SUSE"]), (Prefix, &["ELA", "openSUSE-SU", "SUSE-SU", "UBUNTU"])]),
    ("1.6.6", &[(Prefix, &["RHBA", "RHEA", "SUSE-RU", "SUSE-FU", "SUSE-OU"])]),
    ("1.6.7", &[]),
    (
        "1.7.0",
        &[
            (Ecosystem, &["Kubernetes", "Wolfi"]),
            (Prefix, &["KUBE", "V8"]),
            (Severity, &["Ubuntu"]),
            (Field, &["upstream"]),
        ],
    ),
    // There was no 1.7.1.
    (
        "1.7.2",
        &[
            (Ecosystem, &["Alpaquita", "BellSoft Hardened Containers", "MinimOS", "openEuler"]),
            (Prefix, &["BELL", "LSN", "MINI", "OESA"]),
        ],
    ),
    ("1.7.3", &[(Ecosystem, &["Echo"]), (Prefix, &["ECHO"])]),
    ("1.7.4", &[(Ecosystem, &["Julia", "VSCode"]), (Prefix, &["ALPINE", "DEBIAN", "EEF", "JLSEC"])]),
    (
        // Half a year long the schema grew under this number, and records that
        // declare it have what it had in the end.
        "1.7.5",
        &[
            (Ecosystem, &["Azure Linux", "CleanStart", "Docker Hardened Images", "FreeBSD", "opam", "Root", "TuxCare"]),
            (Prefix, &["AZL", "CLEANSTART", "CLSA", "DHI", "DRUPAL", "FreeBSD", "OSEC", "ROOT", "x_"]),
        ],
    ),
    (
        "1.8.0",
        &[
            (Ecosystem, &["vcpkg"]),
            (Prefix, &["VCPKG"]),
            (Source, &["NVD", "CNA", "SELF"]),
            (Part, &["severity[].source"]),
        ],
    ),
    ("1.9.0", &[(Ecosystem, &["Homebrew", "WordPress"]), (Prefix, &["BREW"]), (Part, &[EVERY_PACKAGE])]),
];

/// A version of the specification that was published. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaVersion(usize);

impl SchemaVersion {
    /// The version that a record follows which says none.
    pub const OLDEST: Self = Self(0);

    /// The newest that is known here.
    pub const NEWEST: Self = Self(VERSIONS.len() - 1);

    /// The version of this name, written as the specification wants it: `1.7.5`.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        VERSIONS.iter().position(|(name, _)| *name == text).map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        VERSIONS.get(self.0).map_or("", |(name, _)| name)
    }
}

/// The version since which the specification has a word; none of a word that
/// it has not.
#[must_use]
pub fn since(term: Term, word: &str) -> Option<SchemaVersion> {
    let has = |terms: &[Words]| terms.iter().any(|(kind, words)| *kind == term && words.contains(&word));
    VERSIONS.iter().position(|(_, terms)| has(terms)).map(SchemaVersion)
}

/// The words of a kind, the oldest first.
pub fn words(term: Term) -> impl Iterator<Item = &'static str> {
    let of = move |(_, terms): &(&str, &'static [Words])| {
        terms.iter().filter(move |(kind, _)| *kind == term).flat_map(|(_, words)| words.iter().copied())
    };
    VERSIONS.iter().flat_map(of)
}

/// Whether the specification has an ecosystem of this name, which has no suffix.
#[must_use]
pub fn is_ecosystem(name: &str) -> bool {
    since(Ecosystem, name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_of_one_version() {
        for term in [Ecosystem, Prefix, Severity, Source, Reference, Credit, Field, Part] {
            let mut all: Vec<&str> = words(term).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "{term:?}");
            assert!(count > 0, "{term:?}");
        }
    }

    #[test]
    fn versions_are_in_their_order_and_those_that_were_published() {
        let numbers = |(name, _): &(&str, _)| name.split('.').map(|part| part.parse().unwrap()).collect::<Vec<u32>>();
        assert!(VERSIONS.iter().map(numbers).collect::<Vec<_>>().is_sorted());
        for none in ["1.2.9", "1.7.1", "9.9.9", "1.7", "v1.7.5", "1.7.5-rc.1", ""] {
            assert_eq!(SchemaVersion::find(none), None, "{none}");
        }
        assert_eq!(SchemaVersion::find("1.9.0"), Some(SchemaVersion::NEWEST));
        assert_eq!(SchemaVersion::OLDEST.as_str(), "1.0.0");
    }

    #[test]
    fn words_came_with_their_version() {
        let of = |term, word| since(term, word).map(SchemaVersion::as_str);
        assert_eq!(of(Ecosystem, "Go"), Some("1.0.0"));
        assert_eq!(of(Ecosystem, "vcpkg"), Some("1.8.0"));
        assert_eq!(of(Prefix, "BREW"), Some("1.9.0"));
        assert_eq!(of(Severity, "CVSS_V4"), Some("1.6.2"));
        assert_eq!(of(Ecosystem, "C"), None);
        // A word of one kind is none of another.
        assert_eq!((of(Prefix, "Go"), of(Severity, "Ubuntu")), (None, Some("1.7.0")));
    }
}
