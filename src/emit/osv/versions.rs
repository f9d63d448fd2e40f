//! The versions of a package that are the project's releases, and which of
//! them are affected.

use serde_json::{Map, Value};

use super::spelling::Spelled;
use crate::history::Release;
use crate::join::records::pseudo_version;
use crate::ledger::{Impact, IntroducedBy, Ledger, Run, runs, stated_start};
use crate::model::Version;
use crate::model::osv::Affected;

/// A package's versions in its own order.
pub(crate) struct PackageVersions {
    versions: Vec<(Spelled, bool)>,
    /// Whether everything before the first version is affected too, if that is.
    from_start: bool,
}

impl PackageVersions {
    /// The versions of a package whose entry in a record is given, as they are
    /// spelled; none where the package's own versions are no releases. A crate
    /// inside the repository has versions of its own, and a Go module without
    /// tags has pseudo-versions: of these the graph knows nothing.
    pub(crate) fn new(
        ledger: &Ledger<'_>,
        impact: &Impact,
        entry: &Affected,
        spelled: &dyn Fn(&Release) -> Option<Spelled>,
    ) -> Option<Self> {
        let floor = floor(impact, entry);
        let releases = ledger.history.releases.all().iter().enumerate();
        let mut versions: Vec<(Spelled, bool)> = releases
            .filter_map(|(at, release)| {
                let early = floor.as_ref().is_some_and(|floor| release.version < *floor);
                Some((spelled(release)?, !early && impact.affected.contains(at)))
            })
            .collect();
        versions.sort_by(|(a, _), (b, _)| a.compare(b));
        // v1.0 and 1.0.0 may be two tags of one version.
        versions.dedup_by(|(later, also), (kept, affected)| {
            let same = later.compare(kept).is_eq();
            *affected |= same && *also;
            same
        });
        let from_start = impact.timeline.from_roots && floor.is_none();
        speaks_of(entry, &versions).then_some(Self { versions, from_start })
    }

    /// Every version, the lowest first, and whether it is affected.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Spelled, bool)> {
        self.versions.iter().map(|(spelled, affected)| (spelled, *affected))
    }

    /// The affected versions, the lowest first.
    pub(crate) fn affected(&self) -> impl Iterator<Item = &Spelled> {
        self.versions.iter().filter(|(_, affected)| *affected).map(|(spelled, _)| spelled)
    }

    /// The runs of affected versions.
    pub(crate) fn runs(&self) -> Vec<Run<&Spelled>> {
        let flagged: Vec<(&Spelled, bool)> =
            self.versions.iter().map(|(spelled, affected)| (spelled, *affected)).collect();
        runs(&flagged, self.from_start)
    }

    /// Whether every version that a record calls fixed is one of these. One
    /// that is not was released elsewhere, or the clone lacks its tag: then the
    /// graph knows less than the record.
    pub(crate) fn know_every_fix(&self, entry: &Affected) -> bool {
        let events = entry.ranges.items().iter().filter(|range| range.kind.text() != Some("GIT"));
        let fixed = events.flat_map(|range| range.events.items()).filter_map(|event| event.get("fixed")?.as_str());
        // A pseudo-version is a commit, and the graph knows its place.
        let mut released = fixed.filter(|text| pseudo_version(text).is_none());
        released.all(|text| is_among(text, &self.versions))
    }
}

/// Whether a record names a version of the second or a later major version of a
/// package: of a Go module without a suffix these are called incompatible.
pub(crate) fn names_later(entry: &Affected) -> bool {
    stated(entry).any(|text| bare(text).parse::<Version>().is_ok_and(|version| version.number(0) > 1))
}

/// The versions that an entry states, in its ranges and its list.
fn stated(entry: &Affected) -> impl Iterator<Item = &str> {
    let ranges = entry.ranges.items().iter().filter(|range| range.kind.text() != Some("GIT"));
    let events = ranges.flat_map(|range| range.events.items()).flat_map(Map::values);
    entry.versions.items().iter().map(String::as_str).chain(events.filter_map(Value::as_str))
}

fn bare(text: &str) -> &str {
    text.trim_start_matches(['v', 'V'])
}

fn is_among(text: &str, versions: &[(Spelled, bool)]) -> bool {
    let Ok(version) = bare(text).parse::<Version>() else { return false };
    versions.iter().any(|(spelled, _)| spelled.text.parse::<Version>().is_ok_and(|known| known == version))
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

/// Whether a record's own versions of a package are among the project's releases.
fn speaks_of(entry: &Affected, versions: &[(Spelled, bool)]) -> bool {
    stated(entry).filter(|text| *text != "0").any(|text| is_among(text, versions))
}
