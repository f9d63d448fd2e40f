//! What is affected: the commits, then each package by its own versions.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::spelling;
use super::unknown;
use super::versions::PackageVersions;
use crate::advisory::{Advisory, Project, UNKNOWN_PACKAGE, package_of};
use crate::history::Node;
use crate::join::records::pseudo_version;
use crate::ledger::{Impact, IntroducedBy, Ledger};
use crate::model::AdvisoryId;
use crate::model::order::has_semver;
use crate::model::osv::{Affected, Maybe, Package, Range};

/// A GIT entry of its own, then each package as the most trusted record that
/// names it says, its ranges from the graph where its versions are the
/// project's releases. `scored`: whether the record has a severity of its own.
pub(super) fn of(ledger: &Ledger<'_>, advisory: &Advisory, impact: Option<&Impact>, scored: bool) -> Vec<Affected> {
    let own = impact.and_then(|impact| commits(ledger, advisory, impact));
    let Named { mut packages, unknown, commits, others } = named(ledger, advisory);
    for entry in &mut packages {
        if scored {
            // The specification allows a score in one place only.
            entry.severity = Maybe::Absent;
        }
        let sibling = package_of(entry).is_some_and(|package| ledger.project.has_sibling(&package));
        if let (Some(impact), false) = (impact, sibling) {
            compile(ledger, advisory, impact, entry);
        }
        let ecosystem = entry.package.value().and_then(|package| package.ecosystem.text());
        let semver = ecosystem.is_some_and(has_semver);
        let typed: Vec<Range> = entry.ranges.items().iter().map(|range| typed(range, semver)).collect();
        let (empty, ranges): (Vec<Range>, Vec<Range>) = typed.into_iter().partition(is_empty);
        if !empty.is_empty() {
            entry.ranges = list(empty);
            keep_what_was_said(entry, &ranges, semver);
        }
        entry.ranges = list(ranges);
        let name = entry.package.value().map(name_of).unwrap_or_default();
        keep_what_others_said(entry, others.get(&name).map_or(&[], Vec::as_slice));
    }
    let (own, rest) = of_unknown_ecosystems(ledger, own, unknown);
    let foreign = commits.into_iter().filter_map(|entry| foreign_commits(ledger.project, &entry, impact.is_some()));
    let mut all: Vec<Affected> = own.into_iter().chain(rest).chain(foreign.map(without_strays)).collect();
    tell_beside_commits(&mut all);
    all.extend(packages);
    all
}

/// Entries that name something and say nothing of its versions stand beside the
/// commits, where there are some: alone they would say that nothing is affected.
fn tell_beside_commits(entries: &mut Vec<Affected>) {
    if entries.iter().all(is_bare) {
        return;
    }
    let (bare, mut others): (Vec<Affected>, Vec<Affected>) = std::mem::take(entries).into_iter().partition(is_bare);
    if let Some(first) = others.first_mut().filter(|_| !bare.is_empty()) {
        let all = std::iter::once(&*first).chain(&bare).filter_map(|entry| entry.database_specific.value());
        let all = together(all);
        first.database_specific = all;
    }
    *entries = others;
}

/// Whether an entry says nothing of versions.
fn is_bare(entry: &Affected) -> bool {
    entry.ranges.items().is_empty() && entry.versions.items().is_empty()
}

/// Whether a range ends where it begins: no version is in it, and the
/// specification refuses it. Records of netty say so of packages that are not affected.
fn is_empty(range: &Range) -> bool {
    let [first, second] = range.events.items() else { return false };
    let begins = first.get("introduced");
    range.kind.text() != Some("GIT") && begins.is_some() && begins == second.get("fixed")
}

/// What the records of an advisory say is affected.
pub(crate) struct Named {
    /// Each package once, by the most trusted record that names it.
    pub(crate) packages: Vec<Affected>,
    /// Packages of ecosystems that OSV does not know.
    unknown: Vec<Affected>,
    /// Entries without a package.
    commits: Vec<Affected>,
    /// Of each package what less trusted records say, with their ids.
    others: FxHashMap<String, Vec<(AdvisoryId, Events)>>,
}

/// Events of ranges, each an object of one key.
type Events = Vec<Map<String, Value>>;

/// Reads what the records name.
pub(crate) fn named(ledger: &Ledger<'_>, advisory: &Advisory) -> Named {
    let mut named =
        Named { packages: Vec::new(), unknown: Vec::new(), commits: Vec::new(), others: FxHashMap::default() };
    // The record that each package is taken from, and its entry.
    let mut taken: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    let mut parts: Vec<Vec<&Affected>> = Vec::new();
    let pseudo = pseudo_versioned(advisory);
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items() {
            let told = unknown::aside(entry);
            let Some(package) = told.package.value() else {
                match unknown_package(&told) {
                    Some(_) => named.unknown.push(told.into_owned()),
                    None => named.commits.push(told.into_owned()),
                }
                continue;
            };
            let said = || (record.id.clone(), events_of(entry));
            if speaks_past_go(ledger, &pseudo, source, entry) {
                named.others.entry(name_of(package)).or_default().push(said());
                continue;
            }
            let (by, at) = *taken.entry(name_of(package)).or_insert((source, parts.len()));
            // A record that could not be read says nothing, and another one may.
            let silent = |parts: &Vec<&Affected>| parts.iter().all(|entry| is_bare(entry));
            if by != source && !is_bare(entry) && parts.get(at).is_some_and(silent) {
                taken.insert(name_of(package), (source, at));
                parts.get_mut(at).into_iter().for_each(|parts| *parts = vec![entry]);
                continue;
            }
            if at == parts.len() {
                parts.push(Vec::new());
            }
            if by != source {
                named.others.entry(name_of(package)).or_default().push(said());
            }
            parts.get_mut(at).filter(|_| by == source).into_iter().for_each(|parts: &mut Vec<_>| parts.push(entry));
        }
    }
    named.packages = parts.iter().map(|parts| joined(parts)).collect();
    named
}

/// What an entry says of versions and commits, wherever in it.
fn events_of(entry: &Affected) -> Events {
    let ranges = entry.stated_ranges();
    ranges.iter().flat_map(|range| &range.events).map(|(key, value)| event(key, (*value).clone())).collect()
}

/// Joins entries of one package, as GitHub's database writes one for each line:
/// who reads the first alone would take the other lines for safe.
fn joined(entries: &[&Affected]) -> Affected {
    let [first, others @ ..] = entries else { return Affected::default() };
    let mut joined = (*first).clone();
    if others.is_empty() {
        return joined;
    }
    joined.ranges = list(each_once(entries.iter().flat_map(|entry| entry.ranges.items())));
    joined.versions = list(each_once(entries.iter().flat_map(|entry| entry.versions.items())));
    joined.severity = list(each_once(entries.iter().flat_map(|entry| entry.severity.items())));
    joined.ecosystem_specific = together(entries.iter().filter_map(|entry| entry.ecosystem_specific.value()));
    joined.database_specific = together(entries.iter().filter_map(|entry| entry.database_specific.value()));
    joined
}

/// What is equal as it is written, once. Hostile records have twenty thousand of a kind.
fn each_once<'v, T: Clone + Serialize + 'v>(items: impl Iterator<Item = &'v T>) -> Vec<T> {
    let mut seen = FxHashSet::default();
    items.filter(|item| seen.insert(serde_json::to_string(item).unwrap_or_default())).cloned().collect()
}

/// What several objects say: of different values under one key all are kept in
/// a list, and lists become one.
fn together<'v>(objects: impl Iterator<Item = &'v Map<String, Value>>) -> Maybe<Map<String, Value>> {
    let mut said: Map<String, Value> = Map::new();
    let mut seen: FxHashMap<&str, (FxHashSet<String>, Vec<&Value>)> = FxHashMap::default();
    for (key, value) in objects.flatten() {
        let (known, values) = seen.entry(key).or_default();
        let items = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        values.extend(items.iter().filter(|item| known.insert(item.to_string())));
        let is_one = values.len() == 1 && !value.is_array() && !said.get(key).is_some_and(Value::is_array);
        // The place of a key is that of its first value.
        said.insert(key.clone(), if is_one { value.clone() } else { Value::Array(Vec::new()) });
    }
    for (key, value) in &mut said {
        if let (Value::Array(items), Some((_, values))) = (value, seen.get(key.as_str())) {
            items.extend(values.iter().map(|item| (*item).clone()));
        }
    }
    if said.is_empty() { Maybe::Absent } else { Maybe::Value(said) }
}

/// An entry without a package has ranges of commits only: the specification
/// takes no range of versions that is nobody's.
fn without_strays(mut entry: Affected) -> Affected {
    let (git, strays): (Vec<Range>, Vec<Range>) =
        entry.ranges.items().iter().cloned().partition(|range| range.kind.text() == Some("GIT"));
    if !strays.is_empty() {
        let mut said =
            Affected { ranges: list(strays), database_specific: entry.database_specific, ..Affected::default() };
        keep_what_was_said(&mut said, &[], false);
        entry.database_specific = said.database_specific;
        entry.ranges = list(git);
    }
    entry
}

/// Whether an advisory names no package whose versions OSV could order, so that
/// commits alone can tell what is affected.
pub(super) fn needs_commits(advisory: &Advisory) -> bool {
    let mut entries = advisory.records.iter().flat_map(|source| source.record.affected.items());
    entries.all(|entry| unknown::aside(entry).package.value().is_none())
}

/// Entries of packages whose ecosystem OSV does not know, as GitHub's advisories
/// have them of charts and images: OSV takes no range of versions without a
/// package, so that the commits stand for the versions, and the package's name
/// beside them.
fn of_unknown_ecosystems(
    ledger: &Ledger<'_>,
    mut own: Option<Affected>,
    unknown: Vec<Affected>,
) -> (Option<Affected>, Vec<Affected>) {
    let sibling = |entry: &Affected| package_of(entry).is_some_and(|package| ledger.project.has_sibling(&package));
    let (beside, mut rest): (Vec<Affected>, Vec<Affected>) =
        unknown.into_iter().partition(|entry| own.is_some() && !sibling(entry));
    if let Some(own) = own.as_mut().filter(|_| !beside.is_empty()) {
        let all = std::iter::once(&*own).chain(&beside).filter_map(|entry| entry.database_specific.value());
        let all = together(all);
        own.database_specific = all;
    }
    let elsewhere = beside.iter().filter(|entry| !entry.ranges.is_absent());
    let elsewhere: Vec<Affected> =
        elsewhere.filter_map(|entry| foreign_commits(ledger.project, &without_strays(entry.clone()), true)).collect();
    for entry in &mut rest {
        let git = entry.ranges.items().iter().filter(|range| range.kind.text() == Some("GIT"));
        entry.ranges = list(git.cloned().collect());
    }
    let mut seen = FxHashSet::default();
    rest.retain(|entry| seen.insert(unknown_package(entry).map(Value::to_string)));
    rest.extend(elsewhere.into_iter().filter(|entry| !entry.ranges.is_absent()));
    (own, rest)
}

/// The package of an entry whose ecosystem OSV does not know, as it was written.
fn unknown_package(entry: &Affected) -> Option<&Value> {
    entry.database_specific.value().filter(|_| entry.package.value().is_none())?.get(UNKNOWN_PACKAGE)
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
fn commits(ledger: &Ledger<'_>, advisory: &Advisory, impact: &Impact) -> Option<Affected> {
    let remote = ledger.project.remotes.first()?;
    let id = |node: &Node| ledger.history.graph.id(*node).to_string();
    let start = impact.timeline.from_roots.then(|| event("introduced", "0"));
    let mut dated: Vec<(Node, &str)> = impact.timeline.introduced.iter().map(|node| (*node, "introduced")).collect();
    dated.extend(impact.timeline.fixed.iter().map(|node| (*node, "fixed")));
    dated.sort_unstable();
    let events: Vec<_> = start.into_iter().chain(dated.iter().map(|(node, key)| event(key, id(node)))).collect();
    let range = Range {
        kind: Maybe::Value("GIT".to_owned()),
        repo: Maybe::Value(remote.url()),
        events: Maybe::Value(events),
        ..Range::default()
    };
    let tags = impact.releases(ledger).into_iter().map(|release| release.tag.to_string()).collect();
    let stated = stated_commits(ledger.project, advisory);
    let mut own = Affected { ranges: list(stated), ..Affected::default() };
    keep_what_was_said(&mut own, std::slice::from_ref(&range), false);
    own.ranges = Maybe::Value(vec![range]);
    own.versions = list(tags);
    Some(own)
}

/// The ranges of this repository's commits as the records have them, each once.
fn stated_commits(project: &Project, advisory: &Advisory) -> Vec<Range> {
    let entries = advisory.records.iter().flat_map(|source| source.record.affected.items());
    let ranges = entries.flat_map(|entry| entry.ranges.items());
    let own = |range: &&Range| {
        range.kind.text() == Some("GIT") && range.repo.text().is_some_and(|repo| project.lives_at(repo))
    };
    let mut seen = FxHashSet::default();
    ranges
        .filter(own)
        .filter(|range| seen.insert(serde_json::to_string(&range.events).unwrap_or_default()))
        .cloned()
        .collect()
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
/// A SEMVER range is ordered by the specification itself, so that every reader can evaluate it.
fn typed(range: &Range, semver: bool) -> Range {
    let mut range = range.clone();
    if semver && range.kind.text() == Some("ECOSYSTEM") {
        range.kind = Maybe::Value("SEMVER".to_owned());
    }
    range
}

/// Writes the ranges of a package from the affected releases, one for each run
/// of versions, where the package's versions are the project's releases.
fn compile(ledger: &Ledger<'_>, advisory: &Advisory, impact: &Impact, entry: &mut Affected) {
    let Some(versions) = PackageVersions::new(ledger, advisory, impact, entry) else { return };
    let Some(ecosystem) = entry.package.value().and_then(|package| package.ecosystem.text().map(str::to_owned)) else {
        return;
    };
    let events: Vec<_> = versions
        .runs()
        .into_iter()
        .flat_map(|run| {
            let start = run.first.map_or_else(|| "0".to_owned(), |version| version.text.clone());
            let last = versions.last_affected(&run).map(|last| event("last_affected", last.text.clone()));
            let end = run.fixed.map(|fixed| event("fixed", fixed.text.clone())).or(last);
            std::iter::once(event("introduced", start)).chain(end)
        })
        .collect();
    if events.is_empty() {
        return;
    }
    let semver = has_semver(&ecosystem);
    let kind = if semver { "SEMVER" } else { "ECOSYSTEM" };
    // The specification allows one kind of end in a range.
    let ends_both_ways =
        ["fixed", "last_affected"].iter().all(|key| events.iter().any(|event| event.contains_key(*key)));
    let parts = if ends_both_ways { events.chunks(2).map(<[_]>::to_vec).collect() } else { vec![events] };
    let range =
        |events| Range { kind: Maybe::Value(kind.to_owned()), events: Maybe::Value(events), ..Range::default() };
    let compiled: Vec<Range> = parts.into_iter().map(range).collect();
    // Semantic versions need no list: the specification orders them.
    let listed = if semver { Maybe::Absent } else { list(versions.listed(&ecosystem, entry)) };
    keep_what_was_said(entry, &compiled, semver);
    entry.ranges = Maybe::Value(compiled);
    entry.versions = listed;
}

/// Where the graph contradicts a record, what the record said stays to be seen.
/// Neither side is dropped: the record may be right, and who reads it can see what was changed.
fn keep_what_was_said(entry: &mut Affected, compiled: &[Range], semver: bool) {
    let stated: Vec<Range> = entry.ranges.items().iter().map(|range| typed(range, semver)).collect();
    let events = |ranges: &[Range]| -> Vec<Map<String, Value>> {
        ranges.iter().flat_map(|range| range.events.items()).cloned().collect()
    };
    // In which order events stand means nothing.
    let sorted = |events: &[Map<String, Value>]| {
        let mut all: Vec<String> = events.iter().map(|event| json!(event).to_string()).collect();
        all.sort_unstable();
        all
    };
    let said = events(&stated);
    if said.is_empty() || sorted(&said) == sorted(&events(compiled)) {
        return;
    }
    let mut specific = entry.database_specific.value().cloned().unwrap_or_default();
    specific.insert("secnotes".to_owned(), json!({ "upstream_events": said }));
    entry.database_specific = Maybe::Value(specific);
}

/// Where another record says otherwise of a package, what it says stays to be seen.
fn keep_what_others_said(entry: &mut Affected, others: &[(AdvisoryId, Events)]) {
    let own: Vec<&Map<String, Value>> = entry.ranges.items().iter().flat_map(|range| range.events.items()).collect();
    let mut said: Map<String, Value> = Map::new();
    for (id, events) in others.iter().take(MOST_OTHERS) {
        if events.iter().any(|event| !own.contains(&event)) {
            said.insert(id.to_string(), json!(events));
        }
    }
    if said.is_empty() {
        return;
    }
    let mut specific = entry.database_specific.value().cloned().unwrap_or_default();
    let ours = specific.entry("secnotes").or_insert_with(|| json!({}));
    if let Some(ours) = ours.as_object_mut() {
        ours.insert("others_say".to_owned(), Value::Object(said));
    }
    entry.database_specific = Maybe::Value(specific);
}

/// The most other records of which a package keeps what they say.
const MOST_OTHERS: usize = 16;

/// How the beginning of the range is known, in a word for programs.
pub(super) fn introduced_by(impact: &Impact) -> &'static str {
    match impact.introduced.first().map(|introduced| &introduced.by) {
        None => "unknown",
        Some(IntroducedBy::Record(_)) => "record",
        Some(IntroducedBy::Version(_)) => "record-version",
        Some(IntroducedBy::Trailer(_)) => "fixes-trailer",
        Some(IntroducedBy::Copy(_)) => "copy",
        Some(IntroducedBy::Release(_)) => "record-release",
        Some(IntroducedBy::Fix(_)) => "fix",
    }
}
