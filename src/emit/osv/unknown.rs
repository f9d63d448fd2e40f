//! Packages of ecosystems that the specification does not have.

use std::borrow::Cow;

use serde_json::json;

use super::validate::is_ecosystem;
use crate::advisory::UNKNOWN_PACKAGE;
use crate::model::osv::{Affected, Maybe, Range};

/// An entry whose package may be written, or one that says in `database_specific`
/// what it is about: real records are of `C`, of GitHub's `other`, of charts.
/// Its ranges of versions go there too, for they mean something for a package only.
pub(super) fn aside(entry: &Affected) -> Cow<'_, Affected> {
    let Some(package) = entry.package.value() else { return Cow::Borrowed(entry) };
    if package.ecosystem.text().is_none_or(is_ecosystem) {
        return Cow::Borrowed(entry);
    }
    let mut told = entry.clone();
    let mut specific = entry.database_specific.value().cloned().unwrap_or_default();
    specific.insert(UNKNOWN_PACKAGE.to_owned(), json!(package));
    let (commits, versions): (Vec<Range>, Vec<Range>) =
        entry.ranges.items().iter().cloned().partition(|range| range.kind.text() == Some("GIT"));
    if !versions.is_empty() {
        specific.insert("ranges".to_owned(), json!(versions));
    }
    if commits.is_empty() {
        // Without commits these are the package's, and not tags.
        if let Maybe::Value(listed) = std::mem::take(&mut told.versions) {
            specific.insert("versions".to_owned(), json!(listed));
        }
    }
    told.package = Maybe::Absent;
    told.ranges = if commits.is_empty() { Maybe::Absent } else { Maybe::Value(commits) };
    told.database_specific = Maybe::Value(specific);
    Cow::Owned(told)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn told(entry: Value) -> Value {
        let entry: Affected = serde_json::from_value(entry).unwrap();
        json!(&*aside(&entry))
    }

    #[test]
    fn a_package_of_no_ecosystem_of_osvs_is_named_aside() {
        let known = json!({ "package": { "ecosystem": "Debian:12", "name": "zlib" }, "versions": ["1"] });
        assert_eq!(told(known.clone()), known);
        let versions = json!([{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }] }]);
        let package = json!({ "ecosystem": "C", "name": "zlib", "purl": "pkg:generic/zlib" });
        let of_c =
            json!({ "package": package, "ranges": versions, "versions": ["1"], "database_specific": { "a": 1 } });
        let aside =
            json!({ "database_specific": { "a": 1, "package": package, "ranges": versions, "versions": ["1"] } });
        assert_eq!(told(of_c), aside);
        let git = json!([{ "type": "GIT", "repo": "https://example.org/zlib", "events": [{ "introduced": "0" }] }]);
        let both = json!({ "package": package, "ranges": git, "versions": ["v1"] });
        assert_eq!(
            told(both),
            json!({ "ranges": git, "versions": ["v1"], "database_specific": { "package": package } })
        );
    }
}
