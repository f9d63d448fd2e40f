//! Which records are one advisory.

use std::collections::BTreeMap;

use crate::model::AdvisoryId;

/// Which records belong together: the first record of a group is its root.
#[derive(Default)]
pub(super) struct Groups {
    parents: Vec<usize>,
    owners: BTreeMap<AdvisoryId, usize>,
}

impl Groups {
    /// The lower place stays the root, so that a group is named by its most trusted record whatever the
    /// order of the aliases.
    pub(super) fn join(&mut self, record: usize, ids: impl Iterator<Item = AdvisoryId>) {
        self.parents.push(record);
        for id in ids {
            let owner = *self.owners.entry(id).or_insert(record);
            let (a, b) = (self.root(owner), self.root(record));
            if let Some(parent) = self.parents.get_mut(a.max(b)) {
                *parent = a.min(b);
            }
        }
    }

    pub(super) fn root(&mut self, record: usize) -> usize {
        let mut at = record;
        while let Some(parent) = self.parents.get(at).copied().filter(|parent| *parent != at) {
            at = parent;
        }
        // Flatten the path, so that a chain of thousands stays short.
        let mut step = record;
        while let Some(parent) = self.parents.get_mut(step).filter(|parent| **parent != at) {
            step = std::mem::replace(parent, at);
        }
        at
    }
}
