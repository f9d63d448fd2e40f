//! The records to publish, and what is new in each.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::Value;

use super::error::FeedError;
use super::folder::Folder;
use crate::advisory::{self, Budget};
use crate::cli::error::Error;
use crate::emit::feed::{INDEX_FILE, SCHEMA, Stamp, Verdict, names_a_file, weigh};
use crate::emit::osv::Built;
use crate::emit::osv::validate::{Rule, validate};
use crate::files::Place;
use crate::limits::{Exceeded, Limits};
use crate::model::{Sha256, line};

/// Where the records come from.
pub(super) enum Input {
    /// Made of this project's advisories.
    Built(Vec<Built>),
    /// Files of records, published as they are, and the room for them.
    Files(Vec<advisory::File>, Budget),
}

/// What was found of the records.
pub(super) struct Weighed {
    /// A verdict for each id.
    pub(super) verdicts: Vec<(String, Verdict)>,
    /// JSON files that hold no record.
    pub(super) passed_over: Vec<String>,
}

impl Input {
    /// Reads the files at these paths.
    pub(super) fn read(paths: &[PathBuf], limits: &Limits) -> Result<Self, Error> {
        let places: Vec<Place> = paths.iter().map(Place::named).collect();
        let budget = Budget::new(limits);
        Ok(Self::Files(advisory::read_files(&places, &budget)?, budget))
    }

    /// Checks every record by OSV's rules and compares it with what is published.
    pub(super) fn weigh(self, folder: &Folder, now: Stamp) -> Result<Weighed, FeedError> {
        let outcomes: Vec<Outcome> = match self {
            Self::Built(records) => {
                records.into_par_iter().map(|built| weighed(built.record, &built.file_name, folder, now)).collect()
            }
            Self::Files(files, budget) => {
                let weigh = |file| of_file(file, folder, now, &budget);
                let outcomes = files.into_par_iter().map(weigh).collect::<Result<Vec<_>, _>>()?;
                outcomes.into_iter().flatten().collect()
            }
        };
        gather(outcomes, folder)
    }
}

enum Outcome {
    Weighed(Box<Record>),
    PassedOver(String),
    Wrong(String),
}

/// A record that may be published.
struct Record {
    id: String,
    origin: String,
    verdict: Verdict,
}

/// The records of a file, which is let go of when they are compared.
fn of_file(file: advisory::File, folder: &Folder, now: Stamp, budget: &Budget) -> Result<Vec<Outcome>, Exceeded> {
    let wrong = |reason: &str| Ok(vec![Outcome::Wrong(format!("{}: {reason}", line(&file.origin)))]);
    let bytes = match &file.bytes {
        Ok(bytes) => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
        Err(reason) => return wrong(reason),
    };
    // What will be published is kept; the values of the record, as it is and in
    // the order that is published, are not.
    budget.take(bytes.len() as u64)?;
    let _loan = budget.lend(bytes, 2)?;
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return wrong(&format!("it is not JSON: {error}")),
    };
    if value.get("ghsa_id").is_some() {
        return wrong("this is GitHub's form of an advisory and no OSV record; --advisories takes it");
    }
    if !file.named && (is_of_a_feed(&value) || !looks_like_records(&value)) {
        return Ok(vec![Outcome::PassedOver(file.origin)]);
    }
    let items = match value {
        Value::Array(items) => items,
        item => vec![item],
    };
    Ok(items.into_iter().map(|item| weighed(item, &file.origin, folder, now)).collect())
}

/// Whether this is the index or a list of a feed, in a folder whose records are read.
fn is_of_a_feed(value: &Value) -> bool {
    let stub = |item: &Value| {
        item.as_object()
            .is_some_and(|fields| fields.len() == 2 && fields.contains_key("id") && fields.contains_key("modified"))
    };
    match value {
        Value::Array(items) => items.iter().all(stub),
        value => value.get("schema").and_then(Value::as_str) == Some(SCHEMA),
    }
}

fn looks_like_records(value: &Value) -> bool {
    let record = |item: &Value| {
        item.get("id").is_some()
            && ["modified", "affected", "schema_version"].iter().any(|name| item.get(name).is_some())
    };
    match value {
        Value::Array(items) => items.iter().any(record),
        item => record(item),
    }
}

fn weighed(record: Value, origin: &str, folder: &Folder, now: Stamp) -> Outcome {
    let wrong = |what: &str| Outcome::Wrong(format!("{}: {what}", line(origin)));
    // Importers read by the newest schema: GitHub's records declare 1.4.0 and
    // have scores of CVSS 4, and are of use to everybody.
    let mut violations = validate(&record);
    violations.retain(|violation| violation.rule != Rule::NewerThanDeclared);
    if let Some(first) = violations.first() {
        let more = violations.len() - 1;
        let tail = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        return wrong(&format!("{first}{tail}"));
    }
    let ours = record.get("database_specific").and_then(|specific| specific.get("secnotes"));
    if ours.and_then(|ours| ours.get("unpublished")) == Some(&Value::Bool(true)) {
        return wrong("it is a preview of an unpublished advisory; publish the advisory, or leave it out");
    }
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    // The id becomes the name of a file.
    if !names_a_file(&id) {
        return wrong(&format!("`{}` cannot be the name of a file; an id has letters, digits and `-_.:+~`", line(&id)));
    }
    let before = folder.find(&id);
    let damaged = before.is_some_and(|item| folder.is_damaged(item));
    let verdict = weigh(before, damaged, &id, record, now);
    Outcome::Weighed(Box::new(Record { id, origin: origin.to_owned(), verdict }))
}

/// Each id once. The same record may be given twice; two that say different
/// things under one id may not.
fn gather(outcomes: Vec<Outcome>, folder: &Folder) -> Result<Weighed, FeedError> {
    let (mut passed_over, mut wrong) = (Vec::new(), Vec::new());
    let mut found: BTreeMap<String, (String, Verdict)> = BTreeMap::new();
    for outcome in outcomes {
        match outcome {
            Outcome::PassedOver(origin) => passed_over.push(origin),
            Outcome::Wrong(problem) => wrong.push(problem),
            Outcome::Weighed(record) => {
                let Record { id, origin, verdict } = *record;
                match found.entry(id) {
                    Entry::Vacant(place) => {
                        place.insert((origin, verdict));
                    }
                    Entry::Occupied(mut place) => {
                        let id = place.key().clone();
                        let (known_origin, known) = place.get_mut();
                        if meaning(&id, known, folder) != meaning(&id, &verdict, folder) {
                            wrong.push(format!("{origin}: it says something else of {id} than {known_origin}"));
                        } else if later(&verdict, known) {
                            *known = verdict;
                        }
                    }
                }
            }
        }
    }
    wrong.extend(case_twins(&found));
    if !wrong.is_empty() {
        return Err(FeedError::Records(wrong));
    }
    Ok(Weighed { verdicts: found.into_iter().map(|(id, (_, verdict))| (id, verdict)).collect(), passed_over })
}

fn meaning<'v>(id: &str, verdict: &'v Verdict, folder: &'v Folder) -> Option<&'v Sha256> {
    match verdict {
        Verdict::Same => folder.find(id).map(|item| &item.meaning),
        Verdict::Added(published) | Verdict::Changed(published) | Verdict::Mended(published) => {
            Some(&published.item.meaning)
        }
    }
}

/// Of two records that mean the same, the one that was touched last.
fn later(one: &Verdict, other: &Verdict) -> bool {
    match (one, other) {
        (Verdict::Added(one), Verdict::Added(other)) | (Verdict::Changed(one), Verdict::Changed(other)) => {
            one.item.modified.compare(&other.item.modified).is_gt()
        }
        _ => false,
    }
}

/// Ids that would be one file where names have no case, or be taken for a file
/// of the feed.
fn case_twins(found: &BTreeMap<String, (String, Verdict)>) -> Vec<String> {
    let mut folded: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (id, (origin, _)) in found {
        if let Some(twin) = folded.insert(id.to_ascii_lowercase(), id) {
            wrong.push(format!("{origin}: the ids {twin} and {id} differ in case only"));
        }
        if format!("{id}.json").eq_ignore_ascii_case(INDEX_FILE) {
            wrong.push(format!("{origin}: {id} is the name of the feed's index"));
        }
    }
    wrong
}
