//! What of a record not all versions of the specification have, held against the
//! version that it declares.

use serde_json::Value;

use super::home;
use super::place::Place;
use super::shape::term;
use super::violation::{Rule, Violation};
use crate::model::osv::{EVERY_PACKAGE, SchemaVersion, Term, since};

/// The version that a record declares, if that was ever published.
#[must_use]
pub(crate) fn declared(record: &Value) -> Option<SchemaVersion> {
    record.get("schema_version").and_then(Value::as_str).and_then(SchemaVersion::find)
}

/// The lowest version that has everything that a record uses.
#[must_use]
pub(crate) fn needed(record: &Value) -> SchemaVersion {
    let mut needed = SchemaVersion::OLDEST;
    each_use(record, &mut |used| needed = needed.max(used.since));
    needed
}

/// A word or a field of the specification, where a record uses it.
pub(crate) struct Use<'u> {
    pub(crate) at: &'u Place<'u>,
    pub(crate) term: Term,
    pub(crate) word: &'u str,
    /// The version that brought it.
    pub(crate) since: SchemaVersion,
}

impl Use<'_> {
    /// What it is, in words.
    pub(crate) fn words(&self) -> String {
        let word = self.word;
        match self.term {
            Term::Ecosystem => format!("the ecosystem {word}"),
            Term::Prefix if word.ends_with('_') => format!("an id that begins with {word}"),
            Term::Prefix => format!("an id that begins with {word}-"),
            Term::Severity | Term::Source | Term::Reference | Term::Credit => format!("the type {word}"),
            Term::Part if word == EVERY_PACKAGE => format!("the name {word} for every package"),
            Term::Field | Term::Part => format!("`{word}`"),
        }
    }
}

pub(super) fn check(record: &Value, found: &mut Vec<Violation>) {
    let version = declared(record).unwrap_or(SchemaVersion::NEWEST);
    if since(Term::Part, SOURCE).is_some_and(|since| since <= version) {
        sources(record, found);
    }
    each_use(record, &mut |used| {
        // What an older version passes over, its schema does not refuse.
        if used.since > version && used.term != Term::Part {
            let message = format!(
                "{} came with schema {}, and this record declares {}; declare {} or later",
                used.words(),
                used.since.as_str(),
                version.as_str(),
                used.since.as_str()
            );
            found.push(Violation::new(used.at, Rule::NewerThanDeclared, message));
        }
    });
}

const SOURCE: &str = "severity[].source";

/// Older versions let anything stand in a field that they do not know.
fn sources(record: &Value, found: &mut Vec<Violation>) {
    each_score(record, &mut |score, at| {
        if let Some(source) = score.get("source") {
            term(source, Term::Source, &at.field("source"), found);
        }
    });
}

/// Shows every use of what not all versions have; what is of no version, others report.
pub(crate) fn each_use(record: &Value, see: &mut dyn FnMut(&Use<'_>)) {
    let root = Place::ROOT;
    let mut used = |at: &Place<'_>, term: Term, word: &str| {
        if let Some(since) = since(term, word).filter(|since| *since > SchemaVersion::OLDEST) {
            see(&Use { at, term, word, since });
        }
    };
    if let Some(prefix) = text(record, "id").and_then(home::prefix) {
        used(&root.field("id"), Term::Prefix, prefix);
    }
    for field in record.as_object().into_iter().flat_map(|fields| fields.keys()) {
        used(&root.field(field), Term::Field, field);
    }
    each_score(record, &mut |score, at| {
        if let Some(kind) = text(score, "type") {
            used(&at.field("type"), Term::Severity, kind);
        }
        if score.get("source").is_some() {
            used(&at.field("source"), Term::Part, SOURCE);
        }
    });
    for_each(record, "references", &root, &mut |reference, at| {
        if let Some(kind) = text(reference, "type") {
            used(&at.field("type"), Term::Reference, kind);
        }
    });
    for_each(record, "credits", &root, &mut |credit, at| {
        if credit.get("type").is_some() {
            used(&at.field("type"), Term::Part, "credits[].type");
        }
    });
    for_each(record, "affected", &root, &mut |entry, at| affected(entry, at, &mut used));
}

fn affected(entry: &Value, at: &Place<'_>, used: &mut dyn FnMut(&Place<'_>, Term, &str)) {
    if let Some(package) = entry.get("package") {
        let at = at.field("package");
        if let Some(ecosystem) = text(package, "ecosystem") {
            let name = ecosystem.split(':').next().unwrap_or(ecosystem);
            used(&at.field("ecosystem"), Term::Ecosystem, name);
        }
        if text(package, "name") == Some(EVERY_PACKAGE) {
            used(&at.field("name"), Term::Part, EVERY_PACKAGE);
        }
    }
    if entry.get("severity").is_some() {
        used(&at.field("severity"), Term::Part, "affected[].severity");
    }
    for_each(entry, "ranges", at, &mut |range, at| {
        if range.get("database_specific").is_some() {
            used(&at.field("database_specific"), Term::Part, "affected[].ranges[].database_specific");
        }
        for_each(range, "events", at, &mut |event, at| {
            if event.get("last_affected").is_some() {
                used(&at.field("last_affected"), Term::Field, "last_affected");
            }
        });
    });
}

/// Shows every score, of the record and of its packages.
fn each_score(record: &Value, see: &mut dyn FnMut(&Value, &Place<'_>)) {
    let root = Place::ROOT;
    for_each(record, "severity", &root, see);
    for_each(record, "affected", &root, &mut |entry, at| for_each(entry, "severity", at, see));
}

fn for_each(value: &Value, field: &str, at: &Place<'_>, see: &mut dyn FnMut(&Value, &Place<'_>)) {
    let list = at.field(field);
    for (index, item) in value.get(field).and_then(Value::as_array).into_iter().flatten().enumerate() {
        see(item, &list.item(index));
    }
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::validate;
    use super::*;

    /// What is wrong with a record that has something in one field, and declares a version.
    fn wrong(version: &str, field: &str, value: Value) -> Vec<(String, Rule)> {
        let mut record =
            json!({ "schema_version": version, "id": "GHSA-x", "modified": "2026-02-19T09:00:56Z", field: value });
        if version.is_empty() {
            record.as_object_mut().unwrap().shift_remove("schema_version");
        }
        validate(&record).into_iter().map(|violation| (violation.at, violation.rule)).collect()
    }

    #[test]
    fn a_record_has_the_words_of_the_version_that_it_declares() {
        let package = |ecosystem: &str| json!([{ "package": { "ecosystem": ecosystem, "name": "x" } }]);
        let newer = |at: &str| vec![(at.to_owned(), Rule::NewerThanDeclared)];
        let at = "/affected/0/package/ecosystem";
        for (last, first, value) in [
            ("1.6.7", "1.7.0", package("Kubernetes")),
            ("1.7.4", "1.7.5", package("Azure Linux")),
            ("1.7.5", "1.8.0", package("vcpkg")),
            ("1.8.0", "1.9.0", package("WordPress")),
            ("1.8.0", "1.9.0", package("Homebrew:x")),
        ] {
            assert_eq!(wrong(last, "affected", value.clone()), newer(at), "{last}");
            assert_eq!(wrong(first, "affected", value.clone()), [], "{first}");
            // A record that declares none, or none that there is, is held to the newest.
            assert_eq!(wrong("", "affected", value.clone()), []);
            assert_eq!(wrong("9.9.9", "affected", value), []);
        }
        for (last, first, id) in
            [("1.8.0", "1.9.0", "BREW-1"), ("1.7.5", "1.8.0", "VCPKG-1"), ("1.7.4", "1.7.5", "x_1")]
        {
            assert_eq!(wrong(last, "id", json!(id)), newer("/id"));
            assert_eq!(wrong(first, "id", json!(id)), []);
        }
        let scores = json!([{ "type": "CVSS_V4",
                              "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N" }]);
        assert_eq!(wrong("1.6.1", "severity", scores.clone()), newer("/severity/0/type"));
        assert_eq!(wrong("1.6.2", "severity", scores), []);
        assert_eq!(wrong("1.6.7", "upstream", json!([])), newer("/upstream"));
        let detection = json!([{ "type": "DETECTION", "url": "a:b" }]);
        assert_eq!(wrong("1.4.0", "references", detection.clone()), newer("/references/0/type"));
        assert_eq!(wrong("1.5.0", "references", detection), []);
        let range =
            json!([{ "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "last_affected": "1" }] }] }]);
        let end = "/affected/0/ranges/0/events/1/last_affected";
        assert_eq!(wrong("1.2.0", "affected", range.clone()), newer(end));
        assert_eq!(wrong("1.3.0", "affected", range), []);
    }

    #[test]
    fn a_source_is_a_word_since_there_are_sources() {
        let score = |source: Value| json!([{ "type": "Ubuntu", "score": "low", "source": source }]);
        let at = "/severity/0/source".to_owned();
        for sound in ["NVD", "CNA", "SELF"] {
            assert_eq!(wrong("1.9.0", "severity", score(json!(sound))), []);
        }
        assert_eq!(wrong("1.8.0", "severity", score(json!("GHSA"))), [(at.clone(), Rule::UnknownWord)]);
        assert_eq!(wrong("", "severity", score(Value::Null)), [(at, Rule::WrongType)]);
        // A schema without the field passes over it.
        assert_eq!(wrong("1.7.5", "severity", score(json!("GHSA"))), []);
        let package = json!([{ "severity": score(json!("x")) }]);
        assert_eq!(wrong("1.9.0", "affected", package)[0].0, "/affected/0/severity/0/source");
    }

    #[test]
    fn the_lowest_version_has_everything() {
        let of = |record: Value| needed(&record).as_str();
        assert_eq!(of(json!({ "id": "GO-1" })), "1.0.0");
        assert_eq!(of(json!({ "id": "GO-1", "upstream": [] })), "1.7.0");
        assert_eq!(of(json!({ "id": "GO-1", "severity": [{ "source": "NVD" }], "upstream": [] })), "1.8.0");
        assert_eq!(of(json!({ "affected": [{ "package": { "ecosystem": "PyPI", "name": "*" } }] })), "1.9.0");
        assert_eq!(of(json!("GO-1")), "1.0.0");
    }
}
