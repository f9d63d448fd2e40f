//! Records that cannot be published: they are left out, and what is published
//! of them stays as it is.

use std::collections::BTreeSet;

use super::folder::Folder;
use crate::emit::feed::Item;

/// What cannot be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// The record's id and aliases; none where it cannot be told which record it is.
    pub(super) ids: Vec<String>,
    /// Where it is and why, on one line.
    pub(super) problem: String,
}

/// What is published and may not be withdrawn, for it may be what was refused.
pub(super) struct Kept<'r> {
    ids: BTreeSet<&'r str>,
    /// Whether something was refused that may be any record.
    any: bool,
}

impl<'r> Kept<'r> {
    /// What these leave as it is.
    pub(super) fn of(refused: &'r [Refused]) -> Self {
        let ids = refused.iter().flat_map(|refused| &refused.ids).map(String::as_str).collect();
        Self { ids, any: refused.iter().any(|refused| refused.ids.is_empty()) }
    }

    /// Whether the record of an item may be one that was refused: it goes by any
    /// of its ids.
    pub(super) fn holds(&self, item: &Item) -> bool {
        self.any || std::iter::once(&item.id).chain(&item.aliases).any(|id| self.ids.contains(id.as_str()))
    }

    /// The published records that stay although the input does not hold them.
    pub(super) fn staying(&self, folder: &Folder, is_given: impl Fn(&Item) -> bool) -> Vec<String> {
        let items = folder.index.iter().flat_map(|index| &index.records);
        items.filter(|item| item.is_live() && !is_given(item) && self.holds(item)).map(|item| item.id.clone()).collect()
    }
}
