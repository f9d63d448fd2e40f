//! `secnotes explain`: how secnotes knows.

use super::args::{Common, Explain, Which};
use super::compile::Input;
use super::error::Error;
use super::output;
use crate::emit;
use crate::join::Index;
use crate::ledger::Ledger;
use crate::model::AdvisoryId;

pub(super) fn run(common: &Common, verb: &Explain) -> Result<(), Error> {
    let id: AdvisoryId =
        verb.id.parse().map_err(|error: crate::model::NotAnAdvisoryId| Error::Usage(error.to_string()))?;
    let input = Input::read(common, None, None)?;
    let head = Which { tag: None, from: None, unreleased: true };
    let query = input.query(common, &head)?;
    let index = Index::new(&input.history);
    let ledger = Ledger::new(&input.history, &index, &input.project, input.advisories.clone());
    match emit::explain::advisory(&ledger, &id, query.tip, common.include_unpublished) {
        Some(text) => {
            output::print(&text);
            Ok(())
        }
        None => Err(Error::NotFound(not_found(&ledger, &id))),
    }
}

fn not_found(ledger: &Ledger<'_>, id: &AdvisoryId) -> String {
    let public = ledger.own.iter().filter(|advisory| !advisory.disclosure.is_private());
    let nearest = public
        .flat_map(crate::advisory::Advisory::ids)
        .max_by_key(|known| (strsim::jaro_winkler(known.as_str(), id.as_str()) * 1e6) as u64);
    let hint = nearest.map(|nearest| format!("; the nearest is {nearest}")).unwrap_or_default();
    format!("{id} is none of the project's {} advisories{hint}. Give its record with --advisories.", ledger.own.len())
}
