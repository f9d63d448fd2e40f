//! Which releases the commit ranges of records affect, with nothing joined and no
//! message read: questions that records answer by their commits.

use std::collections::BTreeSet;

use super::error::Error;
use super::packages::Packages;
use super::project::published;
use super::releases::{refuse_package, releases};
use super::settings::Settings;
use super::tags::{remotes, rules};
use crate::advisory::{Advisory, Project, package_of};
use crate::check::Packages as _;
use crate::history::{Graph, Outline, PointSet, Releases, Repository};
use crate::ledger::affected::{BadEvent, Timeline, affected};
use crate::model::{TagName, osv};

/// The commit graph and the advisories.
pub struct Evaluation {
    outline: Outline,
    project: Project,
    advisories: Vec<Advisory>,
    packages: Option<Split>,
}

/// The packages of a repository that has several.
struct Split {
    packages: Packages,
    /// The one that was asked for.
    picked: Option<usize>,
    /// The packages that each advisory is about.
    about: Vec<BTreeSet<usize>>,
}

impl std::fmt::Debug for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluation").field("project", &self.project).finish_non_exhaustive()
    }
}

/// An advisory that has commit ranges of the repository.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Asked<'e> {
    /// The advisory.
    pub advisory: &'e Advisory,
    ranges: Vec<Ranged>,
    /// What is wrong with its events; without any it can be told what it affects.
    pub bad: Vec<BadEvent>,
}

/// A range of commits, and the packages whose releases it speaks of; of all where
/// there are none.
#[derive(Clone, Debug)]
struct Ranged {
    timeline: Timeline,
    packages: BTreeSet<usize>,
}

/// The releases of the project, or of one of its packages, and which of them
/// advisories affect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row<'e> {
    /// The package; none where the repository has one.
    pub package: Option<&'e str>,
    /// Its releases.
    pub releases: Releases,
    /// The advisories that are asked about, by their places.
    pub asked: Vec<usize>,
    /// The releases that each affects, in the same order.
    pub sets: Vec<PointSet>,
}

impl Evaluation {
    /// Where the project lives; its packages are not looked for.
    #[must_use]
    pub fn project(repository: &Repository, settings: &Settings) -> Project {
        Project { remotes: remotes(settings, repository), ..Project::default() }
    }

    /// Reads the commit graph and the releases.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn outline(repository: &Repository, settings: &Settings) -> Result<Outline, Error> {
        Ok(Outline::load(repository, &rules(settings, repository, None)?)?)
    }

    /// Brings both and the advisories together; of a repository of several packages
    /// it is about all of them, or about the one of a name.
    ///
    /// # Errors
    /// The repository contradicts the settings, or has no such package.
    pub fn new(
        repository: &Repository,
        settings: &Settings,
        (mut outline, project): (Outline, Project),
        advisories: Vec<Advisory>,
        package: Option<&str>,
    ) -> Result<Self, Error> {
        let packages = releases(settings, repository, (&outline.graph, &mut outline.releases), None)?;
        refuse_package(package, packages.as_ref())?;
        let split = |packages: Packages| {
            let packages = packages.called(&published(repository, &project.remotes));
            let picked = package.map(|name| packages.pick(settings, repository, None, Some(name))).transpose()?;
            let about = packages.about(&outline.graph, &project, &advisories);
            Ok::<_, Error>(Split { packages, picked, about })
        };
        let packages = packages.map(split).transpose()?;
        Ok(Self { outline, project, advisories, packages })
    }

    /// The releases that have no package's name.
    #[must_use]
    pub const fn releases(&self) -> &Releases {
        &self.outline.releases
    }

    /// The advisories.
    #[must_use]
    pub fn advisories(&self) -> &[Advisory] {
        &self.advisories
    }

    /// Whether the repository has several packages.
    #[must_use]
    pub const fn has_packages(&self) -> bool {
        self.packages.is_some()
    }

    /// The GIT ranges of an advisory that speak of this repository; of any, where
    /// the repository has no address to compare. None where there are none.
    #[must_use]
    pub fn asked<'e>(&'e self, advisory: &'e Advisory) -> Option<Asked<'e>> {
        let own = |repo: &str| self.project.remotes.is_empty() || self.project.lives_at(repo);
        let (mut ranges, mut bad) = (Vec::new(), Vec::new());
        let written = advisory.records.iter().flat_map(|record| record.record.affected.items());
        for (fact, written) in advisory.affected.iter().zip(written) {
            let packages = self.packages_of(written);
            for range in fact.value.ranges.iter().filter(|range| range.repo.as_deref().is_some_and(own)) {
                match Timeline::read(&self.outline.graph, &range.events) {
                    Ok(timeline) => ranges.push(Ranged { timeline, packages: packages.clone() }),
                    Err(errors) => bad.extend(errors),
                }
            }
        }
        (!ranges.is_empty() || !bad.is_empty()).then_some(Asked { advisory, ranges, bad })
    }

    /// The packages of the repository that an entry names, else those whose tags it lists.
    fn packages_of(&self, written: &osv::Affected) -> BTreeSet<usize> {
        let Some(Split { packages, .. }) = &self.packages else { return BTreeSet::new() };
        let named = package_of(written).and_then(|package| packages.of_package(&package));
        let listed = || written.versions.items().iter().filter_map(|tag| packages.of_tag(&TagName::new(tag)));
        named.map_or_else(|| listed().collect(), |named| BTreeSet::from([named]))
    }

    /// What the ranges affect, of each package: those of the advisories that are
    /// about it, and of those of which that cannot be told.
    #[must_use]
    pub fn affected<'e>(&'e self, asked: &[Asked<'e>]) -> Vec<Row<'e>> {
        let graph = &self.outline.graph;
        let row = |package: Option<(usize, &'e str)>, releases: Releases, places: Vec<usize>| {
            let is_of = |range: &Ranged| {
                package.is_none_or(|(at, _)| range.packages.is_empty() || range.packages.contains(&at))
            };
            let timelines = |at: &usize| -> Vec<Timeline> {
                let ranges = asked.get(*at).into_iter().flat_map(|asked| &asked.ranges);
                ranges.filter(|range| is_of(range)).map(|range| range.timeline.clone()).collect()
            };
            let sets = evaluated(graph, &releases, &places.iter().map(timelines).collect::<Vec<_>>());
            Row { package: package.map(|(_, name)| name), releases, asked: places, sets }
        };
        let Some(Split { packages, picked, about }) = &self.packages else {
            return vec![row(None, self.outline.releases.clone(), (0..asked.len()).collect())];
        };
        let numbers = (0..packages.len()).filter(|at| picked.is_none_or(|picked| picked == *at));
        let of_package = |package: usize| {
            let is = |advisory: &Advisory| {
                let at = self.advisories.iter().position(|known| known.id == advisory.id);
                let about = at.and_then(|at| about.get(at));
                about.is_some_and(|about| about.is_empty() || about.contains(&package))
            };
            let places: Vec<usize> =
                asked.iter().enumerate().filter(|(_, asked)| is(asked.advisory)).map(|(at, _)| at).collect();
            (!places.is_empty())
                .then(|| row(Some((package, packages.name(package))), packages.releases(graph, package), places))
        };
        numbers.filter_map(of_package).collect()
    }
}

/// The releases that each advisory's ranges affect together.
fn evaluated(graph: &Graph, releases: &Releases, asked: &[Vec<Timeline>]) -> Vec<PointSet> {
    let points = releases.commits();
    let timelines: Vec<Timeline> = asked.iter().flatten().cloned().collect();
    let mut sets = affected(graph, &points, &timelines).into_iter();
    let all = asked.iter().map(|timelines| {
        let mut all = PointSet::empty(points.len());
        sets.by_ref().take(timelines.len()).for_each(|set| all.union_with(&set));
        all
    });
    all.collect()
}
