//! What is odd in a record by itself.

use crate::advisory::SourceRecord;
use crate::advisory::github::{package_of, typed_of};
use crate::advisory::typed::Doubt;
use crate::model::{AdvisoryId, Finding, FindingCode, Timestamp, line, osv};

/// What people typed of versions and nobody can read, or contradicts itself.
pub(super) fn doubts(record: &SourceRecord, findings: &mut Vec<Finding>) {
    for entry in record.record.affected.items() {
        let Some(reading) = typed_of(entry).filter(|reading| !reading.doubts.is_empty()) else { continue };
        let package = package_of(entry).map_or_else(|| "its package".to_owned(), |package| package.to_string());
        for doubt in reading.doubts {
            let (code, words, mend) = match doubt {
                Doubt::Unread(words) => (
                    FindingCode::VersionsUnread,
                    words,
                    "It bounds nothing; write it in the advisory's form as `>= 1.0.0, < 1.0.5`",
                ),
                Doubt::Contradicted(words) => (FindingCode::VersionsContradicted, words, "Check the advisory's form"),
            };
            let message = format!("Of the versions of {}: {words} ({}). {mend}.", line(&package), line(&record.origin));
            findings.push(Finding::new(code, record.id.as_str(), message));
        }
    }
}

/// Places where a record's data is broken, but can still be read.
pub(super) fn odd_places(record: &SourceRecord, findings: &mut Vec<Finding>) {
    let mut odd = |message: String| {
        findings.push(Finding::new(
            FindingCode::OddRecord,
            record.id.as_str(),
            format!("{} ({}).", message, record.origin),
        ));
    };
    let time = |field: &osv::Maybe<String>| field.text().map(Timestamp::new);
    for (name, value) in [("modified", time(&record.record.modified)), ("published", time(&record.record.published))] {
        if let Some(value) = value.filter(|value| value.unix().is_none()) {
            odd(format!("its `{name}` is {}, which is no date", value.as_str().escape_debug()));
        }
    }
    if let (Some(modified), Some(published)) = (time(&record.record.modified), time(&record.record.published))
        && modified.unix().is_some()
        && modified.compare(&published).is_lt()
    {
        odd("it was modified before it was published".to_owned());
    }
    let unusable = record.record.aliases.items().iter().filter(|alias| alias.parse::<AdvisoryId>().is_err()).count();
    if unusable > 0 {
        odd(format!("{unusable} of its aliases cannot be ids"));
    }
}
