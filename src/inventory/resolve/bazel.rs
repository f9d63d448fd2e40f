//! Modules of Bazel, and the lock file beside them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::format::Format;
use crate::inventory::parsed::TreeFile;
use crate::inventory::tree_path::{folder, up};
use crate::model::PackageName;

/// The lock says what was chosen, the manifest who asks for it. Files that a
/// manifest includes may stand in folders below.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let of = |wanted: Format| files.iter().enumerate().filter(move |(_, file)| file.format == wanted);
    let locks: HashMap<&str, usize> = of(Format::BazelLock).map(|(at, file)| (folder(&file.path), at)).collect();
    let mut asked: HashMap<usize, HashMap<Arc<PackageName>, Usage>> = HashMap::new();
    let mut locked: HashMap<usize, HashSet<&PackageName>> = HashMap::new();
    let mut changes = Vec::new();
    for (at, file) in of(Format::BazelModule) {
        let Some(lock) = nearest(&locks, folder(&file.path)) else { continue };
        let names = asked.entry(lock).or_default();
        names.extend(file.dependencies.iter().map(|module| (Arc::clone(&module.package), module.usage)));
        let locked = locked.entry(lock).or_insert_with(|| {
            let found = files.get(lock).into_iter().flat_map(|lock| lock.dependencies.iter());
            found.map(|found| &*found.package).collect()
        });
        let left = file.dependencies.iter().filter(|module| !locked.contains(&*module.package)).cloned();
        changes.push((at, left.collect::<Vec<_>>()));
    }
    for (at, names) in asked {
        let told = |module: &Dependency| match names.get(&module.package) {
            Some(usage) => module.clone().related(Relation::Direct).used(*usage),
            None if module.package.ecosystem == "Bazel" => module.clone().related(Relation::Transitive),
            None => module.clone(),
        };
        changes.extend(files.get(at).map(|file| (at, file.dependencies.iter().map(told).collect())));
    }
    for (at, dependencies) in changes {
        complete(files, at, dependencies);
    }
}

/// The lock of a folder, or of the nearest above it.
fn nearest(locks: &HashMap<&str, usize>, of: &str) -> Option<usize> {
    up(of).find_map(|folder| locks.get(folder).copied())
}
