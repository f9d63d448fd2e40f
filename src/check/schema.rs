//! The specification's schema, and what its prose says of `schema_version`.

use serde_json::Value;

use super::view::View;
use super::{Problem, Quality};
use crate::emit::osv::validate::{declared, each_use, shown, validate};
use crate::model::order::is_semver;
use crate::model::osv::{SchemaVersion, Term};

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
        None => missing(record, found),
        Some(Value::String(text)) => match declared(record.value) {
            Some(version) => passed_over(record, version, found),
            None => {
                let newest = SchemaVersion::NEWEST.as_str();
                let message = if is_semver(text) {
                    format!("there is no schema {} that secnotes knows; the newest is {newest}", shown(text))
                } else {
                    format!("\"{}\" is not a version of the schema; write it as \"{newest}\", without a v", shown(text))
                };
                found.push(Problem::new(Quality::BadSchemaVersion, "/schema_version", message));
            }
        },
        Some(_) => {}
    }
}

/// A record that says no version follows the oldest one.
fn missing(record: &View<'_>, found: &mut Vec<Problem>) {
    let mut newest: Option<(String, SchemaVersion)> = None;
    each_use(record.value, &mut |used| {
        if newest.as_ref().is_none_or(|(_, since)| used.since > *since) {
            newest = Some((used.words(), used.since));
        }
    });
    if let Some((what, since)) = newest {
        let (since, oldest) = (since.as_str(), SchemaVersion::OLDEST.as_str());
        let message = format!(
            "{what} is of schema {since}, and without `schema_version` a record follows {oldest}; \
             add \"schema_version\": \"{since}\" or later"
        );
        found.push(Problem::new(Quality::SchemaVersionMissing, "", message));
    }
}

/// What the schema of the declared version does not refuse, and does not know.
fn passed_over(record: &View<'_>, version: SchemaVersion, found: &mut Vec<Problem>) {
    each_use(record.value, &mut |used| {
        if used.term == Term::Part && used.since > version {
            let message = format!(
                "{} came with schema {}, and readers of {}, which this record declares, pass over it; declare {} or later",
                used.words(),
                used.since.as_str(),
                version.as_str(),
                used.since.as_str()
            );
            found.push(Problem::new(Quality::FieldNewerThanDeclared, used.at.to_string(), message));
        }
    });
}
