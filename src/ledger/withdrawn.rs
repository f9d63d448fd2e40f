//! Advisories that were announced once and were withdrawn since.

use super::book::Ledger;
use super::report::Withdrawn;
use crate::model::{AdvisoryId, Disclosure};

impl Ledger<'_> {
    /// Those of these ids whose advisories are withdrawn now, by id.
    #[must_use]
    pub fn withdrawn(&self, announced: &[AdvisoryId]) -> Vec<Withdrawn> {
        let all = self.own.iter().chain(&self.others);
        let gone = all.filter(|advisory| advisory.disclosure == Disclosure::Withdrawn);
        let named = gone.filter(|advisory| advisory.ids().any(|id| announced.contains(id)));
        let mut found: Vec<Withdrawn> = named
            .map(|advisory| Withdrawn {
                id: advisory.id.clone(),
                aliases: advisory.aliases.clone(),
                summary: advisory.summary.as_ref().map(|summary| summary.value.clone()),
                time: advisory.withdrawn(),
                page: advisory.page(),
            })
            .collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }
}
