//! The packages of a repository that has several: what the configuration, the
//! tags and the trees say together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::config::packages::HOLE;
use super::config::{Config, PackageRule};
use super::error::Error;
use crate::advisory::{Advisory, Event, PackageName, Parcel, Parcels, Project};
use crate::history::{
    Graph, History, OfPackage, PackagePaths, Releases, Repository, RepositoryTouches, TagRules, TouchesOf, of_package,
};
use crate::inventory;
use crate::model::{CommitId, CommitPrefix, Finding, FindingCode, Published, TagName, Version, line};

/// How many releases of a package are looked at for its folder.
const LOOKED_AT: usize = 20;

/// How many of them for a folder whose place is not known.
const NEWEST: usize = 3;

/// How many packages an error names.
const FEW: usize = 6;

/// The packages of a repository.
pub(super) struct Packages {
    list: Vec<Package>,
    parcels: Parcels,
    touches: Arc<RepositoryTouches>,
    by_tag: FxHashMap<TagName, usize>,
}

/// A package, by its tags and its folders.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// What its tags begin with, and how they are read.
    pub(super) prefix: String,
    rules: TagRules,
    /// Its tags.
    tags: Vec<(TagName, CommitId)>,
    pub(super) folders: Vec<String>,
    shared: Vec<String>,
    names: BTreeSet<PackageName>,
    /// Which rule of the configuration it comes from.
    rule: Option<usize>,
}

/// What is wrong with a rule: where, what, and what mends it.
type Problem = (Range<usize>, String, String);

impl Packages {
    /// The packages of a repository; none where it is one project with one row
    /// of releases.
    pub(super) fn find(
        config: &Config,
        repository: &Repository,
        base: &TagRules,
        graph: &Graph,
        releases: &Releases,
    ) -> Result<Option<Self>, Error> {
        let list = if !config.packages.is_empty() {
            configured(config, repository, base)?
        } else if config.releases.prefix.is_none() && config.releases.patterns.is_empty() {
            seen(repository, base, graph, releases)?
        } else {
            Vec::new()
        };
        if list.is_empty() {
            return Ok(None);
        }
        let mut paths = PackagePaths::default();
        let mut problems: Vec<Problem> = Vec::new();
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
                    let span = package.rule.and_then(|rule| config.packages.get(rule)?.spans.paths.get(place).cloned());
                    let help = "a path that several packages use is `shared` by them".to_owned();
                    problems.push((span.unwrap_or_default(), message, help));
                }
            }
            for folder in &package.shared {
                paths.share(folder, at);
            }
        }
        if !problems.is_empty() {
            return Err(config.refuse(problems).into());
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
        let parcels = Parcels::new(parcels.collect(), super::compile::remotes(config, repository));
        Ok(Some(Self { parcels, touches: Arc::new(RepositoryTouches::new(repository, paths)), by_tag, list }))
    }

    /// The package of a tag, else of a name, else that of the tags at `HEAD`,
    /// else the one whose tags have no name.
    pub(super) fn pick(
        &self,
        config: &Config,
        repository: &Repository,
        tag: Option<&str>,
        name: Option<&str>,
    ) -> Result<usize, Error> {
        if let Some(name) = name {
            let is = |package: &Package| package.name == name || package.names.iter().any(|known| known.name == name);
            return self.list.iter().position(is).ok_or_else(|| {
                Error::Usage(format!("no package here is called `{}`; there are {}", line(name), self.a_few()))
            });
        }
        if let Some(tag) = tag {
            let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
            let at = self.of_tag(tag).ok_or_else(|| {
                if let Some(error) = repository.known_branch(tag) {
                    return error.into();
                }
                let known = repository.tags().is_ok_and(|tags| tags.iter().any(|(name, _)| name.as_str() == tag));
                let is = if known { "is no release of any package" } else { "is no tag here" };
                Error::Usage(format!("`{}` {is}; the packages are {}", line(tag), self.a_few()))
            })?;
            self.at_the_tag(config, repository, at, tag)?;
            return Ok(at);
        }
        let head = repository.head()?;
        let at_head = |package: &Package| package.tags.iter().any(|(_, commit)| Some(*commit) == head);
        let mut tagged = self.list.iter().enumerate().filter(|(_, package)| at_head(package)).map(|(at, _)| at);
        if let (Some(only), None) = (tagged.next(), tagged.next()) {
            return Ok(only);
        }
        self.parcels.root().ok_or_else(|| {
            Error::Usage(format!(
                "this repository has several packages: {}; name one with --package, or one of its releases with --tag",
                self.a_few()
            ))
        })
    }

    /// The package that has a tag.
    fn of_tag(&self, tag: &str) -> Option<usize> {
        self.by_tag.get(&TagName::new(tag)).copied()
    }

    /// Whether the package that has a tag has a path there: a rule that leads
    /// nowhere would leave all its commits out.
    fn at_the_tag(&self, config: &Config, repository: &Repository, at: usize, tag: &str) -> Result<(), Error> {
        let Some(package) = self.list.get(at) else { return Ok(()) };
        let Some(rule) = package.rule.and_then(|rule| config.packages.get(rule)) else { return Ok(()) };
        let Some((_, commit)) = package.tags.iter().find(|(name, _)| name.as_str() == tag) else { return Ok(()) };
        // What is not here, as in a partial clone, may be there.
        let missing = |folder: &String| !folder.is_empty() && repository.has_path(*commit, folder) == Some(false);
        if package.folders.is_empty() || !package.folders.iter().all(missing) {
            return Ok(());
        }
        let problems = package.folders.iter().zip(&rule.spans.paths).map(|(folder, span)| {
            let message = format!("{} has no `{}`", line(tag), line(folder));
            let help = "correct the path; of a package that moved, list all its paths: `path = [\"…\", \"…\"]`";
            (span.clone(), message, help.to_owned())
        });
        Err(config.refuse(problems.collect()).into())
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
        for Published { package, path } in published {
            for at in self.touches.paths().of(path) {
                if let Some(known) = self.list.get_mut(at).filter(|known| !known.names.contains(package)) {
                    known.names.insert(package.clone());
                }
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

/// Reads what stands in a version's place, whatever globs take the tag.
fn plain(config: &Config) -> TagRules {
    TagRules::default().with_patterns(config.releases.patterns.clone())
}

/// The packages that the configuration names.
fn configured(config: &Config, repository: &Repository, base: &TagRules) -> Result<Vec<Package>, Error> {
    let (tags, plain) = (repository.tags()?, plain(config));
    let mut list: Vec<Package> = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut taken: BTreeMap<&TagName, usize> = BTreeMap::new();
    let explicit = config.packages.iter().enumerate().filter(|(_, rule)| !rule.has_hole());
    for (number, rule) in explicit {
        let package = package(number, rule, base, rule.name.as_deref().unwrap_or_default());
        let mut own = Vec::new();
        for (tag, commit) in tags.iter().filter(|(tag, _)| tag.as_str().starts_with(&rule.prefix)) {
            if package.rules.read(tag).is_err() {
                continue;
            }
            if let Some(other) = taken.insert(tag, list.len()).and_then(|other| list.get(other)) {
                let (tag, other) = (line(tag.as_str()).to_string(), line(&other.name).to_string());
                let message = format!("the tag `{tag}` is a release of the package `{other}` already");
                let help = "let each prefix end where the version begins, before its `v` or after";
                problems.push((rule.spans.prefix.clone(), message, help.to_owned()));
                break;
            }
            own.push((tag.clone(), *commit));
        }
        list.push(Package { tags: own, ..package });
    }
    for (number, rule) in config.packages.iter().enumerate().filter(|(_, rule)| rule.has_hole()) {
        let found = filled(number, rule, (tags, &taken), repository, base, &plain);
        for package in found {
            for (tag, _) in &package.tags {
                let tag = tags.binary_search_by(|(name, _)| name.cmp(tag)).ok().and_then(|at| tags.get(at));
                if let Some((tag, _)) = tag {
                    taken.insert(tag, list.len());
                }
            }
            list.push(package);
        }
    }
    for (number, rule) in config.packages.iter().enumerate() {
        let has_tags = |package: &Package| package.rule == Some(number) && !package.tags.is_empty();
        if !list.iter().any(has_tags) && !tags.is_empty() {
            let message = if rule.has_hole() {
                format!("no tag fits `{}` whose folder is there", line(&rule.prefix))
            } else {
                format!("no tag begins with `{}` and a version", line(&rule.prefix))
            };
            let example = tags.last().map(|(tag, _)| format!(", as `{}` here", line(tag.as_str()))).unwrap_or_default();
            problems.push((
                rule.spans.prefix.clone(),
                message,
                format!("write what its tags begin with, up to the version{example}"),
            ));
        }
    }
    if problems.is_empty() { Ok(list) } else { Err(config.refuse(problems).into()) }
}

fn package(number: usize, rule: &PackageRule, base: &TagRules, name: &str) -> Package {
    let fill = |text: &String| if rule.has_hole() { PackageRule::filled(text, name) } else { text.clone() };
    let known = rule.names.iter().filter_map(|known| PackageName::new(known.ecosystem, &fill(&known.name)));
    Package {
        name: name.to_owned(),
        prefix: fill(&rule.prefix),
        rules: base.clone().with_prefix(fill(&rule.prefix)),
        tags: Vec::new(),
        folders: rule.paths.iter().map(fill).collect(),
        shared: rule.shared.clone(),
        names: known.collect(),
        rule: Some(number),
    }
}

/// The packages of a rule with a hole: the names that tags have, of which a
/// folder was there.
fn filled(
    number: usize,
    rule: &PackageRule,
    (tags, taken): (&[(TagName, CommitId)], &BTreeMap<&TagName, usize>),
    repository: &Repository,
    base: &TagRules,
    plain: &TagRules,
) -> Vec<Package> {
    let Some((before, after)) = rule.prefix.split_once(HOLE) else { return Vec::new() };
    // `a-2-1.0.0` may be version 1.0.0 of `a-2`, or a pre-release of version 2 of `a`.
    let mut groups: BTreeMap<&str, Vec<(TagName, CommitId)>> = BTreeMap::new();
    for (tag, commit) in tags.iter().filter(|(tag, _)| !taken.contains_key(tag)) {
        let Some(rest) = tag.as_str().strip_prefix(before) else { continue };
        for (at, _) in rest.match_indices(after) {
            let (name, version) =
                (rest.get(..at).unwrap_or_default(), rest.get(at + after.len()..).unwrap_or_default());
            if !name.is_empty() && plain.read(&TagName::new(version)).is_ok() {
                groups.entry(name).or_default().push((tag.clone(), *commit));
            }
        }
    }
    let head = repository.head().ok().flatten();
    let mut found = Vec::new();
    for (name, tags) in groups {
        let package = package(number, rule, base, name);
        let newest = newest(&tags, &package.rules);
        let there =
            |commit: CommitId| package.folders.iter().any(|folder| repository.has_path(commit, folder) != Some(false));
        if head.into_iter().chain(newest.into_iter().take(LOOKED_AT)).any(there) {
            found.push(Package { tags, ..package });
        }
    }
    found
}

/// The commits of releases, the highest version first.
fn newest(tags: &[(TagName, CommitId)], rules: &TagRules) -> Vec<CommitId> {
    let mut versions: Vec<(Version, CommitId)> =
        tags.iter().filter_map(|(tag, commit)| Some((rules.read(tag).ok()?, *commit))).collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, commit)| commit).collect()
}

/// Tags that name one package.
type Group<'t> = (OfPackage<'t>, Vec<(TagName, CommitId)>);

/// Fewer tags without a name, spelled in no common way (`pre-2022`), are strays,
/// and no project's releases.
const LEAST_OF_ROOT: usize = 3;

/// The packages that tags and folders show without any configuration: at least
/// two, of which one may be the project itself, with the tags that are its
/// releases by evidence.
pub(super) fn seen(
    repository: &Repository,
    base: &TagRules,
    graph: &Graph,
    releases: &Releases,
) -> Result<Vec<Package>, Error> {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    let mut rest: Vec<(TagName, CommitId)> = Vec::new();
    for (tag, commit) in repository.tags()? {
        match of_package(tag.as_str()) {
            Some(of) => groups.entry(of.prefix).or_insert((of, Vec::new())).1.push((tag.clone(), *commit)),
            None => rest.push((tag.clone(), *commit)),
        }
    }
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let folders = Folders::read(repository)?;
    // What the project's own releases begin with, by the evidence of all tags.
    let own: BTreeSet<&TagName> = releases.all().iter().map(|release| &release.tag).collect();
    let own = |tag: &TagName| own.contains(tag);
    let common = TagRules::default();
    let plain = |tag: &TagName| own(tag) && common.read(tag).is_ok();
    // Where the project's releases have a name and others none, one went on with
    // the other: `name-1_0_0`, then `v2.0.0`.
    let mixed = rest.iter().any(|(tag, _)| own(tag));
    let of_root = |(of, tags): &Group<'_>| {
        let is_own = !of.is_sure && tags.iter().any(|(tag, _)| own(tag));
        is_own && (mixed || folders.of(of.name, &[], true).is_none())
    };
    let has_root = rest.iter().any(|(tag, _)| plain(tag))
        || rest.iter().filter(|(tag, _)| own(tag)).count() >= LEAST_OF_ROOT
        || groups.values().any(of_root);
    let mut list: Vec<Package> = Vec::new();
    for group in groups.into_values() {
        let is_root = of_root(&group);
        let (of, tags) = group;
        let rules = base.clone().with_prefix(of.prefix);
        let strict = has_root || !of.is_sure;
        let folder = if is_root { None } else { folders.of(of.name, &newest(&tags, &rules), strict) };
        match folder {
            // `name@1.2.3` and `name/v1.2.3` are two spellings of one package: the
            // one of more tags counts.
            Some(folder) => match list.iter_mut().find(|known| known.folders.contains(&folder)) {
                Some(known) if known.tags.len() >= tags.len() => {}
                Some(known) => *known = package_seen((of.name, of.prefix), base, tags, folder),
                None => list.push(package_seen((of.name, of.prefix), base, tags, folder)),
            },
            // `release/1.2` names no package.
            None => rest.extend(tags),
        }
    }
    rest.sort();
    if has_root && releases_of(&rest, base, graph) {
        list.push(package_seen(("", ""), base, rest, String::new()));
    }
    Ok(if list.len() > 1 { list } else { Vec::new() })
}

fn releases_of(tags: &[(TagName, CommitId)], rules: &TagRules, graph: &Graph) -> bool {
    !Releases::new(tags, rules, graph).all().is_empty()
}

fn package_seen(
    (name, prefix): (&str, &str),
    base: &TagRules,
    tags: Vec<(TagName, CommitId)>,
    folder: String,
) -> Package {
    Package {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        rules: base.clone().with_prefix(prefix),
        tags,
        folders: vec![folder],
        shared: Vec::new(),
        names: BTreeSet::new(),
        rule: None,
    }
}

/// The folders of a repository that packages may have.
struct Folders<'r> {
    repository: &'r Repository,
    head: Option<CommitId>,
    /// Those that have a manifest.
    declared: BTreeSet<String>,
    /// Those whose manifests give a name, by it; none where several give it.
    named: BTreeMap<String, Option<String>>,
    /// Those that may hold packages: at the root, and around such as declare one.
    around: BTreeSet<String>,
}

impl<'r> Folders<'r> {
    fn read(repository: &'r Repository) -> Result<Self, Error> {
        let head = repository.head()?;
        let files = head.map(|head| repository.files(head, &inventory::enters, &inventory::is_manifest));
        let files = match files {
            Some(Ok((files, _))) => files,
            Some(Err(error @ crate::history::Error::Limit(_))) => return Err(error.into()),
            // Of a partial clone only the tags' own folders can be looked for.
            Some(Err(_)) | None => Vec::new(),
        };
        let (mut declared, mut named) = (BTreeSet::new(), BTreeMap::new());
        for published in inventory::published(&files, &repository.remotes()) {
            let folder = published.folder().to_owned();
            let place = named.entry(published.package.name).or_insert_with(|| Some(folder.clone()));
            if place.as_ref() != Some(&folder) {
                *place = None;
            }
        }
        declared.extend(files.iter().map(|(path, _)| parent(path).to_owned()));
        let around = declared.iter().map(|folder| parent(folder).to_owned()).filter(|folder| !folder.is_empty());
        let top = head.map(|head| repository.folders(head)).unwrap_or_default();
        let around = around.chain(top.into_iter().filter(|folder| inventory::enters(folder))).collect();
        Ok(Self { repository, head, declared, named, around })
    }

    /// The folder of a package that tags name so: of that very path, else the one
    /// whose manifest gives that name, else the only one of that name that declares
    /// a package. Where the project has
    /// releases of its own, a folder needs a manifest to be another package: a
    /// folder `release` beside tags `release/1.2` is none.
    fn of(&self, name: &str, newest: &[CommitId], strict: bool) -> Option<String> {
        let commits = || self.head.into_iter().chain(newest.iter().copied().take(LOOKED_AT));
        let there = |path: &str| commits().any(|commit| self.repository.has_path(commit, path) == Some(true));
        if self.declared.contains(name) || !strict && there(name) {
            return Some(name.to_owned());
        }
        if let Some(Some(folder)) = self.named.get(name).filter(|folder| folder.as_deref() != Some("")) {
            return Some(folder.clone());
        }
        if strict {
            // It may have been there when it was released last.
            let declares = |commit: CommitId| {
                MANIFESTS.iter().any(|file| self.repository.has_path(commit, &format!("{name}/{file}")) == Some(true))
            };
            if newest.iter().copied().take(LOOKED_AT).any(declares) {
                return Some(name.to_owned());
            }
        }
        let last = name.rsplit('/').next().unwrap_or(name);
        let is = |folder: &&String| folder.rsplit('/').next() == Some(last);
        let mut named = self.declared.iter().filter(is);
        if let (Some(only), None) = (named.next(), named.next()) {
            return Some(only.clone());
        }
        // In the one folder that has a folder of that name: `charts/wordpress`.
        let within = |commit: CommitId| {
            let around = self.around.iter().map(|folder| format!("{folder}/{last}"));
            let mut found = around.filter(|path| self.repository.has_path(commit, path) == Some(true));
            found.next().filter(|_| found.next().is_none())
        };
        if strict { None } else { commits().take(NEWEST).find_map(within) }
    }
}

/// What declares a package in a folder that is not there any more.
const MANIFESTS: [&str; 6] = ["go.mod", "Cargo.toml", "package.json", "pyproject.toml", "Chart.yaml", "composer.json"];

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
