//! What is known of a project's repository.

use crate::advisory::{PackageName, Project};
use crate::history::{Changes, History};
use crate::join::Index;
use crate::model::TagName;

/// What is known of a project's repository.
#[derive(Clone, Copy)]
pub struct Facts<'h> {
    /// Its commits and releases.
    pub history: &'h History,
    /// What its messages say.
    pub index: &'h Index<'h>,
    /// Where changes are read.
    pub changes: &'h dyn Changes,
    /// Which records are about it.
    pub project: &'h Project,
    /// Which releases are whose, in a repository of several packages.
    pub packages: Option<&'h dyn Packages>,
}

/// The packages of a repository that has several, by their numbers.
pub trait Packages {
    /// The package that a tag is a release of.
    fn of_tag(&self, tag: &TagName) -> Option<usize>;

    /// The package that a record's package is.
    fn of_package(&self, package: &PackageName) -> Option<usize>;
}

impl std::fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts").field("project", &self.project).finish_non_exhaustive()
    }
}
