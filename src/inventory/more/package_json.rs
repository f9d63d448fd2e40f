//! The names in a `package.json`.

use crate::inventory::dependency::Usage;
use crate::inventory::problem::Problem;

/// The names in a `package.json`. Its ranges are no versions, so that it has no
/// dependencies itself.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Names {
    /// What it asks for.
    pub(in crate::inventory) asks: Vec<Ask>,
    /// The patterns of the folders of its workspaces.
    pub(in crate::inventory) workspaces: Vec<Box<str>>,
    /// Why it could not be read. Only a lock file's neighbour is missed: others
    /// are templates, or what tests read.
    pub(in crate::inventory) problem: Option<Problem>,
}

/// A package that a `package.json` asks for.
#[derive(Clone, Debug)]
pub(in crate::inventory) struct Ask {
    pub(in crate::inventory) name: Box<str>,
    pub(in crate::inventory) range: Box<str>,
    pub(in crate::inventory) usage: Usage,
}
