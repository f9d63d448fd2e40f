//! One order of the fields of a record, so that two spellings have the same bytes.

use serde_json::Value;

/// The fields of the specification, in its order. Others follow by name.
const ORDER: [&str; 31] = [
    "schema_version",
    "id",
    "modified",
    "published",
    "withdrawn",
    "aliases",
    "upstream",
    "related",
    "summary",
    "details",
    "package",
    "ecosystem",
    "name",
    "purl",
    "contact",
    "type",
    "repo",
    "score",
    "url",
    "severity",
    "introduced",
    "fixed",
    "last_affected",
    "limit",
    "events",
    "affected",
    "ranges",
    "versions",
    "references",
    "credits",
    "ecosystem_specific",
];

/// Where a field stands: `database_specific` closes every object that has it.
fn rank(name: &str) -> (usize, &str) {
    let known = ORDER.iter().position(|known| *known == name);
    match known {
        Some(place) => (place, ""),
        None if name == "database_specific" => (usize::MAX, ""),
        None => (ORDER.len(), name),
    }
}

/// Puts the fields of every object into one order, so that two spellings of a
/// record have the same bytes. The order of lists means something and is kept.
pub(crate) fn order(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (_, field) in fields.iter_mut() {
                order(field);
            }
            if !fields.keys().map(|name| rank(name)).is_sorted() {
                let mut pairs: Vec<(String, Value)> = std::mem::take(fields).into_iter().collect();
                pairs.sort_by(|(a, _), (b, _)| rank(a).cmp(&rank(b)));
                *fields = pairs.into_iter().collect();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(order),
        _ => {}
    }
}
