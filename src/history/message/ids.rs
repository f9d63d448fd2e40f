//! Advisory ids in every spelling that people use.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::AdvisoryId;

/// An id and where it stands.
pub(super) struct Found {
    pub(super) id: AdvisoryId,
    pub(super) span: Range<usize>,
}

/// One expression for all: a message is searched once.
///
/// `D` stands for the dashes that keyboards and word processors make of `-`.
/// Databases whose ids have the shape PREFIX-YEAR-NUMBER share a branch; an id
/// within another (`KCSA-CVE-2020-2023`, `curl-CVE-2023-1`) is its CVE.
/// People write `CVE 2024 24786`, `CVE_2024_…` and lower case. A GHSA id has none but these letters
/// and digits, which nobody takes for each other.
static IDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let dash = r"[-_\u{2010}-\u{2015}\u{2212}\u{FF0D}]";
    let pattern = format!(
        r"(?ix)
        (?: (?-u:\b)|_ ) CVE (?:{dash}|\x20|:\x20?)? (?P<year>(?:19|20)\d\d) (?:{dash}|\x20) (?P<number>\d{{1,19}}) (?P<more>(?:/\d{{4,19}}\b)*)
        | (?: (?-u:\b)|_ ) GHSA {dash} (?P<g1>[23456789cfghjmpqrvwx]{{4}}) {dash} (?P<g2>[23456789cfghjmpqrvwx]{{4}}) {dash} (?P<g3>[23456789cfghjmpqrvwx]{{4}})
        | (?: (?-u:\b)|_ ) (?P<db>GO|RUSTSEC|PYSEC|OSV|GSD|MAL|HSEC|RSEC|JLSEC|OSEC|EEF) {dash} (?P<dbyear>20\d\d) {dash} (?P<dbnumber>\d{{1,9}})
        "
    );
    Regex::new(&pattern).ok()
});

/// Every id that a text names, in order.
pub(super) fn find(text: &str) -> Vec<Found> {
    // Most messages name none, and an expression that may begin anywhere is
    // much dearer than this look.
    if !may_name(text.as_bytes()) {
        return Vec::new();
    }
    let Some(ids) = IDS.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for captures in ids.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        // A longer word or a hash that goes on is something else; an address
        // with @ is a person.
        let after = text.get(whole.end()..).and_then(|rest| rest.chars().next());
        if after.is_some_and(|next| next.is_ascii_alphanumeric() || next == '@') {
            continue;
        }
        let part = |name| captures.name(name).map(|part| part.as_str());
        let mut push = |id: String| {
            if let Ok(id) = id.parse() {
                found.push(Found { id, span: whole.range() });
            }
        };
        if let (Some(year), Some(number)) = (part("year"), part("number")) {
            push(format!("CVE-{year}-{number}"));
            // `CVE-2024-45336/45341` names two.
            for more in part("more").unwrap_or_default().split('/').filter(|more| !more.is_empty()) {
                push(format!("CVE-{year}-{more}"));
            }
        } else if let (Some(one), Some(two), Some(three)) = (part("g1"), part("g2"), part("g3")) {
            push(format!("GHSA-{one}-{two}-{three}"));
        } else if let (Some(db), Some(year), Some(number)) = (part("db"), part("dbyear"), part("dbnumber")) {
            push(format!("{}-{year}-{number}", db.to_ascii_uppercase()));
        }
    }
    found
}

/// Whether a text can name an id at all: `cve` or `ghsa` in any case, or a
/// year after a dash, as every other database has it.
fn may_name(text: &[u8]) -> bool {
    // ASCII dashes, and the last byte of each other dash in UTF-8.
    let dash = |byte: u8| matches!(byte, b'-' | b'_' | 0x90..=0x95 | 0x8d);
    text.windows(4).any(|four| match four {
        [c, v, e, _] if c | 0x20 == b'c' => v | 0x20 == b'v' && e | 0x20 == b'e',
        [g, ..] if g | 0x20 == b'g' => four.eq_ignore_ascii_case(b"ghsa"),
        [before, b'2', b'0', b'0'..=b'9'] => dash(*before),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        find(text).into_iter().map(|found| found.id.to_string()).collect()
    }

    #[test]
    fn every_spelling_of_a_cve_is_the_same_id() {
        for text in [
            "CVE-2024-24786",
            "cve-2024-24786",
            "CVE 2024 24786",
            "CVE_2024_24786",
            "CVE-2024_24786",
            "(CVE-2024-24786)",
            "CVE\u{2011}2024\u{2011}24786",
            "CVE\u{2013}2024\u{2013}24786",
            "CVE: 2024-24786",
            "KCSA-CVE-2024-24786",
            "https://nvd.nist.gov/vuln/detail/CVE-2024-24786?x",
            "修复CVE-2024-24786",
            "fix_CVE_2024_24786",
            "CVE-2024-24786.",
        ] {
            assert_eq!(ids(text), ["CVE-2024-24786"], "{text}");
        }
        assert_eq!(ids("CVE-2024-1"), ["CVE-2024-1"]);
    }

    #[test]
    fn lists_name_each_of_their_ids() {
        assert_eq!(ids("CVE-2024-1111、CVE-2024-2222"), ["CVE-2024-1111", "CVE-2024-2222"]);
        assert_eq!(ids("CVE-2024-45336/45341, GO-2025-3420"), ["CVE-2024-45336", "CVE-2024-45341", "GO-2025-3420"]);
    }

    #[test]
    fn other_databases_are_known_by_their_shape() {
        assert_eq!(ids("ghsa-WWJ6-VGHV-5P64"), ["GHSA-wwj6-vghv-5p64"]);
        assert_eq!(ids("https://github.com/a/b/security/advisories/GHSA-wwj6-vghv-5p64)"), ["GHSA-wwj6-vghv-5p64"]);
        assert_eq!(ids("RUSTSEC-2026-0009 and pysec-2024-12"), ["RUSTSEC-2026-0009", "PYSEC-2024-12"]);
    }

    #[test]
    fn what_only_looks_like_an_id_is_none() {
        for text in [
            "xCVE-2024-1234",
            "CVE-2024-1234x",
            "CVE-3024-1234",
            "GHSA-aaaa-bbbb-cccc",
            "GHSA-wwj6-vghv-5p64a",
            "cargo-2024-12",
            "CVE-2024",
            "cve-2024-1234@example.org",
            "goo GO-20-1",
        ] {
            assert!(ids(text).is_empty(), "{text}");
        }
    }
}
