//! What a release did about one advisory of one package, file by file.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::PackageName;

/// What a release did about one advisory of one package, in what it ships or
/// in the rest.
#[derive(Debug)]
pub(super) struct Verdict<'a> {
    /// The place of the advisory in the list.
    pub(super) advisory: usize,
    pub(super) package: &'a PackageName,
    /// Whether these files and usages may be part of what users get.
    pub(super) shipped: bool,
    pub(super) outcome: Outcome,
    /// Every file that has, or had, the package.
    pub(super) rows: Rows<'a>,
}

/// Files of a verdict. Of the thousands of advisories that one package has, most
/// say the same of the few versions that are here, and share them.
pub(super) type Rows<'a> = Arc<[Row<'a>]>;

/// What a release did about an advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Every occurrence left the affected range.
    Fixed,
    /// The affected package is gone.
    Removed,
    /// Some occurrences left it.
    Partial,
    /// An affected version came in where there was none.
    Introduced,
    /// Affected before and after.
    Affected,
    /// An affected version was there, and what is there now cannot be told.
    Lost,
}

impl Outcome {
    /// Whether an affected version left, of one file at least.
    pub(super) const fn is_better(self) -> bool {
        matches!(self, Self::Fixed | Self::Removed | Self::Partial)
    }
}

/// One file's versions of a package, before and after.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// The later path; the earlier of a file that is gone.
    pub(super) path: &'a str,
    pub(super) from: BTreeSet<&'a str>,
    pub(super) to: BTreeSet<&'a str>,
    /// The earlier and later versions that are affected.
    pub(super) was: BTreeSet<&'a str>,
    pub(super) is: BTreeSet<&'a str>,
    /// Whether records contradict each other on an earlier, on a later version.
    pub(super) disputed: (bool, bool),
    /// Why nothing can be said of what is there now.
    pub(super) lost: Option<&'static str>,
    /// Whether what was there before is taken from what is there now: the file
    /// before could not say.
    pub(super) is_assumed: bool,
}

impl Row<'_> {
    pub(super) fn was_affected(&self) -> bool {
        !self.was.is_empty()
    }

    pub(super) fn is_affected(&self) -> bool {
        !self.is.is_empty()
    }

    /// Whether it has, or had, an affected version.
    pub(super) fn is_of_interest(&self) -> bool {
        self.was_affected() || self.is_affected()
    }

    /// Whether an affected version left, and none came for it.
    pub(super) fn has_left(&self) -> bool {
        self.is.len() < self.was.len()
    }
}
