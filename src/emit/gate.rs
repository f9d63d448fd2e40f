//! The gate that every output asks once more.

use crate::ledger::{Entry, ReleaseReport};

/// The entries that an output may name: none that is unpublished, unless those
/// were asked for.
///
/// The ledger leaves them out already. A leak cannot be taken back, so each
/// output asks again.
pub(super) fn disclosed(report: &ReleaseReport) -> impl Iterator<Item = &Entry> {
    report.advisories.iter().filter(|entry| report.private || !entry.disclosure.is_private())
}
