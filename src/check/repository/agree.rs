//! Whether listed versions, ranges of versions and ranges of commits say the
//! same, and whether the versions are releases.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::advisory::{PackageName, Project, go_major};
use crate::check::Quality;
use crate::check::problem::{Problem, some};
use crate::check::ranges::ended;
use crate::check::registry::{bare, named, pseudo_commit};
use crate::check::view::{Affected, Event, Range};
use crate::emit::osv::spelling;
use crate::emit::osv::validate::shown;
use crate::emit::osv::versions::are_releases;
use crate::history::{PointSet, Release};
use crate::model::CommitPrefix;
use crate::model::order::{Order, Timeline};

use super::facts::{Facts, Packages};
use super::own::{self, GitRange, Own};
use super::reach::Reach;

/// Adds what does not agree, and to `packages` those whose versions are known.
pub(super) fn check(
    facts: &Facts<'_>,
    reach: &Reach<'_>,
    record: &Own<'_, '_>,
    found: &mut Vec<Problem>,
    packages: &mut Vec<(PackageName, bool)>,
    listed_elsewhere: &BTreeSet<PackageName>,
) {
    let all = record.view.packages();
    let lines_of: Vec<_> = all.iter().map(|places| lines(&record.view.entries(places)).unwrap_or_default()).collect();
    for (at, places) in all.iter().enumerate() {
        let entries = record.view.entries(places);
        let Some(first) = entries.first() else { continue };
        let package = own::package(first, facts.project);
        let of_commits = record.ranges.iter().any(|range| is_among(range, &entries));
        let releases = package.as_ref().map(|package| covered(facts.project, package, &entries, reach.releases));
        let known = releases.as_ref().is_some_and(Option::is_some) && !reach.releases.is_empty();
        if let Some(package) = &package {
            packages.push((package.clone(), known));
        }
        let mut releases = match (releases.flatten(), of_commits) {
            (Some(releases), _) => releases,
            // Versions beside commits without a package are the repository's tags.
            (None, true) if package.is_none() => (0..reach.releases.len()).collect(),
            _ => continue,
        };
        let by_commits = match facts.packages {
            Some(packages) => {
                // Each package has commits and releases of its own.
                let about = about(packages, &entries, reach);
                releases.retain(|number| {
                    let release = reach.releases.get(*number);
                    release.and_then(|release| packages.of_tag(&release.tag)).is_some_and(|of| about.contains(&of))
                });
                let is_of =
                    |range: &GitRange<'_, '_>| !self::about(packages, &[range.entry], reach).is_disjoint(&about);
                by_commits(reach, record, &is_of)
            }
            None => by_commits(reach, record, &|range| speaks_for(record, range, &entries)),
        };
        // Commits that no package is named beside are those of all packages: what
        // another one of the record is affected by is no matter of this one.
        let others = lines_of.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, lines)| lines);
        let others: Vec<_> = others.flatten().collect();
        let elsewhere = |release: &Release| others.iter().any(|line| affects(line, release));
        let names = Names { reach, releases: &releases, elsewhere: &elsewhere };
        // What a registry publishes has no tag at times, and the registry knows.
        let asked = package.as_ref().is_some_and(|package| listed_elsewhere.contains(package));
        if known && !asked {
            for entry in &entries {
                fixed_are_releases(facts, &names, entry, found);
                listed_are_releases(&names, entry, found);
            }
            last_affected(&names, &entries, found);
        }
        let Some(by_commits) = &by_commits else { continue };
        listed(&names, by_commits, &entries, found);
        let events = ranges_of(&entries).flat_map(|range| range.events()).map(|event| event.value);
        let stated = events.chain(entries.iter().flat_map(|entry| entry.versions.iter().copied()));
        if known && are_releases(stated, reach.releases) {
            ranges(&names, by_commits, &entries, found);
        }
    }
}

fn is_among(range: &GitRange<'_, '_>, entries: &[&Affected<'_>]) -> bool {
    entries.iter().any(|entry| std::ptr::eq(*entry, range.entry))
}

/// Whether a range of commits speaks for a package: those of its own entries do,
/// else those without a package, else those of the other packages, which are
/// made of the same commits.
fn speaks_for(record: &Own<'_, '_>, range: &GitRange<'_, '_>, entries: &[&Affected<'_>]) -> bool {
    let mut all = record.ranges.iter();
    if all.clone().any(|range| is_among(range, entries)) {
        return is_among(range, entries);
    }
    !range.entry.has_package || all.all(|range| range.entry.has_package)
}

/// The packages of the repository that entries are about: those that they name,
/// else those whose tags they list.
fn about(packages: &dyn Packages, entries: &[&Affected<'_>], reach: &Reach<'_>) -> BTreeSet<usize> {
    let about = |entry: &&Affected<'_>| {
        let named = PackageName::new(entry.ecosystem(), entry.name()).and_then(|package| packages.of_package(&package));
        if let Some(named) = named {
            return BTreeSet::from([named]);
        }
        let listed = entry.versions.iter().filter_map(|text| reach.releases.get(reach.tagged(text)?));
        listed.filter_map(|release| packages.of_tag(&release.tag)).collect()
    };
    entries.iter().flat_map(about).collect()
}

/// The releases that the ranges of commits affect together which are asked for, by
/// their places; none where there is no such range, or one of them names a commit
/// that is not here.
fn by_commits(reach: &Reach<'_>, record: &Own<'_, '_>, asked: &dyn Fn(&GitRange<'_, '_>) -> bool) -> Option<PointSet> {
    let mut all = PointSet::empty(reach.releases.len());
    let mut any = false;
    for (place, _) in record.ranges.iter().enumerate().filter(|(_, range)| asked(range)) {
        all.union_with(reach.affected(record.at, place)?);
        any = true;
    }
    any.then_some(all)
}

/// The releases of a package among those of the repository, by their numbers;
/// none where its versions are not the repository's.
fn covered(
    project: &Project,
    package: &PackageName,
    entries: &[&Affected<'_>],
    releases: &[Release],
) -> Option<Vec<usize>> {
    if package.ecosystem != "Go" {
        return Some((0..releases.len()).collect());
    }
    // Tags that are no versions to Go stay outside of what its versions say, and
    // count where the entry itself speaks of them.
    let of_go = |release: &Release| spelling::of("Go", &package.name, release, project).is_some();
    let mut events = ranges_of(entries).flat_map(|range| range.events()).map(|event| event.value);
    let pseudo = events.any(|text| pseudo_commit(text).is_some());
    if pseudo && !releases.iter().any(of_go) {
        return None;
    }
    let (root, major) = go_major(&package.name);
    let own = project.packages.iter().filter(|ours| ours.ecosystem == "Go").map(|ours| go_major(&ours.name).0);
    let mut roots = project.remotes.iter().map(|remote| remote.as_str().to_owned()).chain(own.map(str::to_owned));
    // A module in a folder has tags of its own, which begin with the folder.
    if roots.any(|of| root.strip_prefix(of.as_str()).is_some_and(|rest| rest.starts_with('/'))) {
        return None;
    }
    // Without a suffix a module has versions 0 and 1, and later ones when they
    // are called incompatible.
    let later = major.is_none() && {
        let named = ranges_of(entries).flat_map(|range| range.events()).map(|event| event.value);
        let old = |text: &str| text.split('.').next().and_then(|major| major.parse::<u64>().ok()) <= Some(1);
        named.chain(versions_of(entries)).any(|text| !old(text.trim_start_matches('v')))
    };
    let is_of = |release: &Release| match major {
        Some(major) => release.version.number(0) == major,
        None => later || release.version.number(0) <= 1,
    };
    Some(releases.iter().enumerate().filter(|(_, release)| is_of(release)).map(|(number, _)| number).collect())
}

/// The releases that an entry's versions may name.
struct Names<'a, 'h> {
    reach: &'a Reach<'h>,
    /// Their numbers, in order.
    releases: &'a [usize],
    /// Whether another package of the record is affected in a release.
    elsewhere: &'a dyn Fn(&Release) -> bool,
}

impl Names<'_, '_> {
    fn release(&self, number: usize) -> Option<&Release> {
        self.reach.releases.get(number)
    }

    /// The release of a version as a record spells it.
    fn find(&self, text: &str) -> Option<usize> {
        self.reach.named(text).find(|number| self.releases.binary_search(number).is_ok())
    }

    fn tags(&self, numbers: &[usize]) -> String {
        some(numbers.iter().filter_map(|number| Some(self.release(*number)?.tag.as_str())))
    }
}

/// Events of version ranges have to name releases, or commits as Go does.
fn fixed_are_releases(facts: &Facts<'_>, names: &Names<'_, '_>, entry: &Affected<'_>, found: &mut Vec<Problem>) {
    for range in entry.written() {
        for event in named(range.events()) {
            let value = bare(event.value);
            if let Some(hash) = pseudo_commit(value).filter(|_| entry.ecosystem() == "Go") {
                let here = hash.parse::<CommitPrefix>().map(|prefix| facts.history.graph.find_prefix(&prefix));
                if here.is_ok_and(|nodes| nodes.is_empty()) {
                    let message = format!(
                        "no branch or tag of this repository leads to the commit {hash} of {}",
                        shown(event.value)
                    );
                    found.push(Problem::new(Quality::CommitNotFound, range.place(event), message));
                }
            } else if names.find(value).is_none() && !is_passed_over(facts, value) {
                let message = format!(
                    "`{}` {} is no release of this repository by its tags; name one that is, or fetch the \
                     tags if it is newer than this clone",
                    event.kind.as_str(),
                    shown(event.value)
                );
                found.push(Problem::new(Quality::VersionUnknown, range.place(event), message));
            }
        }
    }
}

/// Whether a tag that is no release by the rules spells a version: it exists, as a
/// release of another part of the repository, or by other rules.
fn is_passed_over(facts: &Facts<'_>, version: &str) -> bool {
    let spells = |tag: &str| {
        let before = tag.strip_suffix(version);
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_digit() || c == '.'))
    };
    facts.history.releases.refused().iter().any(|refused| spells(refused.tag.as_str()))
}

/// Ecosystems whose versions are the tags. Other registries have versions that
/// nobody tagged, and lists of versions are made of what they have.
const TAGGED: [&str; 4] = ["GitHub Actions", "Go", "Packagist", "SwiftURL"];

/// Listed versions have to be releases. Beside commits alone they are tags of
/// any kind, so this asks only where a package says what its versions are.
fn listed_are_releases(names: &Names<'_, '_>, entry: &Affected<'_>, found: &mut Vec<Problem>) {
    if !TAGGED.contains(&entry.ecosystem()) {
        return;
    }
    let strange: Vec<&str> = entry.versions.iter().copied().filter(|version| names.find(version).is_none()).collect();
    if !strange.is_empty() {
        let message = format!(
            "{} of {} listed versions are no releases of this repository by its tags: {}",
            strange.len(),
            entry.versions.len(),
            some(strange)
        );
        found.push(Problem::new(Quality::VersionUnknown, format!("{}/versions", entry.at), message));
    }
}

fn ranges_of<'e, 'v>(entries: &'e [&'e Affected<'v>]) -> impl Iterator<Item = &'e Range<'v>> {
    entries.iter().flat_map(|entry| entry.stated())
}

fn versions_of<'v>(entries: &[&Affected<'v>]) -> impl Iterator<Item = &'v str> {
    entries.iter().flat_map(|entry| entry.versions.iter().copied())
}

/// Listed versions of a package against the graph, both ways.
fn listed(names: &Names<'_, '_>, by_commits: &PointSet, entries: &[&Affected<'_>], found: &mut Vec<Problem>) {
    let Some(first) = entries.iter().find(|entry| !entry.versions.is_empty()) else { return };
    let numbers: FxHashSet<usize> = versions_of(entries).filter_map(|version| names.find(version)).collect();
    // A candidate may be within a range by its ecosystem's order, as Maven's
    // 2.9.0.pr1 is behind 2.9.0, and not by the commits.
    let is_final = |number: &usize| names.release(*number).is_some_and(|release| !release.version.is_prerelease());
    let sound = numbers.iter().copied().filter(|number| !by_commits.contains(*number));
    let mut sound: Vec<usize> = sound.filter(is_final).collect();
    sound.sort_unstable();
    let at = format!("{}/versions", first.at);
    if !sound.is_empty() {
        let message = format!(
            "{} of {} listed versions are not affected by the commits of the GIT range: {}; \
             take them out, or mend the range",
            sound.len(),
            versions_of(entries).count(),
            names.tags(&sound)
        );
        found.push(Problem::new(Quality::ListedNotAffected, at.clone(), message));
    }
    // Lists leave candidates out, and so do package registries. They have what was
    // published under the package's name, which a release of the repository need not be.
    let lines = if TAGGED.contains(&first.ecosystem()) { Vec::new() } else { lines(entries).unwrap_or_default() };
    let said = |release: &Release| lines.iter().any(|line| affects(line, release)) || (names.elsewhere)(release);
    let lacking: Vec<usize> = names
        .releases
        .iter()
        .copied()
        .filter(|number| by_commits.contains(*number) && !numbers.contains(number))
        .filter(|number| {
            names.release(*number).is_some_and(|release| !release.version.is_prerelease() && !said(release))
        })
        .collect();
    if !lacking.is_empty() {
        let message = format!(
            "the commits of the GIT range affect releases that `versions` does not list, {} of {}: {}; \
             list those that were published, or mend the range",
            lacking.len(),
            names.releases.len(),
            names.tags(&lacking)
        );
        found.push(Problem::new(Quality::AffectedNotListed, at, message));
    }
}

/// The ranges of versions of a package, each with its order; none where one of
/// them cannot be told.
fn lines<'v>(entries: &[&Affected<'v>]) -> Option<Vec<(Order, Timeline<Event<'v>>)>> {
    let ecosystem = entries.first()?.ecosystem();
    let line = |range: &Range<'v>| {
        // A distribution's packages have versions of their own beside the project's.
        let order = Order::of_range(range.kind, ecosystem).filter(|order| !order.is_of_distribution())?;
        Some((order.loosened(), range.timeline(order)?))
    };
    let lines: Vec<_> = ranges_of(entries).map(line).collect::<Option<_>>()?;
    (!lines.is_empty()).then_some(lines)
}

fn affects((order, line): &(Order, Timeline<Event<'_>>), release: &Release) -> bool {
    // 8_1_0 is a tag's spelling.
    order.key(&release.version.as_str().replace('_', ".")).is_some_and(|key| line.affects(&key))
}

/// Ranges that end with the last affected release, where the next one is known.
fn last_affected(names: &Names<'_, '_>, entries: &[&Affected<'_>], found: &mut Vec<Problem>) {
    let releases = names.releases.iter().filter_map(|number| names.release(*number));
    let finals = releases.filter(|release| !release.version.is_prerelease()).map(|release| release.version.as_str());
    // 8_1_0 is a tag's spelling, see `ranges`.
    let finals: Vec<&str> = finals.filter(|version| !version.contains('_')).collect();
    ended(entries, &finals, "of this repository", found);
}

/// Ranges of versions of a package against the graph, both ways.
fn ranges(names: &Names<'_, '_>, by_commits: &PointSet, entries: &[&Affected<'_>], found: &mut Vec<Problem>) {
    let Some(lines) = lines(entries) else { return };
    let Some(first) = entries.iter().find(|entry| entry.ranges.iter().any(|range| !range.is_git())) else { return };
    let (mut too_many, mut too_few) = (Vec::new(), Vec::new());
    for number in names.releases.iter().copied() {
        let Some(release) = names.release(number) else { continue };
        // A candidate of the fixed version comes before it in every order, and
        // often has the fix: nobody writes ranges for that.
        if release.version.is_prerelease() {
            continue;
        }
        // 8_1_0 is a tag's spelling; an order that reads any text takes its underscores for words.
        if release.version.as_str().contains('_') {
            continue;
        }
        let keys = lines.iter().map(|(order, line)| Some(line.affects(&order.key(release.version.as_str())?)));
        let Some(by_version) = keys.collect::<Option<Vec<bool>>>() else { continue };
        match (by_version.contains(&true), by_commits.contains(number)) {
            (true, false) => too_many.push(number),
            (false, true) if !(names.elsewhere)(release) => too_few.push(number),
            _ => {}
        }
    }
    let mut parts = Vec::new();
    if !too_many.is_empty() {
        parts.push(format!("{} by the versions only: {}", too_many.len(), names.tags(&too_many)));
    }
    if !too_few.is_empty() {
        parts.push(format!("{} by the commits only: {}", too_few.len(), names.tags(&too_few)));
    }
    if !parts.is_empty() {
        let message = format!(
            "the ranges of versions and of commits affect different releases, {}; mend whichever is wrong",
            parts.join(", and ")
        );
        found.push(Problem::new(Quality::RangesDisagree, format!("{}/ranges", first.at), message));
    }
}
