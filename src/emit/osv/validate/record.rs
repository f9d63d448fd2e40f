//! The record as a whole.

use serde_json::Value;

use super::place::Place;
use super::shape::{Shape, list, list_or_null, object, term, text, texts, texts_or_null};
use super::violation::{Rule, Violation, shown};
use super::{affected, declared, home, severity, time, uri};
use crate::model::osv::Term;

const RECORD: Shape = Shape {
    fields: &[
        ("schema_version", text),
        ("id", home::id),
        ("modified", time::timestamp),
        ("published", time::timestamp),
        ("withdrawn", time::timestamp),
        ("aliases", texts_or_null),
        ("related", texts),
        ("upstream", texts),
        ("summary", text),
        ("details", text),
        ("severity", severity::severities),
        ("affected", |value, at, found| list_or_null(value, affected::package, at, found)),
        ("references", |value, at, found| list_or_null(value, reference, at, found)),
        ("credits", |value, at, found| list(value, credit, at, found)),
        ("database_specific", object),
    ],
    required: &["id", "modified"],
};

const REFERENCE: Shape = Shape {
    fields: &[("type", |value, at, found| term(value, Term::Reference, at, found)), ("url", uri::uri)],
    required: &["type", "url"],
};

const CREDIT: Shape = Shape {
    fields: &[("name", text), ("contact", texts), ("type", |value, at, found| term(value, Term::Credit, at, found))],
    required: &["name"],
};

pub(super) fn check(record: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    let Some(fields) = RECORD.check(record, at, found) else { return };
    for name in fields.keys().filter(|name| !RECORD.names(name)) {
        let message =
            format!("OSV has no field \"{}\" here: a database's own fields go into `database_specific`", shown(name));
        found.push(Violation::new(&at.field(name), Rule::UnknownField, message));
    }
    if fields.contains_key("severity") {
        severity_once(fields.get("affected"), &at.field("affected"), found);
    }
    declared::check(record, found);
}

/// The record's own `severity`, were it null, leaves none to its packages.
fn severity_once(affected: Option<&Value>, at: &Place<'_>, found: &mut Vec<Violation>) {
    for (index, package) in affected.and_then(Value::as_array).into_iter().flatten().enumerate() {
        if package.get("severity").is_some_and(|severity| !severity.is_null()) {
            let message = "the record has a `severity` of its own, and then its packages may have none";
            found.push(Violation::new(&at.item(index).field("severity"), Rule::SeverityTwice, message));
        }
    }
}

fn reference(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    REFERENCE.check(value, at, found);
}

fn credit(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    CREDIT.check(value, at, found);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Rule, validate};

    /// The places and codes of what is wrong with a small record with one more field.
    fn with(field: &str, value: Value) -> Vec<(String, Rule)> {
        let mut record = json!({ "id": "GHSA-x", "modified": "2026-02-19T09:00:56Z" });
        record[field] = value;
        validate(&record).into_iter().map(|violation| (violation.at, violation.rule)).collect()
    }

    fn at(place: &str, rule: Rule) -> Vec<(String, Rule)> {
        vec![(place.to_owned(), rule)]
    }

    #[test]
    fn the_smallest_record_is_an_id_and_a_date() {
        assert_eq!(validate(&json!({ "id": "GHSA-x", "modified": "2026-02-19T09:00:56Z" })), []);
        let missing: Vec<_> = validate(&json!({})).into_iter().map(|violation| violation.message).collect();
        assert_eq!(missing.len(), 2, "{missing:?}");
        for value in [json!(null), json!([]), json!("GHSA-x"), json!(1)] {
            assert_eq!(validate(&value)[0].rule, Rule::WrongType);
        }
    }

    #[test]
    fn unknown_fields_are_refused_at_the_top_only() {
        assert_eq!(with("a/b", json!(1)), at("/a~1b", Rule::UnknownField));
        assert_eq!(with("references", json!([{ "type": "WEB", "url": "a:b", "more": 1 }])), []);
        assert_eq!(with("database_specific", json!({ "more": 1 })), []);
    }

    #[test]
    fn null_stands_for_four_lists_and_nothing_else() {
        for field in ["aliases", "severity", "affected", "references"] {
            assert_eq!(with(field, Value::Null), [], "{field}");
        }
        for field in ["related", "upstream", "credits", "summary", "published", "database_specific"] {
            assert_eq!(with(field, Value::Null), at(&format!("/{field}"), Rule::WrongType));
        }
    }

    #[test]
    fn lists_are_checked_item_by_item() {
        assert_eq!(with("aliases", json!(["CVE-1", 2])), at("/aliases/1", Rule::WrongType));
        assert_eq!(with("related", json!("CVE-1")), at("/related", Rule::WrongType));
        assert_eq!(
            with("credits", json!([{ "name": "A", "contact": [0] }])),
            at("/credits/0/contact/0", Rule::WrongType)
        );
        assert_eq!(with("credits", json!([{ "type": "FINDER" }])), at("/credits/0", Rule::MissingField));
    }

    #[test]
    fn types_are_words_of_the_specification() {
        assert_eq!(with("references", json!([{ "type": "PACKAGE", "url": "a:b" }])), []);
        assert_eq!(
            with("references", json!([{ "type": "web", "url": "a:b" }])),
            at("/references/0/type", Rule::UnknownWord)
        );
        assert_eq!(with("credits", json!([{ "name": "A", "type": "TOOL" }])), []);
        assert_eq!(with("credits", json!([{ "name": "A", "type": "" }])), at("/credits/0/type", Rule::UnknownWord));
    }

    #[test]
    fn severity_is_given_once() {
        let mut record =
            json!({ "id": "GHSA-x", "modified": "2026-02-19T09:00:56Z", "affected": [{ "severity": [] }] });
        assert_eq!(validate(&record), []);
        // Even null takes the packages' place.
        for severity in [json!(null), json!([])] {
            record["severity"] = severity;
            let found = validate(&record);
            assert_eq!((found[0].at.as_str(), found[0].rule), ("/affected/0/severity", Rule::SeverityTwice));
            assert_eq!(found.len(), 1);
        }
        record["affected"][0]["severity"] = Value::Null;
        assert_eq!(validate(&record), []);
    }
}
