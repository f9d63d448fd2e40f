//! Advisories that name the version of a tag which the tag rules pass over.

use super::book::Ledger;
use super::query::Query;
use crate::model::{Finding, FindingCode};

pub(super) fn named(ledger: &Ledger<'_>, query: &Query<'_>, findings: &mut Vec<Finding>) {
    for advisory in ledger.own.iter().filter(|advisory| query.shows(advisory.disclosure)) {
        if let Some(told) = ledger.history.releases.passed_over_of(advisory.versions()) {
            let message = format!("I{}.", told.strip_prefix('i').unwrap_or(&told));
            findings.push(Finding::new(FindingCode::TagsPassedOver, advisory.id.as_str(), message));
        }
    }
}
