//! Where each package is in the inventory of one release.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::inventory::tree_path::{self, is_above};
use crate::inventory::{Dependency, Format, Inventory, Manifest, Pin, Place, is_of_runtime};
use crate::model::PackageName;

/// The versions of a package in one file, before and after; of each whether it
/// is shipped.
#[derive(Clone, Debug)]
pub(super) struct Versions<'i> {
    /// The later path; the earlier of a file that is gone.
    pub(super) path: &'i str,
    pub(super) from: BTreeMap<&'i str, bool>,
    pub(super) to: BTreeMap<&'i str, bool>,
    /// Whether the file before may have had it without saying so.
    pub(super) hidden_before: bool,
    /// Why the file may have it now without saying so.
    pub(super) lost: Option<&'static str>,
}

/// Adds versions to others: what is shipped anywhere is shipped.
pub(super) fn take<'i>(into: &mut BTreeMap<&'i str, bool>, more: &BTreeMap<&'i str, bool>) {
    for (version, shipped) in more {
        *into.entry(*version).or_default() |= shipped;
    }
}

/// Why a file that is there, and names nothing, may still have what it had.
pub(super) const NAMES_NOTHING: &str = "its file names nothing any more";

/// By package, by the file's place in the inventory.
type Occurrences<'i> = BTreeMap<&'i PackageName, BTreeMap<usize, BTreeMap<&'i str, bool>>>;

/// The exact versions that count: not those in other people's code.
fn occurrences(inventory: &Inventory) -> Occurrences<'_> {
    let mut found = Occurrences::new();
    for (at, file) in inventory.manifests.iter().enumerate().filter(|(_, file)| file.place != Place::Vendored) {
        for dependency in file.dependencies.iter().filter(|dependency| dependency.pin == Pin::Exact) {
            let versions = found.entry(&dependency.package).or_default().entry(at).or_default();
            *versions.entry(&dependency.version).or_default() |= file.ships(dependency.usage);
        }
    }
    found
}

/// An inventory, with what is asked of it for every package.
pub(super) struct Side<'i> {
    pub(super) inventory: &'i Inventory,
    /// Its files by their paths.
    pub(super) files: HashMap<&'i str, &'i Manifest>,
    pub(super) found: Occurrences<'i>,
    pub(super) inexact: Inexact<'i>,
    /// The folders of lock files that name all of an ecosystem that there is.
    locked: BTreeMap<&'i str, BTreeSet<&'i str>>,
}

/// Packages that are there in versions of which advisories do not speak, with
/// the folders where.
pub(super) type Inexact<'i> = BTreeMap<&'i PackageName, BTreeSet<&'i str>>;

impl<'i> Side<'i> {
    pub(super) fn new(inventory: &'i Inventory) -> Self {
        let (found, inexact) = (occurrences(inventory), inexact(inventory));
        let files = inventory.manifests.iter().map(|file| (&*file.path, file)).collect();
        Self { inventory, files, found, inexact, locked: locked(inventory) }
    }

    /// Whether what a file does not name is not there: it names everything, or a lock
    /// file beside it or above it does.
    pub(super) fn is_all_named(&self, file: &Manifest, package: &PackageName) -> bool {
        let folder = file.format.home(&file.path);
        let is_locked = || {
            let homes = self.locked.get(package.ecosystem.as_str());
            homes.is_some_and(|homes| homes.iter().any(|home| is_above(home, folder)))
        };
        // A runtime is nobody's dependency.
        file.format.is_whole() || is_of_runtime(package) || is_locked()
    }
}

/// The folders of lock files that name all that there is, by the ecosystems that
/// they have.
fn locked(inventory: &Inventory) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let is_lock = |lock: &&Manifest| {
        // Those two are of whatever they were written for.
        let names_all = lock.format.is_whole() && !matches!(lock.format, Format::Requirements | Format::Sbom);
        names_all && lock.place != Place::Vendored && lock.problems.is_empty()
    };
    for lock in inventory.manifests.iter().filter(is_lock) {
        let home = lock.format.home(&lock.path);
        let ecosystems: BTreeSet<&str> =
            lock.dependencies.iter().map(|locked| locked.package.ecosystem.as_str()).collect();
        for ecosystem in ecosystems {
            found.entry(ecosystem).or_default().insert(home);
        }
    }
    found
}

/// The packages that are named without an exact version, or vendored by Go, with
/// the folders of the files that do so.
fn inexact(inventory: &Inventory) -> Inexact<'_> {
    let counts = |file: &Manifest, dependency: &Dependency| {
        if file.place == Place::Vendored { file.format == Format::GoVendor } else { dependency.pin != Pin::Exact }
    };
    let mut found = Inexact::new();
    for file in &inventory.manifests {
        let folder = tree_path::folder(&file.path);
        // `vendor/modules.txt` is of the module above it.
        let folder =
            if file.format == Format::GoVendor { folder.strip_suffix("vendor").unwrap_or(folder) } else { folder };
        let folder = folder.trim_end_matches('/');
        let unpinned = file.unpinned.iter().filter(|_| file.place != Place::Vendored);
        let of_file = file.dependencies.iter().filter(|dependency| counts(file, dependency));
        for package in of_file.map(|dependency| &*dependency.package).chain(unpinned) {
            found.entry(package).or_default().insert(folder);
        }
    }
    found
}
