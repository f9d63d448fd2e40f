//! What advisories of all releases are about: what to fetch.

use std::collections::BTreeSet;

use super::inventories::packages;
use super::project::{project, released};
use super::settings::Settings;
use super::tags::rules;
use crate::advisory::{PackageName, Project};
use crate::history::{Error, History, Repository};
use crate::inventory::Reader;
use crate::model::AdvisoryId;

/// What advisories are of use to any release of a repository.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sought {
    /// The project.
    pub project: Project,
    /// The ids that its commits name.
    pub ids: BTreeSet<AdvisoryId>,
    /// What its releases and its newest commit depend on.
    pub dependencies: BTreeSet<PackageName>,
}

impl Sought {
    /// Reads the history and the dependencies of all releases. What is not here, as
    /// in a partial clone, is left out.
    ///
    /// # Errors
    /// The history cannot be read, or there is more than the limits allow.
    pub fn read(repository: &Repository, settings: &Settings) -> Result<Self, super::Error> {
        let history = History::load(repository, &rules(settings, repository, None)?, &[])?;
        let (project, _) = project(settings, repository, &released(&history))?;
        let tips = history.releases.all().iter().map(|release| history.graph.id(release.commit));
        let tips = tips.chain(repository.head()?);
        let mut reader = Reader::new(repository, &settings.dependencies.rules);
        let mut dependencies = BTreeSet::new();
        for tip in tips {
            let read = match reader.read(&[tip]) {
                Err(error @ Error::Limit(_)) => return Err(error.into()),
                read => read.unwrap_or_default(),
            };
            dependencies.extend(read.iter().flat_map(packages));
        }
        dependencies.retain(|package| !project.owns(package));
        Ok(Self { project, ids: history.named_ids(), dependencies })
    }
}
