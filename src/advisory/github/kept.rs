//! What a record of GitHub's keeps of the form that it was typed into.

use serde_json::Value;

use crate::advisory::typed::{self, Reading, Typed};
use crate::model::PackageName;
use crate::model::osv::{Affected, Record};

/// Where a record keeps a package of an ecosystem that OSV does not know.
pub(crate) const UNKNOWN_PACKAGE: &str = "package";

/// Where a record keeps what people typed into GitHub's form.
pub(super) const RANGE_TEXT: &str = "vulnerable_version_range";
/// The same of the patched versions, where the list of them says less.
pub(super) const PATCHED_TEXT: &str = "patched_versions_text";

/// Where a record keeps the scores that GitHub states for vectors, by the vectors, where
/// they are not what the vectors compute to.
pub(super) const SCORES: &str = "cvss_scores";

/// The score that a record states for one of its vectors.
pub(in crate::advisory) fn score_of(record: &Record, vector: &str) -> Option<f64> {
    record.database_specific.value()?.get(SCORES)?.get(vector)?.as_f64()
}

/// The package that an entry is about, of an ecosystem that OSV knows or not.
pub(crate) fn package_of(entry: &Affected) -> Option<PackageName> {
    if let Some(package) = entry.package.value() {
        return PackageName::new(package.ecosystem.text()?, package.name.text()?);
    }
    let unknown = entry.database_specific.value()?.get(UNKNOWN_PACKAGE)?;
    PackageName::new(unknown.get("ecosystem")?.as_str()?, unknown.get("name")?.as_str()?)
}

/// What a person typed of the versions of an entry of GitHub's, read again.
pub(in crate::advisory) fn typed_of(entry: &Affected) -> Option<Reading> {
    let specific = entry.database_specific.value()?;
    let vulnerable = specific.get(RANGE_TEXT)?.as_str()?;
    let listed = specific.get("patched_versions").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<&str> = listed.filter_map(Value::as_str).collect();
    let patched = specific.get(PATCHED_TEXT).and_then(Value::as_str).map_or_else(|| listed.join(", "), str::to_owned);
    let package = package_of(entry);
    let (ecosystem, package) = package.as_ref().map_or(("", ""), |package| (&package.ecosystem, &package.name));
    Some(typed::read(Typed { ecosystem, package, vulnerable, patched: &patched }))
}
