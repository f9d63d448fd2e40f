//! The third step: a repository with its advisories, and what is made of both.

use std::collections::BTreeSet;

use super::error::Error;
use super::inventories::Inventories;
use super::packages::Packages;
use super::query::{Chosen, query};
use super::request::{Pick, Which};
use super::settings::Settings;
use super::several::{Several, View};
use super::subject::Subject;
use crate::advisory::{self, Advisory, CompiledFrom, PackageName, Project, SourceRecord};
use crate::history::{self, History, Repository, RepositoryChanges};
use crate::join::{self, Decision, Index, Joining};
use crate::ledger::{Dependencies, Ledger, Query, ReleaseReport};
use crate::model::{AdvisoryId, Finding};

/// A repository with its advisories, before they are joined.
#[non_exhaustive]
pub struct Compilation {
    /// The repository.
    pub repository: Repository,
    /// How it is compiled.
    pub settings: Settings,
    /// Its history, as the package sees it that is asked about.
    pub history: History,
    /// What the project is, or the package.
    pub project: Project,
    /// The advisories, merged by their aliases: the project's own and others.
    pub advisories: Vec<Advisory>,
    /// Addresses that may have been the project's.
    pub elsewhere: Vec<Finding>,
    /// The packages of a repository that has several.
    pub(super) several: Option<Several>,
    /// Of an id or a commit that is about several packages, their names: the one
    /// that is asked about first.
    pub about: Vec<String>,
    /// What could not be read at first, and what that leaves open.
    unreadable: Vec<Finding>,
    inventories: Option<Inventories>,
    /// The packages of these.
    used: BTreeSet<PackageName>,
    /// Ids that commits name.
    named: BTreeSet<AdvisoryId>,
    changes: RepositoryChanges,
}

impl std::fmt::Debug for Compilation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let advisories: Vec<&AdvisoryId> = self.advisories.iter().map(|advisory| &advisory.id).collect();
        let mut known = f.debug_struct("Compilation");
        known.field("project", &self.project).field("advisories", &advisories).finish_non_exhaustive()
    }
}

impl Compilation {
    /// Brings a repository and the records of advisories together; those that are
    /// of no use do no harm. Unpublished ones are let go of, unless the settings ask
    /// for them: what came after would have to treat an id that only they have as one
    /// of which nobody heard.
    ///
    /// # Errors
    /// It is about no package that can be told.
    pub fn new(subject: Subject, mut records: Vec<SourceRecord>) -> Result<Self, Error> {
        let Subject { opened, mut project, unreadable, inventories, used, named, .. } = subject;
        records.retain(|record| opened.settings.include_unpublished || !record.disclosure.is_private());
        let mut advisories = advisory::merge(records);
        project.former.extend(join::former(&opened.whole, &project, &advisories));
        let elsewhere = join::strangers(&project, &advisories);
        let changes = RepositoryChanges::new(&opened.repository, opened.settings.cache.clone());
        let (mut history, mut several, mut names) = (opened.history, None, Vec::new());
        if let Some(packages) = opened.packages {
            let about = packages.about(&opened.whole.graph, &project, &advisories);
            let picked = match (opened.picked, &opened.request.pick) {
                (None, Pick::About(of)) => {
                    let found = about_what(&opened.repository, (&packages, &advisories, &about), of)?;
                    if found.len() > 1 {
                        names = found.iter().map(|at| packages.name(*at).to_owned()).collect();
                    }
                    found.first().copied()
                }
                (picked, _) => picked,
            };
            let of = Several { packages, picked, project: project.clone(), advisories: advisories.clone(), about };
            if let Some(at) = picked {
                let view = of.view(&opened.whole, at);
                (history, project, advisories) = (Some(view.history), view.project, view.advisories);
            }
            several = Some(of);
        }
        Ok(Self {
            repository: opened.repository,
            settings: opened.settings,
            history: history.unwrap_or(opened.whole),
            project,
            advisories,
            elsewhere,
            several,
            about: names,
            unreadable,
            inventories,
            used,
            named,
            changes,
        })
    }

    /// What messages say, by id; the ledger borrows it.
    #[must_use]
    pub fn index(&self) -> Index<'_> {
        Index::new(&self.history)
    }

    /// Joins the advisories with the history.
    #[must_use]
    pub fn ledger<'c>(&'c self, index: &'c Index<'c>) -> Ledger<'c> {
        self.joined(index, &self.history, &self.project, &self.advisories)
    }

    /// What the packages of a repository of several see of the wanted advisories, the
    /// package that is asked about or all; none where the repository has one package.
    #[must_use]
    pub fn views(&self, wanted: &dyn Fn(&Advisory) -> bool) -> Option<Vec<View>> {
        self.several.as_ref().map(|several| several.views(&self.history, wanted))
    }

    /// Whether one of these advisories is about several packages: a record of it
    /// tells of all, and is made of what each of them sees.
    #[must_use]
    pub fn is_of_several(&self, ids: &[AdvisoryId]) -> bool {
        self.several.as_ref().is_some_and(|several| several.is_of_several(ids))
    }

    /// The same for what a package of the repository sees.
    #[must_use]
    pub fn ledger_of<'c>(&'c self, index: &'c Index<'c>, view: &'c View) -> Ledger<'c> {
        self.joined(index, &view.history, &view.project, &view.advisories)
    }

    fn joined<'c>(
        &'c self,
        index: &'c Index<'c>,
        history: &'c History,
        project: &'c Project,
        advisories: &[Advisory],
    ) -> Ledger<'c> {
        let decisions = self.decisions(project, advisories);
        let joining =
            Joining { changes: &self.changes, decisions: &decisions, unpublished: self.settings.include_unpublished };
        Ledger::new(history, index, project, advisories.to_vec(), &joining).with_notes(&self.settings.notes, &joining)
    }

    /// What was decided, without what is about another package of the repository: that
    /// is no mistake.
    fn decisions(&self, project: &Project, advisories: &[Advisory]) -> Vec<Decision> {
        let has = |advisory: &Advisory, decision: &Decision| advisory.ids().any(|id| *id == decision.advisory);
        let given = self.several.as_ref().map(|several| several.advisories.as_slice()).unwrap_or_default();
        let is_of_another = |decision: &&Decision| {
            let here = advisories.iter().find(|advisory| has(advisory, decision));
            here.map_or_else(
                || given.iter().any(|advisory| has(advisory, decision)),
                |here| project.is_of_sibling(here),
            )
        };
        self.settings.decisions.iter().filter(|decision| !is_of_another(decision)).cloned().collect()
    }

    /// The release that is asked for, and what to count from.
    ///
    /// # Errors
    /// There is no such release or revision.
    pub fn query(&self, which: &Which) -> Result<Chosen<'_>, Error> {
        Ok(query(&self.history, &self.repository, &self.settings, which)?)
    }

    /// What notes of a release say: the ledger's report, with what could not be read.
    #[must_use]
    pub fn report(&self, ledger: &Ledger<'_>, query: &Query<'_>) -> ReleaseReport {
        let mut report = ledger.report(query, self.dependencies().as_ref());
        report.findings.extend(self.unreadable().iter().chain(&self.elsewhere).cloned());
        report.findings.sort();
        report
    }

    /// What the release depends on, as a report takes it; none where it was not asked for.
    #[must_use]
    pub fn dependencies(&self) -> Option<Dependencies<'_>> {
        self.inventories.as_ref().map(|inventories| inventories.dependencies(&self.settings))
    }

    /// What could not be read of the repository by now, and what that leaves open.
    #[must_use]
    pub fn unreadable(&self) -> Vec<Finding> {
        let of_package = self.several.as_ref().and_then(|several| several.packages.unreadable());
        self.unreadable.iter().cloned().chain(of_package).collect()
    }

    /// What an answer was compiled from: the project's own advisories, those
    /// that its commits name, and those of what it depends on.
    #[must_use]
    pub fn compiled_from(&self, ledger: &Ledger<'_>) -> CompiledFrom {
        let uses = |advisory: &Advisory| {
            let mut packages = advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
            packages.any(|package| self.used.contains(package))
        };
        let counts = |advisory: &&Advisory| advisory.ids().any(|id| self.named.contains(id)) || uses(advisory);
        let others = ledger.others.iter().filter(counts);
        CompiledFrom::of(ledger.own.iter().chain(others), self.settings.include_unpublished)
    }

    /// Whether an advisory was given that is not the project's.
    #[must_use]
    pub fn is_of_others(&self, id: &AdvisoryId) -> bool {
        let of = self.advisories.iter().find(|advisory| advisory.ids().any(|known| known == id));
        of.is_some_and(|advisory| !advisory.disclosure.is_private() && self.project.about(advisory).is_none())
            && !self.history.merges_fork_of(id)
    }

    /// Where the changes of commits are read.
    #[must_use]
    pub const fn changes(&self) -> &RepositoryChanges {
        &self.changes
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

/// The packages that an id or a commit is about, the one to ask first.
fn about_what(
    repository: &Repository,
    (packages, advisories, about): (&Packages, &[Advisory], &[BTreeSet<usize>]),
    of: &str,
) -> Result<Vec<usize>, Error> {
    let id = of.parse::<AdvisoryId>().ok();
    let known = |advisory: &Advisory| advisory.ids().any(|known| Some(known) == id.as_ref());
    let of_id = advisories.iter().zip(about).find(|(advisory, _)| known(advisory));
    let found: Vec<usize> = match of_id {
        Some((_, about)) => about.iter().copied().collect(),
        None => repository.resolve(of).map(|commit| packages.changed_by(commit)).unwrap_or_default(),
    };
    // What is not about this project is about none of its packages.
    if found.len() == 1 || found.len() > 1 && found.len() < packages.len() {
        return Ok(found);
    }
    Ok(vec![packages.pick(&Settings::default(), repository, None, None)?])
}
