//! By what a record can be looked up: ids, packages, repositories, commits.
//!
//! A term is a 64-bit fingerprint of such a text. Two texts may share one, and
//! a record may have a term for a reason that does not hold on a closer look:
//! whoever looks up reads the record and judges by that. A term too many costs
//! microseconds; one too few would lose an advisory.

use crate::advisory::{PackageName, SourceRecord};
use crate::model::{AdvisoryId, CommitPrefix, Remote, fingerprint, osv};

/// The version of what is derived here. A store with another one is indexed anew.
pub(super) const VERSION: i64 = 3;

/// How many digits of a commit's hash are looked up: as many as Go's
/// pseudo-versions have.
const HASH_DIGITS: usize = 12;

/// Ecosystems whose names are paths, so that a project owns all below its own.
const PATHS: [&str; 3] = ["Go", "SwiftURL", "GitHub Actions"];

/// A look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Term(pub(super) i64);

impl Term {
    fn of(kind: &str, text: &str) -> Self {
        let bytes: Vec<u8> = kind.bytes().chain([0]).chain(text.bytes()).collect();
        Self(fingerprint(&bytes).cast_signed())
    }

    /// Records of this id, or with this alias.
    pub(super) fn id(id: &AdvisoryId) -> Self {
        Self::of("id", id.as_str())
    }

    /// Records that affect a package.
    pub(super) fn package(package: &PackageName) -> Self {
        Self::of("package", &format!("{}:{}", package.ecosystem, package.name))
    }

    /// Records that affect a package at or below a path.
    pub(super) fn below(ecosystem: &str, path: &str) -> Self {
        Self::of("below", &format!("{ecosystem}:{}", path.to_ascii_lowercase()))
    }

    /// Records of a repository: its own advisories, and GIT ranges and links of others.
    pub(super) fn repository(remote: &Remote) -> Self {
        Self::of("repository", remote.as_str())
    }

    /// Records that name a commit; none where fewer digits are given than are kept.
    pub(super) fn commit(prefix: &CommitPrefix) -> Option<Self> {
        let digits = prefix.to_string();
        digits.get(..HASH_DIGITS).map(|digits| Self::of("commit", digits))
    }
}

/// The terms of a record, each once.
pub(super) fn of(record: &SourceRecord) -> Vec<Term> {
    let mut terms: Vec<Term> = record.ids().map(|id| Term::id(&id)).collect();
    let osv = &record.record;
    terms.extend(record.repository.iter().map(Term::repository));
    for affected in osv.affected.items() {
        of_affected(affected, &mut terms);
    }
    for url in osv.references.items().iter().filter_map(|reference| reference.url.text()) {
        of_link(url, &mut terms);
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn of_affected(affected: &osv::Affected, terms: &mut Vec<Term>) {
    let package =
        affected.package.value().and_then(|package| PackageName::new(package.ecosystem.text()?, package.name.text()?));
    if let Some(package) = package {
        terms.push(Term::package(&package));
        if PATHS.contains(&package.ecosystem.as_str()) {
            // A host alone may be a module, as gioui.org is.
            let ends = package.name.match_indices('/').map(|(at, _)| at).chain([package.name.len()]);
            let paths = ends.filter_map(|end| package.name.get(..end));
            terms.extend(paths.map(|path| Term::below(&package.ecosystem, path)));
        }
    }
    for range in affected.ranges.items() {
        terms.extend(range.repo.text().and_then(|repo| repo.parse().ok()).as_ref().map(Term::repository));
        for event in range.events.items() {
            let values = event.values().filter_map(serde_json::Value::as_str);
            terms.extend(values.filter_map(commit_named));
        }
    }
}

/// The commit that an event names: by its hash, or by the end of a pseudo-version.
fn commit_named(text: &str) -> Option<Term> {
    let digits = text.split('+').next().and_then(|version| version.rsplit('-').next())?;
    let long = digits.len() >= HASH_DIGITS && digits.len() <= 40;
    if !long || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    Term::commit(&digits.parse().ok()?)
}

/// What may stand between a repository's address and what is meant within it.
const WITHIN: [&str; 5] = ["security", "commit", "commits", "pull", "-"];

fn of_link(url: &str, terms: &mut Vec<Term>) {
    let lower = url.to_ascii_lowercase();
    let (scheme, path) = lower.split_once("://").unwrap_or(("", &lower));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let host = parts.first().map_or("", |host| host.strip_prefix("www.").unwrap_or(host));
    // A repository may be called `commit`: every place is tried.
    for (at, mark) in parts.iter().enumerate().skip(2) {
        if !WITHIN.contains(mark) {
            continue;
        }
        let within = parts.get(1..at).unwrap_or_default().join("/");
        terms.extend(format!("{scheme}://{host}/{within}").parse().ok().as_ref().map(Term::repository));
        if mark.starts_with("commit") {
            let rest = parts.get(at + 1).copied().unwrap_or_default();
            let hash: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            terms.extend(commit_named(&hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_found_by_all_that_it_names() {
        let record = json!({
            "id": "GO-2026-1", "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-1", "not an id"],
            "affected": [
                { "package": { "ecosystem": "Go", "name": "github.com/Example/parcel/v2/api" },
                  "ranges": [{ "type": "SEMVER", "events": [{ "fixed": "0.0.0-20250107081211-84b8a42adf77" }] }] },
                { "package": { "ecosystem": "PyPI:x", "name": "Parcel_Tools" },
                  "ranges": [{ "type": "GIT", "repo": "https://github.com/example/lib.git",
                               "events": [{ "introduced": "0" }, { "fixed": "0123456789abcdef0123456789abcdef01234567" }] }] },
            ],
            "references": [{ "type": "WEB", "url": "https://www.github.com/Other/thing/commit/ABCDEFabcdef0123?x" },
                           { "type": "WEB", "url": "https://github.com/third/one/security/advisories/GHSA-2222-2222-2222" }],
        });
        let record = crate::advisory::read_record(record.to_string().as_bytes(), "x").unwrap();
        let terms = of(&record);
        let wanted = [
            Term::id(&"go-2026-1".parse().unwrap()),
            Term::id(&"CVE-2026-1".parse().unwrap()),
            Term::package(&PackageName::new("Go", "github.com/Example/parcel/v2/api").unwrap()),
            Term::package(&PackageName::new("PyPI", "parcel.tools").unwrap()),
            Term::below("Go", "github.com/example/parcel"),
            Term::below("Go", "github.com/example/parcel/v2/api"),
            Term::repository(&"github.com/example/lib".parse().unwrap()),
            Term::repository(&"github.com/other/thing".parse().unwrap()),
            Term::repository(&"github.com/third/one".parse().unwrap()),
            Term::commit(&"84b8a42adf77".parse().unwrap()).unwrap(),
            Term::commit(&"0123456789abcdef".parse().unwrap()).unwrap(),
            Term::commit(&"abcdefabcdef0123".parse().unwrap()).unwrap(),
        ];
        for (at, term) in wanted.iter().enumerate() {
            assert!(terms.contains(term), "{at}");
        }
        let mut odd = Vec::new();
        of_link("https://github.com/example/commit/commit/0123456789abcdef", &mut odd);
        of_link("https://www.github.com/example/x/security//advisories/GHSA-2222-2222-2222", &mut odd);
        for home in ["github.com/example/commit", "github.com/example/x"] {
            assert!(odd.contains(&Term::repository(&home.parse().unwrap())), "{home}");
        }
        assert!(Term::commit(&"0123456".parse().unwrap()).is_none());
    }
}
