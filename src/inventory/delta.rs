//! What changed between two trees: added, removed, upgraded, downgraded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dependency::{Dependency, Pin};
use super::place::Place;
use super::reader::Inventory;
use super::succession::Succession;
use super::tree::Manifest;
use crate::model::PackageName;
use crate::model::order::{Key, Order};

/// What changed between two inventories.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// The changes of the project, by package: all its files taken together, but
    /// for other people's code.
    pub project: Vec<PackageChange>,
    /// The changes of each file that has any, by path.
    pub files: Vec<FileChange>,
}

/// What changed in one file, and in those that it follows.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The later path; the earlier one of a file that is gone.
    pub path: Arc<str>,
    /// Whose dependencies these are.
    pub place: Place,
    /// The files that it follows, where that is not the one of its own path.
    pub follows: Vec<Arc<str>>,
    /// Its changes, by package.
    pub changes: Vec<PackageChange>,
}

/// What became of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageChange {
    /// The package.
    pub package: Arc<PackageName>,
    /// The earlier versions in their order, none for one that is new.
    pub from: Vec<Arc<str>>,
    /// The later versions, none for one that is gone.
    pub to: Vec<Arc<str>>,
    /// What became of it.
    pub kind: ChangeKind,
    /// How much the files say of these versions.
    pub pin: Pin,
    /// Whether it may be part of what users get, before or after.
    pub shipped: bool,
}

/// What became of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its highest version is higher.
    Upgraded,
    /// Its highest version is lower.
    Downgraded,
    /// Its versions are others, and which is higher cannot be told; or one of
    /// several is gone or new.
    Changed,
}

impl ChangeKind {
    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::Changed => "changed",
        }
    }
}

/// The versions of each package, apart by how they are pinned: a floor that
/// stays below what is locked is no downgrade.
type Versions<'i> = BTreeMap<(&'i Arc<PackageName>, Pin), (BTreeSet<&'i Arc<str>>, bool)>;

impl Delta {
    /// What changed from one inventory to another.
    #[must_use]
    pub fn new(from: &Inventory, to: &Inventory) -> Self {
        let succession = Succession::new(from, to);
        let own = |inventory: &'_ Inventory| -> Vec<usize> {
            let own = |(_, file): &(usize, &Manifest)| file.place != Place::Vendored;
            inventory.manifests.iter().enumerate().filter(own).map(|(at, _)| at).collect()
        };
        let project = changes(&versions(from, &own(from)), &versions(to, &own(to)));
        let mut files = Vec::new();
        for (at, file) in to.manifests.iter().enumerate() {
            let before: Vec<usize> = succession.before(at).collect();
            let changes = changes(&versions(from, &before), &versions(to, &[at]));
            let paths = before.iter().filter_map(|before| Some(Arc::clone(&from.manifests.get(*before)?.path)));
            let follows: Vec<_> = paths.filter(|path| *path != file.path).collect();
            if !changes.is_empty() || !follows.is_empty() {
                files.push(FileChange { path: Arc::clone(&file.path), place: file.place, follows, changes });
            }
        }
        for (at, file) in from.manifests.iter().enumerate() {
            if succession.after(at).next().is_none() {
                let changes = changes(&versions(from, &[at]), &Versions::new());
                files.push(FileChange {
                    path: Arc::clone(&file.path),
                    place: file.place,
                    follows: Vec::new(),
                    changes,
                });
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { project, files }
    }
}

fn versions<'i>(inventory: &'i Inventory, files: &[usize]) -> Versions<'i> {
    let mut versions = Versions::new();
    for file in files.iter().filter_map(|at| inventory.manifests.get(*at)) {
        for Dependency { package, version, pin, usage, .. } in file.dependencies.iter() {
            let (known, shipped) = versions.entry((package, *pin)).or_default();
            known.insert(version);
            *shipped |= file.ships(*usage);
        }
    }
    versions
}

fn changes(from: &Versions<'_>, to: &Versions<'_>) -> Vec<PackageChange> {
    let mut packages: BTreeSet<(&Arc<PackageName>, Pin)> = from.keys().copied().collect();
    packages.extend(to.keys().copied());
    let nothing = (BTreeSet::new(), false);
    let change = |(package, pin): (&Arc<PackageName>, Pin)| {
        let (before, after) =
            (from.get(&(package, pin)).unwrap_or(&nothing), to.get(&(package, pin)).unwrap_or(&nothing));
        if before.0 == after.0 {
            return None;
        }
        let order = Order::of_ecosystem(&package.ecosystem);
        let (from, to) = (in_order(order, &before.0), in_order(order, &after.0));
        let (kind, shipped) = (kind(order, &from, &to), before.1 || after.1);
        Some(PackageChange { package: Arc::clone(package), kind, from, to, pin, shipped })
    };
    packages.into_iter().filter_map(change).collect()
}

/// Versions of a package in its ecosystem's order; what has no place in it comes first.
#[must_use]
pub fn versions_in_order(package: &PackageName, versions: &[Arc<str>]) -> Vec<Arc<str>> {
    in_order(Order::of_ecosystem(&package.ecosystem), &versions.iter().collect())
}

fn in_order(order: Option<Order>, versions: &BTreeSet<&Arc<str>>) -> Vec<Arc<str>> {
    let mut keyed: Vec<(Option<Key>, &Arc<str>)> =
        versions.iter().map(|version| (order.and_then(|order| order.key(version)), *version)).collect();
    keyed.sort();
    keyed.into_iter().map(|(_, version)| Arc::clone(version)).collect()
}

fn kind(order: Option<Order>, from: &[Arc<str>], to: &[Arc<str>]) -> ChangeKind {
    let highest = |versions: &[Arc<str>]| order.and_then(|order| order.key(versions.last()?));
    match (from, to) {
        ([], _) => ChangeKind::Added,
        (_, []) => ChangeKind::Removed,
        _ => match (highest(from), highest(to)) {
            (Some(before), Some(after)) if before < after => ChangeKind::Upgraded,
            (Some(before), Some(after)) if before > after => ChangeKind::Downgraded,
            _ => ChangeKind::Changed,
        },
    }
}
