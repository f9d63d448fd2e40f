//! `secnotes osv`: OSV records of what a release fixes.

use super::args::{Common, Osv};
use super::check;
use super::compile::{Input, warn_of_strangers};
use super::error::Error;
use super::output;
use crate::emit::osv::validate::validate;
use crate::emit::osv::{Built, build};
use crate::join::{self, Index};
use crate::ledger::{Scope, Status};
use crate::model::Confidence;

pub(super) fn run(common: &Common, verb: &Osv) -> Result<(), Error> {
    if verb.check.is_asked() {
        return check::run(common, &verb.check);
    }
    let input = Input::read(common, verb.which.tag.as_deref(), verb.which.from.as_deref())?;
    let query = input.query(common, &verb.which)?;
    let index = Index::new(&input.history);
    let ledger = input.ledger(common, &index, join::Scope::Releases(&[query.tip]));
    warn_of_strangers(common, &ledger);
    let report = ledger.report(&query);
    let public = report.advisories.iter().filter(|entry| {
        entry.scope == Scope::Project && entry.status == Status::Fixed && entry.confidence >= Confidence::Likely
    });
    let mut records: Vec<Built> = Vec::new();
    for entry in public {
        match build(&ledger, entry, query.tip)? {
            Some(built) => {
                let violations = validate(&built.record);
                if let Some(first) = violations.first() {
                    return Err(Error::Invalid {
                        id: entry.id.to_string(),
                        count: violations.len(),
                        first: first.to_string(),
                    });
                }
                records.push(built);
            }
            None if !common.quiet => output::say(&format!("no record of {} was given, so none is written", entry.id)),
            None => {}
        }
    }
    match &verb.out {
        None => {
            let all: Vec<_> = records.iter().map(|built| &built.record).collect();
            output::print(&(serde_json::to_string_pretty(&all)? + "\n"));
        }
        Some(folder) => {
            let failed = |source| Error::File { doing: "create the folder", path: folder.clone(), source };
            std::fs::create_dir_all(folder).map_err(failed)?;
            let mut files = Vec::new();
            for built in &records {
                files.push((folder.join(&built.file_name), serde_json::to_string_pretty(&built.record)? + "\n"));
            }
            output::write_all(&files)?;
            if !common.quiet {
                output::say(&format!("wrote {} records to {}", files.len(), folder.display()));
            }
        }
    }
    Ok(())
}
