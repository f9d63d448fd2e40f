//! OSV records: what upstream records say, with what the graph proves.

pub(crate) mod affected;
mod ids;
mod merged;
mod options;
mod record;
mod scores;
mod several;
pub(crate) mod spelling;
mod unknown;
pub mod validate;
pub(crate) mod versions;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use ids::{IdPrefix, NotAnIdPrefix};
pub use options::Options;
pub use several::together;

use crate::ledger::{Ledger, NoImpact};
use crate::model::{AdvisoryId, Confidence, PackageName};

/// A record and the name of its file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Built {
    /// The advisory that it is about.
    pub advisory: AdvisoryId,
    /// `GHSA-….json`. An id has no character that could lead out of a folder.
    pub file_name: String,
    /// The record.
    pub record: Value,
    /// Packages of which it says what upstream records say: other ones of the repository.
    pub siblings: BTreeSet<PackageName>,
    /// Why the graph adds nothing to what upstream records say, where it does not.
    pub without_graph: Option<NoImpact>,
}

/// The records of some of the project's advisories, by their ids, in that
/// order; nothing for one of which no record was given.
///
/// # Errors
/// None in practice: every field can be written.
pub fn build(ledger: &Ledger<'_>, ids: &[AdvisoryId], options: &Options) -> Result<Vec<Built>, serde_json::Error> {
    let places: BTreeMap<&AdvisoryId, usize> =
        ledger.own.iter().enumerate().map(|(at, advisory)| (&advisory.id, at)).collect();
    let wanted: Vec<usize> = ids.iter().filter_map(|id| places.get(id).copied()).collect();
    let impacts = ledger.impacts(&wanted, options.least.max(Confidence::Likely));
    let related = ids::Related::of(ledger, options.id_prefix.as_ref());
    let siblings = ledger.project.siblings.as_ref().map(|siblings| siblings.packages.clone()).unwrap_or_default();
    let mut built = Vec::new();
    for (at, impact) in wanted.into_iter().zip(&impacts) {
        let Some(advisory) = ledger.own.get(at).filter(|advisory| !advisory.records.is_empty()) else { continue };
        // A chart or an image has no versions that OSV could order: where no fix
        // is known, the commits of its releases say what the records say.
        let by_word = match impact {
            Err(NoImpact::NoFix | NoImpact::Contradicted) if affected::needs_commits(advisory) => {
                ledger.impact_by_word(at).ok()
            }
            _ => None,
        };
        let known = impact.as_ref().ok().or(by_word.as_ref());
        let record = record::Builder { ledger, at, advisory, impact: known, options, related: &related };
        let record = record.build();
        let file_name = format!("{}.json", record.id);
        let mut record = serde_json::to_value(record)?;
        record::declare(&mut record);
        built.push(Built {
            advisory: advisory.id.clone(),
            file_name,
            record,
            siblings: siblings.clone(),
            without_graph: impact.as_ref().err().cloned(),
        });
    }
    Ok(built)
}

/// The project's advisories that a feed publishes: all that are public, and
/// those that were withdrawn, which subscribers have to hear of.
#[must_use]
pub fn publishable(ledger: &Ledger<'_>) -> Vec<AdvisoryId> {
    use crate::model::Disclosure::{Closed, Draft, Published, Triage, Unknown, Withdrawn};
    let public = ledger.own.iter().filter(|advisory| match advisory.disclosure {
        Published | Withdrawn => true,
        Draft | Triage | Closed | Unknown => false,
    });
    public.map(|advisory| advisory.id.clone()).collect()
}
