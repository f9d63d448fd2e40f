//! The versions of a package that are the project's releases, and which of
//! them are affected.

use crate::join::{Said, Word};
use serde_json::{Map, Value};

use super::spelling::{self, Spelled};
use crate::advisory::{Advisory, PackageName, go_major};
use crate::history::Release;
use crate::join::records::pseudo_version;
use crate::ledger::{Impact, Ledger, Run, runs, stated_start};
use crate::model::Version;
use crate::model::osv::Affected;

/// A package's versions in its own order.
pub(crate) struct PackageVersions {
    versions: Vec<Known>,
    /// Whether everything before the first version is affected too, if that is.
    from_start: bool,
    /// The last version that the record calls affected, where that is the newest.
    last: Option<Spelled>,
}

/// The most events of a package of which each is held against all others; an honest
/// record has some dozens.
const MOST_EVENTS: usize = 1_000;

/// A version, and whether it is affected.
struct Known {
    spelled: Spelled,
    affected: bool,
    /// The releases of this repository that are this version, by their places;
    /// of a version without any, a record tells.
    releases: Vec<usize>,
}

impl PackageVersions {
    /// The versions of a package of which a record has this entry; none where
    /// the package's own versions are no releases. A crate inside the
    /// repository has versions of its own, and a Go module without tags has
    /// pseudo-versions: of these the graph knows nothing.
    pub(crate) fn new(ledger: &Ledger<'_>, advisory: &Advisory, impact: &Impact, entry: &Affected) -> Option<Self> {
        let package = entry.package.value()?;
        let (ecosystem, name) = (package.ecosystem.text()?, package.name.text()?);
        let own = PackageName::new(ecosystem, name)?;
        let said = Said::by(advisory);
        let majors = majors(advisory, name);
        let later = ecosystem != "Go" || go_major(name).1.is_some() || names_later(entry);
        // Of a record that we write. `join::said` asks the same of ranges one by one, for
        // what they say, and `check` of anybody's entry, whatever the project's tags: each
        // knows of other packages that the releases may be versions of.
        let is_of = |release: &Release| {
            let number = release.version.number(0);
            later && !majors.contains(&number) || number <= 1
        };
        let spelled = |spell: &dyn Fn(&Release) -> Option<Spelled>| {
            let releases = ledger.history.releases.all().iter().enumerate();
            let mut versions: Vec<Known> = releases
                .filter(|(_, release)| is_of(release))
                .filter_map(|(at, release)| {
                    let affected = impact.affected.contains(at) && !is_of_another(&said, &own, release);
                    Some(Known { spelled: spell(release)?, affected, releases: vec![at] })
                })
                .collect();
            versions.sort_by(|a, b| a.spelled.compare(&b.spelled));
            // v1.0 and 1.0.0 may be two tags of one version.
            versions.dedup_by(|later, kept| {
                let same = later.spelled.compare(&kept.spelled).is_eq();
                if same {
                    kept.affected |= later.affected;
                    kept.releases.append(&mut later.releases);
                }
                same
            });
            (!versions.is_empty()).then_some(versions)
        };
        if !are_releases(stated(entry), ledger.history.releases.all()) {
            return None;
        }
        // Kata's tags have no `v`, so that Go knows none of its versions, and its
        // advisories name them all the same.
        let versions = spelled(&|release| spelling::of(ecosystem, name, release, ledger.project))
            .or_else(|| spelled(&|release| Spelled::stated(ecosystem, release.version.as_str())))?;
        let versions = as_stated(versions, entry);
        let starts: Vec<&str> = events(entry).filter(|(key, _)| *key == "introduced").map(|(_, text)| text).collect();
        let from_start = match starts[..] {
            [] => impact.timeline.from_roots,
            _ => starts.iter().any(|start| stated_start(start).is_none()),
        };
        let mut known = Self { versions, from_start, last: None };
        known.add_untagged(ecosystem, entry, &|version| said.of_version(&own, version));
        known.join_candidates();
        Some(known)
    }

    /// Maven orders 2.9.0.pr1 behind 2.9.0, and people before it: what is within
    /// a range by its ecosystem's order is called affected with it.
    fn join_candidates(&mut self) {
        let mut last: Option<(Vec<u64>, bool)> = None;
        for known in &mut self.versions {
            let Ok(version) = known.spelled.text.parse::<Version>() else { continue };
            // jetty's 9.4.52.v20230823 is a release: its tag says so.
            if !known.spelled.is_prerelease {
                last = Some((version.numbers().to_vec(), known.affected));
            } else if last.as_ref().is_some_and(|(numbers, affected)| *affected && version.numbers() == numbers) {
                known.affected = true;
            }
        }
    }

    /// Adds what a record says of versions that are no releases here: one that
    /// was published elsewhere, or whose tag this clone lacks. Of these the
    /// record's word is all that there is.
    /// Projects do publish what they never tagged, and a range that ended at the last tag would call
    /// those versions safe.
    fn add_untagged(&mut self, ecosystem: &str, entry: &Affected, said: &dyn Fn(&Version) -> Option<Word>) {
        let few = events(entry).count() <= MOST_EVENTS;
        for (key, text) in events(entry).filter(|(_, text)| pseudo_version(text).is_none() && *text != "0") {
            let Some(spelled) = Spelled::stated(ecosystem, text) else { continue };
            if key == "last_affected" && self.last.as_ref().is_none_or(|last| last.compare(&spelled).is_lt()) {
                self.last = Some(spelled.clone());
            }
            let word = bare(text).parse().ok().filter(|_| few).and_then(|version| said(&version));
            // Of several ranges one may end where another goes on.
            let affected = word.map_or(key != "fixed", |word| word == Word::Affected);
            self.versions.push(Known { spelled, affected, releases: Vec::new() });
        }
        let listed = entry.versions.items().iter().filter_map(|text| Spelled::stated(ecosystem, text));
        self.versions.extend(listed.map(|spelled| Known { spelled, affected: true, releases: Vec::new() }));
        // Of what is a release the graph tells, and of a version that ends one
        // range and begins another that it is affected.
        self.versions.sort_by(|a, b| {
            let first = |known: &Known| (known.releases.is_empty(), !known.affected);
            a.spelled.compare(&b.spelled).then_with(|| first(a).cmp(&first(b)))
        });
        self.versions.dedup_by(|later, kept| later.spelled.compare(&kept.spelled).is_eq());
    }

    /// Every release, the lowest first, and whether it is affected.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Spelled, bool)> {
        self.versions.iter().filter(|known| !known.releases.is_empty()).map(|known| (&known.spelled, known.affected))
    }

    /// Whether a release, by its place, is one of these.
    pub(crate) fn have(&self, release: usize) -> bool {
        self.versions.iter().any(|known| known.releases.contains(&release))
    }

    /// The versions to list, the lowest first: the affected releases, and what
    /// the record lists beside them that was released elsewhere.
    pub(super) fn listed(&self, ecosystem: &str, entry: &Affected) -> Vec<String> {
        let stated = entry.versions.items().iter().filter_map(|text| Spelled::stated(ecosystem, text));
        let mut stated: Vec<Spelled> = stated.collect();
        stated.sort_by(Spelled::compare);
        stated.dedup_by(|later, kept| later.compare(kept).is_eq());
        let text = |known: &Known| match known.releases.is_empty() {
            false => Some(known.spelled.listed.clone()),
            true => {
                let place = stated.binary_search_by(|stated| stated.compare(&known.spelled)).ok()?;
                stated.get(place).map(|stated| stated.listed.clone())
            }
        };
        self.versions.iter().filter(|known| known.affected).filter_map(text).collect()
    }

    /// The runs of affected versions.
    pub(crate) fn runs(&self) -> Vec<Run<&Spelled>> {
        let flagged: Vec<(&Spelled, bool)> =
            self.versions.iter().map(|known| (&known.spelled, known.affected)).collect();
        runs(&flagged, self.from_start)
    }

    /// The version after which the record calls nothing affected, where a run
    /// goes on to the newest version.
    pub(crate) fn last_affected(&self, run: &Run<&Spelled>) -> Option<&Spelled> {
        self.last.as_ref().filter(|last| run.fixed.is_none() && run.last.compare(last).is_eq())
    }
}

/// Versions of a Go module, called incompatible where the record calls them so:
/// it may know of one that its tag had no `go.mod`.
fn as_stated(mut versions: Vec<Known>, entry: &Affected) -> Vec<Known> {
    for stated in stated(entry).filter(|text| text.ends_with("+incompatible")) {
        let Some(stated) = Spelled::stated("Go", stated) else { continue };
        let place = versions.binary_search_by(|known| known.spelled.compare(&stated));
        if let Some(known) = place.ok().and_then(|place| versions.get_mut(place)) {
            known.spelled.text.clone_from(&stated.text);
        }
    }
    versions
}

/// Whether a release is affected by what a record says of another package,
/// and not by what it says of this one: an entry is about one package.
fn is_of_another(said: &Said<'_>, package: &PackageName, release: &Release) -> bool {
    let own = said.of_package(package, release);
    matches!(own, Some(Word::NotYet | Word::Fixed)) && said.is_affected(release) == Some(true)
}

/// The later major versions of a Go module of which an advisory names the own
/// modules: what is a version of these is none of the module without a suffix.
fn majors(advisory: &Advisory, name: &str) -> Vec<u64> {
    if go_major(name).1.is_some() {
        return Vec::new();
    }
    let named = advisory.affected.iter().filter_map(|fact| fact.value.package.as_ref());
    let modules = named.filter(|package| package.ecosystem == "Go").map(|package| go_major(&package.name));
    modules.filter(|(base, _)| *base == name).filter_map(|(_, major)| major).collect()
}

/// Whether a record names a version of the second or a later major version of a
/// package: of a Go module without a suffix these are called incompatible.
fn names_later(entry: &Affected) -> bool {
    stated(entry).any(|text| bare(text).parse::<Version>().is_ok_and(|version| version.number(0) > 1))
}

/// The events of an entry's version ranges.
fn events(entry: &Affected) -> impl Iterator<Item = (&str, &str)> {
    let ranges = entry.ranges.items().iter().filter(|range| range.kind.text() != Some("GIT"));
    let events = ranges.flat_map(|range| range.events.items()).flat_map(Map::iter);
    events.filter_map(|(key, value)| Some((key.as_str(), Value::as_str(value)?)))
}

/// The versions that an entry states, in its ranges and its list.
fn stated(entry: &Affected) -> impl Iterator<Item = &str> {
    entry.versions.items().iter().map(String::as_str).chain(events(entry).map(|(_, text)| text))
}

fn bare(text: &str) -> &str {
    text.trim_start_matches(['v', 'V'])
}

/// Whether versions that a record states of a package are the project's releases
/// or of their lines: a version whose tag is missing is of a line that has others.
pub(crate) fn are_releases<'t>(stated: impl IntoIterator<Item = &'t str>, releases: &[Release]) -> bool {
    let mut stated = stated.into_iter().filter(|text| *text != "0" && pseudo_version(text).is_none());
    stated.any(|text| {
        let Ok(version) = bare(text).parse::<Version>() else { return false };
        let line = |release: &Release| (0..2).all(|place| release.version.number(place) == version.number(place));
        releases.iter().any(|release| release.version == version || line(release))
    })
}
