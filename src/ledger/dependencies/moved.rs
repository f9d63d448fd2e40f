//! Whether files that are gone may be somewhere else under another name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::inventory::tree_path::{folder, up};
use crate::inventory::{Format, Inventory, Manifest, Place};

/// Why a gone file may be somewhere else, by its format: it is the same for all its
/// packages, and for all gone files of its kind.
pub(super) fn reasons(before: &Inventory, after: &Inventory) -> BTreeMap<Format, &'static str> {
    let known = paths(before);
    let here = paths(after);
    let gone = before.manifests.iter().filter(|file| !here.contains(&*file.path)).map(|file| file.format);
    let new: Vec<&Manifest> = after.manifests.iter().filter(|file| !known.contains(&*file.path)).collect();
    let linked: BTreeSet<&Arc<str>> = before.elsewhere.iter().collect();
    let is_linked = after.elsewhere.iter().any(|other| !linked.contains(other));
    let formats: BTreeSet<Format> = gone.collect();
    let reason = |format: Format| Some((format, reason(format, &new, is_linked, before, after)?));
    formats.into_iter().filter_map(reason).collect()
}

fn paths(inventory: &Inventory) -> BTreeSet<&str> {
    inventory.manifests.iter().map(|file| &*file.path).collect()
}

fn reason(
    format: Format,
    new: &[&Manifest],
    is_linked: bool,
    before: &Inventory,
    after: &Inventory,
) -> Option<&'static str> {
    let of_kind = || new.iter().filter(|file| file.format == format);
    if of_kind().any(|file| !file.problems.is_empty() || file.dependencies.is_empty()) {
        return Some("its file is gone, and a new one of its kind cannot be read");
    }
    if of_kind().any(|file| file.place == Place::Vendored) {
        return Some("its file is gone, and there is a new one among other people's code");
    }
    if is_linked {
        return Some("its file is gone, and there is a new link or submodule");
    }
    let locks = after.manifests.iter().filter(|file| file.format == format);
    let locked: BTreeSet<&str> = locks.map(|file| folder(&file.path)).collect();
    let is_locked = |path: &str| up(folder(path)).any(|folder| locked.contains(folder));
    let is_new = |path: &&Arc<str>| {
        format.has_companion(path.rsplit('/').next().unwrap_or(path)) && !before.companions.contains(*path)
    };
    let mut manifests = after.companions.iter().filter(is_new);
    manifests
        .any(|path| !is_locked(path))
        .then_some("its file is gone, and there is a new manifest of its kind without a lock")
}
