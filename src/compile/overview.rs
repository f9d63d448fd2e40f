//! What is seen of a repository without settings, for many releases at once.

use std::collections::BTreeSet;

use super::error::Error;
use super::packages::Packages;
use super::project::{project, released};
use super::releases::releases;
use super::settings::Settings;
use super::tags::rules;
use crate::advisory::{Advisory, Project};
use crate::history::{History, Repository};
use crate::join;
use crate::model::Remote;

/// A history with the releases of one project, or of one package of a repository
/// that has several.
#[derive(Debug)]
#[non_exhaustive]
pub struct Seen {
    /// Its releases, and which commits are its own.
    pub history: History,
    /// What the project is.
    pub project: Project,
}

impl Seen {
    /// Advisories as it sees them: without what they say of other packages.
    #[must_use]
    pub fn advisories(&self, advisories: &[Advisory]) -> Vec<Advisory> {
        Packages::advisories(&self.project, advisories)
    }
}

/// A repository as it is read first: with the releases that have no package's
/// name.
pub struct Overview<'r> {
    repository: &'r Repository,
    settings: Settings,
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
    /// The repository cannot be read.
    pub fn read(repository: &'r Repository, remote: &Remote) -> Result<Self, Error> {
        let mut settings = Settings::default();
        settings.project.repositories.push(remote.clone());
        let mut whole = History::load(repository, &rules(&settings, repository, None)?, &[])?;
        let packages = releases(&settings, repository, (&whole.graph, &mut whole.releases), None)?;
        let (mut project, _) = project(&settings, repository, &released(&whole))?;
        project.packages.extend(packages.iter().flat_map(Packages::names));
        let packages = packages.map(|packages| packages.called(&project.published));
        Ok(Self { repository, settings, whole, packages, project })
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

    /// What is seen of some releases, and for each tag the number of its
    /// view; none of what is no release.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn views(mut self, advisories: &[Advisory], tags: &[&str]) -> Result<(Vec<Seen>, Vec<Option<usize>>), Error> {
        self.project.former.extend(join::former(&self.whole, &self.project, advisories));
        let views = match self.packages.take() {
            Some(packages) => self.of_packages(&packages, advisories, tags),
            None => self.of_one(tags)?,
        };
        let place = |tag: &&str| views.iter().position(|view| view.history.releases.find(tag).is_ok());
        let places = tags.iter().map(place).collect();
        Ok((views, places))
    }

    fn of_packages(&self, packages: &Packages, advisories: &[Advisory], tags: &[&str]) -> Vec<Seen> {
        let about = packages.about(&self.whole.graph, &self.project, advisories);
        let pick = |tag: &&str| packages.pick(&self.settings, self.repository, Some(tag), None).ok();
        let picked: BTreeSet<usize> = tags.iter().filter_map(pick).collect();
        let view = |at| Seen {
            history: packages.history(&self.whole, at),
            project: packages.project(&self.project, at, advisories, &about),
        };
        picked.into_iter().map(view).collect()
    }

    /// A tag may be that of a package, where nothing else shows any.
    fn of_one(self, tags: &[&str]) -> Result<Vec<Seen>, Error> {
        let Self { repository, settings, whole, project, .. } = self;
        let mut views = vec![Seen { history: whole, project: project.clone() }];
        for tag in tags {
            let has = |view: &Seen| view.history.releases.find(tag).is_ok();
            if !views.iter().any(has) {
                let history = History::load(repository, &rules(&settings, repository, Some(tag))?, &[])?;
                views.extend(Some(Seen { history, project: project.clone() }).filter(has));
            }
        }
        Ok(views)
    }
}
