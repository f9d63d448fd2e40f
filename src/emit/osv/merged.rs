//! What the records of an advisory say beyond what its written record has a
//! field for: nothing that a database says is lost by being merged.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::advisory::{Advisory, SourceRecord, package_of};
use crate::limits::MERGED_FIELDS;
use crate::model::osv::{Affected, Range, Record};

/// What is kept, by the id of the record that says it, in the order of the ids.
pub(super) struct Merged {
    pub(super) records: Map<String, Value>,
    /// Records whose own fields are more than what is kept.
    pub(super) left_out: Vec<String>,
}

/// Collects what `written`, which began as a copy of `base`, does not have:
/// fields of the record itself that the specification does not know, `database_specific`,
/// and of each package and range what its ecosystem and database add.
pub(super) fn of(advisory: &Advisory, base: Option<&SourceRecord>, written: &Record) -> Merged {
    let mut kept: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    // What is not published says nothing in what is.
    let shown =
        advisory.records.iter().filter(|source| advisory.disclosure.is_private() || !source.disclosure.is_private());
    for source in shown {
        let mut fields = source.record.extra.clone();
        let is_base = base.is_some_and(|base| std::ptr::eq(base, source));
        if let (Some(mut specific), false) = (source.record.database_specific.value().cloned(), is_base) {
            // What secnotes wrote there is known better now.
            specific.shift_remove("secnotes");
            put(&mut fields, "database_specific", specific.into());
        }
        // Of the base, too: the graph writes ranges anew.
        let entries = source.record.affected.items().iter();
        let entries: Vec<Value> = entries.filter_map(|entry| lost(entry, written)).collect();
        put(&mut fields, "affected", entries.into());
        if !fields.is_empty() {
            // Of two records of one id, which two databases have, the more trusted one comes first.
            let known = kept.entry(source.id.as_str()).or_default();
            for (name, value) in fields {
                known.entry(name).or_insert(value);
            }
        }
    }
    let mut merged = Merged { records: Map::new(), left_out: Vec::new() };
    let mut room = MERGED_FIELDS;
    for (id, fields) in kept {
        let fields = Value::Object(fields);
        match room.checked_sub(fields.to_string().len()) {
            Some(rest) => {
                room = rest;
                merged.records.insert(id.to_owned(), fields);
            }
            None => merged.left_out.push(id.to_owned()),
        }
    }
    merged
}

/// What an entry says of its package that no entry of the written record says.
fn lost(entry: &Affected, written: &Record) -> Option<Value> {
    let package = package_of(entry);
    let same = || written.affected.items().iter().filter(|known| package_of(known) == package);
    let mut fields = entry.extra.clone();
    fields.retain(|key, value| !same().any(|known| known.extra.get(key) == Some(value)));
    for (name, of) in [
        (
            "ecosystem_specific",
            (|entry| entry.ecosystem_specific.value()) as fn(&Affected) -> Option<&Map<String, Value>>,
        ),
        ("database_specific", |entry| entry.database_specific.value()),
    ] {
        let mut own = of(entry).cloned().unwrap_or_default();
        own.retain(|key, value| {
            key != "secnotes" && !same().any(|known| of(known).is_some_and(|known| known.get(key) == Some(value)))
        });
        put(&mut fields, name, own.into());
    }
    let ranges: Vec<Value> = entry.ranges.items().iter().filter_map(|range| lost_of_range(range, written)).collect();
    put(&mut fields, "ranges", ranges.into());
    if fields.is_empty() {
        return None;
    }
    let package = entry.package.value().map_or(Value::Null, |package| json!(package));
    let named = (!package.is_null()).then_some(("package".to_owned(), package));
    Some(Value::Object(named.into_iter().chain(fields).collect()))
}

/// What a range says beside its events that no range of the written record says.
fn lost_of_range(range: &Range, written: &Record) -> Option<Value> {
    let is_bare = range.extra.is_empty() && range.database_specific.value().is_none_or(Map::is_empty);
    let mut ranges = written.affected.items().iter().flat_map(|entry| entry.ranges.items());
    let same = |known: &Range| known.database_specific == range.database_specific && known.extra == range.extra;
    // Which range it was, its own events say.
    (!is_bare && !ranges.any(same)).then(|| json!(range))
}

/// Puts a value that says something into a field.
fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    let is_empty = match &value {
        Value::Object(own) => own.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if !is_empty {
        fields.insert(name.to_owned(), value);
    }
}
