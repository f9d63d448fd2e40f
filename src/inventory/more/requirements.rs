//! The files that a requirements file includes, and what they complete.

use crate::inventory::dependency::Relation;
use crate::model::PackageName;

/// The files that a requirements file includes, and what they complete.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Includes {
    pub(in crate::inventory) files: Vec<Include>,
    /// Packages that are asked for and not pinned, which constraints may pin.
    pub(in crate::inventory) open: Vec<Open>,
    /// Whether a tool wrote it for what is installed: it names the packages that ask
    /// for others, or hashes.
    pub(in crate::inventory) is_compiled: bool,
}

/// A file that a requirements file includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inventory) struct Include {
    /// The line, from 1.
    pub(in crate::inventory) line: usize,
    /// From the including file's folder on.
    pub(in crate::inventory) path: String,
    /// Whether only versions are taken from it (`-c`).
    pub(in crate::inventory) is_constraint: bool,
}

/// A package that is asked for and not pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inventory) struct Open {
    pub(in crate::inventory) package: PackageName,
    pub(in crate::inventory) relation: Relation,
    /// So many dependencies of the file stand before it; the next is its own if
    /// the file gives it a floor.
    pub(in crate::inventory) at: usize,
}
