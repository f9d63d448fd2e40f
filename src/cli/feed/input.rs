//! The records to publish, and what is new in each.

use std::path::PathBuf;

use rayon::prelude::*;
use serde_json::Value;

use super::folder::Folder;
use super::gather::{Outcome, Record, Weighed, gather};
use super::refused::Refused;
use crate::advisory::{self, Budget};
use crate::cli::error::Error;
use crate::compile::Publishable;
use crate::emit::feed::{Dates, Export, SCHEMA, names_a_file, weigh};
use crate::emit::osv::Built;
use crate::emit::osv::validate::{Rule, validate};
use crate::files::Place;
use crate::limits::{Exceeded, Limits};
use crate::model::line;

/// Where the records come from.
pub(super) enum Input {
    /// Made of this project's advisories.
    Built(Publishable),
    /// Files of records, published as they are, and the room for them.
    Files(Vec<advisory::File>, Budget),
}

impl Input {
    /// Reads the files at these paths.
    pub(super) fn read(paths: &[PathBuf], limits: &Limits) -> Result<Self, Error> {
        let places: Vec<Place> = paths.iter().map(Place::named).collect();
        let budget = Budget::new(limits);
        Ok(Self::Files(advisory::read_files(&places, &budget)?, budget))
    }

    /// Whose the dates of the records are.
    pub(super) const fn dates(&self) -> Dates {
        match self {
            Self::Built(_) => Dates::Ours,
            Self::Files(..) => Dates::Theirs,
        }
    }

    /// Checks every record by OSV's rules and compares it with what is published.
    pub(super) fn weigh(self, folder: &Folder, export: &Export) -> Result<Weighed, Exceeded> {
        let outcomes: Vec<Outcome> = match self {
            Self::Built(Publishable { records, refused }) => {
                let refused = refused.into_iter().map(|refused| {
                    let problem = format!("{}: {}", line(&refused.id), line(&refused.problem));
                    let ids = std::iter::once(refused.id).chain(refused.aliases).collect();
                    Outcome::Refused(Refused { ids, problem })
                });
                let weigh = |built: Built| weighed(built.record, &built.file_name, folder, export);
                let mut outcomes: Vec<_> = records.into_par_iter().map(weigh).collect();
                outcomes.extend(refused);
                outcomes
            }
            Self::Files(files, budget) => {
                let weigh = |file| of_file(file, folder, export, &budget);
                let outcomes = files.into_par_iter().map(weigh).collect::<Result<Vec<_>, _>>()?;
                outcomes.into_iter().flatten().collect()
            }
        };
        Ok(gather(outcomes, folder))
    }
}

/// The records of a file, which is let go of when they are compared.
fn of_file(file: advisory::File, folder: &Folder, export: &Export, budget: &Budget) -> Result<Vec<Outcome>, Exceeded> {
    let origin = file.origin();
    let refused = |id: Option<String>, reason: &str| {
        let ids = id.or_else(|| published_stem(&origin, folder)).into_iter().collect();
        Ok(vec![Outcome::Refused(Refused { ids, problem: format!("{}: {}", line(&origin), line(reason)) })])
    };
    let bytes = match &file.bytes {
        Ok(bytes) => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
        Err(reason) => return refused(None, reason),
    };
    // What will be published is kept; the values of the record, as it is and in
    // the order that is published, are not.
    budget.take(bytes.len() as u64)?;
    let _loan = budget.lend(bytes, 2)?;
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return refused(None, &format!("it is not JSON: {error}")),
    };
    if let Some(id) = value.get("ghsa_id") {
        let reason = "this is GitHub's form of an advisory and no OSV record; --advisories takes it";
        return refused(id.as_str().map(str::to_owned), reason);
    }
    if !file.named && (is_of_a_feed(&value) || !looks_like_records(&value)) {
        return Ok(vec![Outcome::PassedOver(origin)]);
    }
    let items = match value {
        Value::Array(items) => items,
        item => vec![item],
    };
    Ok(items.into_iter().map(|item| weighed(item, &origin, folder, export)).collect())
}

/// The ids of a record that cannot be published, as far as they can be read.
fn ids_of(record: &Value, origin: &str, folder: &Folder) -> Vec<String> {
    let own = record.get("id").and_then(Value::as_str).map(str::trim).filter(|id| names_a_file(id));
    let Some(own) = own.map(str::to_owned).or_else(|| published_stem(origin, folder)) else { return Vec::new() };
    // It may be published under another one of its ids.
    let aliases = record.get("aliases").and_then(Value::as_array).into_iter().flatten();
    std::iter::once(own).chain(aliases.filter_map(Value::as_str).map(str::to_owned)).collect()
}

/// The published record that a file is named after, for one that cannot be read.
fn published_stem(origin: &str, folder: &Folder) -> Option<String> {
    let name = origin.rsplit(['/', '\\', ' ']).next()?;
    let (stem, _) = name.rsplit_once('.')?;
    folder.find(stem).map(|item| item.id.clone())
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
        let has = |names: &[&str]| names.iter().filter(|name| item.get(**name).is_some()).count();
        has(&["id", "affected"]) > 0 && has(&["id", "modified", "affected", "schema_version"]) > 1
    };
    match value {
        Value::Array(items) => items.iter().any(record),
        item => record(item),
    }
}

fn weighed(record: Value, origin: &str, folder: &Folder, export: &Export) -> Outcome {
    let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let refused = |what: &str| {
        Outcome::Refused(Refused {
            ids: ids_of(&record, origin, folder),
            problem: format!("{}: {}", line(origin), line(what)),
        })
    };
    // Importers read by the newest schema: GitHub's records declare 1.4.0 and
    // have scores of CVSS 4, and are of use to everybody.
    let mut violations = validate(&record);
    violations.retain(|violation| violation.rule != Rule::NewerThanDeclared);
    if let Some(first) = violations.first() {
        let more = violations.len() - 1;
        let tail = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        return refused(&format!("{first}{tail}"));
    }
    let ours = record.get("database_specific").and_then(|specific| specific.get("secnotes"));
    if ours.and_then(|ours| ours.get("unpublished")) == Some(&Value::Bool(true)) {
        return refused("it is a preview of an unpublished advisory; publish the advisory, or leave it out");
    }
    // The id becomes the name of a file.
    if !names_a_file(&id) {
        return refused(&format!(
            "`{}` cannot be the name of a file; an id has letters, digits and `-_.:+~`",
            line(&id)
        ));
    }
    let before = folder.find(&id);
    let damaged = before.is_some_and(|item| folder.is_damaged(item));
    let verdict = weigh(before, damaged, &id, record, export);
    Outcome::Weighed(Box::new(Record { id, origin: origin.to_owned(), verdict }))
}
