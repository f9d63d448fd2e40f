//! What is affected: packages, and versions that people typed.

use serde_json::{Map, Value, json};

use super::answer::Vulnerability;
use super::ecosystem::osv_ecosystem;
use super::form::{list, text};
use super::kept::{PATCHED_TEXT, RANGE_TEXT, UNKNOWN_PACKAGE};
use crate::advisory::typed::{self, End, Typed};
use crate::model::order::{has_semver, is_semver};
use crate::model::osv::{Affected, Maybe, Package, Range};

pub(super) fn affected(vulnerability: Vulnerability) -> Affected {
    let (mut package, mut specific) = (None, Map::new());
    if let Some((theirs, name)) = vulnerability.package.and_then(|package| Some((package.ecosystem?, package.name?))) {
        match osv_ecosystem(&theirs) {
            Some(ecosystem) => {
                package = Some(Package { ecosystem: text(ecosystem), name: text(name), ..Package::default() });
            }
            // OSV has no such ecosystem: charts and images are "other" to GitHub.
            None => {
                specific.insert(UNKNOWN_PACKAGE.to_owned(), json!({ "ecosystem": theirs, "name": name }));
            }
        }
    }
    let patched = vulnerability.patched_versions.or_else(|| match vulnerability.first_patched_version? {
        Value::String(version) => Some(version),
        // Older answers wrap it: {"identifier": "1.2.3"}.
        other => other.get("identifier").and_then(Value::as_str).map(str::to_owned),
    });
    let (raw, patched) = (vulnerability.vulnerable_version_range.unwrap_or_default(), patched.unwrap_or_default());
    let named = |of: fn(&Package) -> Option<&str>| package.as_ref().and_then(of).unwrap_or_default();
    let reading = typed::read(Typed {
        ecosystem: named(|package| package.ecosystem.text()),
        package: specific
            .get(UNKNOWN_PACKAGE)
            .and_then(|package| package.get("name")?.as_str())
            .unwrap_or(named(|package| package.name.text())),
        vulnerable: &raw,
        patched: &patched,
    });
    if reading.patched.join(", ") != patched {
        specific.insert(PATCHED_TEXT.to_owned(), json!(patched));
    }
    specific.insert(RANGE_TEXT.to_owned(), json!(raw));
    specific.insert("patched_versions".to_owned(), json!(reading.patched));
    let functions = vulnerability.vulnerable_functions.filter(|functions| !functions.is_empty());
    let ecosystem_specific = functions.map(|functions| {
        let mut map = Map::new();
        map.insert("affected_functions".to_owned(), json!(functions));
        map
    });
    let ranges = ranges_of(&reading.ranges, named(|package| package.ecosystem.text()));
    Affected {
        package: package.into(),
        ranges: list(ranges),
        ecosystem_specific: ecosystem_specific.into(),
        database_specific: Maybe::Value(specific),
        ..Affected::default()
    }
}

/// Ranges as OSV has them: one that has `fixed` events may have no
/// `last_affected` (OSV schema, `affected[].ranges[].events`). Where versions are
/// semantic ones, `9.5` is written as `9.5.0`: no registry has the other.
fn ranges_of(ranges: &[typed::Range], ecosystem: &str) -> Vec<Range> {
    let event = |key: &str, version: &str| {
        let whole = (has_semver(ecosystem) && version != "0").then(|| whole_semver(version)).flatten();
        Map::from_iter([(key.to_owned(), json!(whole.as_deref().unwrap_or(version)))])
    };
    let of = |are_last: bool| {
        let those = ranges.iter().filter(|range| matches!(range.end, End::LastAffected(_)) == are_last);
        let events = those.flat_map(|range| {
            let end = match &range.end {
                End::Open => None,
                End::Fixed(version) => Some(event("fixed", version)),
                End::LastAffected(version) => Some(event("last_affected", version)),
            };
            std::iter::once(event("introduced", &range.introduced)).chain(end)
        });
        let events: Vec<_> = events.collect();
        let range = || Range { kind: text("ECOSYSTEM"), events: Maybe::Value(events.clone()), ..Range::default() };
        (!events.is_empty()).then(range)
    };
    of(false).into_iter().chain(of(true)).collect()
}

/// A semantic version of a text that leaves out its last numbers; none where it
/// leaves out nothing, or is no such version otherwise.
fn whole_semver(text: &str) -> Option<String> {
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(end)?;
    let missing = 3_usize.checked_sub(numbers.split('.').count()).filter(|missing| *missing > 0)?;
    let whole = format!("{numbers}{}{rest}", ".0".repeat(missing));
    is_semver(&whole).then_some(whole)
}
