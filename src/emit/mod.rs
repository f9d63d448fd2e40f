//! The ledger → what people and programs read. One folder a format.
//!
//! Every format projects from the same [`ReleaseReport`]
//! and computes nothing of its own, so that two outputs cannot disagree.

pub mod advisory_patch;
pub mod affected;
pub mod dependencies;
pub mod explain;
pub mod feed;
pub mod findings;
pub mod json;
mod links;
pub mod markdown;
pub mod osv;

use crate::advisory::CompiledFrom;
use crate::ledger::{Entry, ReleaseReport};

/// A document as JSON, with a line break at its end. Documents are of texts,
/// numbers and lists only: nothing that cannot be written.
pub(crate) fn pretty(document: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(document).map(|text| text + "\n").unwrap_or_default()
}

/// The entries that an output may name: none that is unpublished, unless those
/// were asked for.
///
/// The ledger leaves them out already. A leak cannot be taken back, so each
/// output asks again.
fn disclosed(report: &ReleaseReport) -> impl Iterator<Item = &Entry> {
    report.advisories.iter().filter(|entry| report.private || !entry.disclosure.is_private())
}

#[cfg(test)]
mod sample;

/// A document with what it was compiled from.
fn pretty_from(document: &impl serde::Serialize, from: &CompiledFrom) -> String {
    #[derive(serde::Serialize)]
    struct From<'d, D> {
        #[serde(flatten)]
        document: &'d D,
        compiled_from: json::v1::Source,
    }
    pretty(&From { document, compiled_from: json::v1::Source::of(from) })
}
