//! The commit graph and the advisories, for questions that records answer alone.

use std::collections::BTreeSet;

use super::acquire::{self, Need};
use super::args::Common;
use super::error::Error;
use super::progress::Progress;
use super::settings::{Configured, load_config, settings, told};
use super::warnings::tell_of_passed_over;
use crate::advisory::{self, Advisory, CompiledFrom, Project};
use crate::compile::{self, Packages, published, releases, remotes, rules};
use crate::history::{Outline, Repository};
use crate::model::AdvisoryId;

/// The commit graph and the advisories, with nothing joined and no message
/// read: for questions that records answer by their commits.
pub(super) struct Records {
    pub(super) outline: Outline,
    /// Where the project lives; its packages are not looked for.
    pub(super) project: Project,
    pub(super) advisories: Vec<Advisory>,
    /// The packages of a repository that has several, the one that was asked
    /// for, and those that each advisory is about.
    pub(super) packages: Option<(Packages, Option<usize>, Vec<BTreeSet<usize>>)>,
    lacks: Vec<String>,
}

impl Records {
    /// Reads the graph, and the advisories of the project and of these ids.
    pub(super) fn read(common: &Common, ids: &BTreeSet<AdvisoryId>) -> Result<Self, Error> {
        let _progress = Progress::new("reading the commit graph and the advisories", common.quiet);
        let repository = Repository::open(&common.repo)?.within(common.limits());
        let Configured { config, .. } = load_config(common, &repository)?;
        let settings = settings(common, &config, &repository);
        let rules = rules(&settings, &repository, None)?;
        let project = Project { remotes: remotes(&settings, &repository), ..Project::default() };
        let used = BTreeSet::new();
        let need =
            Need { project: &project, ids: ids.clone(), packages: &used, may_sync: false, knows_packages: false };
        let (outline, acquired) = std::thread::scope(|scope| {
            let acquired = scope.spawn(|| {
                let acquired = acquire::records(common, &config, &need)?;
                Ok::<_, Error>((advisory::merge(acquired.records), acquired.lacks))
            });
            (Outline::load(&repository, &rules), acquired.join())
        });
        let (advisories, lacks) = acquired.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        if advisories.is_empty() {
            // There is nothing to evaluate.
            acquire::complete(&lacks)?;
        }
        let mut outline = outline?;
        let found = releases(&settings, &repository, (&outline.graph, &mut outline.releases), None);
        let packages = found.map_err(told(&config))?;
        if let (Some(name), None) = (&common.package, &packages) {
            return Err(told(&config)(compile::Error::OnePackage(name.clone())));
        }
        let packages = match packages {
            Some(packages) => {
                let packages = packages.called(&published(&repository, &project.remotes));
                let named = common.package.as_deref();
                let picked = named.map(|name| packages.pick(&settings, &repository, None, Some(name)));
                let picked = picked.transpose().map_err(told(&config))?;
                let about = packages.about(&outline.graph, &project, &advisories);
                Some((packages, picked, about))
            }
            None => {
                tell_of_passed_over(common, &outline.releases);
                None
            }
        };
        Ok(Self { outline, project, advisories, packages, lacks })
    }

    /// Fails where advisories are missing; what there was is done by then.
    pub(super) fn complete(&self) -> Result<(), Error> {
        acquire::complete(&self.lacks)
    }

    /// What an answer about these advisories was compiled from.
    pub(super) fn compiled_from<'a>(&self, of: impl Iterator<Item = &'a Advisory>, common: &Common) -> CompiledFrom {
        CompiledFrom::of(of, common.include_unpublished)
    }
}
