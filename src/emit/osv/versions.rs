//! The versions of a package that are the project's releases, and which of
//! them are affected.

use serde_json::{Map, Value};

use super::spelling::Spelled;
use crate::history::Release;
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

    /// The first final version from one on that is not affected, with no
    /// affected one before it.
    pub(crate) fn next_final<'a>(&'a self, from: &'a Spelled) -> &'a Spelled {
        let later = self.versions.iter().skip_while(|(spelled, _)| spelled != from);
        let fixed = later.take_while(|(_, affected)| !affected).map(|(spelled, _)| spelled);
        fixed.into_iter().find(|spelled| !spelled.is_prerelease).unwrap_or(from)
    }
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
