//! The packages of a repository that has several: what the rules, the
//! tags and the trees say together.

mod configured;
mod package;
pub(super) mod seen;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::error::Error;
use super::rules::{BadRule, RulePlace};
use super::settings::Settings;
use super::tags::remotes;
pub use package::Package;

use crate::advisory::{Advisory, Event, PackageName, Parcel, Parcels, Project};
use crate::history::{Graph, History, PackagePaths, Releases, Repository, RepositoryTouches, TagRules, TouchesOf};
use crate::model::{CommitId, CommitPrefix, Finding, FindingCode, Published, TagName, line};

/// How many packages an error names.
const FEW: usize = 6;

/// The packages of a repository.
pub(super) struct Packages {
    list: Vec<Package>,
    parcels: Parcels,
    touches: Arc<RepositoryTouches>,
    by_tag: FxHashMap<TagName, usize>,
}

impl Packages {
    /// The packages of a repository; none where it is one project with one row
    /// of releases.
    pub(super) fn find(
        settings: &Settings,
        repository: &Repository,
        base: &TagRules,
        graph: &Graph,
        releases: &Releases,
    ) -> Result<Option<Self>, Error> {
        let list = if !settings.packages.is_empty() {
            configured::configured(settings, repository, base)?
        } else if settings.releases.prefix.is_none() && settings.releases.patterns.is_empty() {
            seen::seen(repository, base, graph, releases)?
        } else {
            Vec::new()
        };
        if list.is_empty() {
            return Ok(None);
        }
        let mut paths = PackagePaths::default();
        let mut problems: Vec<BadRule> = Vec::new();
        for (at, package) in list.iter().enumerate() {
            for (place, folder) in package.folders.iter().enumerate() {
                if let Err(other) = paths.claim(folder, at) {
                    let other = list.get(other).map(|other| other.name.as_str()).unwrap_or_default();
                    let message = format!(
                        "`{}` is a path of two packages, `{}` and `{}`",
                        line(folder),
                        line(other),
                        line(&package.name)
                    );
                    let at = RulePlace::Path { rule: package.rule, path: place };
                    problems.push(BadRule::new(at, message, "a path that several packages use is `shared` by them"));
                }
            }
            for folder in &package.shared {
                paths.share(folder, at);
            }
        }
        if !problems.is_empty() {
            return Err(Error::Rules(problems));
        }
        let tags = |(at, package): (usize, &Package)| {
            package.tags.iter().map(|(tag, _)| (tag.clone(), at)).collect::<Vec<_>>()
        };
        let by_tag = list.iter().enumerate().flat_map(tags).collect();
        let parcels = list.iter().map(|package| Parcel {
            name: package.name.clone(),
            names: package.names.clone(),
            folders: package.folders.clone(),
        });
        let parcels = Parcels::new(parcels.collect(), remotes(settings, repository));
        Ok(Some(Self { parcels, touches: Arc::new(RepositoryTouches::new(repository, paths)), by_tag, list }))
    }

    /// The package of a tag, else of a name, else that of the tags at `HEAD`,
    /// else the one whose tags have no name.
    pub(super) fn pick(
        &self,
        settings: &Settings,
        repository: &Repository,
        tag: Option<&str>,
        name: Option<&str>,
    ) -> Result<usize, Error> {
        if let Some(name) = name {
            let is = |package: &Package| package.name == name || package.names.iter().any(|known| known.name == name);
            let none = || Error::NoSuchPackage { name: name.to_owned(), known: self.a_few() };
            return self.list.iter().position(is).ok_or_else(none);
        }
        if let Some(tag) = tag {
            let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
            let at = self.by_tag.get(&TagName::new(tag)).copied().ok_or_else(|| {
                if let Some(error) = repository.known_branch(tag) {
                    return error.into();
                }
                let is_tag = repository.tags().is_ok_and(|tags| tags.iter().any(|(name, _)| name.as_str() == tag));
                Error::NoPackageOfTag { tag: tag.to_owned(), is_tag, known: self.a_few() }
            })?;
            self.at_the_tag(settings, repository, at, tag)?;
            return Ok(at);
        }
        let head = repository.head()?;
        let at_head = |package: &Package| package.tags.iter().any(|(_, commit)| Some(*commit) == head);
        let mut tagged = self.list.iter().enumerate().filter(|(_, package)| at_head(package)).map(|(at, _)| at);
        if let (Some(only), None) = (tagged.next(), tagged.next()) {
            return Ok(only);
        }
        self.parcels.root().ok_or_else(|| Error::SeveralPackages { known: self.a_few() })
    }

    /// Whether the package that has a tag has a path there: a rule that leads
    /// nowhere would leave all its commits out.
    fn at_the_tag(&self, settings: &Settings, repository: &Repository, at: usize, tag: &str) -> Result<(), Error> {
        let Some(package) = self.list.get(at) else { return Ok(()) };
        let Some((number, rule)) = package.rule.and_then(|rule| Some((rule, settings.packages.get(rule)?))) else {
            return Ok(());
        };
        let Some((_, commit)) = package.tags.iter().find(|(name, _)| name.as_str() == tag) else { return Ok(()) };
        // What is not here, as in a partial clone, may be there.
        let missing = |folder: &String| !folder.is_empty() && repository.has_path(*commit, folder) == Some(false);
        if package.folders.is_empty() || !package.folders.iter().all(missing) {
            return Ok(());
        }
        let problems = package.folders.iter().zip(0..rule.paths.len()).map(|(folder, path)| {
            let message = format!("{} has no `{}`", line(tag), line(folder));
            let help = "correct the path; of a package that moved, list all its paths: `path = [\"…\", \"…\"]`";
            BadRule::new(RulePlace::Path { rule: Some(number), path }, message, help)
        });
        Err(Error::Rules(problems.collect()))
    }

    /// The first few names.
    fn a_few(&self) -> String {
        let name = |package: &Package| match package.name.as_str() {
            "" => "the one whose tags have no name".to_owned(),
            name => line(name).to_string(),
        };
        let mut names: Vec<String> = self.list.iter().take(FEW).map(name).collect();
        if let Some(more) = self.list.len().checked_sub(FEW).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        names.join(", ")
    }

    /// The releases whose tags have no name; none where no package has them.
    pub(super) fn root_releases(&self, graph: &Graph) -> Releases {
        self.parcels.root().map(|root| self.releases(graph, root)).unwrap_or_default()
    }

    /// All names under which advisories know them.
    pub(super) fn names(&self) -> impl Iterator<Item = PackageName> {
        self.list.iter().flat_map(|package| package.names.iter().cloned())
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    /// What the repository calls a package.
    pub(super) fn name(&self, at: usize) -> &str {
        self.list.get(at).map(|package| package.name.as_str()).unwrap_or_default()
    }

    /// The releases of a package.
    pub(super) fn releases(&self, graph: &Graph, at: usize) -> Releases {
        let releases = |package: &Package| Releases::new(&package.tags, &package.rules, graph);
        self.list.get(at).map(releases).unwrap_or_default()
    }

    /// The history as a package sees it.
    pub(super) fn history(&self, base: &History, at: usize) -> History {
        let touches = TouchesOf { touches: Arc::clone(&self.touches), package: at };
        base.of_package(self.releases(&base.graph, at), Arc::new(touches))
    }

    /// The history as nobody's package sees it.
    pub(super) fn without_releases(&self, base: &History) -> History {
        self.history(base, self.list.len())
    }

    /// The history with the releases of all packages.
    pub(super) fn joined(&self, base: &History) -> History {
        base.with(Releases::joined((0..self.list.len()).map(|at| self.releases(&base.graph, at))))
    }

    /// Whether a file belongs to a package.
    pub(super) fn has(&self, at: usize, path: &str) -> bool {
        self.touches.paths().of(path).contains(&at)
    }

    /// The packages that a commit changes; none where that cannot be told.
    pub(super) fn changed_by(&self, commit: CommitId) -> Vec<usize> {
        self.touches.packages(&[commit]).pop().flatten().map(|packages| packages.to_vec()).unwrap_or_default()
    }

    /// What each of the project's advisories is about: packages by their numbers,
    /// none where that cannot be told; others are about all.
    pub(super) fn about(&self, graph: &Graph, project: &Project, advisories: &[Advisory]) -> Vec<BTreeSet<usize>> {
        let touched = |advisory: &Advisory| {
            let commits = named(project, advisory).into_iter().flat_map(|prefix| graph.find_prefix(&prefix));
            let commits: Vec<CommitId> = commits.map(|node| graph.id(node)).collect();
            self.touches.packages(&commits).into_iter().flatten().flat_map(|of| of.to_vec()).collect()
        };
        let all = || (0..self.list.len()).collect();
        let about = |advisory: &Advisory| match project.about(advisory) {
            Some(_) => self.parcels.about(advisory, &touched),
            None => all(),
        };
        advisories.iter().map(about).collect()
    }

    /// The project as a package sees it.
    pub(super) fn project(
        &self,
        whole: &Project,
        at: usize,
        advisories: &[Advisory],
        about: &[BTreeSet<usize>],
    ) -> Project {
        let siblings = self.parcels.siblings(at, advisories, about);
        let own = |package: &&PackageName| self.parcels.of(package).is_none_or(|of| of == at);
        let mut packages: BTreeSet<PackageName> = whole.packages.iter().filter(own).cloned().collect();
        packages.extend(self.list.get(at).into_iter().flat_map(|package| package.names.iter().cloned()));
        Project { packages, siblings: Some(siblings), ..whole.clone() }
    }

    /// Advisories as a package sees them: without what they say of others.
    pub(super) fn advisories(project: &Project, advisories: &[Advisory]) -> Vec<Advisory> {
        let Some(siblings) = &project.siblings else { return advisories.to_vec() };
        let seen = |advisory: &Advisory| match project.is_of_sibling(advisory) {
            true => advisory.clone(),
            false => siblings.without(advisory),
        };
        advisories.iter().map(seen).collect()
    }

    /// What could not be told of commits, as in a partial clone.
    pub(super) fn unreadable(&self) -> Option<Finding> {
        let commits = self.touches.unreadable();
        (commits > 0).then(|| {
            let message = format!(
                "The trees of {commits} commits are not here, as in a partial clone: all that they change is held to \
                 be the package's. Use a full clone."
            );
            Finding::new(FindingCode::Unreadable, "packages", message)
        })
    }

    /// The same with what manifests call the packages in whose folders they lie.
    pub(super) fn called(mut self, published: &[Published]) -> Self {
        let claims: Vec<(usize, &PackageName)> = published
            .iter()
            .flat_map(|Published { package, path }| {
                self.touches.paths().of(path).into_iter().map(move |at| (at, package))
            })
            .collect();
        let is_root = |at: usize| self.list.get(at).is_some_and(|package| package.folders.iter().any(String::is_empty));
        // A history that was merged in had its manifest at the root: crossbeam's
        // was crossbeam-deque's, which has a folder of its own by now.
        let elsewhere: BTreeSet<&PackageName> =
            claims.iter().filter(|(at, _)| !is_root(*at)).map(|(_, package)| *package).collect();
        let claims: Vec<(usize, &PackageName)> =
            claims.iter().copied().filter(|(at, package)| !is_root(*at) || !elsewhere.contains(package)).collect();
        for (at, package) in claims {
            if let Some(known) = self.list.get_mut(at) {
                known.names.insert(package.clone());
            }
        }
        let parcels = self.parcels.all().iter().zip(&self.list);
        let parcels = parcels.map(|(parcel, package)| Parcel { names: package.names.clone(), ..parcel.clone() });
        self.parcels = Parcels::new(parcels.collect(), self.parcels.remotes().to_vec());
        self
    }
}

impl crate::check::Packages for Packages {
    fn of_tag(&self, tag: &TagName) -> Option<usize> {
        self.by_tag.get(tag).copied()
    }

    fn of_package(&self, package: &PackageName) -> Option<usize> {
        self.parcels.of(package)
    }
}

/// The commits that an advisory's records name as its fix.
fn named(project: &Project, advisory: &Advisory) -> Vec<CommitPrefix> {
    let mut named: Vec<CommitPrefix> = Vec::new();
    let ranges = advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
    for range in ranges.filter(|range| range.repo.as_deref().is_some_and(|repo| project.lives_at(repo))) {
        let fixed = range.events.iter().filter_map(|event| match event {
            Event::Fixed(hash) => hash.parse::<CommitPrefix>().ok(),
            _ => None,
        });
        named.extend(fixed);
    }
    for reference in advisory.references.iter().filter(|reference| reference.value.kind != "INTRODUCED") {
        let within = project.remotes.iter().find_map(|remote| remote.path_within(&reference.value.url));
        let mut parts =
            within.into_iter().flat_map(|path| path.split(['/', '?', '#', '.'])).filter(|part| *part != "-");
        if matches!(parts.next(), Some("commit" | "commits")) {
            named.extend(parts.next().and_then(|hash| hash.parse::<CommitPrefix>().ok()));
        }
    }
    named
}
