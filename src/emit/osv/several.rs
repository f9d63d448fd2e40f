//! Records of one advisory that several packages of a repository see.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Built;
use super::record::declare;
use crate::advisory::UNKNOWN_PACKAGE;
use crate::model::{AdvisoryId, PackageName, Timestamp};

/// The records, of each advisory one: what each package's history proves stands
/// together, and the rest is the same in all of them.
#[must_use]
pub fn together(records: Vec<Built>) -> Vec<Built> {
    let mut by_advisory: BTreeMap<AdvisoryId, Built> = BTreeMap::new();
    for built in records {
        match by_advisory.get_mut(&built.advisory) {
            Some(known) => add(known, built),
            None => drop(by_advisory.insert(built.advisory.clone(), built)),
        }
    }
    let mut records: Vec<Built> = by_advisory.into_values().collect();
    records.iter_mut().for_each(|built| declare(&mut built.record));
    records
}

fn add(known: &mut Built, mut other: Built) {
    known.without_graph = known.without_graph.take().and(other.without_graph);
    let (Some(ours), Some(theirs)) = (known.record.as_object_mut(), other.record.as_object_mut()) else { return };
    let mut affected = taken(ours, "affected");
    affected_too(&mut affected, taken(theirs, "affected"), &known.siblings, &other.siblings);
    ours.insert("affected".to_owned(), affected.into());
    known.siblings.retain(|package| other.siblings.contains(package));
    let mut references = taken(ours, "references");
    let new: Vec<Value> =
        taken(theirs, "references").into_iter().filter(|theirs| !references.contains(theirs)).collect();
    references.extend(new);
    if !references.is_empty() {
        ours.insert("references".to_owned(), references.into());
    }
    if let Some(later) = theirs.remove("modified").filter(|theirs| is_later(theirs, ours.get("modified"))) {
        ours.insert("modified".to_owned(), later);
    }
    if let (Some(ours), Some(theirs)) = (proof(ours), proof(theirs)) {
        proof_too(ours, std::mem::take(theirs));
    }
}

/// How a record says that what it adds is known.
fn proof(record: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    record.get_mut("database_specific")?.get_mut("secnotes")?.as_object_mut()
}

/// Adds another package's commits, and takes over what its history makes of its
/// own versions: of a sibling's they are as the records said.
fn affected_too(
    ours: &mut Vec<Value>,
    theirs: Vec<Value>,
    not_ours: &BTreeSet<PackageName>,
    not_theirs: &BTreeSet<PackageName>,
) {
    let package = |entry: &Value| {
        let package = entry.get("package").or_else(|| entry.get("database_specific")?.get(UNKNOWN_PACKAGE))?;
        PackageName::new(package.get("ecosystem")?.as_str()?, package.get("name")?.as_str()?)
    };
    let mut after = ours.iter().take_while(|entry| package(entry).is_none()).count();
    for entry in theirs {
        let Some(name) = package(&entry) else {
            if !ours.contains(&entry) {
                ours.insert(after, entry);
                after += 1;
            }
            continue;
        };
        match ours.iter_mut().find(|known| package(known).as_ref() == Some(&name)) {
            Some(known) if not_ours.contains(&name) && !not_theirs.contains(&name) => *known = entry,
            Some(_) => {}
            None => ours.push(entry),
        }
    }
}

/// Adds how what another package's history proves is known: all together is as
/// sure as the least sure.
fn proof_too(ours: &mut Map<String, Value>, mut theirs: Map<String, Value>) {
    match (ours.get("confidence"), theirs.remove("confidence")) {
        (None, Some(theirs)) => drop(ours.insert("confidence".to_owned(), theirs)),
        (Some(_), Some(theirs)) if theirs == "likely" => drop(ours.insert("confidence".to_owned(), theirs)),
        _ => {}
    }
    for key in ["evidence", "fixed_by_record"] {
        let mut all = taken(ours, key);
        all.extend(taken(&mut theirs, key));
        all.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        all.dedup();
        if !all.is_empty() {
            ours.insert(key.to_owned(), all.into());
        }
    }
    for (key, value) in theirs {
        ours.entry(key).or_insert(value);
    }
}

/// Takes a list out of a record; an empty one where there is none.
fn taken(fields: &mut Map<String, Value>, key: &str) -> Vec<Value> {
    match fields.remove(key) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn is_later(theirs: &Value, ours: Option<&Value>) -> bool {
    let at = |value: &Value| Timestamp::new(value.as_str()?).unix();
    at(theirs) > ours.and_then(at)
}
