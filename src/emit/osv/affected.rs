//! What is affected: the commits, then each package by its own versions.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::spelling::{self, Spelled};
use super::versions::{PackageVersions, names_later};
use super::{Known, unknown};
use crate::advisory::{Advisory, Project, go_major, package_of};
use crate::history::Node;
use crate::join::records::pseudo_version;
use crate::ledger::{Impact, IntroducedBy, Ledger};
use crate::model::PackageName;
use crate::model::osv::{Affected, Maybe, Package, Range};

/// A GIT entry of its own, then each package as the most trusted record that
/// names it says, its ranges from the graph where its versions are the
/// project's releases. `scored`: whether the record has a severity of its own.
pub(super) fn of(ledger: &Ledger<'_>, advisory: &Advisory, impact: Known<'_>, scored: bool) -> Vec<Affected> {
    let own = impact.and_then(|impact| commits(ledger, impact));
    let mut unknown: Vec<(PackageName, Affected)> = Vec::new();
    let mut entries: Vec<Affected> = Vec::new();
    let mut taken: FxHashMap<String, usize> = FxHashMap::default();
    let pseudo = pseudo_versioned(advisory);
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items() {
            let entry = &*unknown::aside(entry);
            let Some(package) = entry.package.value() else {
                if let Some(package) = package_of(entry) {
                    unknown.push((package, entry.clone()));
                    continue;
                }
                entries.extend(foreign_commits(ledger.project, entry, impact.is_some()));
                continue;
            };
            let name = name_of(package);
            let known = taken.get(&name).is_some_and(|by| *by != source);
            if known || speaks_past_go(ledger, &pseudo, source, entry) {
                continue;
            }
            taken.insert(name, source);
            let mut entry = entry.clone();
            if scored {
                // The specification allows a score in one place only.
                entry.severity = Maybe::Absent;
            }
            let sibling = package_of(&entry).is_some_and(|package| ledger.project.has_sibling(&package));
            if let (Some(impact), Some(package), false) = (impact, entry.package.value().cloned(), sibling) {
                compile(ledger, impact, &package, &mut entry);
            }
            let semver = package.ecosystem.text().is_some_and(spelling::is_semver);
            entry.ranges = list(entry.ranges.items().iter().map(|range| typed(range, semver)).collect());
            entries.push(entry);
        }
    }
    let (own, rest) = of_unknown_ecosystems(ledger, own, unknown);
    own.into_iter().chain(rest).chain(entries).collect()
}

/// Entries of packages whose ecosystem OSV does not know, as GitHub's advisories
/// have them of charts: OSV takes no range of versions without a package, so that
/// the commits stand for the versions, and the package's name beside them.
fn of_unknown_ecosystems(
    ledger: &Ledger<'_>,
    mut own: Option<Affected>,
    unknown: Vec<(PackageName, Affected)>,
) -> (Option<Affected>, Vec<Affected>) {
    let (mut rest, mut taken) = (Vec::new(), BTreeSet::new());
    for (package, mut entry) in unknown {
        if !taken.insert(package.clone()) {
            continue;
        }
        match own.as_mut().filter(|own| own.database_specific.is_absent() && !ledger.project.has_sibling(&package)) {
            Some(own) => own.database_specific = entry.database_specific,
            None => {
                let git = entry.ranges.items().iter().filter(|range| range.kind.text() == Some("GIT"));
                entry.ranges = list(git.cloned().collect());
                rest.push(entry);
            }
        }
    }
    (own, rest)
}

/// Whether an entry gives a Go module versions that it cannot have, and another
/// record names its pseudo-versions. Kata's tags have no `v`: to Go, 3.31.0 is
/// no version of it, and every one that it has is lower.
fn speaks_past_go(ledger: &Ledger<'_>, pseudo: &PseudoVersioned, source: usize, entry: &Affected) -> bool {
    let Some(package) = entry.package.value().filter(|package| package.ecosystem.text() == Some("Go")) else {
        return false;
    };
    let by_another = pseudo.get(&name_of(package)).is_some_and(|by| by.iter().any(|other| *other != source));
    let name = package.name.text().unwrap_or_default();
    let releases = ledger.history.releases.all();
    let tagged = || releases.iter().any(|release| spelling::of("Go", name, release, ledger.project).is_some());
    by_another && !names_pseudo_versions(entry) && !tagged()
}

/// The packages of which records name pseudo-versions, with these records' places.
type PseudoVersioned = FxHashMap<String, BTreeSet<usize>>;

fn pseudo_versioned(advisory: &Advisory) -> PseudoVersioned {
    let mut found = PseudoVersioned::default();
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items().iter().filter(|entry| names_pseudo_versions(entry)) {
            if let Some(package) = entry.package.value() {
                found.entry(name_of(package)).or_default().insert(source);
            }
        }
    }
    found
}

fn names_pseudo_versions(entry: &Affected) -> bool {
    let events = entry.ranges.items().iter().flat_map(|range| range.events.items()).flat_map(Map::values);
    events.filter_map(Value::as_str).any(|text| pseudo_version(text).is_some())
}

fn name_of(package: &Package) -> String {
    format!("{}:{}", package.ecosystem.text().unwrap_or_default(), package.name.text().unwrap_or_default())
}

pub(super) fn list<T>(items: Vec<T>) -> Maybe<Vec<T>> {
    if items.is_empty() { Maybe::Absent } else { Maybe::Value(items) }
}

fn event(key: &str, value: impl Into<Value>) -> Map<String, Value> {
    Map::from_iter([(key.to_owned(), value.into())])
}

/// The entry of the repository's own commits: every fix on every line, and the
/// tags that are affected.
fn commits(ledger: &Ledger<'_>, impact: &Impact) -> Option<Affected> {
    let remote = ledger.project.remotes.first()?;
    let id = |node: &Node| ledger.history.graph.id(*node).to_string();
    let mut dated: Vec<(Node, &str)> = impact.timeline.introduced.iter().map(|node| (*node, "introduced")).collect();
    dated.extend(impact.timeline.fixed.iter().map(|node| (*node, "fixed")));
    dated.sort_unstable();
    let start = impact.timeline.from_roots.then(|| event("introduced", "0"));
    let events: Vec<_> = start.into_iter().chain(dated.iter().map(|(node, key)| event(key, id(node)))).collect();
    let range = Range {
        kind: Maybe::Value("GIT".to_owned()),
        repo: Maybe::Value(remote.url()),
        events: Maybe::Value(events),
        ..Range::default()
    };
    let tags = impact.releases(ledger).into_iter().map(|release| release.tag.to_string()).collect();
    Some(Affected { ranges: Maybe::Value(vec![range]), versions: list(tags), ..Affected::default() })
}

/// An entry of commits of other repositories, which a record may name beside
/// this one; this one's are known better where the graph speaks.
fn foreign_commits(project: &Project, entry: &Affected, known: bool) -> Option<Affected> {
    let own = |range: &&Range| known && range.repo.text().is_some_and(|repo| project.lives_at(repo));
    let ranges: Vec<Range> = entry.ranges.items().iter().filter(|range| !own(range)).cloned().collect();
    let dropped = ranges.len() < entry.ranges.items().len();
    if !dropped {
        return Some(entry.clone());
    }
    // Without its range, the list of its versions is the graph's to say.
    (!ranges.is_empty()).then(|| Affected { ranges: list(ranges), versions: Maybe::Absent, ..entry.clone() })
}

/// GitHub does not say the range type; for some ecosystems it is always SEMVER.
fn typed(range: &Range, semver: bool) -> Range {
    let mut range = range.clone();
    if semver && range.kind.text() == Some("ECOSYSTEM") {
        range.kind = Maybe::Value("SEMVER".to_owned());
    }
    range
}

/// Writes the ranges of a package from the affected releases, one for each run
/// of versions, where the package's versions are the project's releases.
fn compile(ledger: &Ledger<'_>, impact: &Impact, package: &Package, entry: &mut Affected) {
    let (Some(ecosystem), Some(name)) = (package.ecosystem.text(), package.name.text()) else { return };
    // A tag with a `go.mod` is never `+incompatible`; that there are such
    // versions, records say.
    let incompatible = ecosystem != "Go" || go_major(name).1.is_some() || names_later(entry);
    let versions = PackageVersions::new(ledger, impact, entry, &|release| {
        let own = incompatible || release.version.number(0) <= 1;
        own.then(|| spelling::of(ecosystem, name, release, ledger.project)).flatten()
    });
    let Some(versions) = versions.filter(|versions| versions.know_every_fix(entry)) else { return };
    let start = |version: Option<&Spelled>| version.map_or_else(|| "0".to_owned(), |version| version.text.clone());
    let events: Vec<_> = versions
        .runs()
        .into_iter()
        .flat_map(|run| {
            let first = event("introduced", start(run.first));
            std::iter::once(first).chain(run.fixed.map(|fixed| event("fixed", fixed.text.clone())))
        })
        .collect();
    if events.is_empty() {
        return;
    }
    let semver = spelling::is_semver(ecosystem);
    let kind = if semver { "SEMVER" } else { "ECOSYSTEM" };
    let compiled = Range { kind: Maybe::Value(kind.to_owned()), events: Maybe::Value(events), ..Range::default() };
    keep_what_was_said(entry, &compiled, semver);
    entry.ranges = Maybe::Value(vec![compiled]);
    // Semantic versions need no list: the specification orders them.
    let affected = versions.affected().map(|spelled| spelled.listed.clone());
    entry.versions = if semver { Maybe::Absent } else { list(affected.collect()) };
}

/// Where the graph contradicts a record, what the record said stays to be seen.
fn keep_what_was_said(entry: &mut Affected, compiled: &Range, semver: bool) {
    let stated: Vec<Range> = entry.ranges.items().iter().map(|range| typed(range, semver)).collect();
    let events = |ranges: &[Range]| -> Vec<Map<String, Value>> {
        ranges.iter().flat_map(|range| range.events.items()).cloned().collect()
    };
    let said = events(&stated);
    if said.is_empty() || said == events(std::slice::from_ref(compiled)) {
        return;
    }
    let mut specific = entry.database_specific.value().cloned().unwrap_or_default();
    specific.insert("secnotes".to_owned(), json!({ "upstream_events": said }));
    entry.database_specific = Maybe::Value(specific);
}

/// How the beginning of the range is known, in a word for programs.
pub(super) fn introduced_by(impact: &Impact) -> &'static str {
    match impact.introduced.first().map(|introduced| &introduced.by) {
        None => "unknown",
        Some(IntroducedBy::Record(_)) => "record",
        Some(IntroducedBy::Version(_)) => "record-version",
        Some(IntroducedBy::Trailer(_)) => "fixes-trailer",
        Some(IntroducedBy::Copy(_)) => "copy",
    }
}
