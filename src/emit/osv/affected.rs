//! What is affected: the commits, then each package by its own versions.

use serde_json::{Map, Value, json};

use super::Known;
use super::spelling::{self, Spelled};
use crate::advisory::{Advisory, Project};
use crate::history::Node;
use crate::ledger::{Impact, IntroducedBy, Ledger, runs, stated_start};
use crate::model::Version;
use crate::model::osv::{Affected, Maybe, Package, Range};

/// A GIT entry of its own, then each package as the most trusted record that
/// names it says, its ranges from the graph where its versions are the
/// project's releases. `scored`: whether the record has a severity of its own.
pub(super) fn of(ledger: &Ledger<'_>, advisory: &Advisory, impact: Known<'_>, scored: bool) -> Vec<Affected> {
    let mut entries: Vec<Affected> = impact.and_then(|impact| commits(ledger, impact)).into_iter().collect();
    let mut taken: Vec<(String, usize)> = Vec::new();
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items() {
            let Some(package) = entry.package.value() else {
                entries.extend(foreign_commits(ledger.project, entry, impact.is_some()));
                continue;
            };
            let name = name_of(package);
            if taken.iter().any(|(known, by)| *known == name && *by != source) {
                continue;
            }
            taken.push((name, source));
            let mut entry = entry.clone();
            if scored {
                // The specification allows a score in one place only.
                entry.severity = Maybe::Absent;
            }
            if let (Some(impact), Some(package)) = (impact, entry.package.value().cloned()) {
                compile(ledger, impact, &package, &mut entry);
            }
            let semver = package.ecosystem.text().is_some_and(spelling::is_semver);
            entry.ranges = list(entry.ranges.items().iter().map(|range| typed(range, semver)).collect());
            entries.push(entry);
        }
    }
    entries
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
    let own = |range: &&Range| {
        let remote = range.repo.text().and_then(|repo| repo.parse().ok());
        known && remote.is_some_and(|remote| project.remotes.contains(&remote))
    };
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
    let floor = floor(impact, entry);
    let versions = versions(ledger, impact, (ecosystem, name), floor.as_ref());
    if versions.is_empty() || !speaks_of(entry, &versions) {
        return;
    }
    let flagged: Vec<(usize, bool)> = versions.iter().enumerate().map(|(at, (_, affected))| (at, *affected)).collect();
    let semver = spelling::is_semver(ecosystem);
    let text = |at: usize| versions.get(at).map(|(spelled, _)| spelled.text.clone()).unwrap_or_default();
    let from_start = impact.timeline.from_roots && floor.is_none();
    let events: Vec<_> = runs(&flagged, from_start)
        .into_iter()
        .flat_map(|run| {
            let first = event("introduced", run.first.map_or_else(|| "0".to_owned(), text));
            std::iter::once(first).chain(run.fixed.map(|fixed| event("fixed", text(fixed))))
        })
        .collect();
    if events.is_empty() {
        return;
    }
    let kind = if semver { "SEMVER" } else { "ECOSYSTEM" };
    let compiled = Range { kind: Maybe::Value(kind.to_owned()), events: Maybe::Value(events), ..Range::default() };
    keep_what_was_said(entry, &compiled, semver);
    entry.ranges = Maybe::Value(vec![compiled]);
    // Semantic versions need no list: the specification orders them.
    let affected = versions.iter().filter(|(_, affected)| *affected).map(|(spelled, _)| spelled.listed.clone());
    entry.versions = if semver { Maybe::Absent } else { list(affected.collect()) };
}

/// The first version that a record calls affected, where no commit is known to
/// have introduced the vulnerability: of what came before, the graph alone
/// would say that it is affected only because nothing says that it is not.
fn floor(impact: &Impact, entry: &Affected) -> Option<Version> {
    if impact.introduced.iter().any(|introduced| matches!(introduced.by, IntroducedBy::Record(_))) {
        return None;
    }
    let events = entry.ranges.items().iter().flat_map(|range| range.events.items());
    let starts: Vec<&str> = events.filter_map(|event| event.get("introduced")?.as_str()).collect();
    starts.into_iter().map(stated_start).collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// The releases that are versions of a package, in its order, and which are affected.
fn versions(
    ledger: &Ledger<'_>,
    impact: &Impact,
    (ecosystem, name): (&str, &str),
    floor: Option<&Version>,
) -> Vec<(Spelled, bool)> {
    let releases = ledger.history.releases.all().iter().enumerate();
    let mut versions: Vec<(Spelled, bool)> = releases
        .filter_map(|(at, release)| {
            let spelled = spelling::of(ecosystem, name, release, ledger.project)?;
            let early = floor.is_some_and(|floor| release.version < *floor);
            Some((spelled, !early && impact.affected.contains(at)))
        })
        .collect();
    versions.sort_by(|(a, _), (b, _)| a.compare(b));
    // v1.0 and 1.0.0 may be two tags of one version.
    versions.dedup_by(|(later, also), (kept, affected)| {
        let same = later.compare(kept).is_eq();
        *affected |= same && *also;
        same
    });
    versions
}

/// Whether a record's own versions of a package are among the project's
/// releases. A crate inside the repository has versions of its own, and a Go
/// module without tags has pseudo-versions: of these the graph knows nothing.
fn speaks_of(entry: &Affected, versions: &[(Spelled, bool)]) -> bool {
    let events = entry.ranges.items().iter().flat_map(|range| range.events.items()).flat_map(Map::values);
    let stated = entry.versions.items().iter().map(String::as_str).chain(events.filter_map(Value::as_str));
    let known = |text: &str| {
        let bare = text.trim_start_matches(['v', 'V']);
        let same = |spelled: &Spelled| match (bare.parse::<Version>(), spelled.text.parse::<Version>()) {
            (Ok(ours), Ok(theirs)) => ours == theirs,
            _ => false,
        };
        versions.iter().any(|(spelled, _)| same(spelled))
    };
    stated.filter(|text| *text != "0").any(known)
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
        Some(IntroducedBy::Trailer(_) | IntroducedBy::Copy(_)) => "fixes-trailer",
    }
}
