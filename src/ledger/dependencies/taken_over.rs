//! Entries that one file takes over from another: a lock file that is new from the
//! manifests that it locks, and a file above from those that include it.

use super::side::{Side, Versions, take};
use crate::inventory::tree_path::{folder, is_above};
use crate::inventory::{Format, Inventory, Manifest};

/// Makes one row of what left a manifest and what came into the file that took it
/// over: beside a lock file a manifest says less, and nothing is gone with that.
pub(super) fn settle(rows: &mut Vec<Versions<'_>>, from: Option<&Side<'_>>, to: &Side<'_>) {
    let Some(from) = from else { return };
    let has_left = |row: &Versions<'_>| row.to.is_empty();
    let has_come = |row: &Versions<'_>| row.from.is_empty();
    if !rows.iter().any(has_left) || !rows.iter().any(has_come) {
        return;
    }
    let (before, after) = (&from.files, &to.files);
    let (left, mut rest): (Vec<_>, Vec<_>) = rows.drain(..).partition(has_left);
    // Of a lock file that was there what came is no manifest's.
    let is_heir = |heir: &Manifest| !heir.format.is_whole() || !before.contains_key(&*heir.path);
    let came = rest.iter().enumerate().filter(|(_, row)| has_come(row));
    let came = came.filter_map(|(at, row)| Some((at, *after.get(row.path)?)));
    let came: Vec<(usize, &Manifest)> = came.filter(|(_, heir)| is_heir(heir)).collect();
    for row in left {
        let heirs: Vec<usize> = match after.get(row.path).or_else(|| before.get(row.path)) {
            Some(file) if !file.format.is_whole() && file.problems.is_empty() => {
                came.iter().filter(|(_, heir)| takes_over(to.inventory, file, heir)).map(|(at, _)| *at).collect()
            }
            _ => Vec::new(),
        };
        for heir in &heirs {
            if let Some(heir) = rest.get_mut(*heir) {
                take(&mut heir.from, &row.from);
            }
        }
        if heirs.is_empty() {
            rest.push(row);
        }
    }
    *rows = rest;
    rows.sort_by_key(|row| row.path);
}

/// Whether what a manifest named may stand in another file now.
fn takes_over(to: &Inventory, file: &Manifest, heir: &Manifest) -> bool {
    let (home, above) = (file.format.home(&file.path), heir.format.home(&heir.path));
    let is_below = file.format == Format::GradleCatalog && heir.format == Format::GradleLock && is_above(home, above);
    file.place == heir.place && (is_above(above, home) || (is_below && is_locked_throughout(to, home)))
}

/// Whether every project of a build of Gradle has its lock file: where one has none,
/// the catalog's version may still be what it is built with. The build's own folder
/// need not have one where there are projects below.
fn is_locked_throughout(to: &Inventory, home: &str) -> bool {
    let is_build = |path: &str| matches!(path.rsplit('/').next(), Some("build.gradle" | "build.gradle.kts"));
    let builds = to.companions.iter().filter(|path| is_build(path)).map(|path| folder(path));
    let is_locked = |project: &str| {
        let mut locks = to.manifests.iter().filter(|file| file.format == Format::GradleLock);
        locks.any(|lock| lock.format.home(&lock.path) == project)
    };
    builds.filter(|project| *project != home && is_above(home, project)).all(is_locked)
}
