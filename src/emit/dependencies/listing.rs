//! What a release depends on, beside what the one before did.

use crate::inventory::{ChangeKind, Delta, Inventory, Unlocked, Unread};
use crate::model::{CommitId, TagName};

/// What a release depends on, and what changed.
#[derive(Clone, Debug)]
pub struct Listing<'i> {
    /// The release's tag; none for what is unreleased.
    pub tag: Option<&'i TagName>,
    /// Its commit.
    pub commit: CommitId,
    /// The release that it is compared with.
    pub previous_tag: Option<&'i TagName>,
    /// What it depends on.
    pub inventory: &'i Inventory,
    /// What changed; none where there is nothing to compare with.
    pub delta: Option<&'i Delta>,
    /// What the one before depended on; none where there is nothing to compare with.
    pub before: Option<&'i Inventory>,
}

impl Listing<'_> {
    /// The lock files that are not read, and what became of them; nothing where
    /// there is nothing to compare with.
    pub(super) fn unread(&self) -> Vec<(&Unread, Option<ChangeKind>)> {
        match self.before {
            Some(before) => Unread::compared(before, self.inventory),
            None => self.inventory.unread.iter().map(|file| (file, None)).collect(),
        }
    }

    /// The manifests that changed, and whose dependencies no lock file that is read says.
    pub(super) fn unlocked(&self) -> Vec<(&Unlocked, ChangeKind)> {
        self.before.map(|before| Unlocked::changed(before, self.inventory)).unwrap_or_default()
    }
}
