//! The first step: the history of a repository, and which package of it is asked about.

use super::error::Error;
use super::packages::Packages;
use super::query::{Chosen, query};
use super::releases::{refuse_package, releases};
use super::request::{Pick, Request, Which};
use super::settings::Settings;
use super::tags::rules;
use crate::history::{History, Repository};
use crate::inventory::{Inventory, Reader};
use crate::ledger::Query;
use crate::model::CommitId;

/// A repository whose history was read.
pub struct Opened {
    pub(super) repository: Repository,
    pub(super) settings: Settings,
    pub(super) request: Request,
    /// The history with the releases that have no package's name.
    pub(super) whole: History,
    /// The history as the package sees it that is asked about.
    pub(super) history: Option<History>,
    /// The packages of a repository that has several.
    pub(super) packages: Option<Packages>,
    /// The one that is asked about; none where it is all of them, or where
    /// advisories are needed to tell.
    pub(super) picked: Option<usize>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Opened {
    /// Reads the history.
    ///
    /// # Errors
    /// The repository cannot be read, or contradicts the settings; or it has no
    /// such revision or package.
    pub fn read(repository: Repository, settings: Settings, request: Request) -> Result<Self, Error> {
        let tag = request.which.tag();
        let from = request.which.from.as_deref().map(|from| repository.resolve(from)).transpose()?;
        let mut whole = History::load(&repository, &rules(&settings, &repository, None)?, from.as_slice())?;
        let packages = releases(&settings, &repository, (&whole.graph, &mut whole.releases), tag)?;
        let name = request.package.as_deref();
        let picked = match (&packages, &request.pick) {
            (None, _) => None,
            (Some(_), Pick::Each | Pick::About(_)) if tag.is_none() && name.is_none() => None,
            (Some(packages), _) => Some(packages.pick(&settings, &repository, tag, name)?),
        };
        refuse_package(name, packages.as_ref())?;
        let history = packages.as_ref().zip(picked).map(|(packages, at)| packages.history(&whole, at));
        Ok(Self { repository, settings, request, whole, history, packages, picked })
    }

    /// The history, as the package sees it that is asked about.
    #[must_use]
    pub fn history(&self) -> &History {
        self.history.as_ref().unwrap_or(&self.whole)
    }

    /// The release that is asked for, and what to count from.
    ///
    /// # Errors
    /// There is no such release or revision.
    pub fn query(&self, which: &Which) -> Result<Chosen<'_>, Error> {
        Ok(query(self.history(), &self.repository, &self.settings, which)?)
    }

    /// What the newest of the commits that are asked about depends on, then the one
    /// that they are counted from, with the SBOMs that were given for them.
    ///
    /// # Errors
    /// The files of a commit cannot be read.
    pub fn inventories(&self, query: &Query<'_>) -> Result<Vec<Inventory>, Error> {
        let graph = &self.history().graph;
        let commits: Vec<CommitId> =
            std::iter::once(query.tip).chain(query.base()).map(|node| graph.id(node)).collect();
        let mut read = Reader::new(&self.repository, &self.settings.dependencies.rules).read(&commits)?;
        read.iter_mut().for_each(|inventory| inventory.keep(&|path| self.has(path)));
        if let Some((to, from)) = read.split_first_mut() {
            self.request.sboms.complete(from.first_mut(), to);
        }
        Ok(read)
    }

    /// Whether a file belongs to what is asked about.
    pub(super) fn has(&self, path: &str) -> bool {
        match (&self.packages, self.picked) {
            (Some(packages), Some(at)) => packages.has(at, path),
            _ => true,
        }
    }
}
