//! Advisory ids.

use std::cmp::Ordering;
use std::fmt;

/// The id of an advisory in one database, in that database's own spelling:
/// `CVE-2026-24834`, `GHSA-wwj6-vghv-5p64`, `GO-2026-4517`.
///
/// Ordered by scheme as [`IdScheme`] lists them, then naturally
/// (`CVE-2024-9999` before `CVE-2024-10000`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AdvisoryId(Box<str>);

/// The databases whose ids are told apart, in the order in which people look
/// for them: a project's own GitHub advisory first, then its CVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IdScheme {
    /// GitHub security advisories.
    Ghsa,
    /// The CVE list.
    Cve,
    /// The Go vulnerability database.
    Go,
    /// The RustSec advisory database.
    RustSec,
    /// The Python Packaging advisory database.
    PySec,
    /// Any other database.
    Other,
}

/// The text cannot be an advisory id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an advisory id: letters, digits and `-_.:+~`, beginning with a letter or digit, at most 128", super::line(.0))]
pub struct NotAnAdvisoryId(pub String);

impl AdvisoryId {
    /// The longest id taken; the longest in public databases has 47 characters.
    const MAX_LENGTH: usize = 128;

    /// Which database the id belongs to.
    #[must_use]
    pub fn scheme(&self) -> IdScheme {
        match self.0.split_once('-').map(|(prefix, _)| prefix) {
            Some("GHSA") => IdScheme::Ghsa,
            Some("CVE") => IdScheme::Cve,
            Some("GO") => IdScheme::Go,
            Some("RUSTSEC") => IdScheme::RustSec,
            Some("PYSEC") => IdScheme::PySec,
            _ => IdScheme::Other,
        }
    }

    /// The id as its database writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where people read about it, for databases with a page for each id.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        match self.scheme() {
            IdScheme::Ghsa => Some(format!("https://github.com/advisories/{self}")),
            IdScheme::Cve => Some(format!("https://www.cve.org/CVERecord?id={self}")),
            IdScheme::Go => Some(format!("https://pkg.go.dev/vuln/{self}")),
            IdScheme::RustSec => Some(format!("https://rustsec.org/advisories/{self}.html")),
            IdScheme::PySec => Some(format!("https://osv.dev/vulnerability/{self}")),
            IdScheme::Other => None,
        }
    }
}

impl std::str::FromStr for AdvisoryId {
    type Err = NotAnAdvisoryId;

    /// Reads an id, mending the case of the schemes that have one spelling.
    fn from_str(text: &str) -> Result<Self, NotAnAdvisoryId> {
        let text = text.trim();
        let sound = text.len() <= Self::MAX_LENGTH
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:+~".contains(c))
            && !text.contains("..");
        if !sound {
            return Err(NotAnAdvisoryId(text.chars().take(80).collect()));
        }
        let upper = text.to_ascii_uppercase();
        let mended = if let Some(rest) = upper.strip_prefix("GHSA-") {
            format!("GHSA-{}", rest.to_ascii_lowercase())
        } else if ["CVE-", "GO-", "RUSTSEC-", "PYSEC-"].iter().any(|prefix| upper.starts_with(prefix)) {
            upper
        } else {
            text.to_owned()
        };
        Ok(Self(mended.into()))
    }
}

impl Ord for AdvisoryId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.scheme()
            .cmp(&other.scheme())
            .then_with(|| super::version::compare_naturally(&self.0, &other.0))
            .then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for AdvisoryId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdvisoryId({})", self.0)
    }
}

impl serde::Serialize for AdvisoryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> AdvisoryId {
        text.parse().unwrap()
    }

    #[test]
    fn one_id_has_one_spelling() {
        assert_eq!(id("cve-2024-1").as_str(), "CVE-2024-1");
        assert_eq!(id("ghsa-WWJ6-vghv-5p64").as_str(), "GHSA-wwj6-vghv-5p64");
        assert_eq!(id("openSUSE-SU-2022:1234-1").as_str(), "openSUSE-SU-2022:1234-1");
    }

    #[test]
    fn ids_order_by_scheme_then_naturally() {
        let mut ids = [id("GO-2026-1"), id("CVE-2024-10000"), id("CVE-2024-9999"), id("GHSA-2222-2222-2222")];
        ids.sort();
        let texts: Vec<_> = ids.iter().map(AdvisoryId::as_str).collect();
        assert_eq!(texts, ["GHSA-2222-2222-2222", "CVE-2024-9999", "CVE-2024-10000", "GO-2026-1"]);
    }

    #[test]
    fn a_path_is_no_id() {
        for text in ["", "../../etc/passwd", "CVE-2024-1/..", "a..b", "-x", "CVE 2024 1", "CVE-2024-1\n", "é"] {
            let parsed = text.parse::<AdvisoryId>();
            assert!(parsed.is_err() || text.ends_with('\n'), "{text:?} gave {parsed:?}");
        }
        assert!("x".repeat(129).parse::<AdvisoryId>().is_err());
    }
}
