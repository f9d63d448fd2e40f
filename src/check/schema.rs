//! The specification's schema, and what its prose says of `schema_version`.

use serde_json::Value;

use super::view::{Kind, View};
use super::{Problem, Quality};
use crate::emit::osv::validate::{shown, validate};
use crate::model::order::is_semver;

pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    let violations = validate(record.value).into_iter();
    found.extend(violations.map(|violation| Problem::new(violation.rule, violation.at, violation.message)));
    // Until the schema asks for events, a range without a list of them has none.
    for range in record.affected.iter().flat_map(|entry| &entry.ranges).filter(|range| range.events.is_none()) {
        let message = "this range has no list of events, so nothing introduces the vulnerability; \
                       begin with { \"introduced\": \"0\" }";
        found.push(Problem::new(Quality::RangeWithoutIntroduced, &*range.at, message));
    }
    match record.value.get("schema_version") {
        None => {
            if let Some((field, version)) = newest_field(record) {
                let message = format!(
                    "`{field}` is of schema {version}, and without `schema_version` a record follows 1.0.0; \
                     add \"schema_version\": \"{version}\" or later"
                );
                found.push(Problem::new(Quality::SchemaVersionMissing, "", message));
            }
        }
        Some(Value::String(version)) if !is_semver(version) => {
            let message =
                format!("\"{}\" is not a version of the schema; write it as \"1.7.5\", without a v", shown(version));
            found.push(Problem::new(Quality::BadSchemaVersion, "/schema_version", message));
        }
        Some(_) => {}
    }
}

/// The field of a record that came last into the specification, and in which
/// version; none where it uses what 1.0 had.
fn newest_field(record: &View<'_>) -> Option<(&'static str, &'static str)> {
    let has = |field: &str| record.value.get(field).is_some();
    let entries = || record.items("affected");
    let event = |kind: Kind| {
        let mut ranges = record.affected.iter().flat_map(|entry| &entry.ranges);
        ranges.any(|range| range.events().iter().any(|event| event.kind == kind))
    };
    let credit_type = || record.items("credits").any(|credit| credit.get("type").is_some());
    if has("upstream") {
        Some(("upstream", "1.7.0"))
    } else if entries().any(|entry| entry.get("severity").is_some()) {
        Some(("affected[].severity", "1.4.0"))
    } else if credit_type() {
        Some(("credits[].type", "1.4.0"))
    } else if event(Kind::LastAffected) {
        Some(("last_affected", "1.3.0"))
    } else {
        let since_1_2 = ["severity", "credits", "database_specific"];
        since_1_2.into_iter().find(|field| has(field)).map(|field| (field, "1.2.0"))
    }
}
