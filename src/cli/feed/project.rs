//! All records of the project.

use crate::cli::args::Common;
use crate::cli::compile::{Input, warn_of_strangers};
use crate::cli::error::Error;
use crate::emit::osv::{Built, build};
use crate::join::{Index, Scope};
use crate::ledger::{self, Query, Status};
use crate::model::Confidence;

/// The record of every advisory of the project that may be published: drafts
/// and what is under embargo never are, whatever the arguments say.
pub(super) fn records(common: &Common, input: &Input) -> Result<Vec<Built>, Error> {
    let index = Index::new(&input.history);
    let ledger = input.ledger(common, &index, Scope::All);
    warn_of_strangers(common, &ledger);
    let mut records: Vec<Built> = Vec::new();
    for release in input.history.releases.all().iter().rev() {
        let query = Query {
            release: Some(release),
            tip: release.commit,
            previous: crate::history::previous_release(&input.history.graph, &input.history.releases, release),
            from: None,
            include_withdrawn: true,
            include_unpublished: false,
        };
        let report = ledger.report(&query);
        let fixed = report.advisories.iter().filter(|entry| {
            entry.scope == ledger::Scope::Project
                && entry.status == Status::Fixed
                && entry.confidence >= Confidence::Likely
                && !entry.disclosure.is_private()
        });
        for entry in fixed {
            let name = format!("{}.json", entry.id);
            if records.iter().any(|built| built.file_name == name) {
                continue;
            }
            records.extend(build(&ledger, entry, release.commit)?);
        }
    }
    Ok(records)
}
