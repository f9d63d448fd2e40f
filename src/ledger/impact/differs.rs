//! Where the records and the commits call different releases affected.

use super::{Impact, NoImpact};
use crate::history::Release;
use crate::ledger::Ledger;
use crate::model::{self, Finding, FindingCode};

/// How many releases a message names of each side.
const MAX_NAMED: usize = 6;

impl Ledger<'_> {
    /// What differs for some of the project's own advisories, by their places and what
    /// links that are at least *likely* make of them: people write the final version of
    /// what a candidate fixed first.
    pub(crate) fn affected_differs(&self, impacts: &[(usize, Result<Impact, NoImpact>)]) -> Vec<Finding> {
        impacts.iter().filter_map(|(at, impact)| self.differs(*at, impact.as_ref().ok()?)).collect()
    }

    fn differs(&self, at: usize, impact: &Impact) -> Option<Finding> {
        let advisory = self.own.get(at)?;
        let (mut fixed, mut open) = impact.against_records(self, advisory);
        for releases in [&mut fixed, &mut open] {
            releases.retain(|release| !release.version.is_prerelease());
        }
        let mut told = Vec::new();
        if !open.is_empty() {
            told.push(format!("not affected, and the commits affected: {}", few(&open)));
        }
        if !fixed.is_empty() {
            told.push(format!("affected, and the commits fixed: {}", few(&fixed)));
        }
        if told.is_empty() {
            return None;
        }
        let message = format!(
            "Its records call releases {}. Records that are written say what the commits say, and keep both; \
             `secnotes explain --advisory-patch {}` shows what to correct.",
            told.join("; and "),
            advisory.id
        );
        Some(Finding::new(FindingCode::AffectedDiffers, advisory.id.as_str(), message))
    }
}

fn few(releases: &[&Release]) -> String {
    let shown: Vec<String> = releases.iter().take(MAX_NAMED).map(|release| release.tag.to_string()).collect();
    model::few(&shown, releases.len())
}
