//! What the verbs see of a repository that has no configuration: for chores that
//! measure what people get.

use std::collections::BTreeSet;

use super::config::Config;
use super::error::Error;
use super::packages::Packages;
use super::project::{project, released, releases, rules};
use crate::advisory::{Advisory, Project};
use crate::history::{History, Repository};
use crate::join;
use crate::model::Remote;

/// A history with the releases of one project, or of one package of a repository
/// that has several.
#[derive(Debug)]
pub struct View {
    /// Its releases, and which commits are its own.
    pub history: History,
    /// What the project is.
    pub project: Project,
}

impl View {
    /// Advisories as it sees them: without what they say of other packages.
    #[must_use]
    pub fn advisories(&self, advisories: &[Advisory]) -> Vec<Advisory> {
        Packages::advisories(&self.project, advisories)
    }
}

/// A repository as verbs read it first: with the releases that have no package's
/// name.
pub struct Overview<'r> {
    repository: &'r Repository,
    config: Config,
    whole: History,
    packages: Option<Packages>,
    project: Project,
}

impl std::fmt::Debug for Overview<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overview").field("project", &self.project).finish_non_exhaustive()
    }
}

impl<'r> Overview<'r> {
    /// Reads the history and what the project is that lives at an address.
    ///
    /// # Errors
    /// The repository cannot be read; in words.
    pub fn read(repository: &'r Repository, remote: &Remote) -> Result<Self, String> {
        let mut config = Config::default();
        config.project.repositories.push(remote.clone());
        Self::open(repository, config).map_err(|error| error.to_string())
    }

    fn open(repository: &'r Repository, config: Config) -> Result<Self, Error> {
        let mut whole = History::load(repository, &rules(&config, repository, None)?, &[])?;
        let packages = releases(&config, repository, (&whole.graph, &mut whole.releases), None)?;
        let (mut project, _) = project(&config, repository, &released(&whole))?;
        project.packages.extend(packages.iter().flat_map(Packages::names));
        let packages = packages.map(|packages| packages.called(&project.published));
        Ok(Self { repository, config, whole, packages, project })
    }

    /// The history of all packages.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.whole
    }

    /// The project with all its packages.
    #[must_use]
    pub const fn project(&self) -> &Project {
        &self.project
    }

    /// What `notes --tag` sees for some tags, and for each tag the number of its
    /// view; none of what is no release.
    ///
    /// # Errors
    /// The repository cannot be read; in words.
    pub fn views(mut self, advisories: &[Advisory], tags: &[&str]) -> Result<(Vec<View>, Vec<Option<usize>>), String> {
        self.project.former.extend(join::former(&self.whole, &self.project, advisories));
        let views = match self.packages.take() {
            Some(packages) => self.of_packages(&packages, advisories, tags),
            None => self.of_one(tags).map_err(|error| error.to_string())?,
        };
        let place = |tag: &&str| views.iter().position(|view| view.history.releases.find(tag).is_ok());
        let places = tags.iter().map(place).collect();
        Ok((views, places))
    }

    fn of_packages(&self, packages: &Packages, advisories: &[Advisory], tags: &[&str]) -> Vec<View> {
        let about = packages.about(&self.whole.graph, &self.project, advisories);
        let pick = |tag: &&str| packages.pick(&self.config, self.repository, Some(tag), None).ok();
        let picked: BTreeSet<usize> = tags.iter().filter_map(pick).collect();
        let view = |at| View {
            history: packages.history(&self.whole, at),
            project: packages.project(&self.project, at, advisories, &about),
        };
        picked.into_iter().map(view).collect()
    }

    /// A tag may be that of a package, where nothing else shows any.
    fn of_one(self, tags: &[&str]) -> Result<Vec<View>, Error> {
        let Self { repository, config, whole, project, .. } = self;
        let mut views = vec![View { history: whole, project: project.clone() }];
        for tag in tags {
            let has = |view: &View| view.history.releases.find(tag).is_ok();
            if !views.iter().any(has) {
                let history = History::load(repository, &rules(&config, repository, Some(tag))?, &[])?;
                views.extend(Some(View { history, project: project.clone() }).filter(has));
            }
        }
        Ok(views)
    }
}
