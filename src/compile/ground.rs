//! What records are held against: a repository with the releases of all its packages.

use super::error::Error;
use super::packages::Packages;
use super::project::project;
use super::releases::releases;
use super::settings::Settings;
use super::tags::rules;
use crate::advisory::Project;
use crate::check::{self, Facts};
use crate::history::{self, History, Repository, RepositoryChanges};
use crate::join::Index;

/// A repository that records of anybody are held against, as
/// [`check`](crate::check::check) takes it.
pub struct Ground {
    history: History,
    project: Project,
    packages: Option<Packages>,
    changes: RepositoryChanges,
}

impl std::fmt::Debug for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ground").field("project", &self.project).finish_non_exhaustive()
    }
}

impl Ground {
    /// What the project is, to ask whether any record is about it before its
    /// history is read.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn project(repository: &Repository, settings: &Settings) -> Result<Project, Error> {
        Ok(project(settings, repository, &[])?.0)
    }

    /// Reads the history of a project.
    ///
    /// # Errors
    /// The repository cannot be read, or contradicts the settings.
    pub fn read(repository: &Repository, settings: &Settings, project: Project) -> Result<Self, Error> {
        let mut history = History::load(repository, &rules(settings, repository, None)?, &[])?;
        let packages = releases(settings, repository, (&history.graph, &mut history.releases), None)?;
        if let Some(packages) = &packages {
            history = packages.joined(&history);
        }
        let changes = RepositoryChanges::new(repository, settings.cache.clone());
        Ok(Self { history, project, packages, changes })
    }

    /// What messages say; the facts borrow it.
    #[must_use]
    pub fn index(&self) -> Index<'_> {
        Index::new(&self.history)
    }

    /// What records are held against.
    #[must_use]
    pub fn facts<'g>(&'g self, index: &'g Index<'g>) -> Facts<'g> {
        let packages = self.packages.as_ref().map(|packages| packages as &dyn check::Packages);
        Facts { history: &self.history, index, changes: &self.changes, project: &self.project, packages }
    }

    /// Keeps what commits changed for the next time, where the settings name a file.
    /// What cannot be kept costs time, and nothing else.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&self) -> Result<(), history::Error> {
        self.changes.keep()
    }
}
