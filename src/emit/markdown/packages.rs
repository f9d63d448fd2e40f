//! Dependencies as templates see them: package by package, not advisory by advisory.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::advisory::Advisory;
use super::escape;
use super::package_of::{component, is_go, moved, title};
use super::reference::{Commit, Reference};
use crate::emit::json::v1;
use crate::inventory::versions_in_order;
use crate::join::packages::Informational;
use crate::ledger::{DependenciesOf, DependencyPolicy, Entry, FixCommit, PackageUpdate, ReleaseReport, Status};
use crate::model::{AdvisoryId, EvidenceKind, PackageName, Remote, SeverityLevel, Timestamp};

/// More advisories of a package than this are folded: their number, and their ids.
const TOLD: usize = 3;

/// More pull requests, or commits, of a package than this are counted.
const MADE_BY: usize = 2;

/// What was published this long before a release is no news where the package only
/// went, in seconds: two years. A record of Go's database may call every version of
/// a module affected, by a vulnerability of another decade.
const OLD: i64 = 2 * 365 * 86_400;

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
#[derive(Clone, Serialize)]
pub(super) struct Package {
    ecosystem: String,
    name: String,
    title: String,
    component: String,
    from: String,
    to: Option<String>,
    moved: String,
    removed: bool,
    #[serde(skip)]
    gone: bool,
    known: String,
    came: Option<String>,
    affected: String,
    fixed_in: Option<String>,
    unfixed: Option<String>,
    files: Vec<String>,
    advisories: Vec<Advisory>,
    count: String,
    folded: bool,
    severities: Option<String>,
    old: Option<String>,
    commits: Vec<Commit>,
    pull_requests: Vec<Reference>,
    made_by: Vec<Reference>,
    made_by_more: Option<String>,
}

impl Package {
    /// Leaves the list of a folded package out; its number and its severities
    /// stay. How many ids that are.
    pub(super) fn fold(&mut self) -> usize {
        if self.folded { std::mem::take(&mut self.advisories).len() } else { 0 }
    }
}

/// The packages of an ecosystem.
#[derive(Serialize)]
pub(super) struct Ecosystem {
    name: String,
    /// Whether there is another one.
    one_of_several: bool,
    packages: Vec<Package>,
}

type Group<'e> = Vec<(&'e Entry, &'e PackageUpdate)>;

/// The entries by package: what came with the release first, then the most severe,
/// then by name.
pub(super) fn grouped(entries: &[&Entry], report: &ReleaseReport) -> Vec<Package> {
    let mut groups: BTreeMap<(&str, &str), Group<'_>> = BTreeMap::new();
    for entry in entries {
        if let Some(package) = &entry.package {
            let name = if is_go(package) { "Go" } else { &package.name };
            groups.entry((name, &package.ecosystem)).or_default().push((entry, package));
        }
    }
    let severity = |group: &Group<'_>| group.iter().map(|(entry, _)| entry.severity.level).max();
    let mut groups: Vec<_> = groups.into_values().collect();
    // The newest vulnerability first, among equally severe ones; what nobody says
    // that an attacker can use comes last.
    for group in &mut groups {
        group.sort_by_cached_key(|(entry, package)| {
            (Reverse(entry.severity.level), package.informational, Reverse(entry.name().clone()))
        });
        // Go's standard library and its toolchain may have one vulnerability.
        group.dedup_by(|(a, _), (b, _)| a.id == b.id);
    }
    let is_mild = |group: &Group<'_>| group.iter().all(|(_, package)| package.informational.is_some());
    groups.sort_by_key(|group| (is_gone(group), came(group) == 0, Reverse(severity(group)), is_mild(group)));
    let mut told = BTreeSet::new();
    groups.iter().filter_map(|group| package(group, report, &mut told)).collect()
}

/// Whether a package only left, and no commit speaks of what it had.
fn is_gone(group: &Group<'_>) -> bool {
    group.iter().all(|(entry, _)| entry.status == Status::Removed && !is_named(entry))
}

/// Whether a commit names the advisory.
fn is_named(entry: &Entry) -> bool {
    entry.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::MessageId)
}

/// The packages that have something to tell, and those that are only gone, which
/// fixes nothing.
pub(super) fn parted(packages: Vec<Package>) -> (Vec<Package>, Vec<Package>) {
    packages.into_iter().partition(|package| !package.gone)
}

/// Packages by ecosystem, in the order of their first ones.
pub(super) fn by_ecosystem(packages: &[Package]) -> Vec<Ecosystem> {
    let mut found: Vec<Ecosystem> = Vec::new();
    for package in packages {
        match found.iter_mut().find(|known| known.name == package.ecosystem) {
            Some(known) => known.packages.push(package.clone()),
            None => found.push(Ecosystem {
                name: package.ecosystem.clone(),
                one_of_several: false,
                packages: vec![package.clone()],
            }),
        }
    }
    let several = found.len() > 1;
    found.iter_mut().for_each(|ecosystem| ecosystem.one_of_several = several);
    found
}

/// How many of them came with the release.
fn came(group: &Group<'_>) -> usize {
    group.iter().filter(|(entry, _)| entry.status == Status::Introduced).count()
}

fn package<'e>(group: &Group<'e>, report: &ReleaseReport, told: &mut BTreeSet<&'e AdvisoryId>) -> Option<Package> {
    let (_, first) = group.first()?;
    let remote = report.remote.as_ref();
    let of_package = PackageName { ecosystem: first.ecosystem.clone(), name: first.name.clone() };
    let ordered = |versions: &BTreeSet<&str>| -> Vec<String> {
        versions_in_order(&of_package, versions).iter().map(|version| escape::markdown(version)).collect()
    };
    let versions = |side: &dyn Fn(&PackageUpdate) -> &[String]| {
        ordered(&group.iter().flat_map(|(_, package)| side(package)).map(String::as_str).collect()).join(", ")
    };
    let to = versions(&|package| &package.to);
    let files: BTreeSet<&str> =
        group.iter().flat_map(|(_, package)| package.files.iter().map(|file| file.path.as_str())).collect();
    let (commits, requests) = made_by(group, remote);
    let shorts = commits.iter().map(Commit::reference);
    let mut made_by: Vec<Reference> = if requests.is_empty() { shorts.collect() } else { requests.clone() };
    let more = made_by.len().saturating_sub(MADE_BY);
    made_by.truncate(MADE_BY);
    let is_old = |(entry, _): &&(&Entry, &PackageUpdate)| {
        entry.status == Status::Removed && is_old(entry, report) && !is_named(entry)
    };
    let (old, news): (Vec<_>, Vec<_>) = group.iter().partition(is_old);
    let folded = news.len() > TOLD;
    let advisories = news.iter().map(|(entry, _)| {
        let is_new = folded || told.insert(&entry.id);
        Advisory::new(entry, remote).told_before(!is_new)
    });
    let open = group.iter().filter(|(_, package)| !package.affected.is_empty());
    let unfixed = open.filter(|(_, package)| package.fixed_in.is_none()).count();
    Some(Package {
        ecosystem: escape::markdown(&first.ecosystem),
        name: escape::markdown(&first.name),
        title: title(first),
        component: component(first),
        from: versions(&|package| &package.from),
        removed: to.is_empty(),
        gone: is_gone(group),
        known: group.len().to_string(),
        to: (!to.is_empty()).then_some(to),
        moved: moved(first, &group.iter().flat_map(|(_, package)| &package.moves).cloned().collect()),
        came: counted(came(group)),
        affected: versions(&|package| &package.affected),
        fixed_in: ordered(&group.iter().filter_map(|(_, package)| package.fixed_in.as_deref()).collect()).pop(),
        unfixed: counted(unfixed),
        files: files.into_iter().map(escape::markdown).collect(),
        advisories: advisories.collect(),
        count: news.len().to_string(),
        folded,
        severities: severities(&news),
        old: counted(old.len()),
        commits,
        pull_requests: requests,
        made_by,
        made_by_more: counted(more),
    })
}

pub(super) fn counted(count: usize) -> Option<String> {
    (count > 0).then(|| count.to_string())
}

/// The commits and pull requests of an update, each once.
fn made_by(group: &Group<'_>, remote: Option<&Remote>) -> (Vec<Commit>, Vec<Reference>) {
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
    let requests = requests.into_iter().map(|number| Reference::pull_request(number, remote));
    (commits.into_iter().map(|commit| Commit::new(commit, remote)).collect(), requests.collect())
}

/// Whether an advisory was known for years when the release came. Go's database
/// published in 2023 what has a CVE of 2018: a CVE's id is of the year that it was
/// asked for, and few are published later than in the year after that.
fn is_old(entry: &Entry, report: &ReleaseReport) -> bool {
    let seconds = |time: &Timestamp| time.unix().map(|(seconds, _)| seconds);
    let cve = entry.name().as_str().strip_prefix("CVE-").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
    let of_id = cve.map(|year| Timestamp::new(format!("{:04}-01-01T00:00:00Z", year.saturating_add(2))));
    let known = entry.published.iter().chain(&of_id).filter_map(seconds).min();
    let released = report.release.date.as_ref().and_then(seconds);
    known.zip(released).is_some_and(|(known, released)| known.saturating_add(OLD) < released)
}

/// `1 Critical, 2 High`, `3 unsound`; what nobody rated is not counted.
fn severities(group: &[(&Entry, &PackageUpdate)]) -> Option<String> {
    let of = |level| group.iter().filter(|(entry, _)| entry.severity.level == level).count();
    let labels = [Informational::Unsound, Informational::Unmaintained, Informational::Notice].map(|label| {
        let labelled = group.iter().filter(|(_, package)| package.informational == Some(label)).count();
        Some(format!("{} {}", counted(labelled)?, v1::informational(label)))
    });
    let levels = [SeverityLevel::Critical, SeverityLevel::High, SeverityLevel::Medium, SeverityLevel::Low];
    let counts = levels.into_iter().filter_map(|level| Some(format!("{} {}", counted(of(level))?, level.title()?)));
    let counts: Vec<String> = counts.chain(labels.into_iter().flatten()).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
