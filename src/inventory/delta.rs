//! What changed between two trees: added, removed, upgraded, downgraded.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::contents::Inventory;
use super::dependency::{Dependency, Pin};
use super::moves::{Move, moves};
use super::place::Place;
use super::succession::Succession;
use super::tree::Manifest;
use super::versions::in_order;
use crate::model::PackageName;
use crate::model::order::Order;

/// What changed between two inventories.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Delta {
    /// The changes of the project, by package: all its files taken together, but
    /// for other people's code.
    pub project: Vec<PackageChange>,
    /// The changes of each file that has any, by path.
    pub files: Vec<FileChange>,
}

/// What changed in one file, and in those that it follows.
#[derive(Clone, Debug)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct PackageChange {
    /// The package.
    pub package: Arc<PackageName>,
    /// The earlier versions in their order, none for one that is new.
    pub from: Vec<Arc<str>>,
    /// The later versions, none for one that is gone.
    pub to: Vec<Arc<str>>,
    /// What took the place of what, file by file; of what is gone from all files nothing did.
    pub moves: BTreeSet<Move>,
    /// The later versions that are new and took no other's place, in their order.
    pub new: Vec<Arc<str>>,
    /// What became of it.
    pub kind: ChangeKind,
    /// How much the files say of these versions.
    pub pin: Pin,
    /// Whether it may be part of what users get, before or after.
    pub shipped: bool,
}

/// What became of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Higher versions took the place of others.
    Upgraded,
    /// Lower versions did.
    Downgraded,
    /// Both, or which is higher cannot be told; or one of several is gone or new.
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

/// How a version is used in a file.
#[derive(Clone, Copy, Default)]
struct Use {
    /// In what may be shipped.
    shipped: bool,
    /// In the rest.
    rest: bool,
}

/// The versions of a package in a file.
type Versions<'i> = BTreeMap<&'i Arc<str>, Use>;

/// The versions of each package, apart by how they are pinned: a floor that
/// stays below what is locked is no downgrade.
type ByPackage<'i> = BTreeMap<(&'i Arc<PackageName>, Pin), Versions<'i>>;

/// What one file said of each package, and what it says.
struct Sides<'i> {
    before: ByPackage<'i>,
    after: ByPackage<'i>,
}

impl Delta {
    /// What changed from one inventory to another.
    #[must_use]
    pub fn new(from: &Inventory, to: &Inventory) -> Self {
        let succession = Succession::new(from, to);
        let (mut files, mut own) = (Vec::new(), Vec::new());
        let mut tell = |place: Place, path: &Arc<str>, follows: Vec<Arc<str>>, sides: Sides<'_>| {
            let changes = changes(std::slice::from_ref(&sides));
            if !changes.is_empty() || !follows.is_empty() {
                files.push(FileChange { path: Arc::clone(path), place, follows, changes });
            }
        };
        for (at, file) in to.manifests.iter().enumerate() {
            let before: Vec<&Manifest> =
                succession.before(at).filter_map(|before| from.manifests.get(before)).collect();
            let paths = before.iter().map(|before| Arc::clone(&before.path));
            let follows: Vec<_> = paths.filter(|path| *path != file.path).collect();
            let own_before = before.iter().copied().filter(|file| file.place != Place::Vendored);
            let own_after = Some(file).filter(|file| file.place != Place::Vendored);
            own.push(Sides { before: versions(own_before), after: versions(own_after) });
            tell(file.place, &file.path, follows, Sides { before: versions(before), after: versions([file]) });
        }
        for (at, file) in from.manifests.iter().enumerate() {
            if succession.after(at).next().is_none() {
                let sides = || Sides { before: versions([file]), after: ByPackage::new() };
                own.extend((file.place != Place::Vendored).then(sides));
                tell(file.place, &file.path, Vec::new(), sides());
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { project: changes(&own), files }
    }
}

fn versions<'i>(files: impl IntoIterator<Item = &'i Manifest>) -> ByPackage<'i> {
    let mut versions = ByPackage::new();
    for file in files {
        for Dependency { package, version, pin, usage, .. } in file.dependencies.iter() {
            let used = versions.entry((package, *pin)).or_default().entry(version).or_default();
            *(if file.ships(*usage) { &mut used.shipped } else { &mut used.rest }) = true;
        }
    }
    versions
}

/// The versions of a package in a file, before and after.
type Both<'v, 'i> = (&'v Versions<'i>, &'v Versions<'i>);

/// What changed in some files, taken together.
fn changes(files: &[Sides<'_>]) -> Vec<PackageChange> {
    let mut of_packages: BTreeMap<(&Arc<PackageName>, Pin), Vec<Both<'_, '_>>> = BTreeMap::new();
    let nothing = Versions::new();
    for Sides { before, after } in files {
        for (package, versions) in before {
            of_packages.entry(*package).or_default().push((versions, after.get(package).unwrap_or(&nothing)));
        }
        for (package, versions) in after.iter().filter(|(package, _)| !before.contains_key(package)) {
            of_packages.entry(*package).or_default().push((&nothing, versions));
        }
    }
    of_packages.into_iter().filter_map(|((package, pin), files)| change(package, pin, &files)).collect()
}

fn change(package: &Arc<PackageName>, pin: Pin, files: &[Both<'_, '_>]) -> Option<PackageChange> {
    // Most packages of a release are those of the one before.
    if files.iter().all(|(before, after)| before.keys().eq(after.keys())) {
        return None;
    }
    let names = |versions: &Versions<'_>| -> Vec<Arc<str>> { versions.keys().map(|name| Arc::clone(name)).collect() };
    let from: BTreeSet<Arc<str>> = files.iter().flat_map(|(before, _)| names(before)).collect();
    let to: BTreeSet<Arc<str>> = files.iter().flat_map(|(_, after)| names(after)).collect();
    let (mut moved, mut came) = (BTreeSet::new(), BTreeSet::new());
    // Who uses which of the same versions is no change of them.
    for (before, after) in files.iter().filter(|(before, after)| !before.keys().eq(after.keys())) {
        for (before, after) in parts(before, after) {
            moved.extend(moves(package, before.iter().copied(), &before, &after));
            came.extend(after.difference(&before).copied());
        }
    }
    // What a file lost or got and another has is not gone, nor new.
    moved.retain(|one| one.to.is_some() || !to.contains(one.from.as_str()));
    if moved.iter().all(|one| one.to.is_none()) {
        // No file says what became of what it had: a file is gone, another one new.
        let (before, after) = (from.iter().map(|v| &**v).collect(), to.iter().map(|v| &**v).collect());
        moved = moves(package, from.iter().map(|version| &**version), &before, &after);
    }
    let targets: BTreeSet<&str> = moved.iter().filter_map(|one| one.to.as_deref()).collect();
    came.retain(|version| !from.contains(*version) && !targets.contains(version));
    if moved.is_empty() && came.is_empty() {
        return None;
    }
    let order = Order::of_ecosystem(&package.ecosystem);
    let shipped = files.iter().flat_map(|(before, after)| before.values().chain(after.values()));
    Some(PackageChange {
        kind: kind(order, &from, &to, &moved),
        shipped: shipped.into_iter().any(|usage| usage.shipped),
        new: in_order(order, to.iter().filter(|version| came.contains(&***version)).cloned()),
        from: in_order(order, from.iter().cloned()),
        to: in_order(order, to.iter().cloned()),
        package: Arc::clone(package),
        moves: moved,
        pin,
    })
}

/// A file's versions before and after: those of what is shipped and those of the
/// rest apart, unless one of them is there on one side alone, as where a package
/// was only used for tests.
fn parts<'v>(before: &Versions<'v>, after: &Versions<'v>) -> Vec<(BTreeSet<&'v str>, BTreeSet<&'v str>)> {
    let of = |versions: &Versions<'v>, counts: fn(&Use) -> bool| -> BTreeSet<&'v str> {
        versions.iter().filter(|(_, usage)| counts(usage)).map(|(version, _)| &***version).collect()
    };
    let part = |counts| (of(before, counts), of(after, counts));
    let apart = vec![part(|usage: &Use| usage.shipped), part(|usage: &Use| usage.rest)];
    let is_paired = |(before, after): &(BTreeSet<&str>, BTreeSet<&str>)| before.is_empty() == after.is_empty();
    if apart.iter().all(is_paired) { apart } else { vec![part(|_| true)] }
}

fn kind(
    order: Option<Order>,
    from: &BTreeSet<Arc<str>>,
    to: &BTreeSet<Arc<str>>,
    moves: &BTreeSet<Move>,
) -> ChangeKind {
    if from.is_empty() {
        return ChangeKind::Added;
    }
    if to.is_empty() {
        return ChangeKind::Removed;
    }
    let key = |version: &str| order.and_then(|order| order.key(version));
    let ways = moves.iter().filter_map(|one| Some(key(&one.from).zip(key(one.to.as_deref()?))));
    let ways: BTreeSet<Option<Ordering>> = ways.map(|keys| keys.map(|(from, to)| from.cmp(&to))).collect();
    match ways.iter().collect::<Vec<_>>().as_slice() {
        [Some(Ordering::Less)] => ChangeKind::Upgraded,
        [Some(Ordering::Greater)] => ChangeKind::Downgraded,
        _ => ChangeKind::Changed,
    }
}
