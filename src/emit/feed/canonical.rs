//! One spelling of a record, and what it means apart from when it was touched.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::model::Sha256;
use crate::model::osv::canonical::order;

/// The bytes of a record's file: indented JSON and a line break.
pub(super) fn bytes(record: &Value) -> Vec<u8> {
    // A value that was read as JSON can be written as JSON.
    let mut bytes = serde_json::to_vec_pretty(record).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The digest of everything a record says but `modified` and the version of
/// the tool that wrote it. The record is ordered first. The version of the
/// specification counts: a record's words are read by it, and those that secnotes
/// writes change it only when they use something newer.
pub(super) fn meaning(record: &mut Value) -> Sha256 {
    order(record);
    // What was read as JSON can be written as JSON.
    Sha256::of_json(&Meaning { value: record, part: Part::Record }).unwrap_or_else(|_| Sha256::of(b""))
}

/// Whether two records say the same, `modified` and the version of the tool that
/// wrote them aside.
#[must_use]
pub fn same_meaning(one: &Value, other: &Value) -> bool {
    let digest = |record: &Value| meaning(&mut record.clone());
    digest(one) == digest(other)
}

/// A record's JSON without what does not count.
struct Meaning<'r> {
    value: &'r Value,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    Record,
    /// Its `database_specific`.
    Specific,
    /// What secnotes says of itself there.
    Provenance,
}

impl Serialize for Meaning<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Value::Object(fields) = self.value else { return self.value.serialize(serializer) };
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in fields {
            match (self.part, name.as_str()) {
                (Part::Record, "modified") | (Part::Provenance, "tool") => {}
                (Part::Record, "database_specific") => {
                    map.serialize_entry(name, &Meaning { value, part: Part::Specific })?;
                }
                (Part::Specific, "secnotes") => {
                    map.serialize_entry(name, &Meaning { value, part: Part::Provenance })?
                }
                _ => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn two_spellings_of_a_record_have_the_same_bytes() {
        let mut one = read(
            r#"{"database_specific":{"b":1,"a":2},"x":0,"modified":"m","id":"A-1","affected":[{"ranges":[{"events":[],"type":"GIT"}]}]}"#,
        );
        let mut two = read(
            r#"{"id":"A-1","affected":[{"ranges":[{"type":"GIT","events":[]}]}],"x":0,"modified":"m","database_specific":{"a":2,"b":1}}"#,
        );
        assert_eq!(meaning(&mut one), meaning(&mut two));
        assert_eq!(bytes(&one), bytes(&two));
        let text = String::from_utf8(bytes(&one)).unwrap();
        let places: Vec<_> = ["\"id\"", "\"modified\"", "\"affected\"", "\"x\"", "\"database_specific\""]
            .map(|name| text.find(name).unwrap())
            .into();
        assert!(places.is_sorted() && text.ends_with("}\n"), "{text}");
    }

    #[test]
    fn the_meaning_is_everything_but_the_time_and_the_tool() {
        let base = json!({ "id": "A-1", "modified": "1", "summary": "s",
                           "database_specific": { "secnotes": { "tool": "secnotes 1", "confidence": "likely" } } });
        let of = |edit: &dyn Fn(&mut Value)| {
            let mut record = base.clone();
            edit(&mut record);
            meaning(&mut record)
        };
        let same = of(&|_| {});
        assert_eq!(of(&|record| record["modified"] = json!("2")), same);
        assert_eq!(of(&|record| record["database_specific"]["secnotes"]["tool"] = json!("secnotes 2")), same);
        assert_ne!(of(&|record| record["database_specific"]["secnotes"]["confidence"] = json!("x")), same);
        assert_ne!(of(&|record| record["summary"] = json!("t")), same);
        assert_ne!(of(&|record| record["withdrawn"] = json!("1")), same);
        let mut record = base.clone();
        meaning(&mut record);
        assert_eq!(record, base);
    }

    #[test]
    fn the_order_of_a_list_is_meaning() {
        let (mut one, mut two) = (json!({ "aliases": ["a", "b"] }), json!({ "aliases": ["b", "a"] }));
        assert_ne!(meaning(&mut one), meaning(&mut two));
    }
}
