//! Dependencies as templates see them: package by package, not advisory by advisory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::context::{Advisory, Commit, Reference};
use super::escape;
use crate::inventory::versions_in_order;
use crate::ledger::{DependenciesOf, DependencyPolicy, Entry, FixCommit, PackageUpdate};
use crate::model::{AdvisoryId, IdScheme, PackageName, Remote, SeverityLevel};

/// The entries that notes name, and how many they only count.
pub(super) struct Shown<'r> {
    pub(super) entries: Vec<&'r Entry>,
    /// Of what is not shipped.
    pub(super) unshipped: usize,
    /// Of less than the least severity.
    pub(super) minor: usize,
}

impl<'r> Shown<'r> {
    /// Parts entries of dependencies by what the policy says.
    pub(super) fn of(entries: impl Iterator<Item = &'r Entry>, policy: DependencyPolicy) -> Self {
        let mut shown = Self { entries: Vec::new(), unshipped: 0, minor: 0 };
        if policy.of == DependenciesOf::Nothing {
            return shown;
        }
        for entry in entries {
            let shipped = entry.package.as_ref().is_some_and(|package| package.shipped);
            // Many records of Go say nothing of severity: that is no low one.
            let minor = entry.severity.level != SeverityLevel::Unknown && entry.severity.level < policy.severity;
            if policy.of == DependenciesOf::Runtime && !shipped {
                shown.unshipped += 1;
            } else if minor {
                shown.minor += 1;
            } else {
                shown.entries.push(entry);
            }
        }
        shown
    }
}

/// A package, and what an update of it did.
#[derive(Serialize)]
pub(super) struct Package {
    ecosystem: String,
    name: String,
    title: String,
    from: String,
    to: Option<String>,
    removed: bool,
    files: Vec<String>,
    advisories: Vec<Advisory>,
    commits: Vec<Commit>,
    pull_requests: Vec<Reference>,
}

/// The package of one advisory; empty for the project's own.
#[derive(Clone, Default, Serialize)]
pub(super) struct PackageOf {
    ecosystem: Option<String>,
    name: Option<String>,
    title: Option<String>,
    from: Vec<String>,
    to: Vec<String>,
    files: Vec<String>,
    shipped: bool,
}

impl PackageOf {
    pub(super) fn new(package: Option<&PackageUpdate>) -> Self {
        let Some(package) = package else { return Self::default() };
        let texts = |texts: &[String]| texts.iter().map(|text| escape::markdown(text)).collect();
        Self {
            ecosystem: Some(escape::markdown(&package.ecosystem)),
            name: Some(escape::markdown(&package.name)),
            title: Some(title(package)),
            from: texts(&package.from),
            to: texts(&package.to),
            files: package.files.iter().map(|file| escape::markdown(&file.path)).collect(),
            shipped: package.shipped,
        }
    }
}

/// What people call a package; a Go release has its standard library's version.
fn title(package: &PackageUpdate) -> String {
    match (package.ecosystem.as_str(), package.name.as_str()) {
        ("Go", "stdlib") => "Go standard library".to_owned(),
        ("Go", "toolchain") => "Go toolchain".to_owned(),
        (_, name) => escape::markdown(name),
    }
}

/// The entries by package, the most severe first, then by name.
pub(super) fn grouped(entries: &[&Entry], remote: Option<&Remote>) -> Vec<Package> {
    let mut groups: BTreeMap<(&str, &str), Vec<(&Entry, &PackageUpdate)>> = BTreeMap::new();
    for entry in entries {
        if let Some(package) = &entry.package {
            groups.entry((&package.name, &package.ecosystem)).or_default().push((entry, package));
        }
    }
    let severity = |group: &[(&Entry, &PackageUpdate)]| group.iter().map(|(entry, _)| entry.severity.level).max();
    let mut groups: Vec<_> = groups.into_values().collect();
    // The newest vulnerability first, among equally severe ones.
    for group in &mut groups {
        group.sort_by(|(a, _), (b, _)| b.severity.level.cmp(&a.severity.level).then_with(|| name(b).cmp(name(a))));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(severity(group)));
    groups.iter().filter_map(|group| package(group, remote)).collect()
}

/// The id that people search for: a CVE where there is one.
fn name(entry: &Entry) -> &AdvisoryId {
    let mut ids = std::iter::once(&entry.id).chain(&entry.aliases);
    ids.find(|id| id.scheme() == IdScheme::Cve).unwrap_or(&entry.id)
}

fn package(group: &[(&Entry, &PackageUpdate)], remote: Option<&Remote>) -> Option<Package> {
    let (_, first) = group.first()?;
    let versions = |side: &dyn Fn(&PackageUpdate) -> &[String]| {
        let all: BTreeSet<&String> = group.iter().flat_map(|(_, package)| side(package)).collect();
        let all: Vec<Arc<str>> = all.into_iter().map(|version| Arc::from(version.as_str())).collect();
        let name = PackageName { ecosystem: first.ecosystem.clone(), name: first.name.clone() };
        let ordered = versions_in_order(&name, &all);
        ordered.iter().map(|version| escape::markdown(version)).collect::<Vec<_>>().join(", ")
    };
    let to = versions(&|package| &package.to);
    let files: BTreeSet<&str> =
        group.iter().flat_map(|(_, package)| package.files.iter().map(|file| file.path.as_str())).collect();
    let mut commits: Vec<&FixCommit> = Vec::new();
    let mut requests: BTreeSet<u64> = BTreeSet::new();
    for (entry, _) in group {
        requests.extend(&entry.fix.pull_requests);
        for commit in &entry.fix.commits {
            if commits.iter().all(|known| known.id != commit.id) {
                commits.push(commit);
            }
        }
    }
    Some(Package {
        ecosystem: escape::markdown(&first.ecosystem),
        name: escape::markdown(&first.name),
        title: title(first),
        from: versions(&|package| &package.from),
        removed: to.is_empty(),
        to: (!to.is_empty()).then_some(to),
        files: files.into_iter().map(escape::markdown).collect(),
        advisories: group.iter().map(|(entry, _)| Advisory::new(entry, remote)).collect(),
        commits: commits.into_iter().map(|commit| Commit::new(commit, remote)).collect(),
        pull_requests: requests.into_iter().map(|number| Reference::pull_request(number, remote)).collect(),
    })
}
