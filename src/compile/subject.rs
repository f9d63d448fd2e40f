//! The second step: what the project is and depends on, and which advisories are
//! of use.

use std::collections::BTreeSet;

use super::error::Error;
use super::inventories::Inventories;
use super::opened::Opened;
use super::packages::Packages;
use super::project::{project, released};
use crate::advisory::{PackageName, Project};
use crate::model::{AdvisoryId, Finding};

/// What advisories are asked for.
pub struct Subject {
    pub(super) opened: Opened,
    pub(super) project: Project,
    /// What could not be read, and what that leaves open.
    pub(super) unreadable: Vec<Finding>,
    pub(super) knows_packages: bool,
    /// What the release depends on, and the one before; where it was asked for.
    pub(super) inventories: Option<Inventories>,
    pub(super) used: BTreeSet<PackageName>,
    pub(super) named: BTreeSet<AdvisoryId>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject").field("project", &self.project).finish_non_exhaustive()
    }
}

impl Subject {
    /// Reads what the project is, and what its release depends on.
    ///
    /// # Errors
    /// The repository has no such release, or more than the limits allow.
    pub fn read(mut opened: Opened) -> Result<Self, Error> {
        let (mut project, unreadable) = project(&opened.settings, &opened.repository, &released(&opened.whole))?;
        project.packages.extend(opened.packages.iter().flat_map(Packages::names));
        opened.packages = opened.packages.map(|packages| packages.called(&project.published));
        let knows_packages = unreadable.is_none();
        let mut unreadable: Vec<Finding> = unreadable.into_iter().collect();
        let inventories = if opened.request.dependencies {
            let query = opened.query(&opened.request.which)?.query;
            let read = Inventories::read(&opened, &query);
            read.map_err(|finding| unreadable.push(finding)).ok()
        } else {
            None
        };
        let used = inventories.as_ref().map(Inventories::packages).unwrap_or_default();
        let named = opened.whole.named_ids();
        Ok(Self { opened, project, unreadable, knows_packages, inventories, used, named })
    }

    /// The project: where it lives, and which packages it publishes.
    #[must_use]
    pub const fn project(&self) -> &Project {
        &self.project
    }

    /// Whether all manifests were read that say what it publishes.
    #[must_use]
    pub const fn knows_packages(&self) -> bool {
        self.knows_packages
    }

    /// The ids that its commits name.
    #[must_use]
    pub const fn ids(&self) -> &BTreeSet<AdvisoryId> {
        &self.named
    }

    /// The packages that the release and the one before depend on; none where
    /// they were not asked for.
    #[must_use]
    pub const fn dependencies(&self) -> &BTreeSet<PackageName> {
        &self.used
    }
}
