//! The repository that the records may be about.

use std::path::Path;

use super::super::args::Common;
use super::super::cache;
use super::super::compile::load_config;
use super::super::error::Error;
use super::super::output::say;
use super::super::packages::Packages;
use super::super::project::{project, releases, rules};
use crate::advisory::Project;
use crate::check::{self, Facts, Given, concerns};
use crate::history::{History, Releases, Repository, RepositoryChanges};
use crate::join::Index;
use crate::model::Remote;

/// The repository, if there is one that any record is about.
pub(super) enum Home {
    Here(Box<Here>),
    /// Why none is asked.
    Nowhere(String),
}

pub(super) struct Here {
    pub(super) history: History,
    project: Project,
    packages: Option<Packages>,
    changes: RepositoryChanges,
}

impl Home {
    /// Opens the repository. Its history is read only if a record is about it.
    pub(super) fn find(common: &Common, records: &[Given]) -> Result<Self, Error> {
        let repository = match Repository::open(&common.repo) {
            Ok(repository) => cache::keeping_messages(repository.within(common.limits()), common.no_cache),
            // The current folder is where the command happens to run; only a
            // repository that was named has to be one that can be read.
            Err(error) if common.repo == Path::new(".") => {
                return Ok(Self::Nowhere(format!("no repository was read: {error}")));
            }
            Err(error) => return Err(error.into()),
        };
        let config = load_config(common, &repository)?.config;
        let (about, _) = project(&config, &repository, &[])?;
        if !concerns(records, &about) {
            return Ok(Self::Nowhere(match about.remotes.first().map(Remote::as_str) {
                Some(lives) => format!("none of the records is about {lives}"),
                None => "the repository has no remote with an address; set [project] repository in secnotes.toml, \
                         so that its records are known"
                    .to_owned(),
            }));
        }
        let mut history = History::load(&repository, &rules(&config, &repository, None)?, &[])?;
        let packages = releases(&config, &repository, (&history.graph, &mut history.releases), None)?;
        if let Some(packages) = &packages {
            history.releases = Releases::joined((0..packages.len()).map(|at| packages.releases(&history.graph, at)));
        }
        let cache = if common.no_cache { None } else { cache::file(repository.path()) };
        let changes = RepositoryChanges::new(&repository, cache);
        Ok(Self::Here(Box::new(Here { history, project: about, packages, changes })))
    }
}

impl Here {
    pub(super) fn facts<'h>(&'h self, index: &'h Index<'h>) -> Facts<'h> {
        let packages = self.packages.as_ref().map(|packages| packages as &dyn check::Packages);
        Facts { history: &self.history, index, changes: &self.changes, project: &self.project, packages }
    }

    /// Keeps what commits changed for the next run; a cache that cannot be kept
    /// costs time, and nothing else.
    pub(super) fn keep(&self, common: &Common) {
        if let (Err(error), true) = (self.changes.keep(), common.verbose) {
            say(&error.to_string());
        }
    }
}
