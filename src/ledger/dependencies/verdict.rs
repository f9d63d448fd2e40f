//! What a release did about each advisory of each package that it depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::statement::Statements;
use crate::advisory::Advisory;
use crate::inventory::{Inventory, Manifest, Pin, Place, Succession};
use crate::join::packages::{Judgement, Packages};
use crate::model::PackageName;

/// What a release did about one advisory of one package, in what it ships or
/// in the rest.
#[derive(Debug)]
pub(super) struct Verdict<'a> {
    /// The place of the advisory in the list.
    pub(super) advisory: usize,
    pub(super) package: &'a PackageName,
    /// Whether these files and usages may be part of what users get.
    pub(super) shipped: bool,
    pub(super) outcome: Outcome,
    /// Every file that has, or had, the package.
    pub(super) rows: Vec<Row<'a>>,
}

/// What a release did about an advisory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Every occurrence left the affected range.
    Fixed,
    /// The affected package is gone.
    Removed,
    /// Some occurrences left it.
    Partial,
    /// An affected version came in where there was none.
    Introduced,
    /// Affected before and after.
    Affected,
}

/// One file's versions of a package, before and after.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// The later path; the earlier of a file that is gone.
    pub(super) path: &'a str,
    pub(super) from: BTreeSet<&'a str>,
    pub(super) to: BTreeSet<&'a str>,
    /// The earlier and later versions that are affected.
    pub(super) was: BTreeSet<&'a str>,
    pub(super) is: BTreeSet<&'a str>,
    /// Whether records contradict each other on an earlier, on a later version.
    pub(super) disputed: (bool, bool),
    shipped: bool,
}

impl Row<'_> {
    pub(super) fn was_affected(&self) -> bool {
        !self.was.is_empty()
    }

    pub(super) fn is_affected(&self) -> bool {
        !self.is.is_empty()
    }
}

/// The versions of a package in one file, and whether one of them is shipped.
type Versions<'i> = (BTreeSet<&'i str>, bool);

/// Where each package is: by package, by the file's place in the inventory.
type Occurrences<'i> = BTreeMap<&'i PackageName, BTreeMap<usize, Versions<'i>>>;

/// The exact versions that count: not those in other people's code.
fn occurrences(inventory: &Inventory) -> Occurrences<'_> {
    let mut found = Occurrences::new();
    for (at, file) in inventory.manifests.iter().enumerate().filter(|(_, file)| file.place != Place::Vendored) {
        for dependency in file.dependencies.iter().filter(|dependency| dependency.pin == Pin::Exact) {
            let (versions, shipped) = found.entry(&dependency.package).or_default().entry(at).or_default();
            versions.insert(&dependency.version);
            *shipped |= file.place == Place::Own && dependency.usage.is_shipped();
        }
    }
    found
}

/// The inventories of two releases, with what follows what.
pub(super) struct Pair<'a> {
    from: Option<(&'a Inventory, Occurrences<'a>, Succession)>,
    to: (&'a Inventory, Occurrences<'a>),
}

impl<'a> Pair<'a> {
    pub(super) fn new(from: Option<&'a Inventory>, to: &'a Inventory) -> Self {
        let from = from.map(|from| (from, occurrences(from), Succession::new(from, to)));
        Self { from, to: (to, occurrences(to)) }
    }

    /// Every package that counts, before or after.
    pub(super) fn packages(&self) -> BTreeSet<&'a PackageName> {
        let before = self.from.iter().flat_map(|(_, found, _)| found.keys().copied());
        before.chain(self.to.1.keys().copied()).collect()
    }

    /// The files' versions of a package.
    fn rows(&self, package: &PackageName) -> Vec<Row<'a>> {
        let nothing = BTreeMap::new();
        let after = self.to.1.get(package).unwrap_or(&nothing);
        let mut rows = Vec::new();
        let mut followed = BTreeSet::new();
        let before = self.from.as_ref().and_then(|(_, found, _)| found.get(package)).unwrap_or(&nothing);
        for (at, file) in self.to.0.manifests.iter().enumerate() {
            let earlier = self.from.iter().flat_map(|(_, _, succession)| succession.before(at));
            let earlier: Vec<usize> = earlier.filter(|earlier| before.contains_key(earlier)).collect();
            followed.extend(earlier.iter().copied());
            let from = earlier.iter().filter_map(|earlier| before.get(earlier));
            rows.extend(row(&file.path, from, after.get(&at)));
        }
        for (at, versions) in before.iter().filter(|(at, _)| !followed.contains(*at)) {
            let file: Option<&'a Manifest> = self.from.as_ref().and_then(|(from, ..)| from.manifests.get(*at));
            rows.extend(file.and_then(|file| row(&file.path, std::iter::once(versions), None)));
        }
        rows
    }
}

fn row<'r, 'a: 'r>(
    path: &'a Arc<str>,
    from: impl Iterator<Item = &'r Versions<'a>>,
    to: Option<&'r Versions<'a>>,
) -> Option<Row<'a>> {
    let mut row = Row {
        path,
        from: BTreeSet::new(),
        to: BTreeSet::new(),
        was: BTreeSet::new(),
        is: BTreeSet::new(),
        disputed: (false, false),
        shipped: false,
    };
    for (versions, shipped) in from {
        row.from.extend(versions.iter().copied());
        row.shipped |= shipped;
    }
    if let Some((versions, shipped)) = to {
        row.to.extend(versions.iter().copied());
        row.shipped |= shipped;
    }
    (!row.from.is_empty() || !row.to.is_empty()).then_some(row)
}

/// What the release did about everything that the records say of its packages,
/// but for what statements call not affected.
pub(super) fn verdicts<'a>(
    pair: &Pair<'a>,
    advisories: &[Advisory],
    packages: &'a Packages<'_>,
    shows: &dyn Fn(&Advisory) -> bool,
    statements: &mut Statements<'_>,
) -> Vec<Verdict<'a>> {
    let mut verdicts = Vec::new();
    for (package, about) in packages.all() {
        let rows = pair.rows(package);
        for at in about {
            let Some(advisory) = advisories.get(at).filter(|advisory| shows(advisory)) else { continue };
            let judged = rows.iter().map(|row| judged(row, packages, at, package));
            let of_interest: Vec<Row<'a>> = judged.filter(|row| !statements.silence(advisory, package, row)).collect();
            for shipped in [true, false] {
                let rows: Vec<Row<'a>> = of_interest.iter().filter(|row| row.shipped == shipped).cloned().collect();
                if let Some(outcome) = outcome(&rows, pair.from.is_some()) {
                    verdicts.push(Verdict { advisory: at, package, shipped, outcome, rows });
                }
            }
        }
    }
    verdicts
}

fn judged<'a>(row: &Row<'a>, packages: &Packages<'_>, advisory: usize, package: &PackageName) -> Row<'a> {
    let mut row = row.clone();
    let affected = |versions: &BTreeSet<&'a str>| {
        let mut disputed = false;
        let judged = versions.iter().copied().filter(|version| {
            let judgement = packages.judge(advisory, package, version);
            disputed |= matches!(judgement, Judgement::Disputed { .. });
            judgement.may_be_affected()
        });
        (judged.collect::<BTreeSet<_>>(), disputed)
    };
    let ((was, before), (is, after)) = (affected(&row.from), affected(&row.to));
    (row.was, row.is, row.disputed) = (was, is, (before, after));
    row
}

fn outcome(rows: &[Row<'_>], compared: bool) -> Option<Outcome> {
    let was = rows.iter().any(Row::was_affected);
    let is = rows.iter().any(Row::is_affected);
    match (was, is) {
        (false, false) => None,
        // A first release brings everything.
        (false, true) => Some(if compared { Outcome::Introduced } else { Outcome::Affected }),
        (true, false) if rows.iter().any(|row| !row.to.is_empty()) => Some(Outcome::Fixed),
        (true, false) => Some(Outcome::Removed),
        (true, true) if rows.iter().any(|row| row.was_affected() && !row.is_affected()) => Some(Outcome::Partial),
        (true, true) => Some(Outcome::Affected),
    }
}
