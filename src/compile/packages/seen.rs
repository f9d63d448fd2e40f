//! The packages that tags and folders show.

use std::collections::{BTreeMap, BTreeSet};

use super::package::{LOOKED_AT, NEWEST, Package, newest};
use crate::history::{Error, Graph, OfPackage, Releases, Repository, TagRules, of_package};
use crate::inventory;
use crate::model::{CommitId, TagName};

/// Tags that name one package.
type Group<'t> = (OfPackage<'t>, Vec<(TagName, CommitId)>);

/// Fewer tags without a name, spelled in no common way (`pre-2022`), are strays,
/// and no project's releases.
const LEAST_OF_ROOT: usize = 3;

/// The packages that tags and folders show without any configuration: at least
/// two, of which one may be the project itself, with the tags that are its
/// releases by evidence.
///
/// # Errors
/// The repository cannot be read.
pub fn seen(
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
    // the other: `name-1_0_0`, then `v2.0.0`; or 4.7.5, then `socket.io@4.8.0`.
    let mixed = rest.iter().any(|(tag, _)| own(tag));
    let of_root = |(of, tags): &Group<'_>| {
        let is_own = tags.iter().any(|(tag, _)| own(tag));
        is_own && (mixed || !of.is_sure && folders.of(of.name, &[], true).is_none())
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
    // One tag of an npm package is a slip where all are released as one: Babel has
    // @babel/core@7.23.2 beside 900 tags.
    if has_root && matches!(list.as_slice(), [one] if one.tags.len() == 1 && one.prefix.ends_with('@')) {
        return Ok(Vec::new());
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
            Some(Err(error @ Error::Limit(_))) => return Err(error),
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
