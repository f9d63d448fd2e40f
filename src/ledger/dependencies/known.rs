//! What a release depends on, and what the one before depended on.

use super::statement::Statement;
use crate::history::Release;
use crate::inventory::{Inventory, Steps};
use crate::ledger::report::DependencyPolicy;

/// What a release depends on, and what the one before depended on.
#[derive(Clone, Copy, Debug)]
pub struct Dependencies<'i> {
    /// What the release before had; none for a first one.
    pub from: Option<&'i Inventory>,
    /// The highest version that was published before, and what it had; only for
    /// the first of a line that is counted from another release.
    pub published: Option<(&'i Release, &'i Inventory)>,
    /// What the release has.
    pub to: &'i Inventory,
    /// Which commits changed that.
    pub steps: &'i Steps,
    /// What the project says of advisories that do not affect it.
    pub statements: &'i [Statement],
    /// What notes print.
    pub policy: DependencyPolicy,
}
