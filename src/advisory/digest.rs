//! What was compiled from, in one line that two people can compare.

use super::Advisory;
use crate::model::Sha256;
use crate::model::osv::canonical;

/// The records that an answer was compiled from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompiledFrom {
    /// How many records these are.
    pub records: usize,
    /// The SHA-256 of what they say, whatever files they came in.
    pub digest: Sha256,
}

impl CompiledFrom {
    /// The digest of some advisories. Unpublished ones count only if they were
    /// asked for: a digest that moves with a draft would tell of it.
    #[must_use]
    pub fn of<'a>(advisories: impl Iterator<Item = &'a Advisory>, include_unpublished: bool) -> Self {
        let shown = advisories.filter(|advisory| include_unpublished || !advisory.disclosure.is_private());
        let mut lines: Vec<String> = Vec::new();
        for record in shown.flat_map(|advisory| &advisory.records) {
            // What was read as JSON can be written as JSON.
            let mut value = serde_json::to_value(&*record.record).unwrap_or_default();
            canonical::order(&mut value);
            let digest = Sha256::of(value.to_string().as_bytes());
            let repository = record.repository.as_ref().map_or("-", |remote| remote.as_str());
            lines.push(format!("{digest}  {:?} {repository} {} {}\n", record.database, record.id, record.disclosure));
        }
        lines.sort();
        lines.dedup();
        Self { records: lines.len(), digest: Sha256::of(lines.concat().as_bytes()) }
    }
}
